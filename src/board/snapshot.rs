//! The board's answer, and how it is summed up from cells. The same for both places.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::hit::Cell;
use super::question::Question;
use crate::domain::{CustomerId, Day, Label, MessageId, PersonId, Timestamp};

/// How many hits the newest list holds.
pub(super) const NEWEST: usize = 50;

/// How many labels [`Snapshot::top`] names.
const TOP: usize = 3;

/// Hits by label; a label without hits is left out.
pub type Counts = BTreeMap<Label, u64>;

/// What a page of the board shows. Every list adds up to `totals`: hits without a region, rep,
/// customer or product stand under `None`. What is on trial is in `on_trial` and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// All hits of the question.
    pub totals: Counts,
    /// By day, earliest first; days without hits are left out.
    pub by_day: Vec<(Day, Counts)>,
    /// By region, most hits first, ties by name.
    pub by_region: Vec<(Option<String>, Counts)>,
    /// By rep, most hits first, ties by id.
    pub by_rep: Vec<(Option<PersonId>, Counts)>,
    /// By customer, most hits first, ties by id.
    pub by_customer: Vec<(Option<CustomerId>, Counts)>,
    /// By product, most hits first, ties by name.
    pub by_product: Vec<(Option<String>, Counts)>,
    /// What rules heard that are only being tried.
    pub on_trial: Counts,
    /// At most 50, newest first. Names and words are the store's to tell.
    pub newest: Vec<NewestHit>,
    /// The three labels with most hits, ties in the order of [`Label::ALL`].
    pub top: Vec<(Label, u64)>,
}

/// One hit of the newest list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewestHit {
    /// Where the words are.
    pub message: MessageId,
    /// What they mean.
    pub label: Label,
    /// When they were said.
    pub at: Timestamp,
}

/// Brings hits into the newest list's order and length. Equal moments are ordered by message and
/// code, downwards, as Redis orders members of equal score when it is read from the end.
pub(super) fn newest_of(mut hits: Vec<NewestHit>) -> Vec<NewestHit> {
    hits.sort_unstable_by(|a, b| newest_key(b).cmp(&newest_key(a)));
    hits.truncate(NEWEST);
    hits
}

fn newest_key(hit: &NewestHit) -> (Timestamp, &MessageId, &'static str) {
    (hit.at, &hit.message, hit.label.code())
}

/// Figures being summed up: of cells, or of the snapshots of several days.
#[derive(Debug, Default)]
pub struct SnapshotSum {
    totals: Counts,
    by_day: BTreeMap<Day, Counts>,
    by_region: BTreeMap<Option<String>, Counts>,
    by_rep: BTreeMap<Option<PersonId>, Counts>,
    by_customer: BTreeMap<Option<CustomerId>, Counts>,
    by_product: BTreeMap<Option<String>, Counts>,
    on_trial: Counts,
    newest: Vec<NewestHit>,
}

impl SnapshotSum {
    /// Adds the figures of another day.
    pub fn add(&mut self, day: Snapshot) {
        add_counts(&mut self.totals, &day.totals);
        add_groups(&mut self.by_day, day.by_day);
        add_groups(&mut self.by_region, day.by_region);
        add_groups(&mut self.by_rep, day.by_rep);
        add_groups(&mut self.by_customer, day.by_customer);
        add_groups(&mut self.by_product, day.by_product);
        add_counts(&mut self.on_trial, &day.on_trial);
        self.newest.extend(day.newest);
        self.newest = newest_of(std::mem::take(&mut self.newest));
    }

    /// All of them together.
    #[must_use]
    pub fn into_snapshot(self) -> Snapshot {
        Snapshot {
            top: top_of(&self.totals),
            totals: self.totals,
            by_day: self.by_day.into_iter().collect(),
            by_region: most_first(self.by_region),
            by_rep: most_first(self.by_rep),
            by_customer: most_first(self.by_customer),
            by_product: most_first(self.by_product),
            on_trial: self.on_trial,
            newest: self.newest,
        }
    }
}

fn add_counts(sum: &mut Counts, counts: &Counts) {
    for (label, hits) in counts {
        *sum.entry(*label).or_default() += hits;
    }
}

fn add_groups<K: Ord>(sum: &mut BTreeMap<K, Counts>, groups: Vec<(K, Counts)>) {
    for (key, counts) in groups {
        add_counts(sum.entry(key).or_default(), &counts);
    }
}

/// Sums up the cells that a question covers.
pub(super) struct Tally<'q> {
    question: &'q Question,
    sum: SnapshotSum,
}

impl<'q> Tally<'q> {
    pub(super) fn new(question: &'q Question) -> Self {
        Self {
            question,
            sum: SnapshotSum::default(),
        }
    }

    /// Adds one cell's count of one day, if the question covers it. The day has to be one of the
    /// question's.
    pub(super) fn add(&mut self, day: Day, cell: &Cell, label: Label, hits: u64) {
        if !self.question.covers(cell) {
            return;
        }
        let sum = &mut self.sum;
        if cell.on_trial {
            *sum.on_trial.entry(label).or_default() += hits;
            return;
        }
        for counts in [
            &mut sum.totals,
            sum.by_day.entry(day).or_default(),
            sum.by_region.entry(cell.region.clone()).or_default(),
            sum.by_rep.entry(cell.rep.clone()).or_default(),
            sum.by_customer.entry(cell.customer.clone()).or_default(),
            sum.by_product.entry(cell.product.clone()).or_default(),
        ] {
            *counts.entry(label).or_default() += hits;
        }
    }

    pub(super) fn into_snapshot(self, newest: Vec<NewestHit>) -> Snapshot {
        Snapshot {
            newest,
            ..self.sum.into_snapshot()
        }
    }
}

fn top_of(totals: &Counts) -> Vec<(Label, u64)> {
    let mut top: Vec<_> = totals.iter().map(|(label, hits)| (*label, *hits)).collect();
    top.sort_by_key(|(_, hits)| Reverse(*hits));
    top.truncate(TOP);
    top
}

/// The sort is stable, so ties stay in the order of their keys.
fn most_first<K>(groups: BTreeMap<K, Counts>) -> Vec<(K, Counts)> {
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, counts)| Reverse(counts.values().sum::<u64>()));
    groups
}
