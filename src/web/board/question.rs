//! What a viewer asks the board, from the page's address: a period and filters.

use std::time::Duration;

use crate::board::Question;
use crate::domain::{Day, Label, PersonId, Timestamp};
use crate::store::{HitFilter, ViewScope};
use crate::web::next_path::query_of;
use crate::web::query::Parameters;

/// The newest words reach back so far.
const HITS_OF: Duration = Duration::from_secs(31 * 24 * 3600);

/// Today, this week, this month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    Day,
    Week,
    Month,
}

impl Period {
    pub(super) const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Day => "今日",
            Self::Week => "本周",
            Self::Month => "本月",
        }
    }

    /// What the figures are compared with.
    pub(super) const fn name_before(self) -> &'static str {
        match self {
            Self::Day => "昨日",
            Self::Week => "上周同期",
            Self::Month => "上月同期",
        }
    }

    /// First and last day so far.
    pub(super) fn now(self, today: Day) -> (Day, Day) {
        let first = match self {
            Self::Day => today,
            Self::Week => today.week_start(),
            Self::Month => today.month_start(),
        };
        (first, today)
    }

    /// As many days of the period before; a shorter month ends with its last day.
    pub(super) fn before(self, today: Day) -> (Day, Day) {
        let (first, _) = self.now(today);
        let first_before = match self {
            Self::Day => today.plus(-1),
            Self::Week => first.plus(-7),
            Self::Month => first.plus(-1).month_start(),
        };
        let last = first_before.plus(today.0 - first.0);
        (first_before, last.min(first.plus(-1)))
    }

    /// The days that are shown one by one.
    pub(super) fn strip(self, today: Day) -> (Day, Day) {
        let days = if self == Self::Month { 30 } else { 7 };
        (today.plus(1 - days), today)
    }
}

/// What the page's address asks for, as far as its viewer may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) period: Period,
    pub(super) region: Option<String>,
    pub(super) rep: Option<PersonId>,
    /// Only the newest words are filtered by it.
    pub(super) label: Option<Label>,
}

impl Wanted {
    pub(super) fn of(query: &str, scope: &ViewScope) -> Self {
        let asked = Parameters::of(query);
        let code = asked.get("period");
        let period = Period::ALL
            .into_iter()
            .find(|period| Some(period.code()) == code);
        let may_choose_rep = !matches!(scope.on_board(), ViewScope::Rep(_));
        Self {
            period: period.unwrap_or(Period::Week),
            region: asked
                .get("region")
                .filter(|_| *scope == ViewScope::All)
                .map(str::to_owned),
            rep: asked
                .get("rep")
                .filter(|_| may_choose_rep)
                .and_then(|rep| rep.parse().ok()),
            label: asked.get("label").and_then(|label| label.parse().ok()),
        }
    }

    /// The question to the board. What the viewer may see is part of it, whatever was asked.
    pub(super) fn question(&self, from: Day, to: Day, scope: &ViewScope) -> Question {
        let mut question = Question::days(from, to);
        question.region.clone_from(&self.region);
        question.rep.clone_from(&self.rep);
        match scope.on_board() {
            ViewScope::All => question,
            ViewScope::Director { region, .. } => question.in_region(region),
            ViewScope::Rep(rep) => question.of_rep(rep),
        }
    }

    /// The question to the store for the newest words.
    pub(super) fn hits(&self, now: Timestamp) -> HitFilter {
        HitFilter {
            since: now.minus(HITS_OF),
            region: self.region.clone().unwrap_or_default(),
            rep: self
                .rep
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            label: self
                .label
                .map(|label| label.code().to_owned())
                .unwrap_or_default(),
        }
    }

    pub(super) fn is_filtered(&self) -> bool {
        self.region.is_some() || self.rep.is_some() || self.label.is_some()
    }

    /// The address's query that asks for this.
    pub(super) fn query(&self) -> String {
        let mut pairs = vec![("period", self.period.code())];
        pairs.extend(self.region.as_deref().map(|region| ("region", region)));
        pairs.extend(self.rep.as_ref().map(|rep| ("rep", rep.as_str())));
        pairs.extend(self.label.map(|label| ("label", label.code())));
        query_of(&pairs)
    }

