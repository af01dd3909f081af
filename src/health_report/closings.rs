//! What reps won, beside the band of their rate.

use std::collections::BTreeMap;

use super::{Asked, Report};
use crate::domain::PersonId;
use crate::engine::{Ending, Process};
use crate::health::{BandFigures, Closed, Tally, Unbanded, by_band};
use crate::store::{Store, StoreError};

/// The bands, with the deals that their reps closed in the same period. A deal counts as won or lost
/// by the stage that it ended in; one that ended in a stage which the process doesn't have any more
/// counts as neither.
///
/// # Errors
/// When the store fails.
pub async fn bands(
    store: &Store,
    process: &Process,
    (asked, report): (&Asked, &Report),
) -> Result<([BandFigures; 3], Unbanded), StoreError> {
    let question = asked.over(asked.counted());
    let mut reps: BTreeMap<PersonId, (Tally, Closed)> = BTreeMap::new();
    for (rep, beside) in report.by_rep() {
        reps.entry(rep).or_default().0 = beside.now;
    }
    for (rep, stage, deals) in store.closed_deals(&asked.scope, &question).await? {
        let closed = &mut reps.entry(rep).or_default().1;
        match process.stage(&stage).and_then(|stage| stage.ends) {
            Some(Ending::Won) => closed.won += deals,
            Some(Ending::Lost) => closed.lost += deals,
            None => {}
        }
    }
    let counts = |(tally, closed): &(Tally, Closed)| !tally.is_empty() || closed.all() > 0;
    Ok(by_band(reps.into_values().filter(counts)))
}
