//! 商机: where a deal stands, what it demands, and a form that asks for another stage.

pub(super) mod by_hand;
mod dwell;
mod history;
mod rules;
#[cfg(test)]
mod tests;
mod told;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Form, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use crate::domain::RunId;
use crate::engine::{Actor, Definitions, Effect, Event, Process};
use crate::journal::{self, Cause, Stepped};
use crate::shared::Shared;
use crate::standing_run::standing_state;
use crate::store::{OpportunityRow, RunRow, StoreError};
use crate::web::error::PageError;
use crate::web::frame::{Frame, Tab};
use crate::web::language::Language;
use crate::web::moments::Now;
use crate::web::query::{Parameters, path_of};
use crate::web::respond::{self, Policy};
use crate::web::same_site::require_own_page;
use crate::web::standing::{self, Light};
use crate::web::viewer::Viewer;
use dwell::Dwell;
use history::History;
use rules::RuleAlert;
pub(super) use rules::{Taken, acknowledge};

#[derive(Template)]
#[template(path = "deal.html")]
pub(super) struct DealPage {
    pub(super) frame: Frame,
    pub(super) path: String,
    pub(super) name: String,
    pub(super) customer: String,
    pub(super) rep: String,
    pub(super) stage: String,
    pub(super) is_closed: bool,
    /// Key, name and whether the deal stands there.
    pub(super) stages: Vec<(String, String, bool)>,
    pub(super) runs: Vec<Run>,
    rules: Vec<RuleAlert>,
    dwell: Dwell,
    history: History,
    /// Nodes that people may open: key and name.
    pub(super) by_hand: Vec<(String, String)>,
    pub(super) refusal: Option<Refusal>,
}

/// A run of the deal.
pub(super) struct Run {
    pub(super) path: String,
    pub(super) title: String,
    pub(super) light: Light,
    pub(super) when: String,
}

/// Why the deal didn't move, and the runs that it waits for.
pub(super) struct Refusal {
    pub(super) text: String,
    pub(super) missing: Vec<(String, String)>,
}

/// The form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Move {
    csrf: String,
    stage: String,
}

/// `GET /deals/{deal}`.
pub(super) async fn page(
    shared: Data<Shared>,
    viewer: Viewer,
    deal: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let deal = visible(&shared, &viewer, &deal).await?;
    let asked = Parameters::of(request.query_string());
    let before = asked.get("before").and_then(|before| before.parse().ok());
    respond::page(&drawn(&shared, &viewer, deal, None, before).await?)
}

/// `POST /deals/{deal}`: asks for another stage.
pub(super) async fn move_to(
    shared: Data<Shared>,
    viewer: Viewer,
    deal: Path<String>,
    request: HttpRequest,
    form: Form<Move>,
) -> Result<HttpResponse, PageError> {
    require_own_page(&request, &shared.settings.server.public_url)?;
    viewer.require_own_form(&form.csrf)?;
    let found = visible(&shared, &viewer, &deal).await?;
    let definitions = shared.definitions();
    if definitions.current().stage(&form.stage).is_none() {
        return Err(PageError::BadRequest);
    }
    let refusal = ask(&shared, &definitions, &viewer, &found, &form.stage).await?;
    if refusal.is_none() {
        return Ok(respond::with(StatusCode::SEE_OTHER, Policy::Own)
            .insert_header((LOCATION, path_of(&["deals", &deal])))
            .finish());
    }
    let found = visible(&shared, &viewer, &deal).await?;
    let page = drawn(&shared, &viewer, found, refusal, None).await?;
    Ok(respond::with(StatusCode::CONFLICT, Policy::Own).body(page.render()?))
}

/// The deal, if it is one that the viewer may see.
async fn visible(
    shared: &Shared,
    viewer: &Viewer,
    deal: &str,
) -> Result<OpportunityRow, PageError> {
    let deal = shared.store.deal_in(&viewer.scope, deal).await?;
    deal.ok_or(PageError::NotFound)
}

