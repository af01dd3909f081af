//! One transaction per event: load a deal, let the engine step, save state, journal, deadlines,
//! runs and orders together.
//!
//! Start at [`step`]. Everything happens in the caller's transaction, so that the row of the inbox
//! that led here is done in the same commit.

mod alerting;
mod chain;
mod handing_over;
mod offers;
mod ordering;
mod projection;
mod reading;
mod refolding;
mod reminding;
mod staying;
mod supervising;
mod todos;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use alerting::{AlertBody, alert_order, alert_page, plain, short_number};
pub use chain::{BrokenChain, verify};
pub(crate) use handing_over::hand_over_due;
pub use offers::{offer_deal, say_next, tell};
pub(crate) use ordering::{send_order, update_order};
pub(crate) use reading::{deal_of_run, run_of_rep};
pub use refolding::{NotFoldable, Outcome as FoldOutcome, Refolded, Refolding};
pub(crate) use reminding::remind_due;
pub(crate) use supervising::{Act, MoreTime, Outcome, acknowledge_rule, supervise};

use crate::domain::{CustomerId, OpportunityId, RunId, Timestamp};
use crate::engine::{Context, Definitions, Effect, Event, Process, State};
use crate::shared::Shared;
use crate::store::{Customer, Opportunity, Person, SavedDeal, StoreError, Tx};

use ordering::Ordering;
use staying::Standing;

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
    /// Who is told of the rep's lateness, level by level; not looked up for a page.
    pub(crate) supervisors: Vec<Vec<Person>>,
}

impl Deal {
    /// Who stands so many levels above the rep, from 1. Empty when nobody does.
    pub(crate) fn supervisors_at(&self, level: u8) -> &[Person] {
        let place = usize::from(level.max(1)) - 1;
        self.supervisors.get(place).map_or(&[], Vec::as_slice)
    }
}

/// The position and hash of a deal's newest journal entry.
type JournalHead = Option<(i64, String)>;

/// What became of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Stepped {
    /// The state since.
    pub state: State,
    /// What the events led to, in their order: for the caller to show. It is carried out already.
    pub effects: Vec<Effect>,
}

/// Where what is said to the rep is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReadIn<'a> {
    /// In the chat with the app.
    Chat,
    /// On the page of this run, as long as there is something to fill in: a copy in the chat would
    /// only repeat what they see.
    PageOf(&'a RunId),
}

/// Lets the events happen to the deal, one after the other, and saves what follows.
/// Returns `None` when there is no such deal.
///
/// # Errors
/// When the database fails, or someone else changed the deal first.
pub async fn step(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    opportunity: &OpportunityId,
    events: &[Event],
    cause: Cause<'_>,
) -> Result<Option<Stepped>, StoreError> {
    let now = shared.clock.now();
    let definitions = shared.definitions();
    let by = (&definitions, now);
    step_at(shared, tx, opportunity, events, cause, by).await
}

/// As [`step`], by the definition and at the moment that the caller has decided something by.
/// Returns what followed, `None` when there is no such deal.
///
/// # Errors
/// As [`step`].
pub(crate) async fn step_at(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    opportunity: &OpportunityId,
    events: &[Event],
    cause: Cause<'_>,
    by: (&Definitions, Timestamp),
) -> Result<Option<Stepped>, StoreError> {
    step_read_in(shared, tx, opportunity, events, cause, by, ReadIn::Chat).await
}

/// As [`step_at`], for a rep who answers on the page of a run: what the page shows them is not said
/// in the chat too.
///
/// # Errors
/// As [`step`].
pub(crate) async fn step_on_page(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    (opportunity, run): (&OpportunityId, &RunId),
    events: &[Event],
    cause: Cause<'_>,
    by: (&Definitions, Timestamp),
) -> Result<Option<Stepped>, StoreError> {
    let read_in = ReadIn::PageOf(run);
    step_read_in(shared, tx, opportunity, events, cause, by, read_in).await
}

