//! Who and what is concerned most. Pure.

use std::cmp::Reverse;
use std::ops::Range;

use super::figures::{Drawing, sum};
use super::filters::lacking;
use super::question::Wanted;
use crate::board::{Counts, Snapshot};
use crate::domain::{CustomerId, Label, PersonId};
use crate::store::Unknown;
use crate::web::language::Language;

/// Rows of a ranking on the board; what follows is summed up, and opens on a page of its own.
pub(super) const ROWS: usize = 8;
/// Signals named in a ranking's row.
const NAMED: usize = 3;

/// What the board's figures are ranked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dimension {
    Region,
    Team,
    Rep,
    Customer,
    Product,
}

/// Who is concerned most.
pub(super) struct Ranking {
    pub(super) by: Dimension,
    pub(super) rows: Vec<Bar>,
    pub(super) further: Option<Further>,
}

/// What a ranking doesn't show.
pub(super) struct Further {
    pub(super) rows: usize,
    pub(super) hits: u64,
    /// The page that does.
    pub(super) open: String,
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

impl Dimension {
    /// Whether its rows add up to something: teams contain each other.
    pub(super) const fn adds_up(self) -> bool {
        !matches!(self, Self::Team)
    }

    const ALL: [Self; 5] = [
        Self::Region,
        Self::Team,
        Self::Rep,
        Self::Customer,
        Self::Product,
    ];

    /// The word of pages' addresses.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Team => "team",
            Self::Rep => "rep",
            Self::Customer => "customer",
            Self::Product => "product",
        }
    }

    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.as_str() == word)
    }

    pub(super) const fn title(self, language: &Language) -> &'static str {
        match self {
            Self::Region => language.say("按区域", "By region"),
            Self::Team => language.say("按团队", "By team"),
            Self::Rep => language.say("按销售", "By rep"),
            Self::Customer => language.say("按客户", "By customer"),
            Self::Product => language.say("按产品", "By product"),
        }
    }

    /// What has to be known to read it.
    pub(super) const fn note(self, language: &Language) -> &'static str {
        match self {
            Self::Team => language.say(
                "团队按现在的上下级，上级的团队包含下级的团队",
                "Teams as of now; a team holds those below it",
            ),
            _ => "",
        }
    }
}

/// The heads of all rankings that say anything.
pub(super) fn rankings(snapshot: &Snapshot, with: Drawing<'_>) -> Vec<Ranking> {
    let heads = Dimension::ALL.map(|by| ranked(by, snapshot, with, 0..ROWS));
    heads
        .into_iter()
        .filter(|ranking| !ranking.rows.is_empty())
        .collect()
}

/// Some rows of one ranking.
pub(super) fn ranked(
    by: Dimension,
    snapshot: &Snapshot,
    with: Drawing<'_>,
    places: Range<usize>,
) -> Ranking {
    // A label is chosen for words; these figures are of all.
    let wanted = Wanted {
        label: None,
        ..with.wanted.clone()
    };
    let row = Rows {
        wanted: &wanted,
        with,
    };
    let window = Window {
        by,
        wanted: with.wanted,
        places,
        language: with.language,
    };
    match by {
        Dimension::Region => window.of(&snapshot.by_region, |region| row.region(region)),
        Dimension::Team => window.of(&teams(snapshot, with), |lead| row.team(lead)),
        Dimension::Rep => window.of(&snapshot.by_rep, |rep| row.rep(rep)),
        Dimension::Customer => window.of(&snapshot.by_customer, |customer| row.customer(customer)),
        // Where nobody named a product there is nothing to rank.
        Dimension::Product if matches!(&*snapshot.by_product, [(None, _)]) => {
            window.of(&[], |product| row.product(product))
        }
        Dimension::Product => window.of(&snapshot.by_product, |product| row.product(product)),
    }
}

/// The teams that have figures. Within a chosen team those above it would only repeat its own.
fn teams(snapshot: &Snapshot, with: Drawing<'_>) -> Vec<(PersonId, Counts)> {
    let mut sums = with.teams.sums(&snapshot.by_rep);
    if let Some(chosen) = &with.wanted.team {
        let members = with.teams.members(chosen);
        sums.retain(|(lead, _)| members.contains(lead));
    }
    sums
}

/// Rows of all dimensions. Each opens the words of this board's filters and its own.
struct Rows<'a> {
    wanted: &'a Wanted,
    with: Drawing<'a>,
}

impl Rows<'_> {
    fn known(&self, name: String, words: Wanted) -> Row {
        let board = Wanted {
            label: self.with.wanted.label,
            ..words.clone()
        };
        Row {
            name,
            href: Some(board.href()),
            words,
        }
    }

    fn lacking(&self, unknown: Unknown) -> Row {
        Row {
            name: lacking(unknown, self.with.language).to_owned(),
            href: None,
            words: self.wanted.lacking(unknown),
        }
    }

    fn region(&self, region: &Option<String>) -> Row {
        match region {
            Some(region) => self.known(region.clone(), self.wanted.in_region(region)),
            None => self.lacking(Unknown::Region),
        }
    }

    fn team(&self, lead: &PersonId) -> Row {
        let team = self.with.teams.get(lead);
        let name = team.map_or_else(|| lead.to_string(), |team| team.lead.clone());
        self.known(name, self.wanted.of_team(lead))
    }

    fn rep(&self, rep: &Option<PersonId>) -> Row {
        match rep {
            Some(id) => self.known(self.with.names.rep(id), self.wanted.of_rep(id)),
            None => self.lacking(Unknown::Rep),
        }
    }

    fn customer(&self, customer: &Option<CustomerId>) -> Row {
        match customer {
            Some(id) => self.known(self.with.names.customer(id), self.wanted.of_customer(id)),
            None => self.lacking(Unknown::Customer),
        }
    }

    fn product(&self, product: &Option<String>) -> Row {
        match product {
            Some(product) => self.known(product.clone(), self.wanted.about(product)),
            None => self.lacking(Unknown::Product),
        }
    }
}

/// Which rows of a ranking are shown.
struct Window<'a> {
    by: Dimension,
    wanted: &'a Wanted,
    places: Range<usize>,
    language: Language,
}

impl Window<'_> {
    fn of<K>(&self, groups: &[(K, Counts)], described: impl Fn(&K) -> Row) -> Ranking {
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
                detail: detail(counts, &row.words, self.language),
            }
        };
        let groups = groups.get(self.places.start..).unwrap_or_default();
        let (shown, further) = groups.split_at(groups.len().min(self.places.len()));
        let hits = further.iter().map(|(_, counts)| sum(counts)).sum();
        Ranking {
            by: self.by,
            rows: shown.iter().map(bar).collect(),
            further: (!further.is_empty()).then(|| Further {
                rows: further.len(),
                hits,
                open: self.wanted.ranked(self.by, self.places.end),
            }),
        }
    }
}

/// `价格 3 · 招标 2`
fn detail(counts: &Counts, words: &Wanted, language: Language) -> Vec<Part> {
    let mut counts: Vec<(&Label, &u64)> = counts.iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(**count));
    let part = |(label, count): &(&Label, &u64)| Part {
        name: language.label(label),
        count: **count,
        open: words.of_label(**label).open(),
    };
    counts.iter().take(NAMED).map(part).collect()
}
