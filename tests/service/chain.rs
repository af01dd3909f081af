//! The chain of supervisors: rules' alerts that are taken on, and who sees what alerts lead to.

use std::time::Duration;

use dingdan::store::Person;
use serde_json::json;

use crate::app::{CUSTOMER, DIRECTOR, OTHER_DIRECTOR, TestApp};
use crate::sightings::{delivered, execute, told};

const HOUR: Duration = Duration::from_secs(3600);
const DEAL: &str = "/deals/deal-yunshan";
const CHAT: &str = "/chats/kf-wkZhaoLei0001-wmYunshanChen01";
const RULE: &str = "demo_dwell";

/// Whom the alerts about a deal that stays too long reached, in their order.
fn dwellings(app: &TestApp) -> Vec<String> {
    let told = delivered(app)
        .into_iter()
        .filter(|message| told(message).contains("停留"));
    told.map(|message| message.to).collect()
}

async fn reports_to(app: &TestApp, person: &str, supervisor: Option<&str>) {
    let known = app.store.person(&person.parse().unwrap()).await.unwrap();
    let mut tx = app.store.begin().await.unwrap();
    tx.put_person(&Person {
        supervisor_id: supervisor.map(|id| id.parse().unwrap()),
        ..known.unwrap()
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

/// 周敏 of the east reports to 吴军 of the north; the deal has been where it is for too long.
async fn under_another_region() -> TestApp {
    let app = TestApp::start().await;
    reports_to(&app, "director-east", Some("director-north")).await;
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;
    let stage = json!({ "stage": "discovery" });
    app.post_api("opportunities/deal-yunshan/stage", &stage)
        .await;
    let stage = json!({ "stage": "demo" });
    app.post_api("opportunities/deal-yunshan/stage", &stage)
        .await;
    app.advance(73 * HOUR).await;
    app
}

#[tokio::test]
async fn a_rules_alert_goes_up_until_somebody_takes_it_on() {
    let app = under_another_region().await;
    assert_eq!(dwellings(&app), [DIRECTOR]);

    app.advance(24 * HOUR).await;

    assert_eq!(dwellings(&app), [DIRECTOR, OTHER_DIRECTOR]);
}

#[tokio::test]
async fn on_the_list_of_alerts_a_click_ends_it() {
    let app = under_another_region().await;
    let mut director = app.logged_in(DIRECTOR).await;
    let page = director.get("/alerts").await;
    let path = format!("{DEAL}/rules/{RULE}/acknowledge");
    assert!(page.text.contains(&path), "{}", page.text);
    let csrf = page.csrf();

    let fields = [("csrf", csrf.as_str()), ("from", "alerts")];
    let taken = director.post_form(&path, &fields).await;
    let page = director.get("/alerts").await;
    app.advance(72 * HOUR).await;

    assert_eq!((taken.status, taken.location()), (303, Some("/alerts")));
    assert_eq!(dwellings(&app), [DIRECTOR], "nobody further up is told");
    assert!(page.text.contains("周敏 确认了预警"), "{}", page.text);
    assert!(!page.text.contains(&path));
}

#[tokio::test]
async fn on_the_deals_page_too_and_once() {
    let app = under_another_region().await;
    let mut director = app.logged_in(DIRECTOR).await;
    let page = director.get(DEAL).await;
    let path = format!("{DEAL}/rules/{RULE}/acknowledge");
    let csrf = page.csrf();
    let fields = [("csrf", csrf.as_str())];

    let forged = director.post_form(&path, &[("csrf", "x")]).await;
    assert_eq!(forged.status, 403);
    let taken = director.post_form(&path, &fields).await;
    assert_eq!((taken.status, taken.location()), (303, Some(DEAL)));
    let page = director.get(DEAL).await.text;
    assert!(page.contains("周敏 确认了预警"), "{page}");
    let again = director.post_form(&path, &fields).await;
    assert_eq!(again.status, 409);
    assert!(again.text.contains("已经有人确认过"), "{}", again.text);
    let nothing = format!("{DEAL}/rules/no_such/acknowledge");
    assert_eq!(director.post_form(&nothing, &fields).await.status, 404);

    let mut rep = app.logged_in_by_wecom("zhao.lei").await;
    let own = rep.get(DEAL).await;
    assert!(!own.text.contains("确认预警"), "{}", own.text);
    let csrf = own.csrf();
    let refused = rep.post_form(&path, &[("csrf", &csrf)]).await;
    assert_eq!(refused.status, 404, "a rep answers for nobody");
}

#[tokio::test]
async fn a_script_takes_it_on_for_a_supervisor() {
    let app = under_another_region().await;
    let path = |rule: &str| format!("opportunities/deal-yunshan/rules/{rule}/acknowledge");
    let by = |id: &str| json!({ "by": id });

    let (status, _) = app.post_api(&path("no_such"), &by("director-east")).await;
    assert_eq!(status, 404);
    let (status, _) = app.post_api(&path(RULE), &by("rep-zhao")).await;
    assert_eq!(status, 422);
    let (status, refused) = app
        .post_api(&path("no_stage_update"), &by("director-east"))
        .await;
    assert_eq!(status, 409, "{refused}");
    let (status, alert) = app.post_api(&path(RULE), &by("director-north")).await;
    assert_eq!(status, 200, "{alert}");
    assert_eq!(alert["acknowledged"]["by"], "吴军");
    assert_eq!(alert["level"], 1);
    let (status, _) = app.post_api(&path(RULE), &by("director-east")).await;
    assert_eq!(status, 409);

    app.advance(72 * HOUR).await;
    assert_eq!(dwellings(&app), [DIRECTOR]);
}

#[tokio::test]
async fn whoever_stands_above_a_rep_sees_what_their_alerts_lead_to() {
    let app = under_another_region().await;
    let run = "/runs/deal-yunshan-1";
    let mut above = app.logged_in(OTHER_DIRECTOR).await;

    for path in [DEAL, run, CHAT] {
        assert_eq!(above.get(path).await.status, 200, "{path}");
    }
    let alerts = above.get("/alerts").await.text;
    assert!(alerts.contains("云杉机械"), "{alerts}");
    let chat = CHAT.strip_prefix("/chats/").unwrap().parse().unwrap();
    let views = app.store.views_of(&chat, 50).await.unwrap();
    for place in ["chat", "run", "alerts"] {
        assert!(
            views
                .iter()
                .any(|view| view.name == "吴军" && view.place == place),
            "{place} is on record"
        );
    }
    let page = above.get(run).await;
    let csrf = page.csrf();
    let urged = above
        .post_form(run, &[("csrf", &csrf), ("act", "urge")])
        .await;
    assert_eq!(urged.status, 303, "who sees it answers for it");
}

#[tokio::test]
async fn whoever_stands_beside_the_chain_sees_nothing_of_it() {
    let app = under_another_region().await;
    reports_to(&app, "director-east", None).await;
    let mut beside = app.logged_in(OTHER_DIRECTOR).await;
    // The id by which a refusal is found in the log differs each time.
    let without_id = |text: String| text.split("编号").next().unwrap().to_owned();

    for (theirs, nobodys) in [
        (DEAL, "/deals/no-such"),
        ("/runs/deal-yunshan-1", "/runs/no-such-1"),
        (CHAT, "/chats/no-such"),
    ] {
        let (theirs, nobodys) = (beside.get(theirs).await, beside.get(nobodys).await);
        assert_eq!((theirs.status, nobodys.status), (404, 404));
        assert_eq!(without_id(theirs.text), without_id(nobodys.text));
    }
    assert!(!beside.get("/alerts").await.text.contains("云杉机械"));
    let by = json!({ "by": "director-north" });
    let path = format!("opportunities/deal-yunshan/rules/{RULE}/acknowledge");
    assert_eq!(app.post_api(&path, &by).await.0, 422);
}

#[tokio::test]
async fn a_supervisor_of_another_region_is_told_and_sees_the_rep_alone() {
    let app = TestApp::start().await;
    reports_to(&app, "rep-zhao", Some("director-north")).await;
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.sandbox
        .customer("wmHuafengLin003")
        .says("要走招标")
        .await;
    app.settle().await;

    let mut to: Vec<String> = delivered(&app).into_iter().map(|seen| seen.to).collect();
    to.sort();
    assert_eq!(to, [OTHER_DIRECTOR, DIRECTOR]);
    let mut above = app.logged_in(OTHER_DIRECTOR).await;
    assert_eq!(above.get(DEAL).await.status, 200);
    assert_eq!(above.get("/deals/deal-huafeng").await.status, 404);
}

#[tokio::test]
async fn supervisors_in_a_circle_are_told_once_each() {
    let app = TestApp::start().await;
    reports_to(&app, "director-east", Some("director-north")).await;
    reports_to(&app, "director-north", Some("director-east")).await;
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;

    app.advance(4 * HOUR).await;
    for _ in 0..4 {
        app.advance(24 * HOUR).await;
    }

    let late = delivered(&app).into_iter();
    let late = late.filter(|message| told(message).contains("风险预判登记超时"));
    let to: Vec<String> = late.map(|message| message.to).collect();
    assert_eq!(to, [DIRECTOR, OTHER_DIRECTOR]);
}

#[tokio::test]
async fn who_owns_a_deal_neither_decides_about_it_nor_is_told_of_it() {
    let app = TestApp::start().await;
    execute(
        &app.store,
        "update opportunity set rep_id = 'director-east' where id = 'deal-yunshan'",
    )
    .await;
    let opened = json!({ "node": "needs_clarification", "by": "director-east" });
    let (_, run) = app
        .post_api("opportunities/deal-yunshan/nodes", &opened)
        .await;
    let path = format!("runs/{}/waive", run["id"].as_str().unwrap());
    app.settle().await;
    app.advance(49 * HOUR).await;

    let waiver = |by: &str| json!({ "by": by, "reason": "框架协议已覆盖" });
    let (own, refusal) = app.post_api(&path, &waiver("director-east")).await;
    let (by_another, _) = app.post_api(&path, &waiver("admin")).await;

    assert_eq!((own, by_another), (409, 200), "{refusal}");
    assert!(refusal["detail"].as_str().unwrap().contains("their own"));
    let alerts = app.items("alerts").await;
    assert!(!alerts.is_empty());
    assert!(
        alerts
            .iter()
            .all(|alert| alert["person_id"] != "director-east"),
        "{alerts:?}"
    );
}
