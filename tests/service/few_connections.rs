//! A store that has one connection left: whoever has begun to change something asks for no second
//! one, or all of them together would wait for each other.
//!
//! Only Postgres has connections that everybody shares, so on SQLite there is nothing to test here.

use dingdan::sandbox::Customer;
use dingdan::store::Tx;
use serde_json::json;

use crate::app::{CUSTOMER, REP, TestApp};
use crate::sightings::{cards, inbox, newest_card, texts};

/// As many as the store has, but one.
const TAKEN: usize = 15;
const STRANGER: &str = "wmZhouTong000001";

/// A service that has to make do with one connection for as long as these are held.
async fn with_one_connection() -> Option<(TestApp, Vec<Tx>)> {
    let app = TestApp::start().await;
    if app.world().storage.starts_with("sqlite") {
        return None;
    }
    app.sandbox.set_up(|known| {
        known.customers.push(Customer {
            external_userid: STRANGER.to_owned(),
            name: "周桐".to_owned(),
            open_kfid: "wkZhaoLei0001".to_owned(),
            company: Some("云杉".to_owned()),
        });
    });
    let mut taken = Vec::new();
    for _ in 0..TAKEN {
        taken.push(app.store.begin().await.unwrap());
    }
    Some((app, taken))
}

#[tokio::test]
async fn a_stranger_is_asked_about_and_named() {
    let Some((app, _taken)) = with_one_connection().await else {
        return;
    };
    app.sandbox.customer(STRANGER).says("要走招标").await;
    app.settle().await;
    let rep = app.sandbox.rep(REP);

    let card = newest_card(&app, REP);
    rep.clicks(&card, "submit", &[("customer", &["new"])])
        .await
        .unwrap();
    app.settle().await;
    rep.says("天河水泥有限公司").await;
    app.settle().await;

    let told = texts(&app, REP);
    assert!(
        told.iter().any(|text| text.contains("已新建客户")),
        "{told:?}"
    );
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_rep_calls_it_a_false_alarm_and_asks_what_is_open() {
    let Some((app, _taken)) = with_one_connection().await else {
        return;
    };
    app.sandbox.customer(CUSTOMER).says("今年要走招标").await;
    app.settle().await;
    let rep = app.sandbox.rep(REP);
    let card = newest_card(&app, REP);
    let question = cards(&app, REP)[0].content["select_list"][0]["question_key"].clone();

    for words in ["状态", "继续 1", "1"] {
        rep.says(words).await;
        app.settle().await;
    }
    let said = [(question.as_str().unwrap(), &["_false-alarm"][..])];
    rep.clicks(&card, "submit", &said).await.unwrap();
    app.settle().await;

    let corrections = app.items("corrections").await;
    assert_eq!(corrections.len(), 1, "{corrections:?}");
    assert_eq!(corrections[0]["state"], json!("pending"));
    assert_eq!(inbox(&app).await, (0, 0));
}
