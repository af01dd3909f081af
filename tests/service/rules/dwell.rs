//! A deal that stays in 方案演示: the rep hears it first, then the supervisor, then the next one.

use serde_json::{Value, json};

use crate::app::{DIRECTOR, REP, TestApp};
use crate::sightings::{delivered, texts, told};

const DEAL: &str = "deal-new";

/// A deal that begins in 方案演示, and of which nobody hears anything.
async fn in_demo() -> TestApp {
    let app = TestApp::start().await;
    let deal = json!({
        "id": DEAL, "customer_id": "yunshan", "rep_id": "rep-zhao", "name": "包装线", "stage": "demo",
    });
    let (status, made) = app.post_api("opportunities", &deal).await;
    assert_eq!(status, 201, "{made}");
    app.settle().await;
    app
}

async fn moves(app: &TestApp, stage: &str) -> u16 {
    let path = format!("opportunities/{DEAL}/stage");
    let moved = app.post_api(&path, &json!({ "stage": stage })).await;
    app.settle().await;
    moved.0
}

/// What the rep was told about it.
fn reminders(app: &TestApp) -> Vec<String> {
    let said = texts(app, REP).into_iter();
    said.filter(|text| text.contains("包装线") && text.contains("在「方案演示」已经"))
        .collect()
}

/// What a director was told about it.
fn alerts(app: &TestApp, userid: &str) -> Vec<String> {
    let to_them = delivered(app).into_iter();
    let to_them = to_them.filter(|message| message.to == userid);
    let texts = to_them.map(|message| told(&message));
    texts
        .filter(|text| text.contains("方案演示停留过久") && text.contains("包装线"))
        .collect()
}

#[tokio::test]
async fn the_rep_is_reminded_after_two_days_and_the_director_told_after_three() {
    let app = in_demo().await;

    app.is_at("2026-11-25T09:29:59+08:00").await;
    assert!(reminders(&app).is_empty());
    app.is_at("2026-11-25T09:30:00+08:00").await;
    let [reminder] = reminders(&app).try_into().expect("reminded once");
    assert!(reminder.contains("已经 2 天"), "{reminder}");
    app.is_at("2026-11-26T09:29:59+08:00").await;
    assert!(alerts(&app, DIRECTOR).is_empty());
    app.is_at("2026-11-26T09:30:00+08:00").await;

    let [alert] = alerts(&app, DIRECTOR).try_into().expect("told once");
    for line in [
        "**客户**：云杉机械",
        "**商机**：包装线",
        "**销售**：赵磊",
        "**阶段**：方案演示",
        "**停留**：3 天",
    ] {
        assert!(alert.contains(line), "{line} is missing in {alert}");
    }
    let items = app.items("alerts").await;
    let of_deal = |alert: &&Value| alert["opportunity_id"] == DEAL;
    let stored = items.iter().find(of_deal).unwrap();
    assert_eq!(stored["reason"], "dwell", "{stored}");
    app.is_at("2026-12-24T09:30:00+08:00").await;
    assert_eq!(
        (reminders(&app).len(), alerts(&app, DIRECTOR).len()),
        (1, 1)
    );
}

#[tokio::test]
async fn a_deal_that_goes_on_is_watched_anew_when_it_comes_back() {
    let app = in_demo().await;
    app.is_at("2026-11-25T12:00:00+08:00").await;

    assert_eq!(moves(&app, "discovery").await, 200);
    app.is_at("2026-12-01T09:30:00+08:00").await;
    assert!(
        alerts(&app, DIRECTOR).is_empty(),
        "it was not there any more"
    );
    assert_eq!(moves(&app, "demo").await, 200);
    app.is_at("2026-12-03T09:30:00+08:00").await;
    assert_eq!(reminders(&app).len(), 2);
    app.is_at("2026-12-04T09:30:00+08:00").await;

    assert_eq!(alerts(&app, DIRECTOR).len(), 1);
    assert_eq!(moves(&app, "lost").await, 200);
    app.is_at("2026-12-31T09:30:00+08:00").await;
    assert_eq!(alerts(&app, DIRECTOR).len(), 1, "nothing dwells in an end");
}

#[tokio::test]
async fn after_a_downtime_over_both_moments_the_rep_hears_it_before_the_director() {
    let app = in_demo().await;

    app.is_at("2026-11-27T10:00:00+08:00").await;

    let [reminder] = reminders(&app).try_into().expect("reminded once");
    assert!(reminder.contains("4 天"), "{reminder}");
    assert_eq!(alerts(&app, DIRECTOR).len(), 1);
}
