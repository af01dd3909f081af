//! Figures in the words of pages.

use crate::health::{Band, Tally};
use crate::health_report::Beside;
use crate::web::language::{Language, say};

/// A tally with its rates, beside the one before.
#[derive(Debug, Clone)]
pub(super) struct Figures {
    pub(super) tally: Tally,
    /// `88%`; a dash where nothing was due.
    pub(super) rate: String,
    pub(super) on_time: String,
    pub(super) before: String,
    /// In points: `+3.2`, `−5`.
    pub(super) change: Option<Change>,
    /// The class of its band, for its colour; the figure says the same.
    pub(super) class: &'static str,
}

/// A difference of two rates.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) text: String,
    /// `up`, `down` or nothing. More is better here.
    pub(super) class: &'static str,
    pub(super) arrow: &'static str,
}

impl Figures {
    pub(super) fn of(beside: Beside) -> Self {
        let Beside { now, before } = beside;
        Self {
            tally: now,
            rate: percent(now.done, now.due),
            on_time: percent(now.on_time, now.due),
            before: percent(before.done, before.due),
            change: beside.change().map(|change| Change::of(tenths(change))),
            class: class(now),
        }
    }

    /// What lies in the period and is no part of the rate; empty where that is nothing.
    pub(super) fn apart(&self, language: &Language) -> String {
        apart(self.tally, *language)
    }
}

impl Change {
    /// Of tenths of a point.
    pub(super) fn of(tenths: i64) -> Self {
        let (class, arrow) = match tenths.signum() {
            1 => ("better", "▲"),
            -1 => ("worse", "▼"),
            _ => ("", ""),
        };
        Self {
            text: points(tenths),
            class,
            arrow,
        }
    }
}

/// `88%`, `66.7%`; less than all is never 100 %, and more than nothing never 0 %.
pub(super) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "—".to_owned();
    }
    let (part, whole) = (u128::from(part), u128::from(whole));
    let rounded = (part * 2_000 + whole) / (whole * 2);
    let tenths = match rounded {
        0 if part > 0 => 1,
        1_000 if part < whole => 999,
        rounded => rounded,
    };
    match tenths % 10 {
        0 => format!("{}%", tenths / 10),
        rest => format!("{}.{rest}%", tenths / 10),
    }
}

/// Tenths of a point with their sign: `+3.2`, `−5`, `0`.
pub(super) fn points(tenths: i64) -> String {
    let sign = match tenths.signum() {
        1 => "+",
        -1 => "−",
        _ => "",
    };
    let tenths = tenths.unsigned_abs();
    match tenths % 10 {
        0 => format!("{sign}{}", tenths / 10),
        rest => format!("{sign}{}.{rest}", tenths / 10),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a difference of two shares"
)]
pub(super) fn tenths(change: f64) -> i64 {
    (change * 1_000.0).round() as i64
}

pub(super) fn class(tally: Tally) -> &'static str {
    match Band::of(tally) {
        None => "b-none",
        Some(Band::High) => "b-high",
        Some(Band::Middle) => "b-middle",
        Some(Band::Low) => "b-low",
    }
}

pub(super) const fn band_name(band: Band) -> &'static str {
    match band {
        Band::High => "> 85%",
        Band::Middle => "70–85%",
        Band::Low => "< 70%",
    }
}

fn apart(tally: Tally, language: Language) -> String {
    let Tally {
        waived,
        not_applicable,
        paused,
        ended,
        ..
    } = tally;
    let all = [
        (waived, say!(language, "豁免 {waived}", "waived {waived}")),
        (
            not_applicable,
            say!(
                language,
                "不适用 {not_applicable}",
                "not applicable {not_applicable}"
            ),
        ),
        (paused, say!(language, "暂停 {paused}", "paused {paused}")),
        (
            ended,
            say!(language, "商机已结束 {ended}", "deal over {ended}"),
        ),
    ];
    let some = all.into_iter().filter(|(count, _)| *count > 0);
    some.map(|(_, told)| told).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_all_is_not_all() {
        for (part, whole, told) in [
            (22, 25, "88%"),
            (2, 3, "66.7%"),
            (2999, 3000, "99.9%"),
            (1, 3000, "0.1%"),
            (0, 3, "0%"),
            (3, 3, "100%"),
            (0, 0, "—"),
        ] {
            assert_eq!(percent(part, whole), told);
        }
        for (tenths, told) in [(32, "+3.2"), (-50, "−5"), (0, "0"), (-3, "−0.3")] {
            assert_eq!(points(tenths), told);
        }
    }
}
