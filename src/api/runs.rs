//! `GET /runs`.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Value, json};

use super::answer;
use super::page::Page;
use super::parameters::Parameters;
use super::problem::Problem;
use crate::shared::Shared;
use crate::store::{RunFilter, RunRow};

/// How a run may stand.
pub(super) const STATUSES: [&str; 7] = [
    "open",
    "paused",
    "overdue",
    "done",
    "waived",
    "not_applicable",
    "ended",
];
/// Whether a person has to look at what was given, or has.
pub(super) const SPOT_CHECKS: [&str; 2] = ["wanted", "approved"];

/// Nodes opened for deals, in the order in which they were opened.
pub(super) async fn runs(
    shared: Data<Shared>,
    mut parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let filter = RunFilter {
        opened: parameters.period(),
        opportunity: parameters.text("opportunity"),
        rep: parameters.text("rep"),
        node: parameters.text("node"),
        status: parameters.one_of("status", &STATUSES),
        spot_check: parameters.one_of("spot_check", &SPOT_CHECKS),
    };
    let page = Page::of("runs", &mut parameters);
    parameters.finish()?;

    let rows = shared
        .store
        .runs_page(&filter, page.after.as_ref(), page.rows())
        .await?;
    Ok(page.answer(
        rows,
        |run: &RunRow| (run.opened_at, run.id.as_str().to_owned()),
        shown,
    ))
}

pub(super) fn shown(run: &RunRow) -> Value {
    json!({
        "id": run.id,
        "opportunity_id": run.opportunity_id,
        "node": run.node,
        "title": run.title,
        "status": run.status,
        "opened_at": run.opened_at.rfc3339(),
        "expected_at": answer::moment(run.expected_at),
        "due_at": run.due_at.rfc3339(),
        "done_at": answer::moment(run.done_at),
        "done_by": run.done_by,
        "late": run.late,
        "spot_check": run.spot_check,
        "answers": serde_json::from_str::<Value>(&run.answers).unwrap_or_else(|_| json!({})),
    })
}
