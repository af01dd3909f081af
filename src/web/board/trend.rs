//! How a period went day by day, or week by week, beside the days before: bars of an SVG. Pure.

use std::collections::BTreeMap;

use super::figures::Drawing;
use super::kept_since;
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
    /// What the days before are called; nothing where the board doesn't keep all of them.
    pub(super) name_before: Option<String>,
    pub(super) is_long: bool,
    /// Whether a bar is several days.
    pub(super) is_by_week: bool,
}

/// What is drawn: the days that stand together in each bar, and those that they stand beside.
pub(super) struct Sides<'a> {
    pub(super) now: &'a Snapshot,
    pub(super) columns: &'a [(Day, Day)],
    pub(super) before: &'a Snapshot,
    pub(super) days_before: (Day, Day),
}

/// One day, or one week.
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

pub(super) fn trend(of: Sides<'_>, with: Drawing<'_>) -> Trend {
    let Drawing {
        wanted,
        today,
        language,
        ..
    } = with;
    let Sides { columns, .. } = of;
    let beside = |days| beside(days, columns, of.days_before);
    let (now, before) = (
        by_day(of.now, wanted.label),
        by_day(of.before, wanted.label),
    );
    let counts = |days: (Day, Day)| (sum(&now, days), sum(&before, beside(days)));
    let both = columns.iter().map(|days| counts(*days));
    let most = both.map(|(now, before)| now.max(before)).max();
    let scale = Scale {
        most: most.unwrap_or(0).max(4),
        columns: i64::try_from(columns.len()).unwrap_or(1).max(1),
    };
    let bar = |(place, days): (i64, &(Day, Day))| {
        let counts = counts(*days);
        let named = |days: (Day, Day)| (told(days, today, language), wanted.over_days(days).open());
        let name = if scale.is_named(place) {
            short(*days, today, language)
        } else {
            String::new()
        };
        scale.bar(place, name, counts, [named(*days), named(beside(*days))])
    };
    let first = columns.first().map_or(today, |days| days.0);
    let last = columns.last().map_or(today, |days| days.1);
    let is_kept = of.days_before.0 >= kept_since(today);
    Trend {
        name: wanted.label.map_or_else(
            || language.say("全部异议", "All objections"),
            |label| language.label(&label),
        ),
        bars: (0..).zip(columns).map(bar).collect(),
        height: HEIGHT,
        total: now.values().sum(),
        open: wanted.over_days((first, last)).open(),
        open_before: wanted.over_days(of.days_before).open(),
        before: before.values().sum(),
        name_before: is_kept.then(|| name_before(wanted.period, (first, last), today, language)),
        is_long: columns.len() > 14,
        is_by_week: columns.iter().any(|(first, last)| first != last),
    }
}

/// Of a single day the week that it is shown in has a week before.
fn name_before(period: Period, days: (Day, Day), today: Day, language: Language) -> String {
    if days == period.now(today) {
        period.name_before(&language)
    } else {
        Period::Days(days.0, days.1).name_before(&language)
    }
}

/// The days before that stand beside some: as far behind the first. Where there are fewer before,
/// the last stand beside nothing; where there are more, the last are only in the sum.
fn beside(
    (from, to): (Day, Day),
    columns: &[(Day, Day)],
    (first_before, last_before): (Day, Day),
) -> (Day, Day) {
    let first = columns.first().map_or(from, |days| days.0);
    let end = first_before.plus(to.0 - first.0).min(last_before);
    (first_before.plus(from.0 - first.0), end)
}

fn sum(counts: &BTreeMap<Day, u64>, (from, to): (Day, Day)) -> u64 {
    if from > to {
        return 0;
    }
    counts.range(from..=to).map(|(_, count)| count).sum()
}

/// How many columns there are, and how many hits the highest has.
struct Scale {
    most: u64,
    columns: i64,
}

impl Scale {
    /// At most seven names stand under the bars, of which a phone has room for.
    const fn is_named(&self, place: i64) -> bool {
        let named_each = (self.columns + 6) / 7;
        (self.columns - 1 - place) % named_each == 0
    }

    fn bar(
        &self,
        place: i64,
        name: String,
        (count, before): (u64, u64),
        [(day, open), (day_before, open_before)]: [(String, String); 2],
    ) -> Bar {
        let columns = self.columns;
        let percent = |tenths: i64| format!("{}.{}%", tenths / 10, tenths % 10);
        let tenths = |part: i64| (place * 10 + part) * 100 / columns;
        let tall = tall(count, self.most);
        Bar {
            day,
            name,
            count,
            before,
            open,
            day_before,
            open_before,
            left: percent(tenths(0)),
            middle: percent(tenths(5)),
            bar_left: percent(tenths(2)),
            width: percent(1000 / columns),
            bar_width: percent(600 / columns),
            top: HEIGHT - tall,
            tall,
            before_top: HEIGHT - self::tall(before, self.most),
        }
    }
}

fn tall(count: u64, most: u64) -> u64 {
    let tall = count * (HEIGHT - ROOM_ABOVE) / most;
    if count > 0 { tall.max(2) } else { 0 }
}

/// `11月23日`; `11月16日–11月22日`.
fn told((first, last): (Day, Day), today: Day, language: Language) -> String {
    let day = |day| moments::day(day, today, language);
    if first == last {
        day(first)
    } else {
        format!("{}–{}", day(first), day(last))
    }
}

/// `11-23`, `今天`; of a week its first day.
fn short((day, last): (Day, Day), today: Day, language: Language) -> String {
    if day == today && day == last {
        return language.say("今天", "today").to_owned();
    }
    month_and_day(day)
}

/// `11-23`
pub(super) fn month_and_day(day: Day) -> String {
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
        let sides = Sides {
            now: &now,
            columns: &wanted.period.columns(today),
            before: &earlier,
            days_before: before,
        };
        let trend = trend(sides, with);

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
