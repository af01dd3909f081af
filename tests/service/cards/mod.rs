//! What the rep is asked, in cards and in the chat, and every way in which that can go astray.

mod clicks;
mod free_text;
mod sending;
mod waiting;

use std::time::Duration;

use serde_json::Value;

use crate::app::{CUSTOMER, REP, TestApp};
use crate::asked::clicks;
use crate::sightings::texts;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const TENDER: &str = "要走招标";
const BUDGET: &str = "今年预算不够了";
const COMPETITOR: &str = "西门子也给我们报了价";

type Choices<'a> = [(&'a str, &'a [&'a str])];

const BOTH: &Choices<'static> = &[
    ("risk_type", &["open_tender"]),
    ("strategy", &["total_cost"]),
];
const OWN: &Choices<'static> = &[("risk_type", &["open_tender"]), ("strategy", &["own"])];

async fn hears(app: &TestApp, words: &str) {
    app.sandbox.customer(CUSTOMER).says(words).await;
    app.settle().await;
}

async fn says(app: &TestApp, words: &str) {
    app.sandbox.rep(REP).says(words).await;
    app.settle().await;
}

async fn runs(app: &TestApp) -> Vec<Value> {
    app.items("runs").await
}

fn newest_text(app: &TestApp) -> String {
    texts(app, REP).pop().expect("a text came")
}
