//! `POST /opportunities/{id}/stage`: moves a deal, on record, unless a gate stands before the stage.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde_json::{Value, json};

use super::access::Caller;
use super::body::Body;
use super::opportunities::{known_stage, shown, stored, unknown};
use super::people::known_person;
use super::problem::Problem;
use crate::domain::{OpportunityId, RunId};
use crate::engine::{Actor, Definitions, Effect, Event, State};
use crate::journal::{self, Cause, Stepped};
use crate::shared::Shared;
use crate::store::OpportunityRow;

const LONGEST_ID: usize = 64;
const LONGEST_REASON: usize = 200;

/// What is asked for.
struct Move {
    stage: String,
    reason: Option<String>,
    by: Option<String>,
}

/// Moves the deal. Where it stands already nothing happens, so the request may be sent again.
pub(super) async fn move_to(
    shared: Data<Shared>,
    caller: Caller,
    id: Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let wanted = Move::read(body)?;
    let definitions = shared.definitions();
    let stage = known_stage(definitions.current(), &wanted.stage)?;
    let id: OpportunityId = id.parse().map_err(|_| unknown())?;
    let deal = stored(&shared, &id).await?;
    let by = mover(&shared, &deal, wanted.by).await?;
    if deal.stage != stage {
        let cause = match &wanted.reason {
            Some(reason) => format!("api:{}: {reason}", caller.name),
            None => format!("api:{}", caller.name),
        };
        let event = Event::StageAsked { to: stage, by };
        let stepped = record(&shared, &definitions, &id, event, &cause).await?;
        if let Some(refusal) = refusal(&definitions, &stepped) {
            tracing::info!(opportunity.id = %id, token = caller.name, "API: a deal was not moved, since a gate stands before the stage");
            return Err(refusal);
        }
        tracing::info!(opportunity.id = %id, token = caller.name, "API: a deal was moved to another stage");
    }
    Ok(HttpResponse::Ok().json(shown(&stored(&shared, &id).await?)))
}

impl Move {
    fn read(mut body: Body) -> Result<Self, Problem> {
        let stage = body.required_text("stage", LONGEST_ID);
        let reason = body.text("reason", LONGEST_REASON);
        let by = body.text("by", LONGEST_ID);
        body.finish()?;
        let stage = stage.ok_or_else(|| Problem::malformed("stage has to be there"))?;
        Ok(Self { stage, reason, by })
    }
}

/// The person the move is recorded for: a token is no person, so the deal's rep when none is named.
async fn mover(
    shared: &Shared,
    deal: &OpportunityRow,
    by: Option<String>,
) -> Result<Actor, Problem> {
    let Some(by) = by else {
        return Ok(Actor {
            id: deal.rep_id.clone(),
            name: deal.rep.clone(),
        });
    };
    let person = known_person(shared, &by).await?;
    Ok(Actor {
        id: person.id,
        name: person.name,
    })
}

/// Lets the event happen to the deal, by the definition that the caller has read it by, whatever
/// was loaded meanwhile.
pub(super) async fn record(
    shared: &Data<Shared>,
    definitions: &Definitions,
    id: &OpportunityId,
    event: Event,
    cause: &str,
) -> Result<Stepped, Problem> {
    let shared: &Arc<Shared> = shared;
    let mut tx = shared.store.begin().await?;
    let cause = Cause {
        key: cause,
        click: None,
    };
    let by = (definitions, shared.clock.now());
    let stepped = journal::step_at(shared, &mut tx, id, &[event], cause, by).await?;
    let stepped = stepped.ok_or_else(unknown)?;
    tx.commit().await?;
    shared.wake_after_commit();
    Ok(stepped)
}

/// Why the deal didn't move: the runs that the gate waits for, which are open by now.
fn refusal(definitions: &Definitions, stepped: &Stepped) -> Option<Problem> {
    let refused = stepped.effects.iter().find_map(|effect| match effect {
        Effect::RefuseStage { missing, text, .. } => Some((missing, text)),
        _ => None,
    });
    let (missing, text) = refused?;
    let missing = missing.iter();
    let missing = missing.filter_map(|id| missing_run(definitions, &stepped.state, id));
    Some(Problem::gated(text.clone(), missing.collect()))
}

fn missing_run(definitions: &Definitions, state: &State, id: &RunId) -> Option<Value> {
    let run = state.runs.get(id)?;
    let title = definitions.node_of(run).map(|node| node.name.as_str());
    Some(json!({
        "id": id,
        "node": run.node,
        "title": title.unwrap_or(run.node.as_str()),
        "status": run.phase.word(),
        "due_at": run.phase.due().rfc3339(),
    }))
}
