//! The page's filters: what may be chosen, and what is.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Names;
use super::question::Wanted;
use super::sight::{Rep, Sight};
use crate::domain::PersonId;
use crate::store::{Teams, Unknown};
use crate::web::language::{Language, say};

/// The lists to choose from; one without entries isn't shown.
#[derive(Default)]
pub(super) struct Filters {
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

/// Something that is filtered by, and the address without it.
pub(super) struct Chip {
    pub(super) name: String,
    pub(super) without: Wanted,
}

impl Filters {
    pub(super) fn of(
        sight: &Sight,
        products: &[String],
        wanted: &Wanted,
        language: Language,
    ) -> Self {
        let lists = [
            List {
                name: "region",
                title: language.say("区域", "Regions"),
                choices: regions(sight, wanted),
            },
            List {
                name: "team",
                title: language.say("团队", "Teams"),
                choices: leads(sight, wanted, language),
            },
            List {
                name: "rep",
                title: language.say("销售", "Reps"),
                choices: reps_of(sight, wanted),
            },
            List {
                name: "product",
                title: language.say("产品", "Products"),
                choices: named(products, wanted.product.as_deref()),
            },
        ];
        Self {
            lists: lists
                .into_iter()
                .filter(|list| !list.choices.is_empty())
                .collect(),
        }
    }
}

fn regions(sight: &Sight, wanted: &Wanted) -> Vec<Choice> {
    if !sight.scope.on_board().has_regions() {
        return Vec::new();
    }
    let regions: BTreeSet<&String> = sight.reps.iter().map(|(_, _, region)| region).collect();
    let regions: Vec<String> = regions
        .into_iter()
        .filter(|region| !region.is_empty())
        .cloned()
        .collect();
    named(&regions, wanted.region.as_deref())
}

/// The teams that hold reps whom the viewer sees, in the chosen region.
fn leads(sight: &Sight, wanted: &Wanted, language: Language) -> Vec<Choice> {
    if !sight.scope.on_board().is_of_several() {
        return Vec::new();
    }
    let regions: BTreeMap<&PersonId, &str> = sight
        .reps
        .iter()
        .map(|(id, _, region)| (id, region.as_str()))
        .collect();
    let is_meant = |region: &&str| {
        let wanted = wanted.region.as_deref();
        wanted.is_none_or(|wanted| wanted == *region)
    };
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
            chosen: wanted.team.as_ref() == Some(lead),
        })
        .collect()
}

fn reps_of(sight: &Sight, wanted: &Wanted) -> Vec<Choice> {
    let scope = sight.scope.on_board();
    if !scope.is_of_several() {
        return Vec::new();
    }
    let lead = wanted.team.as_ref();
    let members = lead.map(|lead| sight.teams.members(lead));
    let is_meant = |(id, _, region): &&Rep| {
        let region_fits = wanted.region.as_ref().is_none_or(|wanted| wanted == region);
        region_fits && members.as_ref().is_none_or(|members| members.contains(id))
    };
    let choice = |(id, name, region): &Rep| Choice {
        value: id.to_string(),
        name: if scope.has_regions() && !region.is_empty() {
            format!("{name} · {region}")
        } else {
            name.clone()
        },
        chosen: wanted.rep.as_ref() == Some(id),
    };
    sight.reps.iter().filter(is_meant).map(choice).collect()
}

/// What is chosen stays in the list, even when nothing of it is left.
fn named(names: &[String], chosen: Option<&str>) -> Vec<Choice> {
    let all: BTreeSet<&str> = names.iter().map(String::as_str).chain(chosen).collect();
    let choice = |name: &str| Choice {
        value: name.to_owned(),
        name: name.to_owned(),
        chosen: chosen == Some(name),
    };
    all.into_iter().map(choice).collect()
}

/// What is filtered by, by its name.
pub(super) fn chips(
    wanted: &Wanted,
    names: &Names,
    teams: &Teams,
    language: Language,
) -> Vec<Chip> {
    let mut chips = Vec::new();
    let mut add = |name: Option<String>, without: &dyn Fn(&mut Wanted)| {
        if let Some(name) = name {
            let mut rest = wanted.clone();
            without(&mut rest);
            chips.push(Chip {
                name,
                without: rest,
            });
        }
    };
    let team = |lead: &PersonId| match teams.get(lead) {
        Some(team) => team_name(&team.lead, language),
        None => language.say("没有这个团队", "No such team").to_owned(),
    };
    add(wanted.region.clone(), &|rest| rest.region = None);
    add(wanted.team.as_ref().map(team), &|rest| rest.team = None);
    add(wanted.rep.as_ref().map(|id| names.rep(id)), &|rest| {
        rest.rep = None
    });
    add(
        wanted.customer.as_ref().map(|id| names.customer(id)),
        &|rest| rest.customer = None,
    );
    add(wanted.product.clone(), &|rest| rest.product = None);
    add(
        wanted.label.map(|label| language.label(&label).to_owned()),
        &|rest| rest.label = None,
    );
    add(
        wanted
            .unknown
            .map(|unknown| lacking(unknown, language).to_owned()),
        &|rest| {
            rest.unknown = None;
        },
    );
    add(
        wanted
            .on_trial
            .then(|| language.say("试运行", "On trial").to_owned()),
        &|rest| {
            rest.on_trial = false;
        },
    );
    chips
}

fn team_name(lead: &str, language: Language) -> String {
    say!(language, "{lead}的团队", "Team of {lead}")
}

/// What a row of figures is called that lacks something.
pub(super) const fn lacking(unknown: Unknown, language: Language) -> &'static str {
    match unknown {
        Unknown::Region => language.say("区域未知", "Unknown region"),
        Unknown::Rep => language.say("没有接待人员", "Nobody attending"),
        Unknown::Customer => language.say("尚未识别的客户", "Unknown customer"),
        Unknown::Product => language.say("没有提到产品", "No product named"),
    }
}
