//! `POST /opportunities/{id}/stage`: moves a deal, on record.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::access::Caller;
use super::body::Body;
use super::opportunities::{known_stage, shown, stored, unknown};
use super::problem::Problem;
use crate::domain::{OpportunityId, PersonId};
use crate::engine::Event;
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
    let stage = known_stage(&shared.process.load_full(), &wanted.stage)?;
    let id: OpportunityId = id.parse().map_err(|_| unknown())?;
    let deal = stored(&shared, &id).await?;
    let by = mover(&shared, &deal, wanted.by).await?;
    if deal.stage != stage {
        let cause = match &wanted.reason {
            Some(reason) => format!("api:{}: {reason}", caller.name),
            None => format!("api:{}", caller.name),
        };
        record(&shared, &id, &Event::StageMoved { to: stage, by }, &cause).await?;
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

async fn record(
    shared: &Data<Shared>,
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
    if !journal::step(shared, &mut tx, id, std::slice::from_ref(event), cause).await? {
        return Err(unknown());
    }
    tx.commit().await?;
    shared.wake_after_commit();
    Ok(())
}
