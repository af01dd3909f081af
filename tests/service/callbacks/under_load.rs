//! More callbacks than can be stored.

use std::time::{Duration, Instant};

use dingdan::sandbox::Retried;
use dingdan::store::Tx;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::{Platform, Posted, text};
use crate::app::{REP, Setup, TestApp};
use crate::sightings::{inbox, texts};

/// Nothing can be stored until it is dropped.
async fn hold_the_store(app: &TestApp) -> Tx {
    let mut tx = app.store.begin().await.unwrap();
    if let Tx::Postgres(tx) = &mut tx {
        let lock = sqlx::query("lock table inbox in exclusive mode");
        lock.execute(&mut **tx).await.unwrap();
    }
    tx
}

/// A service where one callback may wait for a commit, and nobody commits: one is being committed, one
/// waits, the third is one too many.
async fn crowded() -> (TestApp, Tx) {
    let app = TestApp::start_with(Setup {
        change: |text| text.replace("[storage]", "[storage]\nwaiting_callbacks = 1"),
        ..Setup::default()
    })
    .await;
    let held = hold_the_store(&app).await;
    (app, held)
}

#[tokio::test]
async fn callbacks_beyond_those_that_may_wait_are_held_for_a_moment_and_not_refused_at_once() {
    let (app, held) = crowded().await;
    app.sandbox.set_retried(Retried::NoAnswer);
    let numbers = ["一", "二", "三", "四", "五"];
    let says = numbers.map(|word| {
        let rep = app.sandbox.rep(REP);
        async move { rep.says(word).await }
    });
    let mut said = std::pin::pin!(futures_util::future::join_all(says));

    let moment = Duration::from_millis(300);
    let early = tokio::time::timeout(moment, &mut said).await;
    assert!(early.is_err(), "nobody has an answer yet");
    drop(held);
    said.await;

    assert_eq!(inbox(&app).await, (5, 0), "the platform tries none again");
    let attempts = app.sandbox.ledger().callbacks();
    assert_eq!(attempts.len(), 5, "{attempts:?}");
    app.settle().await;
    assert_eq!(texts(&app, REP).len(), 5);
}

#[tokio::test]
async fn callbacks_that_find_no_room_in_two_seconds_are_told_so_before_the_platform_gives_up() {
    let (app, held) = crowded().await;
    let platform = Platform::of(&app);
    let posted: Vec<Posted> = (1..=5)
        .map(|id| platform.seal(&text(REP, id, "在吗")))
        .collect();
    let begun = Instant::now();
    let mut posts: FuturesUnordered<_> = posted.iter().map(|one| platform.post(one)).collect();

    for _ in 0..3 {
        assert_eq!(posts.next().await.unwrap().status, 503);
    }
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(1900), "{took:?}");
    assert!(took < Duration::from_millis(4500), "{took:?}");
    drop(held);
    for _ in 0..2 {
        assert_eq!(posts.next().await.unwrap().status, 200);
    }
    assert_eq!(inbox(&app).await, (2, 0));
}

#[tokio::test]
async fn while_the_store_fails_nothing_is_acknowledged() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);
    let posted = platform.seal(&text(REP, 1, "在吗"));
    app.store.close().await;

    for _ in 0..3 {
        assert_eq!(platform.post(&posted).await.status, 503);
    }
    let ready = app
        .http
        .get(format!("{}/readyz", app.url))
        .send()
        .await
        .unwrap();
    assert_eq!(ready.status(), 503);
    let alive = app
        .http
        .get(format!("{}/healthz", app.url))
        .send()
        .await
        .unwrap();
    assert_eq!(alive.status(), 200);

    // It comes again when the store is back, and is taken.
    let app = app.restart().await;
    let platform = Platform::of(&app);
    assert_eq!(platform.post(&posted).await.status, 200);
    assert_eq!(inbox(&app).await, (1, 0));
}
