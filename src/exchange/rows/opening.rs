//! Opens a deal in a stage of the process.

use crate::domain::Timestamp;
use crate::engine::{Process, State};
use crate::store::{NewOpportunity, SavedDeal, StoreError, Tx};

/// Stores a new deal. `false` when its id is taken. A deal that begins in a later stage than the
/// first has a state that says so, since the engine goes by the state; since when it stands there
/// nobody says, so its time there is counted from `now`. What entering a stage demands is not
/// demanded of it.
///
/// # Errors
/// When the database fails, or customer or rep are unknown.
pub(super) async fn open_deal(
    tx: &mut Tx,
    deal: &NewOpportunity,
    process: &Process,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !tx.create_opportunity(deal).await? {
        return Ok(false);
    }
    let stage = process.stage(&deal.stage);
    let is_first = process.stages().first().map(|first| &first.key) == Some(&deal.stage);
    if !is_first {
        let state = State::new(Some(deal.stage.clone()), now);
        let state = serde_json::to_string(&state)
            .map_err(|error| StoreError::Unreadable("the deal's state", error))?;
        let closed_at = stage.filter(|stage| stage.is_end()).map(|_| deal.opened_at);
        tx.save_deal(&SavedDeal {
            id: &deal.id,
            version: 0,
            state: &state,
            stage: &deal.stage,
            closed_at,
            journal_end: "",
        })
        .await?;
    }
    Ok(true)
}
