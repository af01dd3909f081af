//! Nodes that people open on a deal's page, for what no chat has told: a visit, a call.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Form, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template as _;
use serde::Deserialize;

use super::Refusal;
use crate::domain::RunId;
use crate::engine::{Event, Process, State};
use crate::shared::Shared;
use crate::store::OpportunityRow;
use crate::web::error::PageError;
use crate::web::query::path_of;
use crate::web::respond::{self, Policy};
use crate::web::same_site::require_own_page;
use crate::web::viewer::Viewer;

/// The form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Opening {
    csrf: String,
    node: String,
}

/// Key and name of the nodes that people may open for the deal.
pub(super) fn offered(process: &Process, deal: &OpportunityRow) -> Vec<(String, String)> {
    let nodes = process.nodes().iter();
    let offered = nodes.filter(|node| node.opening.by_hand && deal.closed_at.is_none());
    let offered = offered.map(|node| (node.key.clone(), node.name.clone()));
    offered.collect()
}

/// The form's address, opened again after a login: to the deal.
pub(in crate::web) async fn back(deal: Path<String>) -> HttpResponse {
    see_other(&path_of(&["deals", &deal]))
}

/// `POST /deals/{deal}/nodes`: opens a node, and leads to its run. One that is open already is asked
/// again.
pub(in crate::web) async fn open(
    shared: Data<Shared>,
    viewer: Viewer,
    deal: Path<String>,
    request: HttpRequest,
    form: Form<Opening>,
) -> Result<HttpResponse, PageError> {
    require_own_page(&request, &shared.settings.server.public_url)?;
    viewer.require_own_form(&form.csrf)?;
    let found = super::visible(&shared, &viewer, &deal).await?;
    let definitions = shared.definitions();
    let offered = offered(definitions.current(), &found);
    if !offered.iter().any(|(key, _)| *key == form.node) {
        return Err(PageError::BadRequest);
    }
    let event = |by| Event::NodeOpened {
        node: form.node.clone(),
        by,
    };
    let stepped = super::step(&shared, &definitions, &viewer, &found, event).await?;
    if let Some(run) = stepped.and_then(|stepped| newest_open(&stepped.state, &form.node)) {
        return Ok(see_other(&super::viewer_path(&viewer, &run)));
    }
    let refusal = Refusal {
        text: viewer
            .look
            .say(
                "这个节点现在不适用于这个商机，没有发起。",
                "This step doesn't apply to the deal now. Nothing was opened.",
            )
            .to_owned(),
        missing: Vec::new(),
    };
    let found = super::visible(&shared, &viewer, &deal).await?;
    let page = super::drawn(&shared, &viewer, found, Some(refusal), None).await?;
    Ok(respond::with(StatusCode::CONFLICT, Policy::Own).body(page.render()?))
}

fn newest_open(state: &State, node: &str) -> Option<RunId> {
    let open = state.runs.iter();
    let open = open.filter(|(_, run)| run.node == node && run.phase.is_unfinished());
    let newest = open.max_by_key(|(_, run)| run.number)?;
    Some(newest.0.clone())
}

fn see_other(path: &str) -> HttpResponse {
    respond::with(StatusCode::SEE_OTHER, Policy::Own)
        .insert_header((LOCATION, path))
        .finish()
}
