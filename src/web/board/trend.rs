//! How a period went day by day, beside as many days before: bars of an SVG. Pure.

use std::collections::BTreeMap;

use super::figures::Drawing;
use crate::board::Snapshot;
use crate::domain::{Day, Label};
use crate::web::language::Language;
use crate::web::moments;
use crate::web::periods::Period;

/// Height of the drawing in pixels; bars stand on its ground and leave room for their figure.
const HEIGHT: u64 = 112;
const ROOM_ABOVE: u64 = 16;
/// The height of a line of points, and its width.
const SPARK_HEIGHT: u64 = 20;
const SPARK_WIDTH: u64 = 100;

/// The trend of the period.
pub(super) struct Trend {
    /// What is counted: one signal, or all.
    pub(super) name: &'static str,
    pub(super) bars: Vec<Bar>,
    pub(super) height: u64,
    pub(super) total: u64,
    /// The words behind the total.
    pub(super) open: String,
    pub(super) before: u64,
    /// The words behind that.
    pub(super) open_before: String,
    pub(super) is_long: bool,
}

/// One day.
pub(super) struct Bar {
    /// `11月23日`
    pub(super) day: String,
    /// Under the bar; empty where names would stand too close.
    pub(super) name: String,
    pub(super) count: u64,
    pub(super) before: u64,
    /// The words behind it.
    pub(super) open: String,
    /// The same day of the period before, and the words behind its figure.
    pub(super) day_before: String,
    pub(super) open_before: String,
    /// Of the width, where the day begins, where its middle is, and where its bar begins.
    pub(super) left: String,
    pub(super) middle: String,
    pub(super) bar_left: String,
    pub(super) width: String,
    pub(super) bar_width: String,
    /// In pixels.
    pub(super) top: u64,
    pub(super) tall: u64,
    /// Where the same day of the period before stands, in pixels from above.
    pub(super) before_top: u64,
}

pub(super) fn trend(
    now: &Snapshot,
    (before, (first_before, _)): (&Snapshot, (Day, Day)),
    (first, last): (Day, Day),
    with: Drawing<'_>,
) -> Trend {
    let Drawing {
        wanted,
        today,
        language,
        ..
    } = with;
    let (now, before) = (by_day(now, wanted.label), by_day(before, wanted.label));
    let most = now.values().chain(before.values()).max().copied();
    let most = most.unwrap_or(0).max(4);
    let days = last.0 - first.0 + 1;
    // At most seven names under the bars, of which a phone has room for.
    let named_each = (days + 6) / 7;
    let bar = |place: i64| {
        let day = first.plus(place);
        let count = now.get(&day).copied().unwrap_or_default();
        let day_before = first_before.plus(place);
        let before = before.get(&day_before).copied().unwrap_or_default();
        let is_named = (days - 1 - place) % named_each == 0;
        let tall = tall(count, most);
        let percent = |tenths: i64| format!("{}.{}%", tenths / 10, tenths % 10);
        let tenths = |part: i64| (place * 10 + part) * 100 / days;
        Bar {
            day: moments::day(day, today, language),
            name: if is_named {
                short(day, today, language)
            } else {
                String::new()
            },
            count,
            before,
            open: wanted.on(day).open(),
            day_before: moments::day(day_before, today, language),
            open_before: wanted.on(day_before).open(),
            left: percent(tenths(0)),
            middle: percent(tenths(5)),
            bar_left: percent(tenths(2)),
            width: percent(1000 / days),
            bar_width: percent(600 / days),
            top: HEIGHT - tall,
            tall,
            before_top: HEIGHT - self::tall(before, most),
        }
    };
    Trend {
        name: wanted.label.map_or_else(
            || language.say("全部异议", "All objections"),
            |label| language.label(&label),
        ),
        bars: (0..days).map(bar).collect(),
        height: HEIGHT,
        total: now.values().sum(),
        open: wanted.over(&Period::Days(first, last)).open(),
        open_before: wanted
            .over(&Period::Days(first_before, first.plus(-1)))
            .open(),
        before: before.values().sum(),
        is_long: days > 14,
    }
}

fn tall(count: u64, most: u64) -> u64 {
    let tall = count * (HEIGHT - ROOM_ABOVE) / most;
    if count > 0 { tall.max(2) } else { 0 }
}

/// `11-23`, `今天`.
fn short(day: Day, today: Day, language: Language) -> String {
    if day == today {
        return language.say("今天", "today").to_owned();
    }
    let date = day.to_string();
    date.get(5..).unwrap_or(&date).to_owned()
}

fn by_day(snapshot: &Snapshot, label: Option<Label>) -> BTreeMap<Day, u64> {
    let count = |counts: &crate::board::Counts| match label {
        Some(label) => counts.get(&label).copied().unwrap_or_default(),
        None => counts.values().sum(),
    };
    let days = snapshot.by_day.iter();
    days.map(|(day, counts)| (*day, count(counts))).collect()
}

/// A signal's days as points of an SVG's line, on a ground of 100 by 20.
pub(super) fn spark(snapshot: &Snapshot, label: Label, (first, last): (Day, Day)) -> String {
    let counts = by_day(snapshot, Some(label));
    let most = counts.values().max().copied().unwrap_or_default().max(1);
    let steps = u64::try_from(last.0 - first.0).unwrap_or_default().max(1);
    let point = |(place, day): (u64, i64)| {
        let count = counts.get(&Day(day)).copied().unwrap_or_default();
        let down = SPARK_HEIGHT - 1 - count * (SPARK_HEIGHT - 2) / most;
        format!("{},{down}", place * SPARK_WIDTH / steps)
    };
    let points: Vec<String> = (0..).zip(first.0..=last.0).map(point).collect();
    points.join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::names::Names;
    use super::super::question::Wanted;
    use super::*;
    use crate::domain::day;
    use crate::store::{Teams, ViewScope};

    fn of(days: &[(&str, u64)]) -> Snapshot {
        let count = |(date, hits): &(&str, u64)| {
            (
                day(date),
                [(Label::Price, *hits), (Label::Tender, 1)].into(),
            )
        };
        Snapshot {
            by_day: days.iter().map(count).collect(),
            ..Snapshot::default()
        }
    }

    #[test]
    fn bars_stand_beside_the_same_days_before() {
        let today = day("2026-11-25");
        let wanted = Wanted::of("period=7d&label=PRICE", &ViewScope::All);
        let days = wanted.period.now(today);
        let before = wanted.period.before(today);
        let (now, earlier) = (
            of(&[("2026-11-19", 2), ("2026-11-25", 8)]),
            of(&[("2026-11-12", 4)]),
        );

        let with = Drawing {
            names: &Names::default(),
            teams: &Teams::default(),
            wanted: &wanted,
            today,
            language: Language::Chinese,
        };
        let trend = trend(&now, (&earlier, before), days, with);

        assert_eq!((trend.total, trend.before, trend.bars.len()), (10, 4, 7));
        let (first, last) = (&trend.bars[0], &trend.bars[6]);
        assert_eq!((first.count, first.before), (2, 4));
        assert_eq!(
            (last.tall, last.name.as_str()),
            (HEIGHT - ROOM_ABOVE, "今天")
        );
        assert_eq!(
            last.open,
            "/board/hits?from=2026-11-25&to=2026-11-25&label=PRICE"
        );
        assert_eq!(
            spark(&now, Label::Price, days),
            "0,15 16,19 33,19 50,19 66,19 83,19 100,1"
        );
    }
}
