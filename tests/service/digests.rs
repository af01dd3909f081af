//! How often a director is interrupted: digests, quiet hours, and the limit of a day.

use std::time::Duration;

use dingdan::domain::Timestamp;
use dingdan::sandbox::DingtalkMessage;
use dingdan::store::{NewOpportunity, PersonSetting};
use serde_json::json;

use crate::app::{CUSTOMER, DIRECTOR, OTHER_DIRECTOR, Setup, TestApp, World};
use crate::sightings::{alert_statuses, assert_nothing_vanished, delivered, told};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const TENDER: &str = "要走招标";
const OTHER_CUSTOMER: &str = "wmHuafengLin003";

fn alerting(lines: &str) -> Setup {
    Setup {
        extra: format!("[alerts]\n{lines}\n"),
        ..Setup::default()
    }
}

/// As the configuration has it when nothing is said, without quiet hours.
fn gathering() -> Setup {
    alerting("quiet_hours = \"none\"")
}

async fn hears(app: &TestApp, customer: &str) {
    app.sandbox.customer(customer).says(TENDER).await;
    app.settle().await;
}

fn newest(app: &TestApp) -> DingtalkMessage {
    delivered(app).pop().expect("a message came")
}

/// Where both stand in the text, the first one first.
fn in_order(text: &str, first: &str, second: &str) -> bool {
    let place = |part: &str| {
        text.find(part)
            .unwrap_or_else(|| panic!("{part} in {text}"))
    };
    place(first) < place(second)
}

// ── Digests ──

