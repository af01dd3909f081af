//! A deal as a page shows it: read, not taken to be changed.

use super::{Deal, context, state_of, unknown};
use crate::domain::{OpportunityId, PersonId, RunId};
use crate::engine::Run;
use crate::store::{Store, StoreError, Tx};

/// The deal of a run, if it is this rep's. How many supervisors stand above them is not looked up.
///
/// # Errors
/// When the database fails.
pub(crate) async fn deal_of_run(
    store: &Store,
    run: &RunId,
    rep: &PersonId,
) -> Result<Option<Deal>, StoreError> {
    let Some(row) = store.opportunity_of_run(run, rep).await? else {
        return Ok(None);
    };
    let Some(rep) = store.person(&row.rep_id).await? else {
        return Ok(None);
    };
    let customer = store.customer(&row.customer_id).await?;
    let customer = customer.unwrap_or_else(|| unknown(&row.customer_id));
    let state = state_of(&row)?;
    let fields = store.fields_of_customer(&row.customer_id).await?;
    let context = context(&row, &rep, customer, fields, 0);
    Ok(Some(Deal {
        row,
        rep,
        context,
        state,
        supervisors: Vec::new(),
    }))
}

/// The run as it stands, if its deal is this rep's.
///
/// # Errors
/// When the database fails.
pub(crate) async fn run_of_rep(
    tx: &mut Tx,
    (opportunity, run): (&OpportunityId, &RunId),
    rep: &PersonId,
) -> Result<Option<Run>, StoreError> {
    let row = tx.opportunity(opportunity).await?;
    let Some(row) = row.filter(|row| row.rep_id == *rep) else {
        return Ok(None);
    };
    let mut state = state_of(&row)?;
    Ok(state.runs.remove(run).map(|run| Run::clone(&run)))
}
