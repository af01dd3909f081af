//! What stands in an exported row, in the order of its kind's columns.

use super::write::Value;
use crate::domain::Timestamp;
use crate::store::{
    AlertRow, AlertStatus, Contact, Customer, Fields, LabelledLine, OpportunityRow, Person,
    Purchase, RunRow, ServiceAccount, SignalRow,
};

pub(super) fn person(person: &Person) -> Vec<Value> {
    vec![
        text(person.id.as_str()),
        text(&person.name),
        text(person.role.as_str()),
        text(&person.region),
        known(person.supervisor_id.as_ref().map(|id| id.as_str())),
        text(&person.wecom_userid),
        known(person.dingtalk_userid.as_deref()),
        known(person.dingtalk_unionid.as_deref()),
        known(person.mobile.as_deref()),
    ]
}

/// With what the customer has in columns that are none of the kind's own.
pub(super) fn customer(
    customer: &Customer,
    further: &[String],
    fields: Option<&Fields>,
) -> Vec<Value> {
    let own = [
        text(customer.id.as_str()),
        text(&customer.name),
        text(&customer.industry),
        text(&customer.region),
    ];
    let field = |header| {
        known(
            fields
                .and_then(|fields| fields.get(header))
                .map(String::as_str),
        )
    };
    own.into_iter().chain(further.iter().map(field)).collect()
}

pub(super) fn contact(contact: &Contact) -> Vec<Value> {
    vec![
        text(contact.id.as_str()),
        text(&contact.name),
        known(contact.customer_id.as_ref().map(|id| id.as_str())),
    ]
}

pub(super) fn opportunity(deal: &OpportunityRow) -> Vec<Value> {
    vec![
        text(deal.id.as_str()),
        text(deal.customer_id.as_str()),
        text(deal.rep_id.as_str()),
        text(&deal.name),
        text(&deal.stage),
        moment(deal.opened_at),
    ]
}

pub(super) fn service_account(account: &ServiceAccount) -> Vec<Value> {
    vec![
        text(&account.id),
        known(account.rep_id.as_ref().map(|id| id.as_str())),
    ]
}

pub(super) fn purchase(purchase: &Purchase) -> Vec<Value> {
    vec![
        text(purchase.customer_id.as_str()),
        text(&purchase.model),
        text(&purchase.quantity.to_string()),
        moment(purchase.bought_at),
    ]
}

pub(super) fn run(run: &RunRow) -> Vec<Value> {
    vec![
        text(run.id.as_str()),
        text(run.opportunity_id.as_str()),
        text(&run.node),
        text(&run.title),
        text(&run.status),
        moment(run.opened_at),
        moment(run.due_at),
        run.done_at.map_or(Value::Nothing, moment),
        Value::Truth(run.late),
        Value::Json(run.answers.clone()),
    ]
}

pub(super) fn labelled_line(line: &LabelledLine) -> Vec<Value> {
    let labels: Vec<&str> = line.labels.iter().map(|label| label.code()).collect();
    let labels = match labels.is_empty() {
        true => "NONE".to_owned(),
        false => labels.join(","),
    };
    let note = match line.is_settled {
        true => "corrected:confirmed",
        false => "corrected:pending",
    };
    let previous = line.previous.as_ref();
    let previous = previous.map(|(speaker, words)| format!("{speaker}: {words}"));
    vec![
        text(line.message.as_str()),
        text(line.speaker.as_str()),
        text(&line.text),
        text(&labels),
        text(note),
        known(previous.as_deref()),
        text(line.by.as_str()),
        text(line.role.as_str()),
        moment(line.at),
    ]
}

pub(super) fn signal(signal: &SignalRow) -> Vec<Value> {
    vec![
        text(&signal.id),
        moment(signal.at),
        text(signal.label.code()),
        text(signal.words()),
        text(signal.message_id.as_str()),
        text(signal.chat_id.as_str()),
        text(&signal.region),
        known(signal.rep_id.as_ref().map(|id| id.as_str())),
        text(&signal.rep),
        known(signal.customer_id.as_ref().map(|id| id.as_str())),
        text(&signal.customer),
        text(&signal.product),
        Value::Truth(signal.shadow),
        text(&signal.rule),
        text(&signal.dictionaries),
    ]
}

pub(super) fn alert(alert: &AlertRow) -> Vec<Value> {
    let status = match alert.status {
        AlertStatus::Queued => "queued",
        AlertStatus::Sent => "sent",
        AlertStatus::Refused => "refused",
        AlertStatus::Unknown => "unknown",
        AlertStatus::Withdrawn => "withdrawn",
    };
    vec![
        text(alert.id.as_str()),
        moment(alert.raised_at),
        text(alert.opportunity_id.as_str()),
        text(alert.run_id.as_str()),
        text(&alert.reason),
        known(alert.person_id.as_ref().map(|id| id.as_str())),
        text(&alert.person),
        text(&alert.region),
        text(&title(alert)),
        text(status),
        known(alert.channel.as_deref()),
        moment(alert.status_at),
        text(&alert.why),
    ]
}

fn title(alert: &AlertRow) -> String {
    let body: serde_json::Value = serde_json::from_str(&alert.body).unwrap_or_default();
    body["title"].as_str().unwrap_or_default().to_owned()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn known(text: Option<&str>) -> Value {
    text.map_or(Value::Nothing, |text| Value::Text(text.to_owned()))
}

fn moment(at: Timestamp) -> Value {
    Value::Text(at.rfc3339())
}
