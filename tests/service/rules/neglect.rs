//! A rep who keeps in touch without moving the deal is noticed from the chats themselves.

use std::time::Duration;

use serde_json::json;

use crate::app::{CUSTOMER, REP, TestApp};
use crate::sightings::{delivered, texts, told};

const HOUR: Duration = Duration::from_secs(3600);

async fn rep_writes(app: &TestApp, text: &str) {
    app.sandbox.rep(REP).replies_to(CUSTOMER, text).await;
    app.settle().await;
}

/// What the rep was told about it.
fn reminders(app: &TestApp) -> usize {
    let told = texts(app, REP).into_iter();
    told.filter(|text| text.contains("次跟进")).count()
}

/// What directors were told about it.
fn alerts(app: &TestApp) -> usize {
    let told = delivered(app).into_iter().map(|message| told(&message));
    told.filter(|text| text.contains("连续跟进未更新阶段"))
        .count()
}

#[tokio::test]
async fn two_conversations_without_a_stage_update_are_neglect() {
    let app = TestApp::start().await;
    app.sandbox.customer(CUSTOMER).says("你好").await;
    rep_writes(&app, "您好，我是赵磊").await;
    rep_writes(&app, "资料稍后发您").await;
    app.clock.advance(2 * HOUR);
    rep_writes(&app, "资料已发").await;
    assert_eq!(reminders(&app), 0, "one conversation is one contact");

    app.clock.advance(4 * HOUR);
    rep_writes(&app, "方便通电话吗").await;

    assert_eq!((reminders(&app), alerts(&app)), (1, 1));
    let alert = &app.items("alerts").await[0];
    assert_eq!(alert["reason"], "neglect");
    assert!(
        alert["url"]
            .as_str()
            .unwrap()
            .ends_with("/deals/deal-yunshan"),
        "{alert}"
    );
}

#[tokio::test]
async fn a_stage_update_begins_the_count_again() {
    let app = TestApp::start().await;
    app.sandbox.customer(CUSTOMER).says("你好").await;
    rep_writes(&app, "您好，我是赵磊").await;

    let moved = json!({ "stage": "discovery" });
    let (status, _) = app
        .post_api("opportunities/deal-yunshan/stage", &moved)
        .await;
    assert_eq!(status, 200);
    app.clock.advance(5 * HOUR);
    rep_writes(&app, "方便通电话吗").await;
    assert_eq!(reminders(&app), 0);
    let visit = json!({ "kind": "visit", "by": "rep-zhao" });
    let (status, _) = app
        .post_api("opportunities/deal-yunshan/contacts", &visit)
        .await;
    app.settle().await;

    assert_eq!(
        (status, reminders(&app)),
        (200, 1),
        "a visit counts as well"
    );
}
