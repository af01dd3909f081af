//! The library crashes, hangs and leaks: the service goes on without it, and catches up.

use std::time::Duration;

use dingdan::sandbox::{Damage, Misdeed};
use serde_json::Value;

use super::{WORDS, archive, configuration, heard, labels, notified, start, waits, world};
use crate::app::{CUSTOMER, REP, Setup, TestApp};
use crate::sightings::{figure, inbox, lines};

async fn ready(app: &TestApp) -> Value {
    let answer = app
        .http
        .get(format!("{}/readyz", app.url))
        .send()
        .await
        .unwrap();
    assert_eq!(
        answer.status(),
        200,
        "the service is ready without the library"
    );
    answer.json().await.unwrap()
}

async fn restarts(app: &TestApp, why: &str) -> f64 {
    figure(
        app,
        &format!("dingdan_archive_restarts_total{{why=\"{why}\""),
    )
    .await
}

#[tokio::test]
async fn after_a_crash_and_after_a_hang_the_service_goes_on_and_catches_up() {
    for (misdeed, why) in [(Misdeed::Abort, "crashed"), (Misdeed::Hang, "hung")] {
        let app = start("timeout_seconds = 2\n").await;
        archive(&app).says(CUSTOMER, REP, "第一句");
        notified(&app).await;
        let before = restarts(&app, why).await;

        archive(&app).misbehaves_at_pull(misdeed);
        archive(&app).says(CUSTOMER, REP, WORDS);
        notified(&app).await;
        assert_eq!(lines(&app).await, ["第一句"], "{misdeed:?}");
        assert_eq!(ready(&app).await["archive"], "failing", "{misdeed:?}");
        // Everything else works meanwhile.
        app.sandbox
            .customer("wmHuafengLin003")
            .says("今年要走招标")
            .await;
        app.settle().await;
        assert_eq!(labels(&app).await, ["TENDER"], "{misdeed:?}");
        waits(&app).await;

        assert_eq!(lines(&app).await.len(), 3, "{misdeed:?}");
        assert_eq!(
            labels(&app).await,
            ["PRICE", "TENDER", "TENDER"],
            "{misdeed:?}"
        );
        assert_eq!(inbox(&app).await, (0, 0), "{misdeed:?}");
        assert_eq!(ready(&app).await["archive"], "ok", "{misdeed:?}");
        assert!(restarts(&app, why).await > before, "{misdeed:?}");
    }
}

#[tokio::test]
async fn a_process_that_grows_or_has_pulled_often_is_replaced_in_between() {
    let app = start("memory_mb = 64\n").await;
    let before = restarts(&app, "memory").await;
    archive(&app).misbehaves_at_pull(Misdeed::Leak);
    archive(&app).says(CUSTOMER, REP, WORDS);
    notified(&app).await;
    assert_eq!(labels(&app).await, ["PRICE", "TENDER"]);
    assert!(restarts(&app, "memory").await > before);

    let app = start("pulls_per_process = 1\n").await;
    let before = restarts(&app, "pulls").await;
    for text in ["第一句", "第二句"] {
        archive(&app).says(CUSTOMER, REP, text);
        notified(&app).await;
    }
    assert_eq!(lines(&app).await, ["第一句", "第二句"]);
    assert!(restarts(&app, "pulls").await >= before + 2.0);
}

#[tokio::test]
async fn a_message_that_kills_the_library_each_time_is_set_aside() {
    let app = start("").await;
    archive(&app).says(CUSTOMER, REP, "第一句");
    archive(&app).damages_next(Damage::Deadly);
    archive(&app).says(CUSTOMER, REP, "它会崩溃");
    archive(&app).says(CUSTOMER, REP, WORDS);

    notified(&app).await;
    assert_eq!(
        lines(&app).await,
        ["第一句"],
        "what came before it is there"
    );
    for _ in 0..4 {
        waits(&app).await;
        notified(&app).await;
    }

    assert_eq!(lines(&app).await, ["第一句", WORDS]);
    assert_eq!(heard(&app).await.len(), 2);
    let listed = app.store.arrivals_set_aside(10).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert!(listed[0].3.contains("crashes over it"), "{listed:?}");

    app.store.retry_arrivals_set_aside().await.unwrap();
    waits(&app).await;
    assert_eq!(inbox(&app).await, (0, 1), "nobody tries for ever");
}

#[tokio::test]
async fn a_library_that_cannot_be_loaded_stops_nothing_else() {
    let world = world().await;
    let other = configuration(&world, &[1])
        .lines()
        .map(|line| match line.starts_with("sdk = ") {
            // A library, and not that one.
            true => "sdk = \"libc.so.6\"\n".to_owned(),
            false => format!("{line}\n"),
        })
        .collect();
    let app = TestApp::start_in(
        world,
        Setup {
            extra: other,
            ..Setup::default()
        },
    )
    .await;

    archive(&app).says(CUSTOMER, REP, WORDS);
    notified(&app).await;
    app.sandbox.customer(CUSTOMER).says("今年要走招标").await;
    app.settle().await;

    assert_eq!(lines(&app).await, ["今年要走招标"]);
    assert_eq!(ready(&app).await["archive"], "failing");
    assert!(figure(&app, "dingdan_archive_failures_total{what=\"unusable\"").await >= 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_notice_the_archive_is_read_at_set_times() {
    let world = world().await;
    let extra = configuration(&world, &[1]) + "pull_seconds = 60\n";
    let setup = Setup {
        extra,
        runs: true,
        ..Setup::default()
    };
    let app = TestApp::start_in(world, setup).await;
    let stored = "select count(*) from message";
    archive(&app).says(CUSTOMER, REP, "第一句");
    app.clock.advance(Duration::from_secs(61));
    crate::sightings::grows_to(&app.store, stored, 1).await;

    archive(&app).says(CUSTOMER, REP, "第二句");
    app.clock.advance(Duration::from_secs(61));

    crate::sightings::grows_to(&app.store, stored, 2).await;
}
