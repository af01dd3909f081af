//! Two open deals of one rep, stepped at the same moment: on Postgres their transactions run side by
//! side.

use std::time::Duration;

use dingdan::engine::{Actor, Event};
use dingdan::journal::{self, Cause};
use dingdan::store::{NewOpportunity, Tx};

use crate::app::{REP, TestApp};
use crate::deadlines::waited_for;
use crate::sightings::{number, outbox, texts};

const PATIENCE: Duration = Duration::from_secs(20);
const DEALS: [&str; 2] = ["deal-yunshan", "deal-second"];

async fn two_deals() -> TestApp {
    let app = TestApp::start().await;
    let mut tx = app.store.begin().await.unwrap();
    let deal = NewOpportunity {
        id: DEALS[1].parse().unwrap(),
        customer: "yunshan".parse().unwrap(),
        rep: "rep-zhao".parse().unwrap(),
        name: "包装线".to_owned(),
        stage: "demo".to_owned(),
        opened_at: app.clock.now(),
    };
    assert!(tx.create_opportunity(&deal).await.unwrap());
    tx.commit().await.unwrap();
    app
}

/// The first question of 首次需求澄清 is put to the rep.
async fn asks(app: &TestApp, tx: &mut Tx, deal: &str) {
    let opened = Event::NodeOpened {
        node: "needs_clarification".to_owned(),
        by: Actor {
            id: "rep-zhao".parse().unwrap(),
            name: "赵磊".to_owned(),
        },
    };
    let cause = Cause {
        key: "test",
        click: None,
    };
    let deal = deal.parse().unwrap();
    let stepped = journal::step(&app.shared, tx, &deal, &[opened], cause).await;
    assert!(stepped.unwrap().is_some());
}

/// The deals whose question was said, in that order.
fn said(app: &TestApp) -> Vec<String> {
    let questions = texts(app, REP).into_iter();
    let links = questions.filter_map(|text| {
        let (_, link) = text.split_once("/m/runs/")?;
        let (run, _) = link.split_once('"')?;
        Some(run.trim_end_matches("-1").to_owned())
    });
    links.collect()
}

#[tokio::test]
async fn two_deals_that_ask_at_once_take_their_turns() {
    let app = two_deals().await;
    let mut first = app.store.begin().await.unwrap();
    asks(&app, &mut first, DEALS[0]).await;

    let first = async move {
        waited_for(&mut first).await;
        first.commit().await.unwrap();
    };
    let second = async {
        let mut tx = app.store.begin().await.unwrap();
        asks(&app, &mut tx, DEALS[1]).await;
        tx.commit().await.unwrap();
    };
    let both = tokio::time::timeout(PATIENCE, async { tokio::join!(first, second) });
    both.await.expect("neither waits for ever");
    app.settle().await;

    assert_eq!(said(&app), DEALS[..1], "one question at a time");
    const WAITING: &str = "select count(*) from asking where said_at is null";
    assert_eq!(number(&app.store, WAITING).await, 1);
    app.sandbox.rep(REP).says("稍后").await;
    app.settle().await;
    assert_eq!(said(&app), DEALS, "the other one has its turn");
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn twenty_lines_of_two_customers_of_one_rep_are_worked_on_at_once() {
    let app = TestApp::start().await;
    let mut tx = app.store.begin().await.unwrap();
    let deal = NewOpportunity {
        id: "deal-beichen".parse().unwrap(),
        customer: "beichen".parse().unwrap(),
        rep: "rep-zhao".parse().unwrap(),
        name: "包装线".to_owned(),
        stage: "demo".to_owned(),
        opened_at: app.clock.now(),
    };
    assert!(tx.create_opportunity(&deal).await.unwrap());
    tx.commit().await.unwrap();

    for brand in ["西门子", "三菱", "台达", "汇川", "欧姆龙"] {
        let words = format!("{brand}也给我们报了价");
        for contact in ["wmYunshanChen01", "wmBeichenLiu002"] {
            let customer = app.sandbox.customer(contact);
            customer.says_many(&[&words, "给我来二十台变频器"]).await;
        }
    }
    app.settle().await;

    assert_eq!(app.items("runs?node=competitor_response").await.len(), 10);
    assert_eq!(app.items("runs?node=needs_clarification").await.len(), 2);
    assert_eq!(crate::sightings::inbox(&app).await, (0, 0));
    assert_eq!(outbox(&app).await, (0, 0));
    const SAID: &str = "select count(*) from asking where said_at is not null";
    assert_eq!(
        number(&app.store, SAID).await,
        1,
        "one question has the word"
    );
}
