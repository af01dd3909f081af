//! A run with all that is kept of it, and a deal's state, for whoever shows them.

use crate::domain::ChatId;
use crate::engine::{Run, State};
use crate::shared::Shared;
use crate::store::{OpportunityRow, RunRow, StoreError};

/// One run, its row and its deal.
pub(crate) struct StandingRun {
    pub(crate) row: RunRow,
    pub(crate) deal: OpportunityRow,
    pub(crate) run: Run,
}

impl StandingRun {
    /// The chats whose words it tells.
    pub(crate) fn chats(&self) -> Vec<ChatId> {
        let heard = self.run.cause.heard().into_iter();
        let noted = heard.chain(&self.run.noted);
        noted.map(|heard| heard.chat.clone()).collect()
    }
}

/// The run of that row. `None` when its deal's state doesn't have it.
///
/// # Errors
/// When the store fails, or what it holds can't be read.
pub(crate) async fn standing_run(
    shared: &Shared,
    row: RunRow,
) -> Result<Option<StandingRun>, StoreError> {
    let Some(deal) = shared.store.opportunity(&row.opportunity_id).await? else {
        return Ok(None);
    };
    let mut state = standing_state(shared, &deal).await?;
    let run = state.runs.remove(&row.id);
    Ok(run.map(|run| StandingRun {
        row,
        deal,
        run: *run,
    }))
}

/// The deal's state; that of a deal to which nothing has happened yet is where it was opened.
///
/// # Errors
/// When the store fails, or what it holds can't be read.
pub(crate) async fn standing_state(
    shared: &Shared,
    deal: &OpportunityRow,
) -> Result<State, StoreError> {
    let stored = shared.store.opportunity_state(&deal.id).await?;
    match stored.as_deref() {
        None | Some("{}") => Ok(State::new(Some(deal.stage.clone()), deal.opened_at)),
        Some(stored) => State::read(stored, deal.opened_at)
            .map_err(|error| StoreError::Unreadable("the deal's state", error)),
    }
}
