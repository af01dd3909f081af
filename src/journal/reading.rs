//! A deal as a page shows it: read, not taken to be changed.

use super::{Deal, context, state_of, unknown};
use crate::domain::{PersonId, RunId};
use crate::store::{Store, StoreError};

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