async fn step_read_in(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    opportunity: &OpportunityId,
    events: &[Event],
    cause: Cause<'_>,
    (definitions, now): (&Definitions, Timestamp),
    read_in: ReadIn<'_>,
) -> Result<Option<Stepped>, StoreError> {
    let Some((deal, mut head)) = load(tx, opportunity).await? else {
        return Ok(None);
    };
    let process = definitions.current();
    let mut state = deal.state.clone();
    let mut all = Vec::new();
    let mut left = Vec::new();
    let mut is_changed = false;

    for event in events {
        let before = (*event == Event::Ticked).then(|| state.clone());
        let stands = Standing::of(&deal.row.stage, &state);
        let (after, effects) = definitions.step(state, &deal.context, event, now);
        state = after;
        left.extend(stands.left_in(&state));
        // A tick that changes nothing leaves nothing.
        if effects.is_empty() && before.is_some_and(|before| before == state) {
            continue;
        }
        is_changed = true;
        let what = (event, &deal.context);
        let entry = chain::entry(head, now, what, &effects, cause.key, process.version());
        tx.append_journal(opportunity, &entry).await?;
        let ordering = Ordering {
            shared,
            deal: &deal,
            cause: &cause,
            now,
            on_page: read_in.page(&state),
            is_reminding: matches!(event, Event::Ticked),
        };
        ordering.carry_out_all(tx, &effects, entry.position).await?;
        head = Some((entry.position, entry.hash));
        all.extend(effects);
    }

    let next = definitions.next_moment(&state, now);
    tx.set_moment(opportunity, next).await?;
    if is_changed {
        let free = projection::save_runs(tx, opportunity, definitions, &deal.state, &state).await?;
        let end = head.map_or(String::new(), |(_, hash)| hash);
        save(tx, process, &deal.row, &state, &end, now).await?;
        for stay in &left {
            tx.keep_stage_stay(opportunity, stay).await?;
        }
        for person in &free {
            say_next(shared, tx, person).await?;
        }
    }
    Ok(Some(Stepped {
        state,
        effects: all,
    }))
}

impl ReadIn<'_> {
    /// The run whose page the rep goes on with.
    fn page(self, state: &State) -> Option<&RunId> {
        let Self::PageOf(run) = self else {
            return None;
        };
        let (id, run) = state.runs.get_key_value(run)?;
        run.phase.is_unfinished().then_some(id)
    }
}

/// The deal as it is stored, for somebody who only words something of it: conditions can't be asked,
/// since neither the customer's further fields nor the supervisors above the rep are looked up.
pub(crate) async fn look_at(tx: &mut Tx, id: &OpportunityId) -> Result<Option<Deal>, StoreError> {
    let Some(row) = tx.look_at_opportunity(id).await? else {
        return Ok(None);
    };
    let Some(rep) = tx.person(&row.rep_id).await? else {
        return Ok(None);
    };
    let customer = tx.customer(&row.customer_id).await?;
    let customer = customer.unwrap_or_else(|| unknown(&row.customer_id));
    let state = state_of(&row)?;
    let context = context(&row, &rep, customer, BTreeMap::new(), 0);
    Ok(Some(Deal {
        row,
        rep,
        context,
        state,
        supervisors: Vec::new(),
    }))
}

/// The deal, taken to be changed, and where its journal ends.
async fn load(tx: &mut Tx, id: &OpportunityId) -> Result<Option<(Deal, JournalHead)>, StoreError> {
    let Some(taken) = tx.take_deal(id).await? else {
        return Ok(None);
    };
    let (row, rep) = (taken.opportunity, taken.rep);
    let state = state_of(&row)?;
    let supervisors = tx.supervisors_of(&rep).await?;
    let levels = u8::try_from(supervisors.len()).unwrap_or(u8::MAX);
    let context = context(&row, &rep, taken.customer, taken.fields, levels);
    let deal = Deal {
        row,
        rep,
        context,
        state,
        supervisors,
    };
    Ok(Some((deal, taken.journal_head)))
}

fn state_of(row: &Opportunity) -> Result<State, StoreError> {
    match row.state.as_str() {
        // Nothing has happened yet: the deal stands where it was opened.
        "{}" => Ok(State::new(Some(row.stage.clone()), row.opened_at)),
        stored => State::read(stored, row.opened_at)
            .map_err(|error| StoreError::Unreadable("the deal's state", error)),
    }
}

fn context(
    row: &Opportunity,
    rep: &Person,
    customer: Customer,
    fields: BTreeMap<String, String>,
    levels: u8,
) -> Context {
    Context {
        opportunity: row.id.clone(),
        opportunity_name: row.name.clone(),
        customer_id: customer.id,
        customer: customer.name,
        rep: rep.name.clone(),
        industry: Some(customer.industry).filter(|text| !text.is_empty()),
        region: Some(rep.region.clone()).filter(|text| !text.is_empty()),
        customer_region: Some(customer.region).filter(|text| !text.is_empty()),
        fields,
        levels,
    }
}

fn unknown(id: &CustomerId) -> Customer {
    Customer {
        id: id.clone(),
        name: String::new(),
        industry: String::new(),
        region: String::new(),
    }
}

async fn save(
    tx: &mut Tx,
    process: &Process,
    row: &Opportunity,
    state: &State,
    journal_end: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let json = serde_json::to_string(state)
        .map_err(|error| StoreError::Unreadable("the deal's state", error))?;
    let stage = state.stage.as_deref().unwrap_or(&row.stage);
    let is_closed = process.stage(stage).is_some_and(|stage| stage.is_end());
    let closed_at = is_closed.then_some(now);
    tx.save_deal(&SavedDeal {
        id: &row.id,
        version: row.version,
        state: &json,
        stage,
        closed_at,
        journal_end,
    })
    .await
}
