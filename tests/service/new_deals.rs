//! Deals that nobody has spoken of yet are watched too, from wherever they come; and a changed
//! process reaches deals to which nothing happens.

use std::time::Duration;

use dingdan::clock::Clock;
use serde_json::{Value, json};

use crate::app::{API_TOKEN, CUSTOMER, DIRECTOR, Setup, TestApp, World};
use crate::child::{configured, run};
use crate::sightings::{delivered, told};

const HOUR: Duration = Duration::from_secs(3600);
const GOLDEN_SIX: &str = include_str!("../../config/processes/golden-six.toml");

/// What directors were told of that deal, that it stays too long.
fn dwelling(app: &TestApp, deal: &str) -> Vec<String> {
    let all = delivered(app).into_iter().map(|message| told(&message));
    all.filter(|text| text.contains("方案演示停留过久") && text.contains(deal))
        .collect()
}

async fn open(app: &TestApp, id: &str, stage: &str) -> Value {
    let opened = app
        .http
        .post(format!("{}/api/v1/opportunities", app.url))
        .bearer_auth(API_TOKEN)
        .json(&json!({
            "id": id, "customer_id": "yunshan", "rep_id": "rep-zhao",
            "name": "三期", "stage": stage,
        }));
    let answer = opened.send().await.unwrap();
    assert_eq!(answer.status(), 201);
    app.settle().await;
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_deal_opened_by_a_system_is_watched_without_a_word_of_anybody() {
    let app = TestApp::start().await;

    let deal = open(&app, "deal-new", "demo").await;
    assert_eq!(deal["stage"], "demo");
    app.advance(71 * HOUR).await;
    assert_eq!(dwelling(&app, "三期"), [""; 0], "yellow is the rep's");
    app.advance(2 * HOUR).await;

    let told = dwelling(&app, "三期");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("3 天"), "{told:?}");
    let todos = app.sandbox.director(DIRECTOR).todos();
    assert!(todos.iter().any(|todo| todo.subject.contains("云杉机械")));
}

#[tokio::test]
async fn a_deal_opened_in_a_stage_enters_it_with_all_that_it_demands() {
    let app = TestApp::start().await;

    open(&app, "deal-new", "proposal").await;

    let runs = app.items("runs?opportunity=deal-new").await;
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert_eq!(runs[0]["node"], "decision_chain");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_deal_is_watched_from_the_day_of_the_import() {
    let world = World::at(Clock::system().now()).await;
    let file = configured(&world, |text| text);
    let app = TestApp::start_in(world, Setup::default()).await;
    let world = app.stop().await;
    let rows = world.folder().join("deals.csv");
    let columns = "id,customer_id,rep_id,name,stage,opened_at";
    let deal = "deal-old,yunshan,rep-zhao,老线改造,demo,2026-01-05";
    std::fs::write(&rows, format!("{columns}\n{deal}\n")).unwrap();
    let (rows, file) = (rows.to_str().unwrap(), file.to_str().unwrap());
    let imported = run(&["import", "opportunities", rows, "--config", file]).await;
    assert!(imported.status.success(), "{imported:?}");

    let setup = Setup {
        seed: false,
        ..Setup::default()
    };
    let app = TestApp::start_in(world, setup).await;
    app.settle().await;
    assert!(app.items("runs?opportunity=deal-old").await.is_empty());
    app.advance(71 * HOUR).await;
    assert_eq!(dwelling(&app, "老线改造"), [""; 0]);
    app.advance(2 * HOUR).await;

    let told = dwelling(&app, "老线改造");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("3 天"), "{told:?}");
}

#[tokio::test]
async fn a_shorter_patience_reaches_a_deal_to_which_nothing_happens() {
    let app = TestApp::start().await;
    open(&app, "deal-new", "demo").await;
    app.advance(30 * HOUR).await;
    assert_eq!(dwelling(&app, "三期"), [""; 0]);

    let world = app.stop().await;
    let shorter = GOLDEN_SIX
        .replace(
            "late_after = \"72h\"\nremind = \"提醒：",
            "late_after = \"24h\"\nremind = \"提醒：",
        )
        .replace(
            "expected_after = \"48h\"\nlate_after = \"24h\"",
            "expected_after = \"12h\"\nlate_after = \"24h\"",
        );
    assert_ne!(shorter, GOLDEN_SIX);
    std::fs::write(world.folder().join("shorter.toml"), shorter).unwrap();
    let setup = Setup {
        seed: false,
        change: |text| text + "[process]\nfile = \"shorter.toml\"\n",
        ..Setup::default()
    };
    let app = TestApp::start_in(world, setup).await;
    app.settle().await;
    app.advance(HOUR).await;

    assert_eq!(dwelling(&app, "三期").len(), 1);
}

#[tokio::test]
async fn what_changes_nothing_leaves_no_entry() {
    let app = TestApp::start().await;
    app.sandbox.customer(CUSTOMER).says("你们太贵了").await;
    app.settle().await;
    let deal = "deal-yunshan".parse().unwrap();
    let before = app.store.journal(&deal).await.unwrap().len();

    for _ in 0..3 {
        let mut tx = app.store.begin().await.unwrap();
        let now = app.clock.now();
        tx.set_moment(&deal, Some(now)).await.unwrap();
        tx.commit().await.unwrap();
        app.settle().await;
    }

    assert_eq!(app.store.journal(&deal).await.unwrap().len(), before);
}
