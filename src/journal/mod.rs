//! One transaction per event: load a deal, let the engine step, save state, journal, deadlines,
//! runs and orders together.
//!
//! Start at [`step`]. Everything happens in the caller's transaction, so that the row of the inbox
//! that led here is done in the same commit.

mod alerting;
mod chain;
mod offers;
mod ordering;
mod projection;
mod todos;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use alerting::{AlertBody, alert_order, plain, short_number};
pub use chain::{BrokenChain, verify};
pub use offers::{offer_deal, tell};
pub(crate) use ordering::{send_order, update_order};

use crate::domain::{CustomerId, OpportunityId, Timestamp};
use crate::engine::{Context, Definitions, Event, Process, State};
use crate::shared::Shared;
use crate::store::{Customer, Opportunity, Person, StoreError, Tx};

use ordering::Ordering;

/// What led to an event.
#[derive(Debug, Clone)]
pub struct Cause<'a> {
    /// The inbox row's key, or `tick`, or who called the API.
    pub key: &'a str,
    /// The click on a card, whose code can turn that card into its receipt.
    pub click: Option<Click>,
}

/// A click on a card.
#[derive(Debug, Clone)]
pub struct Click {
    /// The app the card belongs to: only that one can change it.
    pub app: String,
    /// Who clicked, as WeCom names them.
    pub user_id: String,
    /// Usable once, for 72 hours.
    pub response_code: String,
}

/// A deal with everything that a step needs to know of it.
pub(crate) struct Deal {
    pub(crate) row: Opportunity,
    pub(crate) rep: Person,
    pub(crate) context: Context,
    pub(crate) state: State,
}

/// Lets the events happen to the deal, one after the other, and saves what follows.
/// Returns `false` when there is no such deal.
///
/// # Errors
/// When the database fails, or someone else changed the deal first.
pub async fn step(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    opportunity: &OpportunityId,
    events: &[Event],
    cause: Cause<'_>,
) -> Result<bool, StoreError> {
    let now = shared.clock.now();
    let definitions = shared.definitions();
    step_at(shared, tx, opportunity, events, cause, (&definitions, now)).await
}

/// As [`step`], by the definition and at the moment that the caller has decided something by.
///
/// # Errors
/// As [`step`].
pub(crate) async fn step_at(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    opportunity: &OpportunityId,
    events: &[Event],
    cause: Cause<'_>,
    (definitions, now): (&Definitions, Timestamp),
) -> Result<bool, StoreError> {
    let Some(deal) = load(tx, opportunity).await? else {
        return Ok(false);
    };
    let process = definitions.current();
    let before = deal.state.clone();
    let mut state = deal.state.clone();
    let mut head = tx.journal_head(opportunity).await?;
    let ordering = Ordering {
        shared,
        deal: &deal,
        cause: &cause,
        now,
    };

    for event in events {
        let (after, effects) = definitions.step(state, &deal.context, event, now);
        state = after;
        let entry = chain::entry(head, now, event, &effects, cause.key, process.version());
        tx.append_journal(opportunity, &entry).await?;
        for (index, effect) in effects.iter().enumerate() {
            ordering
                .carry_out(
                    tx,
                    effect,
                    &format!("{opportunity}:{}:{index}", entry.position),
                )
                .await?;
        }
        head = Some((entry.position, entry.hash));
    }

    projection::save_runs(tx, opportunity, process, &before, &state).await?;
    save(tx, process, &deal.row, &state, now).await?;
    let next = definitions.next_moment(&state, now);
    tx.set_moment(opportunity, next).await?;
    Ok(true)
}

/// The deal, taken to be changed.
async fn load(tx: &mut Tx, id: &OpportunityId) -> Result<Option<Deal>, StoreError> {
    let Some(row) = tx.opportunity(id).await? else {
        return Ok(None);
    };
    let Some(rep) = tx.person(&row.rep_id).await? else {
        return Ok(None);
    };
    let customer = customer(tx, &row.customer_id).await?;
    let state = match row.state.as_str() {
        // Nothing has happened yet: the deal stands where it was opened.
        "{}" => State::new(Some(row.stage.clone()), row.opened_at),
        stored => State::read(stored, row.opened_at)
            .map_err(|error| StoreError::Unreadable("the deal's state", error))?,
    };
    let context = Context {
        opportunity: row.id.clone(),
        opportunity_name: row.name.clone(),
        customer_id: customer.id,
        customer: customer.name,
        rep: rep.name.clone(),
        industry: Some(customer.industry).filter(|text| !text.is_empty()),
        region: Some(rep.region.clone()).filter(|text| !text.is_empty()),
        customer_region: Some(customer.region).filter(|text| !text.is_empty()),
        fields: BTreeMap::new(),
        levels: tx.levels_above(&rep).await?,
    };
    Ok(Some(Deal {
        row,
        rep,
        context,
        state,
    }))
}

async fn customer(tx: &mut Tx, id: &CustomerId) -> Result<Customer, StoreError> {
    let unknown = || Customer {
        id: id.clone(),
        name: String::new(),
        industry: String::new(),
        region: String::new(),
    };
    Ok(tx.customer(id).await?.unwrap_or_else(unknown))
}

async fn save(
    tx: &mut Tx,
    process: &Process,
    row: &Opportunity,
    state: &State,
    now: Timestamp,
) -> Result<(), StoreError> {
    let json = serde_json::to_string(state)
        .map_err(|error| StoreError::Unreadable("the deal's state", error))?;
    let stage = state.stage.as_deref().unwrap_or(&row.stage);
    let is_closed = process.stage(stage).is_some_and(|stage| stage.is_end());
    tx.save_opportunity(&row.id, row.version, &json, stage, is_closed.then_some(now))
        .await
}
