//! What goes up does so in working hours, for as long as nobody takes it on.

use dingdan::domain::PersonId;
use serde_json::{Value, json};

use crate::app::{CUSTOMER, DIRECTOR, TestApp};
use crate::sightings::{delivered, told};

const ABOVE: &str = "dd-zheng-jie";
const ABOVE_ALL: &str = "dd-wu-jun";

/// 周敏 stands under 郑洁, who stands under 吴军.
async fn with_three_levels(moment: &str) -> TestApp {
    let app = TestApp::start_at(moment, crate::app::Setup::default()).await;
    let mut tx = app.store.begin().await.unwrap();
    for (below, above) in [("director-east", "admin"), ("admin", "director-north")] {
        let below: PersonId = below.parse().unwrap();
        let mut person = tx.person(&below).await.unwrap().unwrap();
        person.supervisor_id = Some(above.parse().unwrap());
        tx.put_person(&person).await.unwrap();
    }
    tx.commit().await.unwrap();
    app
}

fn told_late(app: &TestApp, userid: &str) -> usize {
    let to_them = delivered(app).into_iter();
    let to_them = to_them.filter(|message| message.to == userid);
    to_them
        .filter(|message| told(message).contains("风险预判登记超时"))
        .count()
}

fn all_told(app: &TestApp) -> [usize; 3] {
    [DIRECTOR, ABOVE, ABOVE_ALL].map(|userid| told_late(app, userid))
}

#[tokio::test]
async fn a_weekend_lies_between_two_levels_and_the_last_one_ends_it() {
    let app = with_three_levels("2026-11-27T14:00:00+08:00").await;
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;

    app.is_at("2026-11-27T16:00:00+08:00").await;
    assert_eq!(all_told(&app), [1, 0, 0]);
    app.is_at("2026-11-30T10:59:59+08:00").await;
    assert_eq!(
        all_told(&app),
        [1, 0, 0],
        "two hours on Friday, two on Monday"
    );
    app.is_at("2026-11-30T11:00:00+08:00").await;
    assert_eq!(all_told(&app), [1, 1, 0]);
    app.is_at("2026-11-30T16:30:00+08:00").await;
    assert_eq!(all_told(&app), [1, 1, 1]);
    app.is_at("2026-12-31T16:30:00+08:00").await;

    assert_eq!(all_told(&app), [1, 1, 1], "nobody is told twice");
    let run = &app.items("runs").await[0];
    let path = format!("runs/{}", run["id"].as_str().unwrap());
    let clock = app.api(&path).await["clock"].clone();
    let levels = clock.as_array().unwrap().iter();
    let levels = levels.filter(|entry| entry["what"] == "escalated");
    let levels: Vec<&Value> = levels.map(|entry| &entry["level"]).collect();
    assert_eq!(levels, [2, 3]);
}

#[tokio::test]
async fn nobody_further_up_is_told_of_what_someone_has_taken_on() {
    let app = with_three_levels("2026-11-27T14:00:00+08:00").await;
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;
    for moment in ["2026-11-27T16:00:00+08:00", "2026-11-30T11:00:00+08:00"] {
        app.is_at(moment).await;
    }
    assert_eq!(all_told(&app), [1, 1, 0]);

    let run = &app.items("runs").await[0];
    let path = format!("runs/{}/acknowledge", run["id"].as_str().unwrap());
    let (status, _) = app.post_api(&path, &json!({ "by": "admin" })).await;
    app.is_at("2026-12-31T16:30:00+08:00").await;

    assert_eq!((status, all_told(&app)), (200, [1, 1, 0]));
}
