//! The names behind the ids that the page shows.

use std::collections::BTreeMap;

use super::rankings::ROWS;
use crate::board::Snapshot;
use crate::domain::{CustomerId, PersonId};
use crate::shared::Shared;
use crate::store::StoreError;

/// Id, name and region of the reps whom a viewer sees.
pub(super) type Reps = [(PersonId, String, String)];

/// Names of those who have figures before the viewer's eyes, and of nobody else.
#[derive(Default)]
pub(super) struct Names {
    pub(super) reps: BTreeMap<PersonId, String>,
    pub(super) customers: BTreeMap<CustomerId, String>,
}

impl Names {
    pub(super) fn rep(&self, id: &PersonId) -> String {
        self.reps.get(id).cloned().unwrap_or_else(|| id.to_string())
    }

    pub(super) fn customer(&self, id: &CustomerId) -> String {
        self.customers
            .get(id)
            .cloned()
            .unwrap_or_else(|| id.to_string())
    }

    /// The names of those at the head of the snapshot's rankings.
    pub(super) async fn of(
        shared: &Shared,
        snapshot: &Snapshot,
        reps: &Reps,
    ) -> Result<Self, StoreError> {
        let mut customers: BTreeMap<CustomerId, String> = BTreeMap::new();
        let shown = snapshot.by_customer.iter();
        for id in shown.filter_map(|(id, _)| id.as_ref()).take(ROWS) {
            if let Some(customer) = shared.store.customer(id).await? {
                customers.insert(id.clone(), customer.name);
            }
        }
        let mut people: BTreeMap<PersonId, String> = reps
            .iter()
            .map(|(id, name, _)| (id.clone(), name.clone()))
            .collect();
        let shown = snapshot.by_rep.iter();
        for id in shown.filter_map(|(id, _)| id.as_ref()).take(ROWS) {
            // Whoever left the region or was promoted is not among its reps, but in its figures.
            if !people.contains_key(id)
                && let Some(person) = shared.store.person(id).await?
            {
                people.insert(id.clone(), person.name);
            }
        }
        Ok(Self {
            reps: people,
            customers,
        })
    }
}
