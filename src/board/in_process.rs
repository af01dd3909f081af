//! The board in this process.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, Weak};

use tokio::sync::watch;

use super::hit::Cell;
use super::snapshot::{NEWEST, Tally, newest_of};
use super::{BoardChanges, DAYS_KEPT, Hit, NewestHit, Question, Snapshot, locked};
use crate::domain::{Day, Label, MessageId, Timestamp};

#[derive(Default)]
pub(super) struct InProcess {
    shelf: Mutex<Shelf>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct Shelf {
    current: Ledger,
    /// Rebuilds under way. One that was dropped is forgotten with the next hit.
    drafts: Vec<Weak<Draft>>,
    is_built: bool,
}

/// The ledger of a rebuild.
#[derive(Default)]
pub(super) struct Draft(Mutex<Ledger>);

impl Draft {
    pub(super) fn add(&self, hits: &[Hit]) -> usize {
        locked(&self.0).count_all(hits)
    }

    pub(super) fn remove(&self, hits: &[Hit]) -> usize {
        locked(&self.0).uncount_all(hits)
    }
}

impl InProcess {
    pub(super) fn record(&self, hits: &[Hit]) -> usize {
        self.change(|ledger| ledger.count_all(hits))
    }

    pub(super) fn withdraw(&self, hits: &[Hit]) -> usize {
        self.change(|ledger| ledger.uncount_all(hits))
    }

    /// Changes the board and all rebuilds under way; answers what came of it on the board.
    fn change(&self, change: impl Fn(&mut Ledger) -> usize) -> usize {
        let changed = {
            let mut shelf = locked(&self.shelf);
            shelf.drafts.retain(|draft| match draft.upgrade() {
                Some(draft) => {
                    change(&mut locked(&draft.0));
                    true
                }
                None => false,
            });
            change(&mut shelf.current)
        };
        if changed > 0 {
            self.changed.send_replace(());
        }
        changed
    }

    pub(super) fn snapshot(&self, question: &Question) -> Snapshot {
        locked(&self.shelf).current.answer(question)
    }

    pub(super) fn needs_rebuild(&self) -> bool {
        !locked(&self.shelf).is_built
    }

    pub(super) fn changes(&self) -> BoardChanges {
        BoardChanges::of(&self.changed)
    }

    pub(super) fn begin(&self) -> Arc<Draft> {
        let draft = Arc::new(Draft::default());
        locked(&self.shelf).drafts.push(Arc::downgrade(&draft));
        draft
    }

    pub(super) fn finish(&self, draft: &Arc<Draft>) {
        {
            let mut shelf = locked(&self.shelf);
            shelf
                .drafts
                .retain(|other| !std::ptr::eq(other.as_ptr(), Arc::as_ptr(draft)));
            shelf.current = std::mem::take(&mut *locked(&draft.0));
            shelf.is_built = true;
        }
        self.changed.send_replace(());
    }
}

/// All that is counted, by day.
#[derive(Default)]
struct Ledger(BTreeMap<Day, Sheet>);

/// One day.
#[derive(Default)]
struct Sheet {
    seen: HashSet<(MessageId, Label, bool)>,
    /// Flat, and with cells that are shared: a day of a busy company has thousands.
    cells: BTreeMap<(Arc<Cell>, Label), u64>,
    /// By moment, message and code: the order of the newest list, from its end. Without what is on
    /// trial.
    hits: BTreeMap<(Timestamp, MessageId, &'static str), (Label, Arc<Cell>)>,
}

impl Ledger {
    fn count_all(&mut self, hits: &[Hit]) -> usize {
        hits.iter().filter(|hit| self.count(hit)).count()
    }

    fn count(&mut self, hit: &Hit) -> bool {
        let day = hit.at.day();
        let is_full = self.0.len() >= DAYS_KEPT;
        let is_too_old = self
            .0
            .first_key_value()
            .is_some_and(|(first, _)| day < *first);
        if is_full && is_too_old {
            return false;
        }
        let is_new = self.0.entry(day).or_default().count(hit);
        while self.0.len() > DAYS_KEPT {
            self.0.pop_first();
        }
        is_new
    }

    fn uncount_all(&mut self, hits: &[Hit]) -> usize {
        hits.iter().filter(|hit| self.uncount(hit)).count()
    }

    fn uncount(&mut self, hit: &Hit) -> bool {
        let day = hit.at.day();
        let Some(sheet) = self.0.get_mut(&day) else {
            return false;
        };
        let stood = sheet.uncount(hit);
        // A day without hits is no day, as it would be none after a rebuild.
        if sheet.cells.is_empty() {
            self.0.remove(&day);
        }
        stood
    }

    fn answer(&self, question: &Question) -> Snapshot {
        let mut tally = Tally::new(question);
        let mut newest = Vec::new();
        if question.from <= question.to {
            for (day, sheet) in self.0.range(question.from..=question.to).rev() {
                for ((cell, label), hits) in &sheet.cells {
                    tally.add(*day, cell, *label, *hits);
                }
                newest.extend(sheet.newest(question).take(NEWEST - newest.len()));
            }
        }
        tally.into_snapshot(newest_of(newest))
    }
}

impl Sheet {
    fn count(&mut self, hit: &Hit) -> bool {
        let identity = (hit.message.clone(), hit.label, hit.on_trial);
        if !self.seen.insert(identity) {
            return false;
        }
        let field = (Arc::new(hit.cell()), hit.label);
        let known = self.cells.get_key_value(&field);
        let cell = Arc::clone(known.map_or(&field.0, |((cell, _), _)| cell));
        *self.cells.entry(field).or_default() += 1;
        if hit.on_trial {
            return true;
        }
        let place = (hit.at, hit.message.clone(), hit.label.code());
        self.hits.insert(place, (hit.label, cell));
        true
    }

    /// A hit that was counted as somebody else's stands in another cell, and stays.
    fn uncount(&mut self, hit: &Hit) -> bool {
        let identity = (hit.message.clone(), hit.label, hit.on_trial);
        let field = (Arc::new(hit.cell()), hit.label);
        let place = (hit.at, hit.message.clone(), hit.label.code());
        let is_elsewhere = |(_, counted): &(Label, Arc<Cell>)| *counted != field.0;
        if !self.seen.contains(&identity)
            || !self.cells.contains_key(&field)
            || !hit.on_trial && self.hits.get(&place).is_none_or(is_elsewhere)
        {
            return false;
        }
        self.seen.remove(&identity);
        if !hit.on_trial {
            self.hits.remove(&place);
        }
        if let Some(hits) = self.cells.get_mut(&field) {
            *hits -= 1;
            if *hits == 0 {
                self.cells.remove(&field);
            }
        }
        true
    }

    fn newest(&self, question: &Question) -> impl Iterator<Item = NewestHit> {
        self.hits
            .iter()
            .rev()
            .filter(|(_, (_, cell))| question.covers(cell))
            .map(|((at, message, _), (label, _))| NewestHit {
                message: message.clone(),
                label: *label,
                at: *at,
            })
    }
}
