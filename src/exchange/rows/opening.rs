//! Opens a deal in a stage of the process.

use crate::engine::{Process, State};
use crate::store::{NewOpportunity, StoreError, Tx};

/// Stores a new deal. `false` when its id is taken. A deal that begins in a later stage than the
/// first has a state that says so, since the engine goes by the state.
///
/// # Errors
/// When the database fails, or customer or rep are unknown.
pub(crate) async fn open_deal(
    tx: &mut Tx,
    deal: &NewOpportunity,
    process: &Process,
) -> Result<bool, StoreError> {
    if !tx.create_opportunity(deal).await? {
        return Ok(false);
    }
    let stage = process.stage(&deal.stage);
    let is_first = process.stages().first().map(|first| &first.key) == Some(&deal.stage);
    if !is_first {
        let state = State {
            stage: Some(deal.stage.clone()),
            ..State::default()
        };
        let state = serde_json::to_string(&state)
            .map_err(|error| StoreError::Unreadable("the deal's state", error))?;
        let closed_at = stage.filter(|stage| stage.is_end()).map(|_| deal.opened_at);
        tx.save_opportunity(&deal.id, 0, &state, &deal.stage, closed_at)
            .await?;
    }
    Ok(true)
}
