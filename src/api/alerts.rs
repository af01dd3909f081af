//! `GET /alerts`.

use std::collections::HashMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::access::Caller;
use super::answer;
use super::page::{self, Page};
use super::parameters::Parameters;
use super::problem::Problem;
use super::views;
use crate::domain::{AlertId, RunId};
use crate::journal::AlertBody;
use crate::shared::Shared;
use crate::store::{AlertFilter, AlertRow, DeliveryRow, RunRow};

pub(super) const STATUSES: [&str; 5] = ["queued", "sent", "refused", "unknown", "withdrawn"];

/// What directors were told, in the order in which it was raised, each with its delivery ledger and
/// with what became of the step.
pub(super) async fn alerts(
    shared: Data<Shared>,
    caller: Caller,
    request: HttpRequest,
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
    let alerts: Vec<(&AlertRow, AlertBody)> = rows.iter().map(|row| (row, body(row))).collect();
    let chats = alerts.iter().filter_map(|(_, body)| body.chat());
    views::record(&shared, &caller, &request, "alerts", chats, None).await?;
    let around = Around::load(&shared, &rows).await?;
    let public_url = &shared.settings.server.public_url;
    let items = alerts
        .iter()
        .map(|(row, body)| shown(public_url, row, body, &around));
    Ok(page::answer(items.collect(), next_cursor))
}

/// What stands beside alerts: the tries to deliver them, and the runs that they are about.
#[derive(Default)]
struct Around {
    deliveries: HashMap<AlertId, Vec<Value>>,
    runs: HashMap<RunId, Value>,
}

impl Around {
    async fn load(shared: &Shared, rows: &[AlertRow]) -> Result<Self, Problem> {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Ok(Self::default());
        };
        let mut deliveries: HashMap<AlertId, Vec<Value>> = HashMap::new();
        for delivery in shared.store.deliveries_between(first, last).await? {
            let shown = shown_delivery(&delivery);
            deliveries.entry(delivery.alert_id).or_default().push(shown);
        }
        let runs = shared.store.runs_between(first, last).await?;
        let shown = |run: RunRow| (run.id.clone(), shown_run(&run));
        Ok(Self {
            deliveries,
            runs: runs.into_iter().map(shown).collect(),
        })
    }
}

/// What it says; nothing when an older version wrote it in another way.
fn body(alert: &AlertRow) -> AlertBody {
    serde_json::from_str(&alert.body).unwrap_or_default()
}

fn shown(public_url: &str, alert: &AlertRow, body: &AlertBody, around: &Around) -> Value {
    let path = answer::known(&body.path);
    let line = |(name, value): &(String, String)| json!({ "name": name, "value": value });
    let lines: Vec<Value> = body.lines.iter().map(line).collect();
    let deliveries = around
        .deliveries
        .get(&alert.id)
        .map_or(&[][..], Vec::as_slice);
    json!({
        "id": alert.id,
        "opportunity_id": alert.opportunity_id,
        "run_id": alert.run_id,
        "run": around.runs.get(&alert.run_id),
        "reason": alert.reason,
        "person_id": alert.person_id,
        "person": answer::known(&alert.person),
        "region": answer::known(&alert.region),
        "title": body.title,
        "lines": lines,
        "quote": body.quote,
        "url": path.map(|path| format!("{public_url}{path}")),
        "raised_at": alert.raised_at.rfc3339(),
        "status": alert.status,
        "status_at": alert.status_at.rfc3339(),
        "channel": alert.channel,
        "why": answer::known(&alert.why),
        "deliveries": deliveries,
    })
}

/// What became of the step since.
fn shown_run(run: &RunRow) -> Value {
    let late_by = run.done_at.filter(|_| run.late);
    json!({
        "status": run.status,
        "due_at": run.due_at.rfc3339(),
        "done_at": answer::moment(run.done_at),
        "done_by": run.done_by,
        "late_by_seconds": late_by.map(|at| at.since(run.due_at).as_secs()),
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
