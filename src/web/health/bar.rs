//! What stands above each page about the process: the period, whose runs, and the download.

use std::collections::BTreeSet;

use super::question::{OFFERED, Wanted};
use crate::health_report::Report;
use crate::store::{SeenPerson, Teams};
use crate::web::filters::{Choice, FilterBar, List, team_name};
use crate::web::moments::Now;
use crate::web::periods::Periods;

/// How far back the days reach that are offered; what was counted is kept.
const EARLIEST: i64 = 3 * 365;

/// The controls of a page.
pub(super) struct Bar {
    pub(super) periods: Periods,
    pub(super) filters: FilterBar,
    /// The same as a workbook.
    pub(super) workbook: String,
    /// The same without filters, where there are some.
    pub(super) unfiltered: Option<String>,
}

impl Bar {
    pub(super) fn of(
        (path, workbook): (&'static str, &'static str),
        wanted: &Wanted,
        (report, teams): (&Report, &Teams),
        now: Now,
    ) -> Self {
        let chosen = (wanted.period, now);
        let other_days = (path, wanted.filters());
        let earliest = now.at.day().plus(-EARLIEST);
        let unaccepted = wanted.unaccepted.into_iter();
        let notices = unaccepted.map(|why| why.told(wanted.period, now.language));
        let mut periods = Periods::of((&OFFERED, earliest), chosen, other_days, |period| {
            wanted.over(period).at(path, &[])
        });
        periods.notices.extend(notices);
        Self {
            periods,
            filters: FilterBar {
                action: path,
                carried: wanted.unfiltered().pairs(),
                lists: lists(wanted, report, teams, now),
            },
            workbook: wanted.at(workbook, &[]),
            unfiltered: wanted
                .is_filtered()
                .then(|| wanted.unfiltered().at(path, &[])),
        }
    }
}

/// Those in which there is something to choose: all people whose deals the viewer sees, since their
/// runs are counted.
fn lists(wanted: &Wanted, report: &Report, teams: &Teams, now: Now) -> Vec<List> {
    let people = report.people.as_slice();
    let say = |chinese, english| now.language.say(chinese, english);
    let regions: BTreeSet<&str> = people
        .iter()
        .map(|person| person.region.as_str())
        .filter(|region| !region.is_empty())
        .collect();
    let teams = report.teams_seen(teams);
    let is_meant = |person: &&SeenPerson| {
        let region = wanted.region.as_ref();
        let team = wanted.team.as_ref().and_then(|lead| teams.get(lead));
        region.is_none_or(|region| *region == person.region)
            && team.is_none_or(|team| team.members.contains(&person.id))
    };
    let choice = |value: &str, name: String, chosen: bool| Choice {
        value: value.to_owned(),
        name,
        chosen,
    };
    let region = |name: &str| {
        let chosen = wanted.region.as_deref() == Some(name);
        choice(name, name.to_owned(), chosen)
    };
    let lists = [
        List {
            name: "region",
            title: say("区域", "Regions"),
            choices: regions.into_iter().map(region).collect(),
        },
        List {
            name: "team",
            title: say("团队", "Teams"),
            choices: teams
                .iter()
                .map(|(id, team)| {
                    let chosen = wanted.team.as_ref() == Some(id);
                    choice(id.as_str(), team_name(&team.lead, now.language), chosen)
                })
                .collect(),
        },
        List {
            name: "rep",
            title: say("销售", "Reps"),
            choices: people
                .iter()
                .filter(is_meant)
                .map(|person| {
                    let chosen = wanted.rep.as_ref() == Some(&person.id);
                    choice(person.id.as_str(), person.name.clone(), chosen)
                })
                .collect(),
        },
    ];
    let has_choice = |list: &List| {
        let mut choices = list.choices.iter();
        list.choices.len() > 1 || choices.any(|choice| choice.chosen)
    };
    lists.into_iter().filter(has_choice).collect()
}