#[tokio::test]
async fn several_alerts_of_a_moment_come_as_one_message_that_names_each() {
    let app = TestApp::start_with(gathering()).await;

    hears(&app, CUSTOMER).await;
    hears(&app, OTHER_CUSTOMER).await;
    assert_eq!(delivered(&app).len(), 0, "it waits a moment for others");
    app.advance(5 * SECOND).await;

    let [message] = delivered(&app).try_into().expect("one message");
    assert_eq!(message.to, DIRECTOR);
    let text = told(&message);
    for part in [
        "2 条预警",
        "云杉机械",
        "华丰电子",
        "赵磊",
        "钱悦",
        "看全部预警",
        "客户原话：要走招标",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    let markdown = message.content["text"].as_str().unwrap();
    let (_, rest) = markdown.split_once("](").expect("each leads to its chat");
    let (chat, _) = rest.split_once(')').unwrap();
    let chat = app.sandbox.director(DIRECTOR).opens(chat);
    assert!(chat.url.contains("/chats/"), "{}", chat.url);
    let link = message.content["singleURL"].as_str().unwrap();
    let page = app.sandbox.director(DIRECTOR).opens(link);
    assert_eq!(page.url, format!("{}/alerts?via=dingtalk", app.url));
    assert_eq!(alert_statuses(&app).await, ["sent", "sent"]);
    for alert in app.items("alerts").await {
        let lines = alert["deliveries"].as_array().unwrap();
        assert_eq!(lines.len(), 1, "each has its line in the ledger: {alert}");
        assert_eq!(
            (&lines[0]["channel"], &lines[0]["outcome"]),
            (&"robot".into(), &"sent".into())
        );
    }
}

#[tokio::test]
async fn what_is_late_within_a_minute_comes_together_and_the_latest_stands_first() {
    let app = TestApp::start_with(gathering()).await;
    hears(&app, OTHER_CUSTOMER).await;
    app.advance(30 * SECOND).await;
    hears(&app, CUSTOMER).await;
    app.advance(2 * MINUTE).await;
    let before = delivered(&app).len();

    app.advance(2 * HOUR - 150 * SECOND).await;
    app.advance(30 * SECOND).await;
    assert_eq!(
        delivered(&app).len(),
        before,
        "others may come within the minute"
    );
    app.advance(31 * SECOND).await;

    assert_eq!(delivered(&app).len(), before + 1);
    let text = told(&newest(&app));
    assert!(text.contains("2 条预警，2 条超时"), "{text}");
    assert!(in_order(&text, "华丰电子", "云杉机械"), "{text}");
    assert_nothing_vanished(&app);
}

#[tokio::test]
async fn an_alert_alone_is_told_as_it_is_after_a_restart_too() {
    let app = TestApp::start_with(gathering()).await;
    hears(&app, CUSTOMER).await;

    let app = app.restart_with(gathering()).await;
    app.advance(5 * SECOND).await;
    app.advance(HOUR).await;

    let [message] = delivered(&app).try_into().expect("one message");
    assert!(told(&message).contains("看原始聊天"), "{message:?}");
    assert_eq!(alert_statuses(&app).await, ["sent"]);
}

// ── Quiet hours ──

#[tokio::test]
async fn in_quiet_hours_only_what_is_at_once_is_told_and_the_rest_when_they_are_over() {
    let app = TestApp::start_with(alerting("quiet_hours = \"09:00-18:00\"")).await;
    hears(&app, CUSTOMER).await;
    hears(&app, OTHER_CUSTOMER).await;
    app.advance(5 * SECOND).await;
    assert_eq!(
        delivered(&app).len(),
        1,
        "a node that opened is told at once"
    );

    app.advance(4 * HOUR).await;
    assert_eq!(delivered(&app).len(), 1, "what is late waits");
    app.advance(4 * HOUR + 30 * MINUTE).await;

    assert_eq!(delivered(&app).len(), 2);
    let text = told(&newest(&app));
    assert!(
        text.contains("云杉机械") && text.contains("华丰电子"),
        "{text}"
    );
    let statuses = alert_statuses(&app).await;
    assert!(
        statuses.len() >= 4 && statuses.iter().all(|status| status == "sent"),
        "{statuses:?}"
    );
}

#[tokio::test]
async fn a_persons_own_quiet_hours_go_before_the_configurations() {
    let app = TestApp::start_with(alerting(
        "digest_seconds = 0\nquiet_hours = \"00:00-23:59\"",
    ))
    .await;
    let own = PersonSetting {
        quiet_hours: Some("none".to_owned()),
        ..PersonSetting::default()
    };
    let mut tx = app.store.begin().await.unwrap();
    let director = "director-east".parse().unwrap();
    tx.put_person_setting(&director, &own).await.unwrap();
    assert_eq!(tx.person_setting(&director).await.unwrap(), own);
    tx.commit().await.unwrap();

    hears(&app, CUSTOMER).await;
    app.advance(2 * HOUR + MINUTE).await;

    assert_eq!(delivered(&app).len(), 2, "opened and late");
}

#[tokio::test]
async fn what_was_settled_while_it_waited_is_not_told_and_the_rest_says_how_late_it_is_by_then() {
    let app = TestApp::start_with(alerting("quiet_hours = \"11:00-20:00\"")).await;
    hears(&app, CUSTOMER).await;
    hears(&app, OTHER_CUSTOMER).await;
    app.advance(2 * HOUR + MINUTE).await;
    let before = delivered(&app).len();

    let waive = json!({ "by": "director-east", "reason": "客户已书面说明" });
    let (status, _) = app.post_api("runs/deal-yunshan-1/waive", &waive).await;
    assert_eq!(status, 200);
    app.advance(9 * HOUR).await;

    assert_eq!(delivered(&app).len(), before + 1);
    let text = told(&newest(&app));
    assert!(
        text.contains("华丰电子") && !text.contains("云杉机械"),
        "{text}"
    );
    assert!(text.contains("9 小时"), "late by 9 hours by now: {text}");
    let alerts = app.items("alerts?status=withdrawn").await;
    let [withdrawn] = alerts.as_slice() else {
        panic!("one is withdrawn: {alerts:?}")
    };
    assert!(
        withdrawn["why"]
            .as_str()
            .unwrap()
            .starts_with("已豁免（周敏"),
        "{withdrawn}"
    );
    assert_eq!(withdrawn["deliveries"], json!([]));
    assert_eq!(app.items("alerts").await.len(), 4, "nothing is lost");
}

#[tokio::test]
async fn what_somebody_took_on_meanwhile_interrupts_nobody() {
    let app = TestApp::start_with(alerting("quiet_hours = \"11:00-20:00\"")).await;
    hears(&app, CUSTOMER).await;
    app.advance(2 * HOUR + MINUTE).await;
    let before = delivered(&app).len();

    let by = json!({ "by": "director-east" });
    let (status, _) = app.post_api("runs/deal-yunshan-1/acknowledge", &by).await;
    assert_eq!(status, 200);
    app.advance(9 * HOUR).await;

    assert_eq!(delivered(&app).len(), before);
    assert_eq!(alert_statuses(&app).await, ["sent", "withdrawn"]);
}

// ── The limit of a day ──

/// Each alert by itself, once a day.
fn once_a_day() -> Setup {
    alerting("digest_seconds = 0\nquiet_hours = \"none\"\nmost_a_day = 1")
}

#[tokio::test]
async fn what_is_over_the_limit_comes_ranked_at_the_end_of_the_working_day() {
    let app = TestApp::start_with(once_a_day()).await;
    hears(&app, OTHER_CUSTOMER).await;
    app.advance(MINUTE).await;
    hears(&app, CUSTOMER).await;
    assert_eq!(
        delivered(&app).len(),
        2,
        "what is at once counts and passes the limit"
    );

    app.advance(4 * HOUR).await;
    assert_eq!(delivered(&app).len(), 2, "once a day");
    assert_eq!(
        alert_statuses(&app).await,
        ["sent", "sent", "queued", "queued"]
    );
    app.advance(4 * HOUR + 30 * MINUTE).await;

    assert_eq!(delivered(&app).len(), 3);
    let text = told(&newest(&app));
    assert!(text.contains("2 条预警，2 条超时"), "{text}");
    assert!(in_order(&text, "华丰电子", "云杉机械"), "{text}");
    let statuses = alert_statuses(&app).await;
    assert!(
        statuses.iter().all(|status| status == "sent"),
        "nothing is lost: {statuses:?}"
    );
}

#[tokio::test]
async fn what_is_over_the_limit_on_a_friday_evening_comes_when_work_begins_on_monday() {
    // The deal stands where it is for 72 hours on Friday at 19:30.
    let tuesday = Timestamp::parse_rfc3339("2026-11-24T19:30:00+08:00").unwrap();
    let app = TestApp::start_in(World::at(tuesday).await, once_a_day()).await;
    app.advance(3 * 24 * HOUR - 30 * MINUTE).await;
    hears(&app, CUSTOMER).await;
    let friday = delivered(&app).len();
    app.advance(30 * MINUTE).await;
    assert_eq!(alert_statuses(&app).await, ["sent", "queued"]);

    app.advance(2 * 24 * HOUR + 13 * HOUR).await;
    assert_eq!(delivered(&app).len(), friday, "half past eight on Monday");
    app.advance(30 * MINUTE).await;

    assert_eq!(delivered(&app).len(), friday + 1, "work has begun");
    let text = told(&newest(&app));
    assert!(
        text.contains("云杉机械") && text.contains("5 天"),
        "how long by now: {text}"
    );
}

#[tokio::test]
async fn nobody_further_up_hears_it_before_the_supervisor() {
    let app = TestApp::start_with(alerting("digest_seconds = 0\nquiet_hours = \"none\"")).await;
    let mut tx = app.store.begin().await.unwrap();
    let director = "director-east".parse().unwrap();
    let mut supervisor = tx.person(&director).await.unwrap().unwrap();
    supervisor.supervisor_id = Some("director-north".parse().unwrap());
    tx.put_person(&supervisor).await.unwrap();
    let never = PersonSetting {
        most_a_day: Some(0),
        ..PersonSetting::default()
    };
    tx.put_person_setting(&director, &never).await.unwrap();
    tx.commit().await.unwrap();
    hears(&app, CUSTOMER).await;
    app.advance(2 * HOUR).await;
    assert_eq!(delivered(&app).len(), 1, "the late one waits");

    app.advance(5 * HOUR + 30 * MINUTE).await;
    app.advance(2 * SECOND).await;

    let to: Vec<String> = delivered(&app).into_iter().map(|told| told.to).collect();
    assert_eq!(to, [DIRECTOR, DIRECTOR, OTHER_DIRECTOR]);
}

// ── The room of a message ──

#[tokio::test]
async fn a_digest_that_is_cut_for_its_channel_still_names_every_alert() {
    let app = TestApp::start_with(alerting("quiet_hours = \"none\"\nchannels = [\"work\"]")).await;
    open_many(&app, 25).await;

    app.advance(48 * HOUR).await;
    app.advance(2 * MINUTE).await;

    let text = told(&newest(&app));
    assert!(text.contains("条预警") && text.contains("另有"), "{text}");
    let alerts = app.items("alerts?limit=100").await;
    assert!(alerts.len() >= 25);
    for alert in alerts {
        let id = alert["id"].as_str().unwrap();
        let number = &id[id.len() - 6..];
        let in_any = delivered(&app)
            .iter()
            .any(|message| told(message).contains(number));
        assert!(in_any, "{number} is told of and stands in no message");
    }
}

/// Deals of one rep, each with a node that a person opened.
async fn open_many(app: &TestApp, count: usize) {
    let mut tx = app.store.begin().await.unwrap();
    for number in 0..count {
        let deal = NewOpportunity {
            id: format!("line-{number}").parse().unwrap(),
            customer: "yunshan".parse().unwrap(),
            rep: "rep-zhao".parse().unwrap(),
            name: format!("{number} 号产线自动化改造项目"),
            stage: "demo".to_owned(),
            opened_at: app.clock.now(),
        };
        assert!(tx.create_opportunity(&deal).await.unwrap());
    }
    tx.commit().await.unwrap();
    for number in 0..count {
        let node = json!({ "node": "needs_clarification", "by": "rep-zhao" });
        let path = format!("opportunities/line-{number}/nodes");
        let (status, answer) = app.post_api(&path, &node).await;
        assert_eq!(status, 200, "{answer}");
    }
    app.settle().await;
}
