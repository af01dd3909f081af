//! A deal's journal folded again: its state comes out as it was, and its runs and its next moment
//! are made from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::staying::Standing;
use super::{chain, projection, save, state_of};
use crate::calendar::Calendar;
use crate::domain::{OpportunityId, Timestamp};
use crate::engine::{Context, Definitions, Event, Process, State};
use crate::store::{JournalEntry, Opportunity, Stay, Store, StoreError, Tx};

/// Folds journals again, by the definitions that each entry was decided by.
pub struct Refolding {
    current: Arc<Process>,
    by_version: BTreeMap<String, Definitions>,
}

/// What became of one deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refolded {
    /// Entries read.
    pub entries: usize,
    /// Runs written again.
    pub runs: usize,
    /// The stored state.
    pub outcome: Outcome,
}

/// How the stored state compares with its journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is the journal's fold.
    Equal,
    /// It was not, and is now.
    Mended,
    /// The journal can't be folded; the state stays as it is.
    Left(NotFoldable),
}

/// Why a journal can't be folded again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFoldable {
    /// The chain is broken.
    #[error("{0}: it was changed, or it or an entry before it is missing")]
    Broken(#[from] chain::BrokenChain),
    /// Earlier releases did not write down what the engine knew of the deal.
    #[error("entry {0} was written by an earlier release, without what was known of the deal")]
    WithoutContext(i64),
    /// This release can't read it.
    #[error("entry {0} can't be read by this release")]
    Unreadable(i64),
    /// The definition is kept no more, or can't be read by this release.
    #[error("entry {0} was decided by version {1} of the process, which is not known any more")]
    UnknownVersion(i64, String),
    /// The fold says something else than the record.
    #[error("entry {0} would be decided differently today: the work calendar was changed since")]
    Different(i64),
}

impl Refolding {
    /// `kept` are the versions that were in use before `current`, by their names.
    #[must_use]
    pub fn new(current: Process, kept: BTreeMap<String, Arc<Process>>, calendar: Calendar) -> Self {
        let (current, calendar) = (Arc::new(current), Arc::new(calendar));
        let mut all = kept;
        all.insert(current.version().to_owned(), Arc::clone(&current));
        let definitions = |process: &Arc<Process>| {
            let alone = Definitions::new(Arc::clone(process), Arc::clone(&calendar));
            all.values()
                .fold(alone, |some, older| some.with_older(Arc::clone(older)))
        };
        let by_version = all
            .iter()
            .map(|(version, process)| (version.clone(), definitions(process)))
            .collect();
        Self {
            current,
            by_version,
        }
    }

    /// Folds the journal of one deal. Without an entry there is nothing to fold.
    ///
    /// # Errors
    /// When the database fails, or the state can be neither folded nor read.
    pub async fn refold(&self, store: &Store, id: &OpportunityId) -> Result<Refolded, StoreError> {
        let mut tx = store.begin().await?;
        let Some(row) = tx.opportunity(id).await? else {
            return Ok(Refolded::nothing());
        };
        // Taken to be changed, so that nobody else adds to its journal meanwhile.
        let entries = tx.journal(id).await?;
        let (first_stage, end) = tx.journal_ends_of(id).await?;
        if entries.is_empty() && end.is_empty() {
            // Nothing has happened to it; when it has to be looked at, looking will show.
            tx.set_moment(id, Some(row.opened_at)).await?;
            tx.commit().await?;
            return Ok(Refolded::nothing());
        }
        let begun = State::new(Some(first_stage), row.opened_at);
        let folded = chain::verify(&entries, &end)
            .map_err(NotFoldable::from)
            .and_then(|()| self.fold(begun, &entries));
        let (state, outcome) = match folded {
            Ok((state, left)) => {
                for stay in &left {
                    tx.keep_stage_stay(id, stay).await?;
                }
                let stepped_at = entries.last().map_or(row.opened_at, |last| last.at);
                self.keep(&mut tx, &row, state, (&end, stepped_at)).await?
            }
            Err(why) => (state_of(&row)?, Outcome::Left(why)),
        };
        let nothing = State::new(None, row.opened_at);
        projection::save_runs(&mut tx, id, self.newest(), &nothing, &state).await?;
        tx.commit().await?;
        Ok(Refolded {
            entries: entries.len(),
            runs: state.runs.len(),
            outcome,
        })
    }

    fn newest(&self) -> &Definitions {
        &self.by_version[self.current.version()]
    }

    /// Stores the moment that the last entry led to, and the state if it is another one. The journal
    /// ends where it ended.
    async fn keep(
        &self,
        tx: &mut Tx,
        row: &Opportunity,
        state: State,
        (end, stepped_at): (&str, Timestamp),
    ) -> Result<(State, Outcome), StoreError> {
        let next = self.newest().next_moment(&state, stepped_at);
        tx.set_moment(&row.id, next).await?;
        if state_of(row).is_ok_and(|stored| stored == state) {
            return Ok((state, Outcome::Equal));
        }
        save(tx, &self.current, row, &state, end, state.stage_since).await?;
        Ok((state, Outcome::Mended))
    }

    /// The state that the entries lead to, and the stages that the deal left on the way.
    fn fold(
        &self,
        begun: State,
        entries: &[JournalEntry],
    ) -> Result<(State, Vec<Stay>), NotFoldable> {
        let first = begun.stage.clone().unwrap_or_default();
        let begun = (begun, Vec::new());
        entries.iter().try_fold(begun, |(state, mut left), entry| {
            let stands = Standing::of(&first, &state);
            let after = self.again(state, entry)?;
            left.extend(stands.left_in(&after));
            Ok((after, left))
        })
    }

    fn again(&self, state: State, entry: &JournalEntry) -> Result<State, NotFoldable> {
        let position = entry.position;
        let context = entry.context.as_deref();
        let context = context.ok_or(NotFoldable::WithoutContext(position))?;
        let unreadable = |_| NotFoldable::Unreadable(position);
        let context: Context = serde_json::from_str(context).map_err(unreadable)?;
        let event: Event = serde_json::from_str(&entry.event).map_err(unreadable)?;
        let definitions = self
            .by_version
            .get(&entry.process)
            .ok_or_else(|| NotFoldable::UnknownVersion(position, entry.process.clone()))?;
        let (after, effects) = definitions.step(state, &context, &event, entry.at);
        let effects = serde_json::to_string(&effects).map_err(unreadable)?;
        if effects != entry.effects {
            return Err(NotFoldable::Different(position));
        }
        Ok(after)
    }
}

impl Refolded {
    const fn nothing() -> Self {
        Self {
            entries: 0,
            runs: 0,
            outcome: Outcome::Equal,
        }
    }
}
