//! Whom a viewer sees on pages that count: on the board, and wherever figures are filtered by region,
//! team and rep.

use std::collections::BTreeSet;

use crate::domain::PersonId;
use crate::shared::Shared;
use crate::store::{BoardScope, StoreError, Teams, ViewScope};

/// Id, name and region of a rep.
pub(super) type Rep = (PersonId, String, String);

/// A viewer's part of the company.
pub(super) struct Sight {
    pub(super) scope: ViewScope,
    /// By region and name.
    pub(super) reps: Vec<Rep>,
    /// The teams that hold anybody of them; the others are told apart from no team by nothing.
    pub(super) teams: Teams,
    /// All teams, for who stands below the viewer.
    whole: Teams,
}

impl Sight {
    /// What that scope's viewer sees now.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn of(shared: &Shared, scope: &ViewScope) -> Result<Self, StoreError> {
        let reps = shared.store.reps_in(scope).await?;
        let whole = shared.store.teams().await?;
        Ok(Self::new(scope.clone(), reps, whole))
    }

    pub(super) fn new(scope: ViewScope, reps: Vec<Rep>, whole: Teams) -> Self {
        let seen = || reps.iter().map(|(id, _, _)| id.clone());
        let teams = match scope.on_board() {
            BoardScope::All => whole.clone(),
            BoardScope::Team(lead) => whole.holding(&seen().chain([lead]).collect()),
            BoardScope::Region { .. } | BoardScope::Rep(_) => {
                whole.holding(&seen().collect::<BTreeSet<PersonId>>())
            }
        };
        Self {
            scope,
            reps,
            teams,
            whole,
        }
    }

    /// All teams: a question to the board is narrowed by them.
    pub(super) const fn whole(&self) -> &Teams {
        &self.whole
    }

    /// Whether a team is asked for that isn't there, for this viewer.
    pub(super) fn lacks_team(&self, lead: Option<&PersonId>) -> bool {
        lead.is_some_and(|lead| self.teams.get(lead).is_none())
    }
}
