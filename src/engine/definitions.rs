//! The process in use, and the versions that open runs still follow.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::calendar::Calendar;
use crate::domain::Timestamp;

use super::checklist::{lack, meant};
use super::definition::{Node, Process};
use super::moments;
use super::question::Question;
use super::run::Run;
use super::state::State;

/// All that deals are held to. Immutable; a changed process is a new value that keeps the old one
/// for the runs that began under it.
#[derive(Debug, Clone)]
pub struct Definitions {
    current: Arc<Process>,
    older: BTreeMap<String, Arc<Process>>,
    calendar: Arc<Calendar>,
}

impl Definitions {
    /// One version, and the calendar.
    #[must_use]
    pub fn new(current: Arc<Process>, calendar: Arc<Calendar>) -> Self {
        Self {
            current,
            older: BTreeMap::new(),
            calendar,
        }
    }

    /// The same with an earlier version, for the runs that began under it.
    #[must_use]
    pub fn with_older(mut self, process: Arc<Process>) -> Self {
        if process.version() != self.current.version() {
            self.older.insert(process.version().to_owned(), process);
        }
        self
    }

    /// The version in use from now on; the one before is kept.
    #[must_use]
    pub fn followed_by(self, process: Arc<Process>) -> Self {
        let before = Arc::clone(&self.current);
        let mut next = Self {
            current: process,
            ..self
        };
        next.older.remove(next.current.version());
        next.with_older(before)
    }

    /// The version in use.
    #[must_use]
    pub fn current(&self) -> &Arc<Process> {
        &self.current
    }

    /// When people work.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The version a run began under; the current one when that is not known any more.
    #[must_use]
    pub fn process_of(&self, run: &Run) -> &Process {
        if run.process_version == self.current.version() {
            return &self.current;
        }
        let older = self.older.get(&run.process_version);
        older.unwrap_or(&self.current)
    }

    /// The definition a run is held to: that of its version, or else the current one of its key.
    #[must_use]
    pub fn node_of(&self, run: &Run) -> Option<&Node> {
        let own = self.process_of(run).node(&run.node);
        own.or_else(|| self.current.node(&run.node))
    }

    /// Whether the deal has ended, won or lost, and nothing is wanted of the run there.
    #[must_use]
    pub fn is_over(&self, state: &State, run: &Run) -> bool {
        let end = self.current.stage_of(state).filter(|stage| stage.is_end());
        end.is_some_and(|end| {
            let node = self.node_of(run);
            !node.is_some_and(|node| node.opening.within.contains(&end.key))
        })
    }

    /// The questions of a run that are not answered, required or not, in order. None when nothing
    /// is wanted any more.
    #[must_use]
    pub fn unanswered(&self, run: &Run) -> Vec<&Question> {
        let node = self.node_of(run).filter(|_| run.phase.is_unfinished());
        let questions = node.into_iter().flat_map(|node| meant(node, run));
        questions
            .filter(|question| lack(question, run).is_some())
            .collect()
    }

    /// When the deal has to be looked at again, after it was stepped at `now`.
    #[must_use]
    pub fn next_moment(&self, state: &State, now: Timestamp) -> Option<Timestamp> {
        moments::next(self, state, now)
    }
}
