//! 过程健康度, 合规率 and 归因: what the pages, the API and the workbooks tell, asked of the store and put
//! together by `health`.
//!
//! [`Report::of`] gathers how runs stand, beside the period before; [`bands`] sets what was won beside
//! it; [`Causes::of`] says what a change comes from and since when.

mod causes;
mod closings;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use causes::{Cause, Causes, Grain, Series};
pub use closings::bands;

use crate::domain::{Day, PersonId, Timestamp};
use crate::engine::Process;
use crate::health::Tally;
use crate::store::{
    HealthQuestion, Period, RepNode, SeenPerson, Store, StoreError, Teams, ViewScope,
};

/// What a report is about.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Whose report it is.
    pub scope: ViewScope,
    /// Whose runs, and of which period. It may end later than now.
    pub question: HealthQuestion,
    /// What it is compared with; it ends before the period begins, or as it does.
    pub before: Period,
    /// The moment of asking: what has time until later counts neither way.
    pub now: Timestamp,
}

/// How runs of a period stand, beside those of one before it.
#[derive(Debug, Clone)]
pub struct Report {
    /// The period that was asked for.
    pub period: Period,
    /// Deadlines were counted until then: its end, or the moment of asking.
    pub counted_until: Timestamp,
    /// What it is compared with.
    pub before: Period,
    /// Everybody whose deals the viewer may see, by region and name.
    pub people: Vec<SeenPerson>,
    /// Key and name of each node: those of the process in its order, then others that are counted.
    pub nodes: Vec<(String, String)>,
    /// By rep and node.
    pub tallies: BTreeMap<RepNode, Tally>,
    /// Those of the time before.
    pub earlier: BTreeMap<RepNode, Tally>,
}

/// A tally beside the one before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Beside {
    /// Of the period.
    pub now: Tally,
    /// Of the time before it.
    pub before: Tally,
}

impl Asked {
    /// The period, as far as its deadlines have come.
    #[must_use]
    pub fn counted(&self) -> Period {
        let Period { from, until } = self.question.period;
        Period {
            from,
            until: until.min(self.now).max(from),
        }
    }

    /// As long a time right before a period.
    #[must_use]
    pub const fn just_before(Period { from, until }: Period) -> Period {
        let length = until.0.saturating_sub(from.0);
        Period {
            from: Timestamp(from.0.saturating_sub(length)),
            until: from,
        }
    }

    /// The same question of another period.
    #[must_use]
    pub fn over(&self, period: Period) -> HealthQuestion {
        HealthQuestion {
            period,
            ..self.question.clone()
        }
    }
}

impl Beside {
    /// By how much the rate changed; `None` where one of both has nothing due.
    #[must_use]
    pub fn change(self) -> Option<f64> {
        Some(self.now.rate()? - self.before.rate()?)
    }
}

impl Report {
    /// The report that is asked for, with the nodes of this process.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(store: &Store, process: &Process, asked: &Asked) -> Result<Self, StoreError> {
        let (counted, before) = (asked.counted(), asked.before);
        let (now_asked, then_asked) = (asked.over(counted), asked.over(before));
        let (tallies, earlier, people) = tokio::try_join!(
            store.tallies(&asked.scope, &now_asked),
            store.tallies(&asked.scope, &then_asked),
            store.people_seen(&asked.scope),
        )?;
        Ok(Self {
            period: asked.question.period,
            counted_until: counted.until,
            before,
            people,
            nodes: nodes(process, tallies.keys().chain(earlier.keys())),
            tallies,
            earlier,
        })
    }

    /// Everything.
    #[must_use]
    pub fn total(&self) -> Beside {
        Beside {
            now: self.tallies.values().copied().sum(),
            before: self.earlier.values().copied().sum(),
        }
    }

    /// By whatever the reps and nodes are put together.
    pub fn by<K: Ord>(&self, group: impl Fn(&RepNode) -> K) -> BTreeMap<K, Beside> {
        let mut groups: BTreeMap<K, Beside> = BTreeMap::new();
        for (cell, tally) in &self.tallies {
            groups.entry(group(cell)).or_default().now += *tally;
        }
        for (cell, tally) in &self.earlier {
            groups.entry(group(cell)).or_default().before += *tally;
        }
        groups
    }

    /// By rep.
    #[must_use]
    pub fn by_rep(&self) -> BTreeMap<PersonId, Beside> {
        self.by(|(rep, _)| rep.clone())
    }

    /// By the region that reps have now; `""` for those without one.
    #[must_use]
    pub fn by_region(&self) -> BTreeMap<String, Beside> {
        let regions = self.regions();
        self.by(|(rep, _)| regions.get(rep).copied().unwrap_or_default().to_owned())
    }

    /// By team, as they stand now: by who leads it. A rep counts in every team that they stand in.
    #[must_use]
    pub fn by_team(&self, teams: &Teams) -> BTreeMap<PersonId, Beside> {
        let reps = self.by_rep();
        let sum = |members: &std::collections::BTreeSet<PersonId>| {
            let of_team = reps.iter().filter(|(rep, _)| members.contains(*rep));
            of_team.fold(Beside::default(), |mut sum, (_, beside)| {
                sum.now += beside.now;
                sum.before += beside.before;
                sum
            })
        };
        let sums = teams
            .iter()
            .map(|(lead, team)| (lead.clone(), sum(&team.members)));
        let has_any = |sum: &Beside| !sum.now.is_empty() || !sum.before.is_empty();
        sums.filter(|(_, sum)| has_any(sum)).collect()
    }

    /// The person of that id, as far as the viewer may see them.
    #[must_use]
    pub fn person(&self, id: &PersonId) -> Option<&SeenPerson> {
        self.people.iter().find(|person| person.id == *id)
    }

    /// Those of all teams that hold anybody whom the viewer may see.
    #[must_use]
    pub fn teams_seen(&self, all: &Teams) -> Teams {
        let seen = self.people.iter().map(|person| person.id.clone());
        all.holding(&seen.collect())
    }

    /// What people call a node.
    #[must_use]
    pub fn node_name<'r>(&'r self, key: &'r str) -> &'r str {
        let node = self.nodes.iter().find(|(known, _)| known == key);
        node.map_or(key, |(_, name)| name.as_str())
    }

    pub(crate) fn regions(&self) -> BTreeMap<&PersonId, &str> {
        let people = self.people.iter();
        people
            .map(|person| (&person.id, person.region.as_str()))
            .collect()
    }

    /// The last day that is counted, and at least the first.
    #[must_use]
    pub fn last_day(&self) -> Day {
        let last = Timestamp(self.period.until.0.saturating_sub(1)).day();
        last.max(self.period.from.day())
    }
}

fn nodes<'c>(process: &Process, cells: impl Iterator<Item = &'c RepNode>) -> Vec<(String, String)> {
    let known = process.nodes().iter();
    let mut nodes: Vec<(String, String)> = known
        .map(|node| (node.key.clone(), node.name.clone()))
        .collect();
    // Runs of an earlier version of the process go on under its nodes.
    let others: std::collections::BTreeSet<&String> = cells
        .map(|(_, node)| node)
        .filter(|node| process.node(node).is_none())
        .collect();
    nodes.extend(others.into_iter().map(|node| (node.clone(), node.clone())));
    nodes
}
