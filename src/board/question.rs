//! What someone wants to know from the board.

use std::collections::BTreeSet;

use super::hit::Cell;
use crate::domain::{CustomerId, Day, PersonId};

/// Which hits a snapshot counts: those of the days from `from` to `to`, both included, for which
/// every filter that is set holds. Whoever may see only one region, or only their own chats, asks
/// with that filter, and every figure and the newest list are theirs alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The first day.
    pub from: Day,
    /// The last day. One before `from` gives an empty answer.
    pub to: Day,
    /// Only this region.
    pub region: Option<String>,
    /// Only this rep.
    pub rep: Option<PersonId>,
    /// Only this customer.
    pub customer: Option<CustomerId>,
    /// Only this product.
    pub product: Option<String>,
    /// Only these reps: a team, as it stands now. A team takes no room on the board, and a rep who
    /// changes teams takes all their hits along.
    pub team: Option<BTreeSet<PersonId>>,
}

impl Question {
    /// Everything of some days.
    #[must_use]
    pub const fn days(from: Day, to: Day) -> Self {
        Self {
            from,
            to,
            region: None,
            rep: None,
            customer: None,
            product: None,
            team: None,
        }
    }

    /// Everything of one day.
    #[must_use]
    pub const fn day(day: Day) -> Self {
        Self::days(day, day)
    }

    /// Everything of the day's week, Monday to Sunday.
    #[must_use]
    pub fn week_of(day: Day) -> Self {
        let monday = day.week_start();
        Self::days(monday, monday.plus(6))
    }

    /// Everything of the day's calendar month.
    #[must_use]
    pub fn month_of(day: Day) -> Self {
        let first = day.month_start();
        let first_of_next = first.plus(31).month_start();
        Self::days(first, first_of_next.plus(-1))
    }

    /// Of that, only this region.
    #[must_use]
    pub fn in_region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Of that, only this rep.
    #[must_use]
    pub fn of_rep(mut self, rep: PersonId) -> Self {
        self.rep = Some(rep);
        self
    }

    /// Of that, only this customer.
    #[must_use]
    pub fn of_customer(mut self, customer: CustomerId) -> Self {
        self.customer = Some(customer);
        self
    }

    /// Of that, only this product.
    #[must_use]
    pub fn about(mut self, product: impl Into<String>) -> Self {
        self.product = Some(product.into());
        self
    }

    /// Of that, only these reps.
    #[must_use]
    pub fn of_team(mut self, team: BTreeSet<PersonId>) -> Self {
        self.team = Some(team);
        self
    }

    /// The same, of other days.
    #[must_use]
    pub fn over(&self, from: Day, to: Day) -> Self {
        Self {
            from,
            to,
            ..self.clone()
        }
    }

    pub(super) fn covers(&self, cell: &Cell) -> bool {
        allows(self.region.as_ref(), cell.region.as_ref())
            && allows(self.rep.as_ref(), cell.rep.as_ref())
            && self.is_about(cell.customer.as_ref(), cell.product.as_ref())
            && self.allows_rep(cell.rep.as_ref())
    }

    /// Whether the filters take this customer and product.
    pub(super) fn is_about(&self, customer: Option<&CustomerId>, product: Option<&String>) -> bool {
        allows(self.customer.as_ref(), customer) && allows(self.product.as_ref(), product)
    }

    fn allows_rep(&self, rep: Option<&PersonId>) -> bool {
        let is_member = |team: &BTreeSet<PersonId>| rep.is_some_and(|rep| team.contains(rep));
        self.team.as_ref().is_none_or(is_member)
    }
}

fn allows<T: PartialEq>(filter: Option<&T>, value: Option<&T>) -> bool {
    filter.is_none() || filter == value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::day;

    #[test]
    fn periods_are_those_of_the_calendar() {
        for (within, question, from, to) in [
            (
                "2026-11-29",
                Question::week_of as fn(Day) -> Question,
                "2026-11-23",
                "2026-11-29",
            ),
            ("2026-02-15", Question::month_of, "2026-02-01", "2026-02-28"),
            ("2026-12-31", Question::month_of, "2026-12-01", "2026-12-31"),
        ] {
            assert_eq!(question(day(within)), Question::days(day(from), day(to)));
        }
    }
}
