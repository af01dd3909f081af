//! Why a rate changed: the change taken apart by whatever its runs are told apart by, so that the
//! parts add up to the whole.
//!
//! A rate is a mean of its groups' rates, each by its share of what was due. What a group adds to the
//! change is its own rate's change, by the mean of its two shares, and its share's change, by how far
//! the mean of its two rates lies from the mean of both wholes. No rest is left: as all changes of shares
//! together are none, the sum over all groups is the change. Both halves together need no rate of the
//! group, so that one that came or went has its part like the others; its rate didn't change, its share
//! did. The parts are kept as fractions of one denominator, and add up exactly, not nearly.

use std::collections::{BTreeMap, BTreeSet};

use super::Tally;
use super::tally::share;

/// A difference of rates, as a fraction: -1/10 are ten points less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Points {
    numerator: i128,
    denominator: i128,
}

/// What one group adds to the change of a rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part<K> {
    /// Which group.
    pub group: K,
    /// What was due and done of it before.
    pub before: Tally,
    /// And now.
    pub now: Tally,
    /// All that it adds.
    pub total: Points,
    /// Of it, what comes from the group's being better or worse than it was; -0.1 are ten points.
    pub by_rate: f64,
    /// All that it adds in tenths of a point, rounded so that all parts together are the
    /// rounded whole.
    pub tenths: i64,
}

/// A change, whole and in parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Apart<K> {
    /// All that was due and done before.
    pub before: Tally,
    /// And now.
    pub now: Tally,
    /// The change of the rate.
    pub whole: Points,
    /// What each group adds to it: first what goes the whole's way, the greatest first.
    pub parts: Vec<Part<K>>,
}

impl Points {
    /// As a number: -0.1 are ten points.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "for showing")]
    pub fn value(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    /// In tenths of a point, rounded to the nearest, halves away from zero.
    #[must_use]
    pub fn tenths(self) -> i64 {
        let doubled = self.numerator.saturating_mul(2_000);
        let rounded = (doubled.abs() + self.denominator) / (self.denominator * 2);
        i64::try_from(rounded * doubled.signum()).unwrap_or_default()
    }

    /// Whether it is a fall.
    #[must_use]
    pub const fn is_fall(self) -> bool {
        self.numerator < 0
    }

    /// Of one denominator.
    fn plus(self, other: Self) -> Self {
        Self {
            numerator: self.numerator + other.numerator,
            ..self
        }
    }
}

impl<K> Part<K> {
    /// Of all that it adds, what comes from the group's being a larger or smaller part of the whole.
    #[must_use]
    pub fn by_share(&self) -> f64 {
        self.total.value() - self.by_rate
    }
}

impl<K> Apart<K> {
    /// The sum of the parts: the whole, always.
    #[must_use]
    pub fn sum(&self) -> Points {
        let none = Points {
            numerator: 0,
            ..self.whole
        };
        self.parts
            .iter()
            .fold(none, |sum, part| sum.plus(part.total))
    }
}

/// The change of a rate between two periods, by groups; `None` where one of the periods has nothing due.
#[must_use]
pub fn taken_apart<K: Ord + Clone>(
    before: &BTreeMap<K, Tally>,
    now: &BTreeMap<K, Tally>,
) -> Option<Apart<K>> {
    let all_before: Tally = before.values().copied().sum();
    let all_now: Tally = now.values().copied().sum();
    if all_before.due == 0 || all_now.due == 0 {
        return None;
    }
    let groups: BTreeSet<&K> = before.keys().chain(now.keys()).collect();
    let of = |all: &BTreeMap<K, Tally>, group: &K| all.get(group).copied().unwrap_or_default();
    let parts = groups.into_iter().map(|group| {
        let (then, after) = (of(before, group), of(now, group));
        Part {
            group: group.clone(),
            before: then,
            now: after,
            total: added((then, after), (all_before, all_now)),
            by_rate: added_by_rate((then, after), (all_before, all_now)),
            tenths: 0,
        }
    });
    let mut parts: Vec<Part<K>> = parts
        .filter(|part| part.before.due + part.now.due > 0)
        .collect();
    let whole = added((all_before, all_now), (all_before, all_now));
    round_together(&mut parts, whole);
    let against = |part: &Part<K>| part.total.is_fall() != whole.is_fall();
    parts.sort_by_key(|part| {
        let size = std::cmp::Reverse(part.total.numerator.abs());
        (against(part), size, part.group.clone())
    });
    Some(Apart {
        before: all_before,
        now: all_now,
        whole,
        parts,
    })
}

/// `n₁/D₁ − n₀/D₀ − (d₁/D₁ − d₀/D₀) · (N₁/D₁ + N₀/D₀)/2`, of the denominator `2·D₀²·D₁²`. With counts
/// below 2³⁰ nothing overflows.
fn added((before, now): (Tally, Tally), (all_before, all_now): (Tally, Tally)) -> Points {
    let [d0, n0, d1, n1] = [before.due, before.done, now.due, now.done].map(i128::from);
    let [all_d0, all_n0] = [all_before.due, all_before.done].map(i128::from);
    let [all_d1, all_n1] = [all_now.due, all_now.done].map(i128::from);
    let done = n1 * all_d0 - n0 * all_d1;
    let shares = d1 * all_d0 - d0 * all_d1;
    let wholes = all_n1 * all_d0 + all_n0 * all_d1;
    Points {
        numerator: 2 * all_d0 * all_d1 * done - shares * wholes,
        denominator: 2 * all_d0 * all_d0 * all_d1 * all_d1,
    }
}

/// The mean of the group's shares, by its rate's change. A group of one period has no change.
fn added_by_rate((before, now): (Tally, Tally), all: (Tally, Tally)) -> f64 {
    let (Some(rate_before), Some(rate_now)) = (before.rate(), now.rate()) else {
        return 0.0;
    };
    let of = |part: Tally, whole: Tally| share(part.due, whole.due).unwrap_or_default();
    f64::midpoint(of(before, all.0), of(now, all.1)) * (rate_now - rate_before)
}

/// Rounds each part down to whole tenths and gives what is missing from the whole to those that lost
/// most (the largest remainders), so that what is read adds up too.
fn round_together<K>(parts: &mut [Part<K>], whole: Points) {
    let scaled = |part: &Part<K>| part.total.numerator * 1_000;
    for part in &mut *parts {
        let down = scaled(part).div_euclid(part.total.denominator);
        part.tenths = i64::try_from(down).unwrap_or_default();
    }
    let missing = whole.tenths() - parts.iter().map(|part| part.tenths).sum::<i64>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|place| {
        let part = &parts[*place];
        std::cmp::Reverse(scaled(part).rem_euclid(part.total.denominator))
    });
    for place in order
        .into_iter()
        .take(usize::try_from(missing).unwrap_or_default())
    {
        parts[place].tenths += 1;
    }
}
