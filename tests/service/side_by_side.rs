//! Two open deals of one rep, stepped at the same moment: on Postgres their transactions run side by
//! side.

use std::time::Duration;

use dingdan::domain::Label;
use dingdan::engine::{Actor, Event};
use dingdan::journal::{self, Cause};
use dingdan::store::{NewOpportunity, Tx};

use crate::app::{REP, TestApp};
use crate::deadlines::waited_for;
use crate::sightings::{cards, number, outbox, texts};

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

/// The customer of a deal says that there will be a tender, in a line of that name.
async fn hears(app: &TestApp, tx: &mut Tx, line: &str) -> bool {
    let heard = Event::SignalHeard {
        label: Label::Tender,
        words: "招标".to_owned(),
        quote: "今年要走招标".to_owned(),
        message: line.parse().unwrap(),
        chat: format!("chat-of-{line}").parse().unwrap(),
    };
    let cause = Cause {
        key: line,
        click: None,
    };
    let deal = DEALS[0].parse().unwrap();
    let stepped = journal::step(&app.shared, tx, &deal, &[heard], cause).await;
    stepped.unwrap().is_some()
}

#[tokio::test]
async fn two_lines_of_one_deal_that_are_told_at_the_same_moment_raise_one_alert() {
    let app = TestApp::start().await;
    let mut first = app.store.begin().await.unwrap();
    assert!(hears(&app, &mut first, "one").await);

    let first = async move {
        waited_for(&mut first).await;
        first.commit().await.unwrap();
    };
    let second = async {
        let mut tx = app.store.begin().await.unwrap();
        assert!(hears(&app, &mut tx, "other").await, "it waits and goes on");
        tx.commit().await.unwrap();
    };
    let both = tokio::time::timeout(PATIENCE, async { tokio::join!(first, second) });
    both.await.expect("neither waits for ever");

    let counted = async |sql: &'static str| number(&app.store, sql).await;
    assert_eq!(counted("select count(*) from journal").await, 2);
    assert_eq!(counted("select count(*) from run").await, 1);
    assert_eq!(counted("select count(*) from alert").await, 1);
    assert_eq!(
        counted("select max(version) from opportunity where id = 'deal-yunshan'").await,
        2
    );
}

#[tokio::test]
async fn a_line_that_is_told_while_its_deal_changes_hands_is_not_lost() {
    let app = TestApp::start().await;
    let mut handing_over = app.store.begin().await.unwrap();
    handing_over
        .describe_opportunity(
            &DEALS[0].parse().unwrap(),
            "云杉机械包装线",
            &"rep-qian".parse().unwrap(),
            &"yunshan".parse().unwrap(),
        )
        .await
        .unwrap();

    let handing_over = async move {
        waited_for(&mut handing_over).await;
        handing_over.commit().await.unwrap();
    };
    let hearing = async {
        let mut tx = app.store.begin().await.unwrap();
        assert!(hears(&app, &mut tx, "one").await, "the deal is there");
        tx.commit().await.unwrap();
    };
    let both = tokio::time::timeout(PATIENCE, async { tokio::join!(handing_over, hearing) });
    both.await.expect("neither waits for ever");
    app.settle().await;

    assert_eq!(number(&app.store, "select count(*) from run").await, 1);
    assert!(cards(&app, REP).is_empty(), "it is not his any more");
    assert!(!cards(&app, "QianYue").is_empty(), "but hers");
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
