//! The board's filters: what may be chosen, and what is.

use super::names::Names;
use super::question::Wanted;
use crate::domain::PersonId;
use crate::store::{Teams, Unknown};
use crate::web::filters::{Chosen, FilterBar, List, named, team_name};
use crate::web::language::Language;
use crate::web::sight::Sight;

/// Something that is filtered by, and the address without it.
pub(super) struct Chip {
    pub(super) name: String,
    pub(super) without: Wanted,
}

/// The lists of the page: who is concerned, and what it is about.
pub(super) fn bar(
    sight: &Sight,
    products: &[String],
    wanted: &Wanted,
    language: Language,
) -> FilterBar {
    let chosen = Chosen {
        region: wanted.region.as_deref(),
        team: wanted.team.as_ref(),
        rep: wanted.rep.as_ref(),
    };
    let products = List {
        name: "product",
        title: language.say("产品", "Products"),
        choices: named(products, wanted.product.as_deref()),
    };
    FilterBar::of(("/", wanted.unlisted()), sight, &chosen, language).with(products)
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

/// What a row of figures is called that lacks something.
pub(super) const fn lacking(unknown: Unknown, language: Language) -> &'static str {
    match unknown {
        Unknown::Region => language.say("区域未知", "Unknown region"),
        Unknown::Rep => language.say("没有接待人员", "Nobody attending"),
        Unknown::Customer => language.say("尚未识别的客户", "Unknown customer"),
        Unknown::Product => language.say("没有提到产品", "No product named"),
    }
}
