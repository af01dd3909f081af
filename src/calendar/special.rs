//! The file's years: public holidays, and the workdays that make up for them.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{Found, Section};
use crate::domain::Day;

use super::YEARS;

const A_YEAR: &str = "the year that these holidays belong to, such as 2026";
const HOLIDAYS: &str =
    "the year's holidays; while they are not published, leave its whole [[year]] out";
const A_DAY: &str = "a date that there is, such as \"2026-10-01\"";
const A_HOLIDAY: &str =
    "either day = \"2026-10-01\", or from = \"2026-10-01\" and to = \"2026-10-07\"";
const MAKE_UP: &str = "makeup_workdays";
/// A year's holidays may move workdays of the December before it.
const DAYS_OF_DECEMBER: i64 = 31;

/// Days on which the weekday alone doesn't say whether they are worked.
#[derive(Default)]
pub(super) struct SpecialDays {
    /// The years whose holidays are known.
    pub(super) years: BTreeSet<i32>,
    days: BTreeMap<Day, Special>,
}

struct Special {
    /// The holiday's name, or the key under which the workday stands.
    name: String,
    is_worked: bool,
}

/// The days that a `[[year]]` may speak of.
#[derive(Clone, Copy)]
struct Year(i32);

impl SpecialDays {
    pub(super) fn read(root: &Section<'_>) -> Self {
        let mut special = Self::default();
        for section in root.sections("year") {
            let year = special.year(&section);
            special.holidays(&section, year);
            for day in section.parsed_list(MAKE_UP, A_DAY) {
                if year.is_some_and(|year| year.takes(&section, &day)) {
                    special.add(&section, &day, day.value, MAKE_UP, true);
                }
            }
            section.finish();
        }
        special
    }

    /// From early to late, each with whether it is worked.
    pub(super) fn days(&self) -> impl Iterator<Item = (i64, bool)> {
        let days = self.days.iter();
        days.map(|(day, special)| (day.0, special.is_worked))
    }

    fn year(&mut self, section: &Section<'_>) -> Option<Year> {
        if !section.required("year", A_YEAR) {
            return None;
        }
        let allowed = i64::from(*YEARS.start())..=i64::from(*YEARS.end());
        let found = section.integer("year", allowed)?;
        let year = i32::try_from(found.value).ok()?;
        if !self.years.insert(year) {
            section.refuse(&found, format!("{year} a second time"), "each year once");
        }
        Some(Year(year))
    }

    fn holidays(&mut self, section: &Section<'_>, year: Option<Year>) {
        let holidays = section.sections("holidays");
        if holidays.is_empty() {
            section.refuse_section("a year without holidays", HOLIDAYS);
        }
        for holiday in holidays {
            let name = holiday.required_filled_text("name", "the holiday's name");
            let days = first_and_last(&holiday);
            holiday.finish();
            let (Some(year), Some(name), Some((from, to))) = (year, name, days) else {
                continue;
            };
            if year.takes(&holiday, &from) && year.takes(&holiday, &to) {
                // Of a span that stands there twice, one day tells enough.
                (from.value.0..=to.value.0)
                    .map(Day)
                    .all(|day| self.add(&holiday, &from, day, &name.value, false));
            }
        }
    }

    /// Takes a day that stands at `at`. One that stands somewhere else too is a mistake.
    fn add(
        &mut self,
        section: &Section<'_>,
        at: &Found<Day>,
        day: Day,
        name: &str,
        is_worked: bool,
    ) -> bool {
        if let Some(earlier) = self.days.get(&day) {
            let found = format!("{day}, which stands in {} already", earlier.name);
            section.refuse(at, found, "each day once");
            return false;
        }
        let name = name.to_owned();
        self.days.insert(day, Special { name, is_worked });
        true
    }
}

impl Year {
    /// Whether the day may stand in this year's part of the file. If not, that is a mistake.
    fn takes(self, section: &Section<'_>, day: &Found<Day>) -> bool {
        let Self(year) = self;
        let first = Day::new_year(year).map(|first| first.plus(-DAYS_OF_DECEMBER));
        let end = Day::new_year(year + 1);
        let is_taken =
            first.is_some_and(|first| first <= day.value) && end.is_some_and(|end| day.value < end);
        if !is_taken {
            let expected = format!("a day of {year} or of the December before it");
            section.refuse(day, day.value.to_string(), expected);
        }
        is_taken
    }
}

/// A holiday's first and last day.
fn first_and_last(holiday: &Section<'_>) -> Option<(Found<Day>, Found<Day>)> {
    let holds = ["day", "from", "to"].map(|key| holiday.holds(key));
    match holds {
        [true, false, false] => {
            let day = holiday.parsed::<Day>("day", A_DAY)?;
            Some((day.clone(), day))
        }
        [false, true, true] => {
            let from = holiday.parsed::<Day>("from", A_DAY);
            let to = holiday.parsed::<Day>("to", A_DAY);
            let (from, to) = (from?, to?);
            if to.value < from.value {
                let expected = format!("{}, the first day, or later", from.value);
                holiday.refuse(&to, to.value.to_string(), expected);
                return None;
            }
            Some((from, to))
        }
        _ => {
            holiday.refuse_section("no day, or both a day and a span of them", A_HOLIDAY);
            None
        }
    }
}