    pub(super) fn over(&self, period: &Period) -> String {
        format!(
            "/?{}",
            Self {
                period: *period,
                ..self.clone()
            }
            .query()
        )
    }

    pub(super) fn in_region(&self, region: &str) -> String {
        format!(
            "/?{}",
            Self {
                region: Some(region.to_owned()),
                rep: None,
                ..self.clone()
            }
            .query()
        )
    }

    pub(super) fn of_rep(&self, rep: &PersonId) -> String {
        format!(
            "/?{}",
            Self {
                rep: Some(rep.clone()),
                ..self.clone()
            }
            .query()
        )
    }

    /// Asking for a label a second time asks for all again.
    pub(super) fn by_label(&self, label: Label) -> String {
        let label = Some(label).filter(|label| self.label != Some(*label));
        format!(
            "/?{}",
            Self {
                label,
                ..self.clone()
            }
            .query()
        )
    }

    pub(super) fn without_filters(&self) -> String {
        format!("/?period={}", self.period.code())
    }

    pub(super) fn is_label(&self, label: Label) -> bool {
        self.label == Some(label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::day;

    #[test]
    fn a_period_is_compared_with_as_many_days_of_the_one_before() {
        for (period, today, now, before) in [
            (
                Period::Day,
                "2026-11-25",
                ("2026-11-25", "2026-11-25"),
                ("2026-11-24", "2026-11-24"),
            ),
            (
                Period::Week,
                "2026-11-25",
                ("2026-11-23", "2026-11-25"),
                ("2026-11-16", "2026-11-18"),
            ),
            (
                Period::Month,
                "2026-11-25",
                ("2026-11-01", "2026-11-25"),
                ("2026-10-01", "2026-10-25"),
            ),
            (
                Period::Month,
                "2026-03-31",
                ("2026-03-01", "2026-03-31"),
                ("2026-02-01", "2026-02-28"),
            ),
        ] {
            let today = day(today);
            assert_eq!(period.now(today), (day(now.0), day(now.1)));
            assert_eq!(period.before(today), (day(before.0), day(before.1)));
        }
    }

    #[test]
    fn whatever_is_asked_a_viewer_sees_their_own() {
        let asked = "period=day&region=%E5%8D%8E%E5%8C%97&rep=p9&label=PRICE";
        let (from, to) = (Day(1), Day(1));
        let rep: PersonId = "p1".parse().expect("an id");
        let other: PersonId = "p9".parse().expect("an id");

        let scope = ViewScope::Rep(rep.clone());
        let question = Wanted::of(asked, &scope).question(from, to, &scope);
        assert_eq!(question, Question::days(from, to).of_rep(rep));

        let director = |region: &str| ViewScope::Director {
            id: "d1".parse().expect("an id"),
            region: region.to_owned(),
        };
        let scope = director("");
        let question = Wanted::of(asked, &scope).question(from, to, &scope);
        assert_eq!(
            question,
            Question::days(from, to).of_rep("d1".parse::<PersonId>().expect("an id"))
        );

        let scope = director("华东");
        let question = Wanted::of(asked, &scope).question(from, to, &scope);
        assert_eq!(
            question,
            Question::days(from, to)
                .in_region("华东")
                .of_rep(other.clone())
        );

        let question = Wanted::of(asked, &ViewScope::All).question(from, to, &ViewScope::All);
        assert_eq!(
            question,
            Question::days(from, to).in_region("华北").of_rep(other)
        );
    }

    #[test]
    fn what_is_asked_can_be_sent_to_a_colleague() {
        let asked = "period=month&region=%E5%8D%8E%E4%B8%9C&rep=p1&label=TENDER";
        let wanted = Wanted::of(asked, &ViewScope::All);

        assert_eq!(wanted.query(), asked);
        assert_eq!(
            wanted.by_label(Label::Tender),
            "/?period=month&region=%E5%8D%8E%E4%B8%9C&rep=p1"
        );
        assert_eq!(
            Wanted::of("period=century&label=x", &ViewScope::All).query(),
            "period=week"
        );
    }
}
