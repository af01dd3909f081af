//! Signals by day, as a heat map. Pure.

use std::collections::BTreeMap;

use super::question::Wanted;
use crate::board::{Counts, Snapshot};
use crate::domain::{Day, Label};
use crate::web::language::Language;
use crate::web::periods::Period;

/// Shades of the heat map.
const SHADES: u64 = 5;

/// Signals by day.
pub(super) struct Strip {
    pub(super) days: Vec<DayHead>,
    pub(super) rows: Vec<StripRow>,
    pub(super) is_long: bool,
    pub(super) without_hits: usize,
}

/// A column of the strip.
pub(super) struct DayHead {
    pub(super) name: String,
    pub(super) is_today: bool,
    pub(super) is_weekend: bool,
}

/// One signal's days.
pub(super) struct StripRow {
    pub(super) name: &'static str,
    pub(super) href: String,
    pub(super) cells: Vec<Cell>,
    pub(super) total: u64,
    /// The words behind the total.
    pub(super) open: String,
}

/// One day of one signal.
pub(super) struct Cell {
    pub(super) day: String,
    pub(super) count: u64,
    /// 0 for none to 5 for the most, where the most is no single hit.
    pub(super) shade: u64,
    /// The words behind it.
    pub(super) open: String,
}

pub(super) fn strip(snapshot: &Snapshot, wanted: &Wanted, today: Day, language: Language) -> Strip {
    let (first, last) = wanted.period.strip(today);
    let days: Vec<Day> = (first.0..=last.0).map(Day).collect();
    let by_day: BTreeMap<Day, &Counts> = snapshot
        .by_day
        .iter()
        .map(|(day, counts)| (*day, counts))
        .collect();
    let count = |day: &Day, label: &Label| {
        by_day
            .get(day)
            .and_then(|counts| counts.get(label))
            .copied()
            .unwrap_or_default()
    };
    let most = by_day.values().flat_map(|counts| counts.values());
    let most = most.max().copied().unwrap_or(1);
    let mut rows: Vec<StripRow> = Vec::new();
    for (label, total) in &snapshot.totals {
        let of_label = wanted.of_label(*label);
        let cell = |day: &Day| {
            let count = count(day, label);
            Cell {
                day: day.to_string(),
                count,
                shade: (count * SHADES).div_ceil(most.max(SHADES)),
                open: of_label.on(*day).open(),
            }
        };
        rows.push(StripRow {
            name: language.label(label),
            href: wanted.by_label(*label).href(),
            cells: days.iter().map(cell).collect(),
            total: *total,
            open: of_label.over(&Period::Days(first, last)).open(),
        });
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.total));
    Strip {
        days: days.iter().map(|day| head(*day, today)).collect(),
        without_hits: Label::ALL.len() - rows.len(),
        is_long: wanted.period.is_long(today),
        rows,
    }
}

/// `23` of `2026-11-23`.
fn head(day: Day, today: Day) -> DayHead {
    let date = day.to_string();
    let of_month = date
        .rsplit('-')
        .next()
        .unwrap_or_default()
        .trim_start_matches('0');
    DayHead {
        name: of_month.to_owned(),
        is_today: day == today,
        is_weekend: day.0 - day.week_start().0 >= 5,
    }
}
