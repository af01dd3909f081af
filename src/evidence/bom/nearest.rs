//! Known models that are written nearly as another.

use std::collections::BTreeSet;

use super::ModelCode;

const MOST_TOLD: usize = 3;
/// The most characters of a code that is looked up.
const LONGEST: usize = 48;
/// The most known models that a code is held against.
const MOST_KNOWN: usize = 20_000;

/// Up to three, nearest first. Near is one change in three characters, and at most three changes:
/// what differs more is another model.
pub(super) fn nearest(model: &ModelCode, known: &BTreeSet<&ModelCode>) -> Vec<ModelCode> {
    let wanted: Vec<char> = model.folded().chars().take(LONGEST + 1).collect();
    if wanted.len() > LONGEST {
        return Vec::new();
    }
    let bound = (wanted.len() / 3).min(3);
    let mut near: Vec<(usize, &ModelCode)> = known
        .iter()
        .take(MOST_KNOWN)
        .filter_map(|other| Some((distance(&wanted, other.folded(), bound)?, *other)))
        .collect();
    near.sort();
    near.into_iter()
        .take(MOST_TOLD)
        .map(|(_, other)| other.clone())
        .collect()
}

/// How many characters have to be put in, left out or changed; `None` when more than the bound.
fn distance(wanted: &[char], other: &str, bound: usize) -> Option<usize> {
    if other
        .chars()
        .take(LONGEST + 1)
        .count()
        .abs_diff(wanted.len())
        > bound
    {
        return None;
    }
    let mut row: Vec<usize> = (0..=wanted.len()).collect();
    for (line, from) in other.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, to) in wanted.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(diagonal + 1);
        }
        if row.iter().min().is_none_or(|least| *least > bound) {
            return None;
        }
    }
    row.last().copied().filter(|distance| *distance <= bound)
}
