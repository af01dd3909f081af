//! How long a deal stood in a stage, told when it leaves it.

use crate::domain::Timestamp;
use crate::engine::State;
use crate::store::Stay;

/// Where a deal stands before something happens to it.
pub(super) struct Standing {
    stage: String,
    since: Timestamp,
}

impl Standing {
    /// `first` is the stage of a deal that was never moved.
    pub(super) fn of(first: &str, state: &State) -> Self {
        Self {
            stage: state.stage.as_deref().unwrap_or(first).to_owned(),
            since: state.stage_since,
        }
    }

    /// The stay that ended with what happened.
    pub(super) fn left_in(self, after: &State) -> Option<Stay> {
        let has_moved = after.stage.as_ref().is_some_and(|now| *now != self.stage);
        has_moved.then_some(Stay {
            key: self.stage,
            from_at: self.since,
            until_at: after.stage_since,
        })
    }
}
