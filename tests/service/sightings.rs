//! What the phones, the figures and the API show, in the words of the tests.

use dingdan::sandbox::{DingtalkMessage, Endpoint, Outcome, Record, WecomMessage};
use dingdan::store::Store;
use serde_json::Value;

use crate::app::{Browser, TestApp};
use crate::child::PATIENCE;

/// The cards on a rep's phone, oldest first.
pub fn cards(app: &TestApp, rep: &str) -> Vec<WecomMessage> {
    let inbox = app.sandbox.ledger().wecom_inbox(rep).into_iter();
    inbox
        .filter(|message| message.msgtype == "template_card")
        .collect()
}

/// The one card on a rep's phone, by its task id.
pub fn only_card(app: &TestApp, rep: &str) -> String {
    let cards = cards(app, rep);
    assert_eq!(cards.len(), 1, "{cards:?}");
    task_id(&cards[0])
}

/// The card that came last, by its task id.
pub fn newest_card(app: &TestApp, rep: &str) -> String {
    task_id(cards(app, rep).last().expect("a card came"))
}

pub fn task_id(card: &WecomMessage) -> String {
    card.content["task_id"].as_str().unwrap().to_owned()
}

/// The texts on a rep's phone, oldest first.
pub fn texts(app: &TestApp, rep: &str) -> Vec<String> {
    let inbox = app.sandbox.ledger().wecom_inbox(rep).into_iter();
    inbox
        .filter(|message| message.msgtype == "text")
        .map(|message| message.content["content"].as_str().unwrap().to_owned())
        .collect()
}

/// The changes of cards that took effect: whose card, and what it shows now.
pub fn receipts(app: &TestApp) -> Vec<(String, String)> {
    let entries = app.sandbox.ledger().all().into_iter();
    entries
        .filter_map(|entry| match entry.record {
            Record::CardUpdate(update) if update.outcome == Outcome::Delivered => {
                Some((update.task_id, update.content.to_string()))
            }
            _ => None,
        })
        .collect()
}

/// Every DingTalk message, whatever became of it.
pub fn dingtalk(app: &TestApp) -> Vec<DingtalkMessage> {
    let entries = app.sandbox.ledger().all().into_iter();
    entries
        .filter_map(|entry| match entry.record {
            Record::Dingtalk(message) => Some(message),
            _ => None,
        })
        .collect()
}

/// The DingTalk messages that someone can read.
pub fn delivered(app: &TestApp) -> Vec<DingtalkMessage> {
    let all = dingtalk(app).into_iter();
    all.filter(|message| message.outcome == Outcome::Delivered)
        .collect()
}

/// All that a DingTalk message says.
pub fn told(message: &DingtalkMessage) -> String {
    message.content.to_string()
}

/// How often an API was called.
pub fn calls(app: &TestApp, endpoint: Endpoint) -> usize {
    app.sandbox.ledger().calls(endpoint).len()
}

/// No message vanished: not for its rate, and not for being the same as another.
pub fn assert_nothing_vanished(app: &TestApp) {
    for entry in app.sandbox.ledger().all() {
        let outcome = match &entry.record {
            Record::Wecom(message) => &message.outcome,
            Record::Dingtalk(message) => &message.outcome,
            _ => continue,
        };
        assert!(!matches!(outcome, Outcome::Dropped(_)), "{entry:?}");
    }
}

/// A figure of `/metrics`: the sum over all lines that begin so. Figures are of the whole process,
/// so other tests may raise them too.
pub async fn figure(app: &TestApp, begins: &str) -> f64 {
    let page = app.http.get(format!("{}/metrics", app.url));
    let page = page.send().await.unwrap();
    let lines = page.text().await.unwrap();
    let values = lines.lines().filter(|line| line.starts_with(begins));
    values
        .map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap())
        .sum()
}

/// Waiting and set aside rows of the inbox.
pub async fn inbox(app: &TestApp) -> (i64, i64) {
    let (waiting, set_aside, _) = app.store.inbox_backlog().await.unwrap();
    (waiting, set_aside)
}

/// Waiting and dead rows of the outbox.
pub async fn outbox(app: &TestApp) -> (i64, i64) {
    let (waiting, dead, _) = app.store.outbox_backlog().await.unwrap();
    (waiting, dead)
}

/// The words of every chat line that is stored.
pub async fn lines(app: &TestApp) -> Vec<String> {
    let messages = app.items("messages?limit=200").await;
    let text = |message: &Value| message["text"].as_str().unwrap().to_owned();
    messages.iter().map(text).collect()
}

/// Status of each alert, oldest first.
pub async fn alert_statuses(app: &TestApp) -> Vec<String> {
    let alerts = app.items("alerts?limit=200").await;
    let status = |alert: &Value| alert["status"].as_str().unwrap().to_owned();
    alerts.iter().map(status).collect()
}

/// The number that a statement answers with.
pub async fn number(store: &Store, sql: &'static str) -> i64 {
    match store {
        Store::Sqlite { readers, .. } => sqlx::query_scalar(sql).fetch_one(readers).await,
        Store::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
    }
    .unwrap()
}

/// Returns when the number has grown to this, by a service that works by itself.
pub async fn grows_to(store: &Store, sql: &'static str, wanted: i64) {
    let growing = async {
        while number(store, sql).await < wanted {
            tokio::task::yield_now().await;
        }
    };
    let grown = tokio::time::timeout(PATIENCE, growing).await;
    grown.unwrap_or_else(|_| panic!("{wanted} of: {sql}"));
}

/// Changes what is stored behind the service's back.
pub async fn tamper(store: &Store, sql: &'static str) {
    assert!(execute(store, sql).await > 0, "{sql}");
}

/// Carries out a statement behind the service's back. Returns how many rows it changed.
pub async fn execute(store: &Store, sql: &'static str) -> u64 {
    let done = match store {
        Store::Sqlite { writer, .. } => {
            let done = sqlx::query(sql).execute(writer).await;
            done.map(|done| done.rows_affected())
        }
        Store::Postgres(pool) => {
            let done = sqlx::query(sql).execute(pool).await;
            done.map(|done| done.rows_affected())
        }
    };
    done.unwrap()
}

/// What a browser gets at a path, as it comes.
pub async fn fetched(app: &TestApp, browser: &Browser, path: &str) -> reqwest::Response {
    let cookies: Vec<String> = browser
        .cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let request = app.http.get(format!("{}{path}", app.url));
    let request = request.header("cookie", cookies.join("; "));
    request.send().await.unwrap()
}
