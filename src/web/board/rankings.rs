//! Who and what is concerned most. Pure.

use std::cmp::Reverse;

use super::figures::{Drawing, sum};
use super::question::Wanted;
use crate::board::{Counts, Snapshot};
use crate::domain::{CustomerId, Label, PersonId};
use crate::store::Unknown;

/// Rows of a ranking; what follows is summed up.
pub(super) const ROWS: usize = 8;
/// Signals named in a ranking's row.
const NAMED: usize = 3;

/// Who is concerned most.
pub(super) struct Ranking {
    pub(super) title: &'static str,
    pub(super) rows: Vec<Bar>,
    /// Further rows, and their hits.
    pub(super) further: Option<(usize, u64)>,
    pub(super) note: &'static str,
}

/// One row of a ranking.
pub(super) struct Bar {
    pub(super) name: String,
    /// The board of this row alone.
    pub(super) href: Option<String>,
    pub(super) count: u64,
    /// The words behind it.
    pub(super) open: String,
    /// Of the longest bar.
    pub(super) percent: u64,
    pub(super) detail: Vec<Part>,
}

/// `价格 3`, and the words behind it.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) count: u64,
    pub(super) open: String,
}

/// What a row is: its name, and what is asked for it alone.
struct Row {
    name: String,
    href: Option<String>,
    words: Wanted,
}

pub(super) fn rankings(snapshot: &Snapshot, with: Drawing<'_>) -> Vec<Ranking> {
    // A label is chosen for words; these figures are of all.
    let wanted = Wanted {
        label: None,
        ..with.wanted.clone()
    };
    let board = |filtered: &Wanted| Wanted {
        label: with.wanted.label,
        ..filtered.clone()
    };
    let known = |name: String, words: Wanted| Row {
        name,
        href: Some(board(&words).href()),
        words,
    };
    let lacking = |name: &str, unknown: Unknown| Row {
        name: name.to_owned(),
        href: None,
        words: wanted.lacking(unknown),
    };
    let region = |region: &Option<String>| match region {
        Some(region) => known(region.clone(), wanted.in_region(region)),
        None => lacking("区域未知", Unknown::Region),
    };
    let team = |lead: &PersonId| {
        let team = with.teams.get(lead);
        let name = team.map_or_else(|| lead.to_string(), |team| team.lead.clone());
        known(name, wanted.of_team(lead))
    };
    let rep = |rep: &Option<PersonId>| match rep {
        Some(id) => known(with.names.rep(id), wanted.of_rep(id)),
        None => lacking("没有接待人员", Unknown::Rep),
    };
    let customer = |customer: &Option<CustomerId>| match customer {
        Some(id) => known(with.names.customer(id), wanted.of_customer(id)),
        None => lacking("尚未识别的客户", Unknown::Customer),
    };
    let product = |product: &Option<String>| match product {
        Some(product) => known(product.clone(), wanted.about(product)),
        None => lacking("没有提到产品", Unknown::Product),
    };
    let mut teams = ranking("团队", &with.teams.sums(&snapshot.by_rep), team);
    teams.note = "团队按现在的上下级，上级的团队包含下级的团队";
    // Where nobody named a product there is nothing to rank.
    let products: &[(Option<String>, Counts)] = match &*snapshot.by_product {
        [(None, _)] => &[],
        several => several,
    };
    let rankings = [
        ranking("区域", &snapshot.by_region, region),
        teams,
        ranking("销售", &snapshot.by_rep, rep),
        ranking("客户", &snapshot.by_customer, customer),
        ranking("产品", products, product),
    ];
    rankings
        .into_iter()
        .filter(|ranking| !ranking.rows.is_empty())
        .collect()
}

fn ranking<K>(
    title: &'static str,
    groups: &[(K, Counts)],
    described: impl Fn(&K) -> Row,
) -> Ranking {
    let most = groups.first().map_or(1, |(_, counts)| sum(counts)).max(1);
    let bar = |(key, counts): &(K, Counts)| {
        let row = described(key);
        let count = sum(counts);
        Bar {
            name: row.name,
            href: row.href,
            count,
            open: row.words.open(),
            percent: (count * 100).div_ceil(most),
            detail: detail(counts, &row.words),
        }
    };
    let (shown, further) = groups.split_at(groups.len().min(ROWS));
    let further_hits = further.iter().map(|(_, counts)| sum(counts)).sum();
    Ranking {
        title,
        rows: shown.iter().map(bar).collect(),
        further: (!further.is_empty()).then_some((further.len(), further_hits)),
        note: "",
    }
}

/// `价格 3 · 招标 2`
fn detail(counts: &Counts, words: &Wanted) -> Vec<Part> {
    let mut counts: Vec<(&Label, &u64)> = counts.iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(**count));
    let part = |(label, count): &(&Label, &u64)| Part {
        name: label.chinese(),
        count: **count,
        open: words.of_label(**label).open(),
    };
    counts.iter().take(NAMED).map(part).collect()
}
