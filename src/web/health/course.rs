//! A rate step by step: bars of an SVG, drawn by attributes alone. Pure.

use super::figures::{class, percent};
use crate::domain::Day;
use crate::health::Tally;
use crate::web::moments::{self, Now};

/// Height of the drawing in pixels; a whole rate leaves room for its figure.
const HEIGHT: u64 = 120;
const ROOM_ABOVE: u64 = 18;
/// Under so many bars names have room; of more each second, third … is named.
const NAMED: usize = 7;

/// The course of a rate.
#[derive(Default)]
pub(super) struct Course {
    pub(super) height: u64,
    pub(super) steps: Vec<Step>,
    /// Where the period begins, of the width: what stands left of it is the time before.
    pub(super) begins: Option<String>,
}

/// One week or day.
pub(super) struct Step {
    /// In words, for whoever doesn't see the bar.
    pub(super) told: String,
    /// Under the bar; empty where names would stand too close.
    pub(super) name: String,
    pub(super) rate: String,
    pub(super) class: &'static str,
    /// Of the width.
    pub(super) middle: String,
    pub(super) left: String,
    pub(super) width: String,
    /// In pixels.
    pub(super) top: u64,
    pub(super) tall: u64,
    pub(super) on_time_top: u64,
}

pub(super) fn course(tallies: &[Tally], days: &[Day], begins: Day, now: Now) -> Course {
    if tallies.iter().all(|tally| tally.due == 0) {
        return Course::default();
    }
    let count = tallies.len();
    let each = count.div_ceil(NAMED);
    let tenths = |steps: usize, part: usize| percent_of((steps * 10 + part) * 100 / count);
    let step = |(place, (tally, day)): (usize, (&Tally, &Day))| {
        let tall = tall(tally.done, tally.due);
        let day = moments::day(*day, now.at.day(), now.language);
        let rate = percent(tally.done, tally.due);
        Step {
            told: format!("{day}: {rate} ({}/{})", tally.done, tally.due),
            name: match (count - 1 - place) % each {
                0 => day,
                _ => String::new(),
            },
            rate: match tally.due > 0 && count <= 2 * NAMED {
                true => whole_percent(tally.done, tally.due),
                false => String::new(),
            },
            class: class(*tally),
            middle: tenths(place, 5),
            left: tenths(place, 2),
            width: percent_of(600 / count),
            top: HEIGHT - tall,
            tall,
            on_time_top: HEIGHT - self::tall(tally.on_time, tally.due),
        }
    };
    let steps = tallies.iter().zip(days).enumerate().map(step).collect();
    let first = days.iter().position(|day| *day >= begins);
    Course {
        height: HEIGHT,
        steps,
        begins: first
            .filter(|first| *first > 0)
            .map(|first| tenths(first, 0)),
    }
}

fn tall(part: u64, whole: u64) -> u64 {
    let tall = (part * (HEIGHT - ROOM_ABOVE))
        .checked_div(whole)
        .unwrap_or(0);
    if part > 0 { tall.max(2) } else { 0 }
}

/// Above a bar there is room for no more.
fn whole_percent(part: u64, whole: u64) -> String {
    let percent = (part * 100 + whole / 2).checked_div(whole).unwrap_or(0);
    format!("{percent}%")
}

fn percent_of(tenths: usize) -> String {
    format!("{}.{}%", tenths / 10, tenths % 10)
}

/// The course as points of a line, on a ground of 100 by 20. Steps without a rate have no point.
pub(super) fn spark(tallies: &[Tally]) -> String {
    let last = tallies.len().saturating_sub(1).max(1);
    let point = |(place, tally): (usize, &Tally)| {
        let down = 19 - (tally.done * 18).checked_div(tally.due)?;
        Some(format!("{},{down}", place * 100 / last))
    };
    let points: Vec<String> = tallies.iter().enumerate().filter_map(point).collect();
    points.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_point_where_something_was_due() {
        let tally = |done, due| Tally {
            done,
            due,
            ..Tally::default()
        };

        let points = spark(&[tally(4, 4), tally(0, 0), tally(1, 2), tally(0, 3)]);

        assert_eq!(points, "0,1 66,10 100,19");
        assert_eq!(
            (tall(0, 5), tall(1, 500), tall(5, 5)),
            (0, 2, HEIGHT - ROOM_ABOVE)
        );
    }
}
