//! What nobody needs any more is forgotten, and what is a record stays.

use std::time::Duration;

use dingdan::housekeeping;
use dingdan::store::Outdated;

use crate::app::{CUSTOMER, REP, TestApp};
use crate::sightings::{lines, number, texts};

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn forget_all(app: &TestApp) {
    while housekeeping::round(&app.shared).await.unwrap() > 0 {}
}

async fn rows(app: &TestApp) -> (i64, i64) {
    let inbox = number(&app.store, "select count(*) from inbox").await;
    let outbox = number(&app.store, "select count(*) from outbox").await;
    (inbox, outbox)
}

#[tokio::test]
async fn what_is_done_is_forgotten_in_time_and_the_records_stay() {
    let app = TestApp::start().await;
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;
    app.advance(3 * DAY).await;
    let before = rows(&app).await;
    let ledger = app.items("alerts").await;
    let journal = number(&app.store, "select count(*) from journal").await;

    forget_all(&app).await;
    assert_eq!(rows(&app).await, before, "nothing is old enough");
    app.clock.advance(5 * DAY);
    forget_all(&app).await;
    assert_eq!(rows(&app).await, (0, before.1));
    app.clock.advance(30 * DAY);
    forget_all(&app).await;

    assert_eq!(rows(&app).await, (0, 0));
    assert_eq!(app.items("alerts").await, ledger);
    assert_eq!(lines(&app).await, ["要走招标"]);
    let kept = number(&app.store, "select count(*) from journal").await;
    assert_eq!(kept, journal);
    assert_eq!(app.items("runs").await.len(), 1);
}

#[tokio::test]
async fn few_rows_are_forgotten_at_a_time_the_oldest_first_and_waiting_ones_never() {
    let app = TestApp::start().await;
    let customer = app.sandbox.customer(CUSTOMER);
    customer.says_many(&["一", "二", "三"]).await;
    app.settle().await;
    app.sandbox.rep(REP).says("在吗").await;
    app.clock.advance(30 * DAY);
    let done = number(
        &app.store,
        "select count(*) from inbox where done_at is not null",
    )
    .await;

    let now = app.clock.now();
    let forgotten = app.store.forget(Outdated::DoneArrivals, now, 2).await;
    assert_eq!(forgotten.unwrap(), 2);
    forget_all(&app).await;

    let left = number(&app.store, "select count(*) from inbox").await;
    assert!(done > 2 && left == 1, "{done} {left}");
    app.settle().await;
    assert_eq!(texts(&app, REP).len(), 1, "it is answered all the same");
}

#[tokio::test]
async fn sessions_and_logins_that_are_over_are_forgotten() {
    let app = TestApp::start().await;
    let (now, person) = (app.clock.now(), "rep-zhao".parse().unwrap());
    app.store.begin_session("old", &person, now).await.unwrap();
    app.store
        .begin_login("old", "browser", "/", now, now)
        .await
        .unwrap();
    app.clock.advance(2 * DAY);
    let now = app.clock.now();
    app.store.begin_session("new", &person, now).await.unwrap();

    forget_all(&app).await;

    assert!(app.store.session("old").await.unwrap().is_none());
    assert!(app.store.session("new").await.unwrap().is_some());
    assert_eq!(
        number(&app.store, "select count(*) from login_attempt").await,
        0
    );
}
