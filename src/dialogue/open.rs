//! What a rep has not finished, over all their deals.

use crate::domain::{OpportunityId, PersonId, RunId, Timestamp};
use crate::engine::{Light, Phase, Question, State};
use crate::shared::Shared;
use crate::store::{RepRun, StoreError, Tx};

/// An unfinished run.
pub(super) struct OpenRun {
    pub(super) id: RunId,
    pub(super) opportunity: OpportunityId,
    pub(super) customer: String,
    pub(super) deal: String,
    pub(super) node: String,
    pub(super) due: Timestamp,
    pub(super) light: Option<Light>,
    pub(super) is_paused: bool,
    /// When it is asked again, if the rep put it off.
    pub(super) put_off: Option<Timestamp>,
    /// Required or not, in order.
    pub(super) unanswered: Vec<Question>,
}

/// The rep's unfinished runs, the oldest first.
pub(super) async fn runs(
    shared: &Shared,
    tx: &mut Tx,
    rep: &PersonId,
) -> Result<Vec<OpenRun>, StoreError> {
    let definitions = shared.definitions();
    let mut open = Vec::new();
    for row in tx.runs_of_rep(rep).await? {
        let state = State::read(&row.state, row.opened_at)
            .map_err(|error| StoreError::Unreadable("the deal's state", error))?;
        let Some(run) = state.runs.get(&row.run_id) else {
            continue;
        };
        let node = definitions.node_of(run);
        let unanswered = definitions.unanswered(run).into_iter().cloned().collect();
        let RepRun {
            run_id,
            opportunity_id,
            customer,
            deal,
            ..
        } = row;
        open.push(OpenRun {
            id: run_id,
            opportunity: opportunity_id,
            customer,
            deal,
            node: node.map_or_else(|| run.node.clone(), |node| node.name.clone()),
            due: run.phase.due(),
            light: run.phase.light(),
            is_paused: matches!(run.phase, Phase::Paused { .. }),
            put_off: run.put_off,
            unanswered,
        });
    }
    Ok(open)
}
