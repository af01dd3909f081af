//! Figures as the page draws them. Pure.

use super::kept_since;
use super::names::Names;
use super::question::Wanted;
use super::rankings::{Ranking, rankings};
use super::strip::{Strip, strip};
use super::trend::{Sides, Trend, spark, trend};
use crate::board::{Change, Snapshot};
use crate::domain::{Day, Label};
use crate::store::Teams;
use crate::web::language::Language;
use crate::web::marking::tone;

/// The board's answers: this period, the one before, the days one by one, and as many before them.
pub(super) struct Snapshots {
    pub(super) now: Snapshot,
    pub(super) before: Snapshot,
    pub(super) strip: Snapshot,
    pub(super) strip_before: Snapshot,
}

/// All figures of the page.
pub(super) struct Figures {
    pub(super) total: u64,
    /// The words behind it.
    pub(super) open: String,
    /// Nothing where the board doesn't keep all of the days before.
    pub(super) before: Option<Before>,
    pub(super) top: Vec<Top>,
    pub(super) trial: Vec<TrialFigure>,
    pub(super) trend: Trend,
    pub(super) strip: Strip,
    pub(super) rankings: Vec<Ranking>,
}

/// A figure beside that of the days before.
pub(super) struct Before {
    pub(super) change: Change,
    /// The words behind that of the days before.
    pub(super) open: String,
}

impl Before {
    /// `+12（+40%）`, `+12 (+40%)`; `新出现` where there was nothing before.
    pub(super) fn told(&self, language: &Language) -> String {
        let change = self.change;
        match language {
            Language::Chinese => change.told(),
            Language::English if change.now == change.before => "no change".to_owned(),
            Language::English if change.before == 0 => "new".to_owned(),
            Language::English => match change.percent() {
                Some(percent) => format!("{} ({percent})", change.absolute()),
                None => change.absolute(),
            },
        }
    }
}

/// One of the three most frequent signals.
pub(super) struct Top {
    pub(super) label: Label,
    pub(super) tone: &'static str,
    pub(super) count: u64,
    pub(super) before: Option<Before>,
    /// The board with this signal's words and trend.
    pub(super) href: String,
    /// The words behind the figure.
    pub(super) open: String,
    pub(super) is_chosen: bool,
    /// Its days, as points of a line.
    pub(super) spark: String,
}

/// What a rule heard that is only being tried.
pub(super) struct TrialFigure {
    pub(super) name: &'static str,
    pub(super) count: u64,
    pub(super) open: String,
}

/// Several answers under one roof: what they are drawn with.
#[derive(Clone, Copy)]
pub(super) struct Drawing<'a> {
    pub(super) names: &'a Names,
    pub(super) teams: &'a Teams,
    pub(super) wanted: &'a Wanted,
    pub(super) today: Day,
    pub(super) language: Language,
}

pub(super) fn figures(of: &Snapshots, with: Drawing<'_>) -> Figures {
    let wanted = with.wanted;
    let period = wanted.period;
    let days = period.strip(with.today);
    let total = sum(&of.now.totals);
    let top = |(label, count): &(Label, u64)| {
        let points = spark(&of.strip, *label, days);
        let before = of.before.totals.get(label).copied().unwrap_or_default();
        let before = before_of(*count, before, &wanted.of_label(*label), with.today);
        top((*label, *count), before, wanted, points)
    };
    Figures {
        total,
        open: of_all_labels(wanted).open(),
        before: before_of(
            total,
            sum(&of.before.totals),
            &of_all_labels(wanted),
            with.today,
        ),
        top: of.now.top.iter().map(top).collect(),
        trial: trial(&of.now, wanted, with.language),
        trend: trend(
            Sides {
                now: &of.strip,
                columns: &period.columns(with.today),
                before: &of.strip_before,
                days_before: period.strip_before(with.today),
            },
            with,
        ),
        strip: strip(&of.strip, wanted, with.today, with.language),
        rankings: rankings(&of.now, with),
    }
}

/// Figures that sum up all signals open the words of all.
fn of_all_labels(wanted: &Wanted) -> Wanted {
    Wanted {
        label: None,
        ..wanted.clone()
    }
}

fn before_of(now: u64, before: u64, words: &Wanted, today: Day) -> Option<Before> {
    let (first, _) = words.period.before(today);
    (first >= kept_since(today)).then(|| Before {
        change: Change { now, before },
        open: words.over_before(today).open(),
    })
}

fn top(
    (label, count): (Label, u64),
    before: Option<Before>,
    wanted: &Wanted,
    spark: String,
) -> Top {
    Top {
        label,
        tone: tone(&label),
        count,
        before,
        href: wanted.by_label(label).href(),
        open: wanted.of_label(label).open(),
        is_chosen: wanted.is_label(label),
        spark,
    }
}

fn trial(now: &Snapshot, wanted: &Wanted, language: Language) -> Vec<TrialFigure> {
    let figure = |(label, count): (&Label, &u64)| TrialFigure {
        name: language.label(label),
        count: *count,
        open: wanted.of_label(*label).trial().open(),
    };
    now.on_trial.iter().map(figure).collect()
}

pub(super) fn sum(counts: &crate::board::Counts) -> u64 {
    counts.values().sum()
}
