//! Reps are reminded when they work.

use std::time::Duration;

use dingdan::domain::Timestamp;
use serde_json::json;

use crate::app::{CUSTOMER, REP, Setup, TestApp, World};
use crate::sightings::texts;

const HOUR: Duration = Duration::from_secs(3600);
const RUN: &str = "deal-yunshan-1";

fn reminders(app: &TestApp) -> Vec<String> {
    let told = texts(app, REP).into_iter();
    told.filter(|text| text.starts_with("提醒：")).collect()
}

/// A competitor was named on a Monday; half of the day for it is over twelve hours later.
async fn named_at(time: &str) -> TestApp {
    let monday = format!("2026-11-23T{time}:00+08:00");
    let monday = Timestamp::parse_rfc3339(&monday).unwrap();
    let app = TestApp::start_in(World::at(monday).await, Setup::default()).await;
    app.sandbox
        .customer(CUSTOMER)
        .says("西门子也在给我们报价")
        .await;
    app.settle().await;
    assert_eq!(app.items("runs?status=open").await.len(), 1);
    app
}

#[tokio::test]
async fn a_reminder_of_the_night_comes_when_work_begins() {
    let app = named_at("14:00").await;

    app.advance(12 * HOUR).await;
    app.advance(6 * HOUR).await;
    assert_eq!(
        reminders(&app),
        Vec::<String>::new(),
        "eight in the morning"
    );
    let app = app.restart().await;
    app.advance(HOUR).await;

    let [reminder] = reminders(&app).try_into().expect("one reminder");
    assert!(reminder.contains("云杉机械"), "{reminder}");
    assert!(!reminder.contains("截止时间已过"), "{reminder}");
    app.advance(2 * HOUR).await;
    assert_eq!(reminders(&app).len(), 1);
}

#[tokio::test]
async fn what_was_settled_by_then_is_not_said() {
    let app = named_at("14:00").await;
    app.advance(12 * HOUR).await;

    let body = json!({ "by": "director-east", "reason": "竞品已退出" });
    let (status, answer) = app.post_api(&format!("runs/{RUN}/waive"), &body).await;
    assert_eq!(status, 200, "{answer}");
    app.advance(8 * HOUR).await;

    assert_eq!(reminders(&app), Vec::<String>::new());
}

#[tokio::test]
async fn in_working_time_a_reminder_comes_at_once() {
    let app = named_at("21:45").await;

    app.advance(12 * HOUR).await;

    assert_eq!(reminders(&app).len(), 1);
}
