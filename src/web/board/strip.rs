//! Signals by day, as a heat map. Pure.

use std::collections::BTreeMap;

use super::question::Wanted;
use super::trend::month_and_day;
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
    /// Whether its columns are too many to name each.
    pub(super) is_long: bool,
    /// Whether a column is several days.
    pub(super) is_by_week: bool,
    /// All days.
    pub(super) day_count: i64,
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
    let columns = wanted.period.columns(today);
    let by_day: BTreeMap<Day, &Counts> = snapshot
        .by_day
        .iter()
        .map(|(day, counts)| (*day, counts))
        .collect();
    let count = |(first, last): &(Day, Day), label: &Label| {
        let days = by_day.range(*first..=*last);
        days.filter_map(|(_, counts)| counts.get(label))
            .sum::<u64>()
    };
    let labels = snapshot.totals.keys();
    let most = labels.flat_map(|label| columns.iter().map(|days| count(days, label)).max());
    let most = most.max().unwrap_or(1);
    let mut rows: Vec<StripRow> = Vec::new();
    for (label, total) in &snapshot.totals {
        let of_label = wanted.of_label(*label);
        let cell = |days: &(Day, Day)| {
            let count = count(days, label);
            Cell {
                day: Period::Days(days.0, days.1).name(&language),
                count,
                shade: (count * SHADES).div_ceil(most.max(SHADES)),
                open: of_label.over_days(*days).open(),
            }
        };
        rows.push(StripRow {
            name: language.label(label),
            href: wanted.by_label(*label).href(),
            cells: columns.iter().map(cell).collect(),
            total: *total,
            open: of_label.over_days((first, last)).open(),
        });
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.total));
    Strip {
        days: columns.iter().map(|days| head(*days, today)).collect(),
        without_hits: Label::ALL.len() - rows.len(),
        is_long: columns.len() > 14,
        is_by_week: columns.iter().any(|(first, last)| first != last),
        day_count: last.0 - first.0 + 1,
        rows,
    }
}

/// `23` of `2026-11-23`; of a week `11-23`, its first day.
fn head((day, last): (Day, Day), today: Day) -> DayHead {
    if day != last {
        return DayHead {
            name: month_and_day(day),
            is_today: false,
            is_weekend: false,
        };
    }
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
