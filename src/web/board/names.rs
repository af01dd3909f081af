//! The names behind the ids that the page shows.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::board::{Counts, Snapshot};
use crate::domain::{CustomerId, PersonId};
use crate::shared::Shared;
use crate::store::StoreError;
use crate::web::sight::Rep;

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

    /// The names of those who stand in some places of the snapshot's rankings.
    pub(super) async fn of(
        shared: &Shared,
        snapshot: &Snapshot,
        reps: &[Rep],
        places: Range<usize>,
    ) -> Result<Self, StoreError> {
        let mut customers: BTreeMap<CustomerId, String> = BTreeMap::new();
        for id in standing(&snapshot.by_customer, &places) {
            if let Some(customer) = shared.store.customer(id).await? {
                customers.insert(id.clone(), customer.name);
            }
        }
        let mut people: BTreeMap<PersonId, String> = reps
            .iter()
            .map(|(id, name, _)| (id.clone(), name.clone()))
            .collect();
        for id in standing(&snapshot.by_rep, &places) {
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

fn standing<'s, K>(
    groups: &'s [(Option<K>, Counts)],
    places: &Range<usize>,
) -> impl Iterator<Item = &'s K> {
    let groups = groups.iter().skip(places.start).take(places.len());
    groups.filter_map(|(id, _)| id.as_ref())
}
