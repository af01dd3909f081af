//! `GET|POST /opportunities`, `GET /opportunities/{id}`.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use serde_json::{Value, json};
use ulid::Ulid;

use super::access::Caller;
use super::answer::{known, moment};
use super::body::Body;
use super::page::Page;
use super::parameters::Parameters;
use super::problem::Problem;
use crate::domain::{CustomerId, OpportunityId, PersonId};
use crate::engine::{Definitions, Event, Process};
use crate::journal::{self, Cause};
use crate::percent_encoded::percent_encoded;
use crate::shared::Shared;
use crate::store::{NewOpportunity, OpportunityFilter, OpportunityRow, Tx};

const LONGEST_ID: usize = 64;
const LONGEST_NAME: usize = 200;

/// Deals, in the order of their ids.
pub(super) async fn opportunities(
    shared: Data<Shared>,
    mut parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let filter = OpportunityFilter {
        customer: parameters.text("customer"),
        rep: parameters.text("rep"),
        stage: parameters.text("stage"),
        region: parameters.text("region"),
    };
    let page: Page<String> = Page::of("opportunities", &mut parameters);
    parameters.finish()?;

    let after = page.after.as_deref().unwrap_or("");
    let rows = shared
        .store
        .opportunities_page(&filter, after, page.rows())
        .await?;
    Ok(page.answer(rows, |deal| deal.id.as_str().to_owned(), shown))
}

/// One deal.
pub(super) async fn opportunity(
    shared: Data<Shared>,
    id: Path<String>,
    parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    parameters.finish()?;
    let id: OpportunityId = id.parse().map_err(|_| unknown())?;
    Ok(HttpResponse::Ok().json(shown(&stored(&shared, &id).await?)))
}

/// Opens a deal. Sent again with the same id it changes nothing and gives the deal as it is.
pub(super) async fn create(
    shared: Data<Shared>,
    caller: Caller,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let definitions = shared.definitions();
    let (deal, stage) = wanted(&shared, definitions.current(), body)?;
    let mut tx = shared.store.begin().await?;
    check_references(&mut tx, &deal).await?;
    let is_new = tx.create_opportunity(&deal).await?;
    if is_new && stage != deal.stage {
        enter(&shared, &mut tx, &definitions, &deal, stage, &caller.name).await?;
    }
    tx.commit().await?;
    shared.wake_after_commit();

    let stored = stored(&shared, &deal.id).await?;
    if is_new {
        tracing::info!(opportunity.id = %deal.id, token = caller.name, "API: a deal was opened");
        let place = format!(
            "/api/v1/opportunities/{}",
            percent_encoded(deal.id.as_str())
        );
        return Ok(HttpResponse::Created()
            .insert_header((LOCATION, place))
            .json(shown(&stored)));
    }
    let is_same = stored.customer_id == deal.customer
        && stored.rep_id == deal.rep
        && stored.name == deal.name;
    if is_same {
        Ok(HttpResponse::Ok().json(shown(&stored)))
    } else {
        Err(Problem::id_taken(deal.id.as_str()))
    }
}

/// A deal that is opened in a later stage enters that one, with all that this demands; no gate is
/// asked, since nobody knows what was done before.
async fn enter(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    definitions: &Definitions,
    deal: &NewOpportunity,
    to: String,
    token: &str,
) -> Result<(), Problem> {
    let by = deal.rep.clone();
    let cause = Cause {
        key: &format!("api:{token}"),
        click: None,
    };
    let event = Event::StageMoved { to, by };
    let when = (definitions, deal.opened_at);
    journal::step_at(shared, tx, &deal.id, &[event], cause, when).await?;
    Ok(())
}

async fn check_references(tx: &mut Tx, deal: &NewOpportunity) -> Result<(), Problem> {
    if tx.customer(&deal.customer).await?.is_none() {
        return Err(Problem::unknown_reference(
            "customer_id",
            deal.customer.as_str(),
            "the id of a known customer",
        ));
    }
    if tx.person(&deal.rep).await?.is_none() {
        return Err(Problem::unknown_reference(
            "rep_id",
            deal.rep.as_str(),
            "the id of a known rep",
        ));
    }
    Ok(())
}

/// The deal as it begins, and the stage it is to enter.
fn wanted(
    shared: &Shared,
    process: &Process,
    mut body: Body,
) -> Result<(NewOpportunity, String), Problem> {
    let customer = body.required_text("customer_id", LONGEST_ID);
    let rep = body.required_text("rep_id", LONGEST_ID);
    let name = body.required_text("name", LONGEST_NAME);
    let stage = body.text("stage", LONGEST_ID);
    let id = body.text("id", LONGEST_ID);
    body.finish()?;

    let customer: Option<CustomerId> = customer.and_then(|id| id.parse().ok());
    let rep: Option<PersonId> = rep.and_then(|id| id.parse().ok());
    let id = id.unwrap_or_else(|| Ulid::generate().to_string()).parse();
    let (Some(customer), Some(rep), Some(name), Ok(id)) = (customer, rep, name, id) else {
        return Err(Problem::malformed(
            "customer_id, rep_id and name have to be there",
        ));
    };
    let first = process.stages().first();
    let first = first.map(|stage| stage.key.clone()).unwrap_or_default();
    let entered = match stage {
        Some(stage) => known_stage(process, &stage)?,
        None => first.clone(),
    };
    let deal = NewOpportunity {
        id,
        customer,
        rep,
        name,
        stage: first,
        opened_at: shared.clock.now(),
    };
    Ok((deal, entered))
}

/// The stage's key, if the process has it.
pub(super) fn known_stage(process: &Process, stage: &str) -> Result<String, Problem> {
    if process.stage(stage).is_some() {
        return Ok(stage.to_owned());
    }
    let known: Vec<&str> = process
        .stages()
        .iter()
        .map(|stage| stage.key.as_str())
        .collect();
    Err(Problem::unknown_stage(stage, &known))
}

/// The deal as it is stored.
pub(super) async fn stored(shared: &Shared, id: &OpportunityId) -> Result<OpportunityRow, Problem> {
    shared.store.opportunity(id).await?.ok_or_else(unknown)
}

pub(super) fn unknown() -> Problem {
    Problem::not_found("no deal has this id")
}

pub(super) fn shown(deal: &OpportunityRow) -> Value {
    json!({
        "id": deal.id,
        "customer_id": deal.customer_id,
        "customer": deal.customer,
        "rep_id": deal.rep_id,
        "rep": deal.rep,
        "region": known(&deal.region),
        "name": deal.name,
        "stage": deal.stage,
        "opened_at": deal.opened_at.rfc3339(),
        "closed_at": moment(deal.closed_at),
    })
}
