//! A calendar's TOML, taken apart and checked whole.

use std::collections::BTreeSet;

use crate::config::{Document, Found, Problems, Section};
use crate::domain::digest;

use super::Calendar;
use super::hours::{Hours, Interval, NoInterval};
use super::special::SpecialDays;
use super::workdays::{Week, Workdays};

const VERSION_DIGITS: usize = 12;
const WEEKDAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const A_WEEK: &str =
    "the weekdays that are worked, at least one of: 周一, 周二, 周三, 周四, 周五, 周六, 周日";
const AN_INTERVAL: &str = "hours such as \"09:00-12:00\", at the latest until 24:00";

pub(super) fn calendar(document: &Document) -> Result<Calendar, Problems> {
    document.parse(|root| {
        let week = week(root);
        let hours = hours(root);
        let special = SpecialDays::read(root);
        Some(Calendar {
            workdays: Workdays::new(week?, special.days()),
            hours: hours?,
            years: Some(special.years),
            version: digest(document.text(), VERSION_DIGITS),
        })
    })
}

fn week(root: &Section<'_>) -> Option<Week> {
    if !root.required("workdays", A_WEEK) {
        return None;
    }
    let names = root.texts("workdays");
    if names.is_empty() {
        root.refuse_section("no weekday in workdays", A_WEEK);
    }
    let mut days = BTreeSet::new();
    for name in &names {
        match WEEKDAYS.iter().position(|weekday| *weekday == name.value) {
            Some(day) if !days.insert(day) => {
                root.refuse(name, format!("{} a second time", name.value), "each once");
            }
            Some(_) => {}
            None => root.refuse(name, format!("{:?}", name.value), A_WEEK),
        }
    }
    Week::new(days)
}

fn hours(root: &Section<'_>) -> Option<Hours> {
    if !root.required("hours", AN_INTERVAL) {
        return None;
    }
    let texts = root.texts("hours");
    if texts.is_empty() {
        root.refuse_section("no hours", AN_INTERVAL);
    }
    let mut intervals: Vec<Interval> = Vec::new();
    for text in &texts {
        let Some(interval) = interval(root, text) else {
            continue;
        };
        if let Some(earlier) = intervals.last()
            && interval.start < earlier.end
        {
            let found = format!("{interval} after {earlier}");
            let expected = "hours from early to late that don't overlap";
            root.refuse(text, found, expected);
        }
        intervals.push(interval);
    }
    Hours::new(intervals)
}

fn interval(root: &Section<'_>, text: &Found<String>) -> Option<Interval> {
    let expected = match text.value.parse() {
        Ok(interval) => return Some(interval),
        Err(NoInterval::Malformed) => AN_INTERVAL,
        Err(NoInterval::Backwards) => {
            "an end after the beginning; hours past midnight are two: \"00:00-06:00\" and \"22:00-24:00\""
        }
    };
    root.refuse(text, format!("{:?}", text.value), expected);
    None
}
