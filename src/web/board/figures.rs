//! Figures as the page draws them. Pure.

use std::collections::BTreeMap;

use super::question::{Period, Wanted};
use crate::board::{Counts, Snapshot};
use crate::domain::{CustomerId, Day, Label, PersonId};
use crate::web::marking::tone;

/// Rows of a ranking; what follows is summed up.
pub(super) const ROWS: usize = 8;
/// Signals named in a ranking's row.
const NAMED: usize = 3;
/// Shades of the heat map.
const SHADES: u64 = 5;

/// The board's answers: this period, the one before, and the days one by one.
pub(super) struct Snapshots {
    pub(super) now: Snapshot,
    pub(super) before: Snapshot,
    pub(super) strip: Snapshot,
}

/// The names behind ids.
pub(super) struct Names {
    pub(super) reps: BTreeMap<PersonId, String>,
    pub(super) customers: BTreeMap<CustomerId, String>,
}

/// All figures of the page.
pub(super) struct Figures {
    pub(super) total: u64,
    pub(super) change: Change,
    pub(super) top: Vec<Top>,
    pub(super) strip: Strip,
    pub(super) rankings: Vec<Ranking>,
}

/// A figure beside the one of the period before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    now: u64,
    before: u64,
}

/// One of the three most frequent signals.
pub(super) struct Top {
    pub(super) label: Label,
    pub(super) tone: &'static str,
    pub(super) count: u64,
    pub(super) change: Change,
    pub(super) href: String,
    pub(super) is_chosen: bool,
}

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
}

/// One day of one signal.
pub(super) struct Cell {
    pub(super) day: String,
    pub(super) count: u64,
    /// 0 for none to 5 for the most, where the most is no single hit.
    pub(super) shade: u64,
}

/// Who is concerned most.
pub(super) struct Ranking {
    pub(super) title: &'static str,
    pub(super) rows: Vec<Bar>,
    /// Further rows, and their hits.
    pub(super) further: Option<(usize, u64)>,
}

/// One row of a ranking.
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) href: Option<String>,
    pub(super) count: u64,
    /// Of the longest bar.
    pub(super) percent: u64,
    pub(super) detail: String,
}

impl Change {
    pub(super) const fn is_up(self) -> bool {
        self.now > self.before
    }

    pub(super) const fn is_down(self) -> bool {
        self.now < self.before
    }

    pub(super) const fn by(self) -> u64 {
        self.now.abs_diff(self.before)
    }
}

pub(super) fn figures(of: &Snapshots, names: &Names, wanted: &Wanted, today: Day) -> Figures {
    Figures {
        total: sum(&of.now.totals),
        change: Change {
            now: sum(&of.now.totals),
            before: sum(&of.before.totals),
        },
        top: of
            .now
            .top
            .iter()
            .map(|(label, count)| top(*label, *count, &of.before, wanted))
            .collect(),
        strip: strip(&of.strip, wanted, today),
        rankings: rankings(&of.now, names, wanted),
    }
}

fn top(label: Label, count: u64, before: &Snapshot, wanted: &Wanted) -> Top {
    let before = before.totals.get(&label).copied().unwrap_or_default();
    Top {
        label,
        tone: tone(&label),
        count,
        change: Change { now: count, before },
        href: wanted.by_label(label),
        is_chosen: wanted.is_label(label),
    }
}

fn strip(snapshot: &Snapshot, wanted: &Wanted, today: Day) -> Strip {
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
    let counts = by_day.values().flat_map(|counts| counts.values());
    let most = counts.max().copied().unwrap_or(1);
    let mut rows: Vec<StripRow> = Vec::new();
    for label in Label::ALL {
        let total = snapshot.totals.get(&label).copied().unwrap_or_default();
        if total == 0 {
            continue;
        }
        let cell = |day: &Day| cell(*day, count(day, &label), most);
        let cells = days.iter().map(cell).collect();
        rows.push(StripRow {
            name: label.chinese(),
            href: wanted.by_label(label),
            cells,
            total,
        });
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.total));
    Strip {
        days: days.iter().map(|day| head(*day, today)).collect(),
        without_hits: Label::ALL.len() - rows.len(),
        is_long: wanted.period == Period::Month,
        rows,
    }
}

fn cell(day: Day, count: u64, most: u64) -> Cell {
    Cell {
        day: day.to_string(),
        count,
        shade: (count * SHADES).div_ceil(most.max(SHADES)),
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

fn rankings(snapshot: &Snapshot, names: &Names, wanted: &Wanted) -> Vec<Ranking> {
    let region = |region: &Option<String>| match region {
        Some(region) => (region.clone(), Some(wanted.in_region(region))),
        None => ("区域未知".to_owned(), None),
    };
    let rep = |rep: &Option<PersonId>| match rep {
        Some(id) => (
            names
                .reps
                .get(id)
                .cloned()
                .unwrap_or_else(|| id.to_string()),
            Some(wanted.of_rep(id)),
        ),
        None => ("没有接待人员".to_owned(), None),
    };
    let customer = |customer: &Option<CustomerId>| match customer {
        Some(id) => (
            names
                .customers
                .get(id)
                .cloned()
                .unwrap_or_else(|| id.to_string()),
            None,
        ),
        None => ("尚未识别的客户".to_owned(), None),
    };
    vec![
        ranking("区域", &snapshot.by_region, region),
        ranking("销售", &snapshot.by_rep, rep),
        ranking("客户", &snapshot.by_customer, customer),
    ]
}

fn ranking<K>(
    title: &'static str,
    groups: &[(K, Counts)],
    described: impl Fn(&K) -> (String, Option<String>),
) -> Ranking {
    let most = groups.first().map_or(1, |(_, counts)| sum(counts)).max(1);
    let bar = |(key, counts): &(K, Counts)| {
        let (name, href) = described(key);
        let count = sum(counts);
        Bar {
            name,
            href,
            count,
            percent: (count * 100).div_ceil(most),
            detail: detail(counts),
        }
    };
    let (shown, further) = groups.split_at(groups.len().min(ROWS));
    let further_hits = further.iter().map(|(_, counts)| sum(counts)).sum();
    Ranking {
        title,
        rows: shown.iter().map(bar).collect(),
        further: (!further.is_empty()).then_some((further.len(), further_hits)),
    }
}

/// `价格 3 · 招标 2`
fn detail(counts: &Counts) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let named: Vec<String> = counts
        .iter()
        .take(NAMED)
        .map(|(label, count)| format!("{} {count}", label.chinese()))
        .collect();
    named.join(" · ")
}

fn sum(counts: &Counts) -> u64 {
    counts.values().sum()
}