/// Asks for the stage. What a gate has opened stays, whether the deal moved or not.
async fn ask(
    shared: &Data<Shared>,
    definitions: &Definitions,
    viewer: &Viewer,
    deal: &OpportunityRow,
    stage: &str,
) -> Result<Option<Refusal>, StoreError> {
    let event = |by| Event::StageAsked {
        to: stage.to_owned(),
        by,
    };
    let Some(stepped) = step(shared, definitions, viewer, deal, event).await? else {
        return Ok(None);
    };
    let refused = stepped.effects.into_iter().find_map(|effect| match effect {
        Effect::RefuseStage { missing, text, .. } => Some((
            missing,
            match viewer.look.language {
                Language::Chinese => text,
                Language::English => "Before this stage these steps have to be done:".to_owned(),
            },
        )),
        _ => None,
    });
    Ok(refused.map(|(missing, text)| Refusal {
        text,
        missing: missing
            .iter()
            .filter_map(|id| {
                let node = definitions.node_of(stepped.state.runs.get(id)?)?;
                Some((viewer_path(viewer, id), node.name.clone()))
            })
            .collect(),
    }))
}

/// Lets the viewer do something to the deal, by the definition that the page was drawn by.
async fn step(
    shared: &Data<Shared>,
    definitions: &Definitions,
    viewer: &Viewer,
    deal: &OpportunityRow,
    event: impl FnOnce(Actor) -> Event,
) -> Result<Option<Stepped>, StoreError> {
    let event = event(Actor {
        id: viewer.person.id.clone(),
        name: viewer.person.name.clone(),
    });
    let key = format!("page:{}", viewer.person.id);
    let cause = Cause {
        key: &key,
        click: None,
    };
    let mut tx = shared.store.begin().await?;
    let at = (definitions, shared.clock.now());
    let stepped = journal::step_at(shared, &mut tx, &deal.id, &[event], cause, at).await?;
    tx.commit().await?;
    shared.wake_after_commit();
    Ok(stepped)
}

async fn drawn(
    shared: &Shared,
    viewer: &Viewer,
    deal: OpportunityRow,
    refusal: Option<Refusal>,
    before: Option<i64>,
) -> Result<DealPage, PageError> {
    let (process, now) = (shared.process.load(), viewer.now(shared));
    let runs = shared.store.runs_of(&deal.id).await?;
    let stages = stages(&process, &deal.stage);
    let stage = stages.iter().find(|(_, _, stands)| *stands);
    let state = standing_state(shared, &deal).await?;
    let history = history::before(shared, &deal, &state, (before, now)).await?;
    let by_hand = by_hand::offered(&process, &deal);
    let dwell = dwell::dwell(shared, viewer, (&deal, &state), now).await?;
    Ok(DealPage {
        frame: Frame::new(Tab::None, viewer),
        path: path_of(&["deals", deal.id.as_str()]),
        stage: stage.map_or_else(|| deal.stage.clone(), |(_, name, _)| name.clone()),
        name: deal.name,
        customer: deal.customer,
        rep: deal.rep,
        is_closed: deal.closed_at.is_some(),
        by_hand,
        stages,
        runs: runs.iter().map(|run| run_of(viewer, run, now)).collect(),
        rules: rules::standing(&deal.id, &state, &process, viewer.is_supervisor(), now),
        dwell,
        history,
        refusal,
    })
}

fn stages(process: &Process, stands: &str) -> Vec<(String, String, bool)> {
    let stages = process.stages().iter();
    let shown = stages.map(|stage| (stage.key.clone(), stage.name.clone(), stage.key == stands));
    shown.collect()
}

/// A rep goes on to where the run is filled in, everyone else to where it is looked at.
fn viewer_path(viewer: &Viewer, run: &RunId) -> String {
    if viewer.is_supervisor() {
        path_of(&["runs", run.as_str()])
    } else {
        path_of(&["m", "runs", run.as_str()])
    }
}

fn run_of(viewer: &Viewer, run: &RunRow, now: Now) -> Run {
    let light = standing::light(run, now.at);
    Run {
        path: viewer_path(viewer, &run.id),
        title: run.title.clone(),
        light,
        when: standing::when(run, light, now),
    }
}
