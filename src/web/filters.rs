//! The lists by which pages are filtered: region, team and rep, as far as the viewer sees them.
//!
//! A page shows them by `filters.html` and loads `filters.js`, which sends the form when something is
//! chosen; without scripts it has a button.

use std::collections::{BTreeMap, BTreeSet};

use super::language::{Language, say};
use super::sight::{Rep, Sight};
use crate::domain::PersonId;

/// The form of a page's lists; one without entries isn't shown.
pub(super) struct FilterBar {
    /// Where it goes, and what else it says.
    pub(super) action: &'static str,
    pub(super) carried: Vec<(&'static str, String)>,
    pub(super) lists: Vec<List>,
}

/// One list.
pub(super) struct List {
    /// The parameter.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) choices: Vec<Choice>,
}

/// An entry of a list.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) name: String,
    pub(super) chosen: bool,
}

/// What is filtered by.
pub(super) struct Chosen<'a> {
    pub(super) region: Option<&'a str>,
    /// Who leads the team.
    pub(super) team: Option<&'a PersonId>,
    pub(super) rep: Option<&'a PersonId>,
}

impl FilterBar {
    pub(super) fn of(
        (action, carried): (&'static str, Vec<(&'static str, String)>),
        sight: &Sight,
        chosen: &Chosen<'_>,
        language: Language,
    ) -> Self {
        let none = Self {
            action,
            carried,
            lists: Vec::new(),
        };
        let regions = List {
            name: "region",
            title: language.say("区域", "Regions"),
            choices: regions(sight, chosen),
        };
        let teams = List {
            name: "team",
            title: language.say("团队", "Teams"),
            choices: leads(sight, chosen, language),
        };
        let reps = List {
            name: "rep",
            title: language.say("销售", "Reps"),
            choices: reps_of(sight, chosen),
        };
        none.with(regions).with(teams).with(reps)
    }

    /// With one more list.
    pub(super) fn with(mut self, list: List) -> Self {
        if !list.choices.is_empty() {
            self.lists.push(list);
        }
        self
    }
}

fn regions(sight: &Sight, chosen: &Chosen<'_>) -> Vec<Choice> {
    if !sight.scope.on_board().has_regions() {
        return Vec::new();
    }
    let regions: BTreeSet<&String> = sight.reps.iter().map(|(_, _, region)| region).collect();
    let regions: Vec<String> = regions
        .into_iter()
        .filter(|region| !region.is_empty())
        .cloned()
        .collect();
    named(&regions, chosen.region)
}

/// The teams that hold reps whom the viewer sees, in the chosen region.
fn leads(sight: &Sight, chosen: &Chosen<'_>, language: Language) -> Vec<Choice> {
    if !sight.scope.on_board().is_of_several() {
        return Vec::new();
    }
    let regions: BTreeMap<&PersonId, &str> = sight
        .reps
        .iter()
        .map(|(id, _, region)| (id, region.as_str()))
        .collect();
    let is_meant = |region: &&str| chosen.region.is_none_or(|wanted| wanted == *region);
    let is_there = |members: &BTreeSet<PersonId>| {
        let mut regions = members.iter().filter_map(|member| regions.get(member));
        regions.any(is_meant)
    };
    sight
        .teams
        .iter()
        .filter(|(_, team)| is_there(&team.members))
        .map(|(lead, team)| Choice {
            value: lead.to_string(),
            name: team_name(&team.lead, language),
            chosen: chosen.team == Some(lead),
        })
        .collect()
}

fn reps_of(sight: &Sight, chosen: &Chosen<'_>) -> Vec<Choice> {
    let scope = sight.scope.on_board();
    if !scope.is_of_several() {
        return Vec::new();
    }
    let members = chosen.team.map(|lead| sight.teams.members(lead));
    let is_meant = |(id, _, region): &&Rep| {
        let region_fits = chosen.region.is_none_or(|wanted| wanted == region);
        region_fits && members.as_ref().is_none_or(|members| members.contains(id))
    };
    let choice = |(id, name, region): &Rep| Choice {
        value: id.to_string(),
        name: if scope.has_regions() && !region.is_empty() {
            format!("{name} · {region}")
        } else {
            name.clone()
        },
        chosen: chosen.rep == Some(id),
    };
    sight.reps.iter().filter(is_meant).map(choice).collect()
}

/// What is chosen stays in the list, even when nothing of it is left.
pub(super) fn named(names: &[String], chosen: Option<&str>) -> Vec<Choice> {
    let all: BTreeSet<&str> = names.iter().map(String::as_str).chain(chosen).collect();
    let choice = |name: &str| Choice {
        value: name.to_owned(),
        name: name.to_owned(),
        chosen: chosen == Some(name),
    };
    all.into_iter().map(choice).collect()
}

/// What a team is called.
pub(super) fn team_name(lead: &str, language: Language) -> String {
    say!(language, "{lead}的团队", "Team of {lead}")
}
