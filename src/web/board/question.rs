//! What a viewer asks the board, from the page's address: a period and filters.

use super::rankings::Dimension;
use crate::board::Question;
use crate::board_keeper::seen_by;
use crate::domain::{CustomerId, Day, Label, PersonId, Timestamp};
use crate::store::{HitFilter, Unknown, ViewScope};
use crate::web::error::PageError;
use crate::web::next_path::query_of;
use crate::web::periods::Period;
use crate::web::query::Parameters;
use crate::web::sight::Sight;

/// What the page's address asks for, as far as its viewer may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) period: Period,
    pub(super) region: Option<String>,
    /// Who leads the team.
    pub(super) team: Option<PersonId>,
    pub(super) rep: Option<PersonId>,
    pub(super) customer: Option<CustomerId>,
    pub(super) product: Option<String>,
    /// Only words are filtered by it: the figures stand beside each other.
    pub(super) label: Option<Label>,
    /// Only words that lack this.
    pub(super) unknown: Option<Unknown>,
    /// Only words that are on trial.
    pub(super) on_trial: bool,
}

impl Wanted {
    pub(super) fn of(query: &str, scope: &ViewScope) -> Self {
        let asked = Parameters::of(query);
        let text = |name| asked.get(name).map(str::to_owned);
        let scope = scope.on_board();
        let person = |name| {
            let id = asked.get(name).filter(|_| scope.is_of_several())?;
            id.parse::<PersonId>().ok()
        };
        let unknown = [
            Unknown::Region,
            Unknown::Rep,
            Unknown::Customer,
            Unknown::Product,
        ];
        Self {
            period: Period::of(&asked),
            region: text("region").filter(|_| scope.has_regions()),
            team: person("team"),
            rep: person("rep"),
            customer: asked.get("customer").and_then(|id| id.parse().ok()),
            product: text("product"),
            label: asked.get("label").and_then(|label| label.parse().ok()),
            unknown: unknown
                .into_iter()
                .find(|unknown| Some(unknown.as_str()) == asked.get("without")),
            on_trial: asked.get("trial") == Some("1"),
        }
    }

    /// The same of a page that is about nothing but those days: other days in their place would be
    /// taken for them.
    ///
    /// # Errors
    /// [`PageError::BadRequest`] when the address names days that aren't shown.
    pub(super) fn strictly(query: &str, scope: &ViewScope) -> Result<Self, PageError> {
        match Period::asked(&Parameters::of(query)).1 {
            None => Ok(Self::of(query, scope)),
            Some(_) => Err(PageError::BadRequest),
        }
    }

    /// The question to the board about some days. What the viewer may see is part of it, whatever
    /// was asked.
    pub(super) fn question(&self, (from, to): (Day, Day), sight: &Sight) -> Question {
        let question = Question {
            region: self.region.clone(),
            rep: self.rep.clone(),
            customer: self.customer.clone(),
            product: self.product.clone(),
            team: self.team.as_ref().map(|lead| sight.teams.members(lead)),
            ..Question::days(from, to)
        };
        seen_by(&sight.scope, question, sight.whole())
    }

    /// The question to the store for the words behind the figures of some days.
    pub(super) fn hits(&self, (from, to): (Day, Day)) -> HitFilter {
        let id = |id: Option<&PersonId>| id.map(ToString::to_string).unwrap_or_default();
        HitFilter {
            since: from.start(),
            until: to.plus(1).start(),
            region: self.region.clone().unwrap_or_default(),
            rep: id(self.rep.as_ref()),
            team: id(self.team.as_ref()),
            customer: self
                .customer
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            product: self.product.clone().unwrap_or_default(),
            label: self
                .label
                .map(|label| label.code().to_owned())
                .unwrap_or_default(),
            unknown: self.unknown,
            on_trial: self.on_trial,
        }
    }

    /// The newest words of the board's page: those of its figures, or of the last month where a
    /// single day has few.
    pub(super) fn newest(&self, now: Timestamp) -> HitFilter {
        self.hits(self.period_of_newest().now(now.day()))
    }

    /// The period that those words are of.
    pub(super) const fn period_of_newest(&self) -> Period {
        match self.period {
            Period::Day | Period::Week | Period::Month => Period::Month,
            days => days,
        }
    }

    pub(super) fn is_filtered(&self) -> bool {
        self.label.is_some() || self.without_filters() != *self
    }

    /// The address's query that asks for this.
    pub(super) fn query(&self) -> String {
        let pairs = self.pairs();
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        query_of(&pairs)
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.period.pairs();
        let mut add = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        add("region", self.region.clone());
        add("team", self.team.as_ref().map(ToString::to_string));
        add("rep", self.rep.as_ref().map(ToString::to_string));
        add("customer", self.customer.as_ref().map(ToString::to_string));
        add("product", self.product.clone());
        add("label", self.label.map(|label| label.code().to_owned()));
        add(
            "without",
            self.unknown.map(|unknown| unknown.as_str().to_owned()),
        );
        add("trial", self.on_trial.then(|| "1".to_owned()));
        pairs
    }

    /// What a form for other days has to carry along.
    pub(super) fn carried(&self) -> Vec<(&'static str, String)> {
        let is_period = |name: &str| ["period", "from", "to"].contains(&name);
        let pairs = self.pairs().into_iter();
        pairs.filter(|(name, _)| !is_period(name)).collect()
    }

