//! What the director is told on DingTalk: by which way, how often, and what stands in the ledger.

mod directors;
mod group_robots;
mod many;
mod restarts;
mod unknown_outcomes;
mod ways;
mod words;
mod work_notifications;

use std::time::Duration;

use dingdan::sandbox::{Channel, DingtalkMessage, Fault};
use dingdan::store::{Contact, Customer, NewOpportunity};
use serde_json::Value;

use crate::app::{CUSTOMER, TestApp};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const TENDER: &str = "要走招标";
const COMPETITOR: &str = "西门子也给我们报了价";

/// Refusals of one call, as the new API words them.
const NO_ROBOT: Fault = Fault::Word(400, "robot.oto.notExist", "robot is not published");
const NOBODY: Fault = Fault::Word(400, "staffId.notExisted", "no such user");
const QUOTA_OF_ROBOT: Fault = Fault::Word(
    403,
    "Forbidden.AccessDenied.ApiCountLimitForOrg",
    "quota is used up",
);
const QUOTA_OF_NOTICE: Fault = Fault::Errcode(90020, "quota is used up");

/// A customer speaks of a tender, which the director is told of at once.
async fn hears(app: &TestApp, words: &str) {
    app.sandbox.customer(CUSTOMER).says(words).await;
    app.settle().await;
}

async fn alerts(app: &TestApp) -> Vec<Value> {
    app.items("alerts?limit=200").await
}

async fn only_alert(app: &TestApp) -> Value {
    let [alert] = alerts(app).await.try_into().expect("one alert");
    alert
}

/// Channel and outcome of each try, in order.
fn tries(alert: &Value) -> Vec<String> {
    let shown = |delivery: &Value| {
        let word = |key: &str| delivery[key].as_str().unwrap().to_owned();
        format!("{} {}", word("channel"), word("outcome"))
    };
    alert["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(shown)
        .collect()
}

fn channels(messages: &[DingtalkMessage]) -> Vec<Channel> {
    messages.iter().map(|message| message.channel).collect()
}

async fn minutes(app: &TestApp, count: u32) {
    for _ in 0..count {
        app.advance(MINUTE).await;
    }
}

fn contact(number: usize) -> String {
    format!("wmCrowd{number:04}")
}

async fn many_deals(app: &TestApp, count: usize) {
    let mut tx = app.store.begin().await.unwrap();
    for number in 0..count {
        let customer = Customer {
            id: format!("crowd-{number}").parse().unwrap(),
            name: format!("客户{number}"),
            industry: String::new(),
            region: "华东".to_owned(),
        };
        tx.put_customer(&customer).await.unwrap();
        let contact = Contact {
            id: contact(number).parse().unwrap(),
            customer_id: Some(customer.id.clone()),
            name: String::new(),
        };
        tx.put_contact(&contact).await.unwrap();
        let deal = NewOpportunity {
            id: format!("crowd-deal-{number}").parse().unwrap(),
            customer: customer.id,
            rep: "rep-zhao".parse().unwrap(),
            name: "改造".to_owned(),
            stage: "demo".to_owned(),
            opened_at: app.clock.now(),
        };
        tx.create_opportunity(&deal).await.unwrap();
    }
    tx.commit().await.unwrap();
}
