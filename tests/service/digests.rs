//! How often a director is interrupted: digests, quiet hours, and the limit of a day.

use std::time::Duration;

use dingdan::sandbox::DingtalkMessage;
use dingdan::store::PersonSetting;

use crate::app::{CUSTOMER, DIRECTOR, Setup, TestApp};
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
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
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

// ── The limit of a day ──

#[tokio::test]
async fn what_is_over_the_limit_comes_ranked_at_the_end_of_the_working_day() {
    let app = TestApp::start_with(alerting(
        "digest_seconds = 0\nquiet_hours = \"none\"\nmost_a_day = 1",
    ))
    .await;
    hears(&app, CUSTOMER).await;
    hears(&app, OTHER_CUSTOMER).await;
    assert_eq!(delivered(&app).len(), 1, "once a day");
    assert_eq!(alert_statuses(&app).await, ["sent", "queued"]);

    app.advance(4 * HOUR).await;
    assert_eq!(delivered(&app).len(), 1);
    app.advance(6 * HOUR).await;

    assert_eq!(delivered(&app).len(), 2);
    let text = told(&newest(&app));
    assert!(
        text.contains("3 条预警，2 条超时"),
        "two late, one opened: {text}"
    );
    assert!(
        in_order(&text, "登记超时：", "3. "),
        "the late ones first: {text}"
    );
    let statuses = alert_statuses(&app).await;
    assert!(
        statuses.iter().all(|status| status == "sent"),
        "nothing is lost: {statuses:?}"
    );
}