    /// What a form of the lists has to carry along.
    pub(super) fn unlisted(&self) -> Vec<(&'static str, String)> {
        let is_listed = |name: &str| ["region", "team", "rep", "product"].contains(&name);
        let pairs = self.pairs().into_iter();
        pairs.filter(|(name, _)| !is_listed(name)).collect()
    }

    /// The same without what only words are filtered by.
    pub(super) fn board(&self) -> Self {
        Self {
            unknown: None,
            on_trial: false,
            ..self.clone()
        }
    }

    /// The board that shows this.
    pub(super) fn href(&self) -> String {
        format!("/?{}", self.query())
    }

    /// The words behind this.
    pub(super) fn open(&self) -> String {
        format!("/board/hits?{}", self.query())
    }

    /// All rows of one of this board's rankings, behind some.
    pub(super) fn ranked(&self, by: Dimension, behind: usize) -> String {
        let behind = behind.to_string();
        let place = query_of(&[("by", by.as_str()), ("behind", &behind)]);
        format!("/board/ranking?{}&{place}", self.query())
    }

    /// The workbook of this.
    pub(super) fn workbook(&self) -> String {
        format!("/board/top3.xlsx?{}", self.query())
    }

    pub(super) fn over(&self, period: &Period) -> Self {
        Self {
            period: *period,
            ..self.clone()
        }
    }

    /// The same, of the days that they are compared with.
    pub(super) fn over_before(&self, today: Day) -> Self {
        self.over_days(self.period.before(today))
    }

    pub(super) fn over_days(&self, (from, to): (Day, Day)) -> Self {
        self.over(&Period::Days(from, to))
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

    pub(super) fn of_customer(&self, customer: &CustomerId) -> Self {
        Self {
            customer: Some(customer.clone()),
            ..self.clone()
        }
    }

    pub(super) fn about(&self, product: &str) -> Self {
        Self {
            product: Some(product.to_owned()),
            ..self.clone()
        }
    }

    pub(super) fn lacking(&self, unknown: Unknown) -> Self {
        Self {
            unknown: Some(unknown),
            ..self.clone()
        }
    }

    pub(super) fn of_label(&self, label: Label) -> Self {
        Self {
            label: Some(label),
            ..self.clone()
        }
    }

    /// Asking for a label a second time asks for all again.
    pub(super) fn by_label(&self, label: Label) -> Self {
        Self {
            label: Some(label).filter(|label| self.label != Some(*label)),
            ..self.clone()
        }
    }

    /// The same figures, of what is on trial.
    pub(super) fn trial(&self) -> Self {
        Self {
            on_trial: true,
            ..self.clone()
        }
    }

    pub(super) fn without_filters(&self) -> Self {
        Self {
            period: self.period,
            region: None,
            team: None,
            rep: None,
            customer: None,
            product: None,
            label: None,
            unknown: None,
            on_trial: false,
        }
    }

    pub(super) fn is_label(&self, label: Label) -> bool {
        self.label == Some(label)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::store::Teams;

    #[test]
    fn whatever_is_asked_a_viewer_sees_their_own() {
        let asked = "period=day&region=%E5%8D%8E%E5%8C%97&rep=p9&team=t1&label=PRICE";
        let days = (Day(1), Day(1));
        let all = || Question::days(days.0, days.1);
        let person = |id: &str| id.parse::<PersonId>().expect("an id");
        let sight = |scope: &ViewScope| Sight::new(scope.clone(), Vec::new(), Teams::default());
        let of =
            |asked: &str, scope: &ViewScope| Wanted::of(asked, scope).question(days, &sight(scope));
        let question = |scope: &ViewScope| of(asked, scope);

        let rep = question(&ViewScope::Rep(person("p1")));
        assert_eq!(rep, all().of_rep(person("p1")));

        let director = |region: &str| ViewScope::Director {
            id: person("d1"),
            region: region.to_owned(),
        };
        assert_eq!(
            question(&director("")),
            all()
                .of_rep(person("p9"))
                .of_team(BTreeSet::new())
                .in_region("华北"),
            "of their own team nobody is in the team that was asked for"
        );
        let own = of("period=day", &director(""));
        assert_eq!(own, all().of_team(BTreeSet::from([person("d1")])));

        let asked_for = || all().of_rep(person("p9")).of_team(BTreeSet::new());
        assert_eq!(question(&director("华东")), asked_for().in_region("华东"));
        assert_eq!(question(&ViewScope::All), asked_for().in_region("华北"));
    }

    #[test]
    fn what_is_asked_can_be_sent_to_a_colleague() {
        for asked in [
            "period=30d&region=%E5%8D%8E%E4%B8%9C&team=t1&rep=p1&customer=c1&product=CNC-850&label=TENDER",
            "from=2026-11-16&to=2026-11-22&label=PRICE&without=product&trial=1",
        ] {
            assert_eq!(Wanted::of(asked, &ViewScope::All).query(), asked);
        }
        let wanted = Wanted::of("period=30d&rep=p1&label=TENDER", &ViewScope::All);
        assert_eq!(wanted.by_label(Label::Tender).href(), "/?period=30d&rep=p1");
        assert_eq!(wanted.without_filters().href(), "/?period=30d");
        for (asked, read) in [
            ("period=century&label=x&without=x", "period=7d"),
            ("period=month", "period=30d"),
            (
                "from=2026-11-22&to=2026-11-16",
                "from=2026-11-16&to=2026-11-22",
            ),
            ("from=2020-01-01&to=2026-11-16&period=day", "period=day"),
        ] {
            assert_eq!(Wanted::of(asked, &ViewScope::All).query(), read);
        }
    }
}
