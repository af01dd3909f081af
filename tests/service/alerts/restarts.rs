//! Deadlines that pass while nothing runs, and what can be read afterwards.

use dingdan::domain::AlertId;

use super::{HOUR, SECOND, TENDER, hears, only_alert};
use crate::app::{Setup, TestApp};
use crate::sightings::{delivered, told};

#[tokio::test]
async fn a_deadline_that_passes_while_nothing_runs_is_fired_once_at_the_next_start() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let clock = app.clock.clone();

    let world = app.stop().await;
    clock.advance(5 * HOUR);
    let setup = || Setup {
        seed: false,
        ..Setup::default()
    };
    let app = TestApp::start_in(world, setup()).await;
    app.settle().await;
    let app = app.restart().await;
    app.settle().await;

    let late: Vec<String> = delivered(&app)
        .iter()
        .map(told)
        .filter(|text| text.contains("已超时"))
        .collect();
    assert_eq!(late.len(), 1, "{late:?}");
    assert!(
        late[0].contains("**已超时**：3 小时"),
        "it says how late: {}",
        late[0]
    );
}

#[tokio::test]
async fn nothing_happens_before_a_deadline_and_once_at_it() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;

    app.advance(2 * HOUR - SECOND).await;
    assert_eq!(delivered(&app).len(), 1);
    app.advance(SECOND).await;
    assert_eq!(delivered(&app).len(), 2);
    app.advance(100 * HOUR).await;

    let late = delivered(&app);
    let late = late
        .iter()
        .filter(|message| told(message).contains("已超时"));
    assert_eq!(late.count(), 1);
    assert_eq!(app.items("runs").await[0]["status"], "overdue");
}

#[tokio::test]
async fn the_ledger_of_an_alert_can_be_read_by_its_id() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;

    let alert = only_alert(&app).await;
    let id: AlertId = alert["id"].as_str().unwrap().parse().unwrap();
    let ledger = app.store.deliveries_of(&id).await.unwrap();

    assert_eq!(ledger.len(), 1);
    assert_eq!(
        (ledger[0].0.as_str(), ledger[0].2.as_str()),
        ("robot", "sent")
    );
    let used = app
        .store
        .quota_used("dingtalk_api", "2026-11")
        .await
        .unwrap();
    assert_eq!(used, 1, "calls are counted against the month");
}
