//! What a page about the process is asked, from its address: a period, and whose runs.

use crate::domain::{Day, PersonId, Timestamp};
use crate::health_report::Asked;
use crate::store::{HealthQuestion, Period as Moments, ViewScope};
use crate::web::next_path::query_of;
use crate::web::periods::{Period, Unaccepted};
use crate::web::query::Parameters;

/// The periods that the pages offer, besides any days.
pub(super) const OFFERED: [Period; 4] = [
    Period::Week,
    Period::Month,
    Period::ThisMonth,
    Period::LastMonth,
];

/// What an address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) period: Period,
    /// Why it isn't the days that the address names.
    pub(super) unaccepted: Option<Unaccepted>,
    pub(super) region: Option<String>,
    /// Who leads the team.
    pub(super) team: Option<PersonId>,
    pub(super) rep: Option<PersonId>,
}

impl Wanted {
    pub(super) fn of(query: &str) -> Self {
        Self::read(&Parameters::of(query))
    }

    pub(super) fn read(asked: &Parameters) -> Self {
        let is_asked = ["period", "from", "to"]
            .iter()
            .any(|name| asked.get(name).is_some());
        // A week of one rep holds too little.
        let (period, unaccepted) = match is_asked {
            true => Period::asked(asked),
            false => (Period::Month, None),
        };
        Self {
            period,
            unaccepted,
            region: asked.get("region").map(str::to_owned),
            team: asked.get("team").and_then(|id| id.parse().ok()),
            rep: asked.get("rep").and_then(|id| id.parse().ok()),
        }
    }

    /// The question to the store. What the viewer may see is part of it, whatever was asked.
    pub(super) fn asked(&self, scope: &ViewScope, now: Timestamp) -> Asked {
        let today = now.day();
        let days = |(from, to): (Day, Day)| Moments {
            from: from.start(),
            until: to.plus(1).start(),
        };
        Asked {
            scope: scope.clone(),
            question: HealthQuestion {
                period: days(self.period.now(today)),
                region: self.region.clone(),
                team: self.team.clone(),
                rep: self.rep.clone(),
            },
            before: days(self.period.before(today)),
            now,
        }
    }

    /// Name and value of what it asks.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.period.pairs();
        pairs.extend(self.filters());
        pairs
    }

    /// Without the period.
    pub(super) fn filters(&self) -> Vec<(&'static str, String)> {
        let person = |id: &Option<PersonId>| id.as_ref().map(ToString::to_string);
        let all = [
            ("region", self.region.clone()),
            ("team", person(&self.team)),
            ("rep", person(&self.rep)),
        ];
        let given = all.into_iter();
        given
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }

    /// A page's address that asks for this, and for more.
    pub(super) fn at(&self, path: &str, further: &[(&str, &str)]) -> String {
        let pairs = self.pairs();
        let pairs = pairs.iter().map(|(name, value)| (*name, value.as_str()));
        let pairs: Vec<(&str, &str)> = pairs.chain(further.iter().copied()).collect();
        format!("{path}?{}", query_of(&pairs))
    }

    pub(super) fn over(&self, period: Period) -> Self {
        Self {
            period,
            ..self.clone()
        }
    }

    pub(super) fn in_region(&self, region: &str) -> Self {
        Self {
            region: Some(region.to_owned()),
            ..self.clone()
        }
    }

    pub(super) fn of_team(&self, lead: &PersonId) -> Self {
        Self {
            team: Some(lead.clone()),
            ..self.clone()
        }
    }

    pub(super) fn of_rep(&self, rep: &PersonId) -> Self {
        Self {
            rep: Some(rep.clone()),
            ..self.clone()
        }
    }

    /// Everything of the period.
    pub(super) const fn unfiltered(&self) -> Self {
        Self {
            period: self.period,
            unaccepted: None,
            region: None,
            team: None,
            rep: None,
        }
    }

    pub(super) fn is_filtered(&self) -> bool {
        !self.filters().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::day;

    #[test]
    fn what_is_asked_can_be_sent_to_a_colleague() {
        for asked in [
            "period=this-month&region=%E5%8D%8E%E4%B8%9C&team=t1&rep=p1",
            "from=2026-10-01&to=2026-10-31",
        ] {
            assert_eq!(
                Wanted::of(asked).at("/health", &[]),
                format!("/health?{asked}")
            );
        }
        for (asked, read) in [
            ("", "period=30d"),
            ("region=", "period=30d"),
            ("period=30d&rep=", "period=30d"),
        ] {
            assert_eq!(
                Wanted::of(asked).at("/health", &[]),
                format!("/health?{read}")
            );
        }
    }

    #[test]
    fn a_period_ends_with_its_last_day() {
        let now = Timestamp::parse_rfc3339("2026-11-23T12:00:00+08:00").expect("a moment");

        let asked = Wanted::of("period=7d").asked(&ViewScope::All, now);

        assert_eq!(asked.question.period.from, day("2026-11-17").start());
        assert_eq!(asked.question.period.until, day("2026-11-24").start());
        assert_eq!(asked.counted().until, now);
        assert_eq!(asked.before.from, day("2026-11-10").start());
    }
}
