//! What usually prevents a signal is missing: the card says so.

use std::time::Duration;

use serde_json::json;

use crate::app::{CUSTOMER, REP, TestApp};
use crate::sightings::{cards, delivered, texts, told};

const DAY: Duration = Duration::from_secs(24 * 3600);
const FINANCE: &str = "财务还在卡这笔";
const PRICE: &str = "你们太贵了";
const UNSIGNED: &str = "还没有客户签署的《ROI测算表》";
const UNCONFIRMED: &str = "技术参数适配性还没有确认";

async fn hears(app: &TestApp, words: &str) {
    app.sandbox.customer(CUSTOMER).says(words).await;
    app.settle().await;
}

async fn confirms(app: &TestApp, fact: &str) {
    let body = json!({ "fact": fact, "by": "rep-zhao" });
    let path = "opportunities/deal-yunshan/facts";
    assert_eq!(app.post_api(path, &body).await.0, 200);
}

fn said_how_often(app: &TestApp, hint: &str) -> usize {
    let texts = texts(app, REP).into_iter();
    let cards = cards(app, REP).into_iter();
    let all = texts.chain(cards.map(|card| card.content.to_string()));
    all.filter(|text| text.contains(hint)).count()
}

#[tokio::test]
async fn finance_without_a_signed_roi_is_hinted_at_on_the_card_and_to_the_director() {
    let app = TestApp::start().await;

    hears(&app, FINANCE).await;

    let card = cards(&app, REP).pop().unwrap().content.to_string();
    assert!(card.contains(UNSIGNED), "{card}");
    let alert = told(&delivered(&app).pop().unwrap());
    assert!(alert.contains("ROI测算表"), "{alert}");
}

#[tokio::test]
async fn a_signed_roi_needs_no_hint() {
    let app = TestApp::start().await;
    confirms(&app, "roi_signed").await;

    hears(&app, FINANCE).await;

    assert_eq!(cards(&app, REP).len(), 1);
    assert_eq!(said_how_often(&app, UNSIGNED), 0);
}

#[tokio::test]
async fn price_again_without_confirmed_fit_is_hinted_at_once_a_week() {
    let app = TestApp::start().await;

    hears(&app, PRICE).await;
    assert_eq!(said_how_often(&app, UNCONFIRMED), 0, "once is no pattern");
    hears(&app, PRICE).await;
    assert_eq!(said_how_often(&app, UNCONFIRMED), 1);
    app.clock.advance(6 * DAY);
    hears(&app, PRICE).await;
    assert_eq!(said_how_often(&app, UNCONFIRMED), 1, "said this week");
    app.clock.advance(DAY);
    hears(&app, PRICE).await;
    assert_eq!(said_how_often(&app, UNCONFIRMED), 2);

    confirms(&app, "tech_fit").await;
    app.clock.advance(30 * DAY);
    hears(&app, PRICE).await;
    assert_eq!(said_how_often(&app, UNCONFIRMED), 2);
}
