//! `POST /opportunities/{id}/stage`: moves a deal, on record.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::access::Caller;
use super::body::Body;
use super::opportunities::{known_stage, shown, stored, unknown};
use super::problem::Problem;
use crate::domain::{OpportunityId, PersonId};
use crate::engine::{Definitions, Event};
use crate::journal::{self, Cause};
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
        let event = Event::StageMoved { to: stage, by };
        record(&shared, &definitions, &id, &event, &cause).await?;
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
) -> Result<PersonId, Problem> {
    let Some(by) = by else {
        return Ok(deal.rep_id.clone());
    };
    let refused = || Problem::unknown_reference("by", &by, "the id of a known person");
    let id: PersonId = by.parse().map_err(|_| refused())?;
    match shared.store.person(&id).await? {
        Some(person) => Ok(person.id),
        None => Err(refused()),
    }
}

/// By the definition that knows the stage, whatever was loaded meanwhile.
async fn record(
    shared: &Data<Shared>,
    definitions: &Definitions,
    id: &OpportunityId,
    event: &Event,
    cause: &str,
) -> Result<(), Problem> {
    let shared: &Arc<Shared> = shared;
    let mut tx = shared.store.begin().await?;
    let cause = Cause {
        key: cause,
        click: None,
    };
    let by = (definitions, shared.clock.now());
    let events = std::slice::from_ref(event);
    let stepped = journal::step_at(shared, &mut tx, id, events, cause, by).await?;
    if stepped.is_none() {
        return Err(unknown());
    }
    tx.commit().await?;
    shared.wake_after_commit();
    Ok(())
}
