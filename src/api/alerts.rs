//! `GET /alerts`.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Value, json};

use super::answer;
use super::page::{self, Page};
use super::parameters::Parameters;
use super::problem::Problem;
use crate::domain::AlertId;
use crate::shared::Shared;
use crate::store::{AlertFilter, AlertRow, DeliveryRow};

const STATUSES: [&str; 4] = ["queued", "sent", "refused", "unknown"];

/// What directors were told, in the order in which it was raised, each with its delivery ledger.
pub(super) async fn alerts(
    shared: Data<Shared>,
    mut parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let filter = AlertFilter {
        raised: parameters.period(),
        opportunity: parameters.text("opportunity"),
        person: parameters.text("person"),
        status: parameters.one_of("status", &STATUSES),
    };
    let page = Page::of("alerts", &mut parameters);
    parameters.finish()?;

    let mut rows = shared
        .store
        .alerts_page(&filter, page.after.as_ref(), page.rows())
        .await?;
    let next_cursor = page.close(&mut rows, |alert: &AlertRow| {
        (alert.raised_at, alert.id.as_str().to_owned())
    });
    let deliveries = match (rows.first(), rows.last()) {
        (Some(first), Some(last)) => shared.store.deliveries_between(first, last).await?,
        _ => Vec::new(),
    };
    let mut by_alert: HashMap<&AlertId, Vec<Value>> = HashMap::new();
    for delivery in &deliveries {
        by_alert
            .entry(&delivery.alert_id)
            .or_default()
            .push(shown_delivery(delivery));
    }
    let items = rows.iter().map(|alert| {
        shown(
            &shared,
            alert,
            by_alert.remove(&alert.id).unwrap_or_default(),
        )
    });
    Ok(page::answer(items.collect(), next_cursor))
}

fn shown(shared: &Shared, alert: &AlertRow, deliveries: Vec<Value>) -> Value {
    let body: Value = serde_json::from_str(&alert.body).unwrap_or_default();
    let url = body["path"]
        .as_str()
        .map(|path| format!("{}{path}", shared.settings.server.public_url));
    let lines = body["lines"].as_array().into_iter().flatten();
    let lines: Vec<Value> = lines
        .map(|line| json!({ "name": line[0], "value": line[1] }))
        .collect();
    json!({
        "id": alert.id,
        "opportunity_id": alert.opportunity_id,
        "run_id": alert.run_id,
        "reason": alert.reason,
        "person_id": alert.person_id,
        "person": answer::known(&alert.person),
        "region": answer::known(&alert.region),
        "title": body["title"].as_str().unwrap_or_default(),
        "lines": lines,
        "quote": body["quote"].as_str().unwrap_or_default(),
        "url": url,
        "raised_at": alert.raised_at.rfc3339(),
        "status": alert.status,
        "status_at": alert.status_at.rfc3339(),
        "channel": alert.channel,
        "why": answer::known(&alert.why),
        "deliveries": deliveries,
    })
}

fn shown_delivery(delivery: &DeliveryRow) -> Value {
    json!({
        "channel": delivery.channel,
        "at": delivery.at.rfc3339(),
        "outcome": delivery.outcome,
        "why": answer::known(&delivery.why),
    })
}
