//! What nobody needs any more is forgotten, and what is a record stays.

use std::time::Duration;

use dingdan::housekeeping;
use dingdan::store::Outdated;
use serde_json::json;

use crate::app::{CUSTOMER, REP, TestApp};
use crate::callbacks::{Platform, event, text};
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
async fn what_stands_in_no_other_table_stays_when_the_fence_of_its_key_is_gone() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let only_copies = [
        text(REP, 1, "x").replace(">text<", ">hologram<"),
        text(REP, 2, "x").replace(">text<", ">image<"),
        text("stranger", 3, "在吗"),
        text(REP, 4, "没人问的话"),
        event(REP, "teleport", "<Where>1</Where>"),
        event(
            REP,
            "template_card_event",
            "<EventKey>submit</EventKey><TaskId>none@1</TaskId>\
             <CardType>multiple_interaction</CardType><ResponseCode>abc</ResponseCode>",
        ),
    ];
    for message in &only_copies {
        assert_eq!(platform.post(&platform.seal(message)).await.status, 200);
    }
    let customer = app.sandbox.customer(CUSTOMER);
    customer.says("要走招标").await;
    let of_no_chat = json!({
        "msgid": "duty", "open_kfid": "wkZhaoLei0001", "origin": 4, "msgtype": "event",
        "send_time": 1_795_397_400,
        "event": { "event_type": "servicer_status_change", "servicer_userid": REP, "status": 1 },
    });
    customer.causes(of_no_chat).await;
    app.settle().await;
    let all = rows(&app).await.0;
    assert!(all > 8, "the notices and the line too: {all}");

    app.clock.advance(400 * DAY);
    forget_all(&app).await;

    assert_eq!(rows(&app).await.0, 7);
    let line = "select count(*) from inbox join message on platform_id = inbox.key";
    assert_eq!(number(&app.store, line).await, 0, "a line is kept once");
    assert_eq!(lines(&app).await, ["要走招标"]);
    let readable = "select count(*) from inbox where payload like '%没人问的话%'";
    assert_eq!(number(&app.store, readable).await, 1);
}

#[tokio::test]
async fn few_rows_are_forgotten_at_a_time_the_oldest_first_and_waiting_ones_never() {
    let app = TestApp::start().await;
    let customer = app.sandbox.customer(CUSTOMER);
    customer.says_many(&["一", "二", "三"]).await;
    app.settle().await;
    app.ends("deal-yunshan").await;
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
