//! What the pages ask for. Each question carries what its viewer may see in its own condition, so
//! that "not yours" and "not there" can't be told apart.

use super::database::{in_tx, on_reader, on_writer};
use super::{AlertRow, ChatRow, OpportunityRow, Person, RunRow, Store, StoreError, Tx};
use crate::domain::{AlertId, CustomerId, PersonId, Role, RunId, Timestamp};

/// What a person may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewScope {
    /// Every region.
    All,
    /// The chats and deals of the reps whom a director answers for: those of their region, and
    /// those above whom they stand in the chain of supervisors. Who supervises a director sees
    /// that one's region too: the alerts that go on up the chain lead there.
    Director {
        /// Who.
        id: PersonId,
        /// Their region; empty when they have none.
        region: String,
    },
    /// One rep's own chats and deals.
    Rep(PersonId),
}

impl ViewScope {
    /// What that person may see.
    #[must_use]
    pub fn of(person: &Person) -> Self {
        match person.role {
            Role::Admin => Self::All,
            Role::Director => Self::Director {
                id: person.id.clone(),
                region: person.region.clone(),
            },
            Role::Rep => Self::Rep(person.id.clone()),
        }
    }

    /// What the board shows of it. It counts by region, so a director sees their own region there,
    /// and without one their team.
    #[must_use]
    pub fn on_board(&self) -> BoardScope {
        match self {
            Self::All => BoardScope::All,
            Self::Director { id, region } if region.is_empty() => BoardScope::Team(id.clone()),
            Self::Director { id, region } => BoardScope::Region {
                director: id.clone(),
                region: region.clone(),
            },
            Self::Rep(rep) => BoardScope::Rep(rep.clone()),
        }
    }

    /// What the scope's condition compares with; always `$1`.
    pub(super) fn key(&self) -> &str {
        match self {
            Self::All => "",
            Self::Director { id, .. } | Self::Rep(id) => id.as_str(),
        }
    }
}

/// What a person's board counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoardScope {
    /// Everything.
    All,
    /// What was heard in a director's region.
    Region {
        /// Who.
        director: PersonId,
        /// Never empty.
        region: String,
    },
    /// What was said to a director who has no region, and to whoever stands below them in the chain
    /// of supervisors, as of now.
    Team(PersonId),
    /// What was said to one rep.
    Rep(PersonId),
}

impl BoardScope {
    /// Whether it is more than one person's.
    #[must_use]
    pub const fn is_of_several(&self) -> bool {
        !matches!(self, Self::Rep(_))
    }

    /// Whether it may reach over several regions.
    #[must_use]
    pub const fn has_regions(&self) -> bool {
        matches!(self, Self::All | Self::Team(_))
    }

    /// What the scope's condition compares with; always `$1`.
    pub(super) fn key(&self) -> &str {
        match self {
            Self::All => "",
            Self::Region { director: id, .. } | Self::Team(id) | Self::Rep(id) => id.as_str(),
        }
    }
}

/// A run that waits for a person to look at what was given.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct WaitingCheck {
    /// The run.
    pub run_id: RunId,
    /// The node's name.
    pub title: String,
    /// The deal's state, as JSON.
    pub state: String,
    /// When the deal was opened.
    pub opened_at: Timestamp,
    /// What people call the deal.
    pub deal: String,
    /// The customer's name.
    pub customer: String,
    /// The rep's name.
    pub rep: String,
}

/// The person that a parameter names, and whoever stands below them in the chain of supervisors.
macro_rules! team_of {
    ($lead:literal) => {
        concat!(
            "(with recursive below (id) as (select id from person where id = ",
            $lead,
            " union select person.id from person join below on person.supervisor_id = below.id) \
             select id from below)"
        )
    };
}

pub(super) use team_of;

/// The reps whom the director `$1` answers for.
macro_rules! reps_of_director {
    () => {
        "(with recursive below (id, role, region) as (\
            select id, role, region from person where id = $1 \
            union \
            select person.id, person.role, person.region \
            from person join below on person.supervisor_id = below.id) \
          select rep.id from person as rep \
          where rep.id in (select id from below) \
             or rep.region in (select region from below where role = 'director' and region <> ''))"
    };
}

pub(super) use reps_of_director;

/// A statement with the scope's condition in front of its own.
macro_rules! within {
    ($scope:expr, $select:expr, director: [$($director:tt)+], rep: $rep:literal, $rest:literal) => {
        match $scope {
            ViewScope::All => concat!($select, " where $1 = '' ", $rest),
            ViewScope::Director { .. } => concat!($select, " where ", $($director)+, " ", $rest),
            ViewScope::Rep(_) => concat!($select, " where ", $rep, " ", $rest),
        }
    };
}

pub(super) use within;

/// Deals within the scope, and `$rest`.
macro_rules! deals_within {
    ($scope:expr, $rest:literal) => {
        within!(
            $scope,
            "select opportunity.id, opportunity.customer_id, customer.name as customer, \
             opportunity.rep_id, person.name as rep, person.region, opportunity.name, \
             opportunity.stage, opportunity.opened_at, opportunity.closed_at from opportunity \
             join customer on customer.id = opportunity.customer_id \
             join person on person.id = opportunity.rep_id",
            director: ["person.id in ", reps_of_director!()],
            rep: "opportunity.rep_id = $1",
            $rest
        )
    };
}

impl Store {
    /// Names of customers within the scope: those of its reps' deals, and a region's own without a
    /// deal.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn customer_names_in(
        &self,
        scope: &ViewScope,
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        let sql = within!(
            scope,
            "select distinct customer.name from customer \
             left join opportunity on opportunity.customer_id = customer.id",
            director: ["(opportunity.rep_id in ", reps_of_director!(), " or (opportunity.id is null and \
             customer.region = (select nullif(region, '') from person where id = $1)))"],
            rep: "opportunity.rep_id = $1",
            "order by customer.name limit $2"
        );
        Ok(on_reader!(self, pool => sqlx::query_scalar(sql)
            .bind(scope.key()).bind(limit).fetch_all(pool).await)?)
    }

    /// The chat, if it is one that the viewer may see.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat_in(
        &self,
        scope: &ViewScope,
        chat: &str,
    ) -> Result<Option<ChatRow>, StoreError> {
        let sql = within!(
            scope,
            "select chat.id, chat.kind, chat.name, chat.contact_id, contact.name as contact, contact.customer_id, \
             coalesce(customer.name, '') as customer, chat.rep_id, coalesce(person.name, '') as rep, \
             coalesce(person.region, customer.region, '') as region \
             from chat join contact on contact.id = chat.contact_id \
             left join customer on customer.id = contact.customer_id \
             left join person on person.id = chat.rep_id",
            // A chat without a rep is its customer's region's.
            director: ["(person.id in ", reps_of_director!(), " or (person.id is null and \
             customer.region = (select nullif(region, '') from person where id = $1)))"],
            rep: "chat.rep_id = $1",
            "and chat.id = $2"
        );
        Ok(on_reader!(self, pool => sqlx::query_as(sql)
            .bind(scope.key()).bind(chat).fetch_optional(pool).await)?)
    }

    /// The customer's deals that the viewer may see: open ones first, then the newest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deals_in(
        &self,
        scope: &ViewScope,
        customer: &CustomerId,
        limit: i64,
    ) -> Result<Vec<OpportunityRow>, StoreError> {
        let sql = deals_within!(
            scope,
            "and opportunity.customer_id = $2 \
             order by case when opportunity.closed_at is null then 0 else 1 end, \
             opportunity.opened_at desc, opportunity.id desc limit $3"
        );
        Ok(on_reader!(self, pool => sqlx::query_as(sql)
            .bind(scope.key()).bind(customer).bind(limit).fetch_all(pool).await)?)
    }

    /// The deal, if it is one that the viewer may see.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deal_in(
        &self,
        scope: &ViewScope,
        deal: &str,
    ) -> Result<Option<OpportunityRow>, StoreError> {
        let sql = deals_within!(scope, "and opportunity.id = $2");
        Ok(on_reader!(self, pool => sqlx::query_as(sql)
            .bind(scope.key()).bind(deal).fetch_optional(pool).await)?)
    }

    /// The run, if its deal is one that the viewer may see.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run_in(&self, scope: &ViewScope, run: &str) -> Result<Option<RunRow>, StoreError> {
        let sql = within!(
            scope,
            "select run.id, run.opportunity_id, run.node, run.title, run.status, run.opened_at, \
             run.due_at, run.done_at, run.late, run.answers, run.done_by, run.spot_check, run.expected_at \
             from run join opportunity on opportunity.id = run.opportunity_id \
             join person on person.id = opportunity.rep_id",
            director: ["person.id in ", reps_of_director!()],
            rep: "opportunity.rep_id = $1",
            "and run.id = $2"
        );
        Ok(on_reader!(self, pool => sqlx::query_as(sql)
            .bind(scope.key()).bind(run).fetch_optional(pool).await)?)
    }

    /// Runs that wait for a person to look at what was given, as far as the viewer may see them,
    /// the oldest first. With each the deal. Of what was let off or ended nothing waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn spot_checks_in(
        &self,
        scope: &ViewScope,
        limit: i64,
    ) -> Result<Vec<WaitingCheck>, StoreError> {
        let sql = within!(
            scope,
            "select run.id as run_id, run.title, opportunity.state, opportunity.opened_at, \
             opportunity.name as deal, customer.name as customer, person.name as rep \
             from run join opportunity on opportunity.id = run.opportunity_id \
             join customer on customer.id = opportunity.customer_id \
             join person on person.id = opportunity.rep_id",
            director: ["person.id in ", reps_of_director!()],
            rep: "opportunity.rep_id = $1",
            "and run.spot_check = 'wanted' \
             and run.status not in ('waived', 'not_applicable', 'ended') \
             order by run.opened_at, run.id limit $2"
        );
        Ok(on_reader!(self, pool => sqlx::query_as(sql)
            .bind(scope.key()).bind(limit).fetch_all(pool).await)?)
    }

    /// Alerts about deals that the viewer may see, raised before a moment and id; newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn alerts_in(
        &self,
        scope: &ViewScope,
        (before, id): (Timestamp, &str),
        limit: i64,
    ) -> Result<Vec<AlertRow>, StoreError> {
        let sql = within!(
            scope,
            "select alert.id, alert.opportunity_id, alert.run_id, alert.reason, alert.person_id, \
             coalesce(told.name, '') as person, alert.region, alert.body, alert.raised_at, \
             alert.status, alert.channel, alert.status_at, alert.why \
             from alert join opportunity on opportunity.id = alert.opportunity_id \
             join person on person.id = opportunity.rep_id \
             left join person as told on told.id = alert.person_id",
            director: ["person.id in ", reps_of_director!()],
            rep: "opportunity.rep_id = $1",
            "and (alert.raised_at, alert.id) < ($2, $3) \
             order by alert.raised_at desc, alert.id desc limit $4"
        );
        Ok(on_reader!(self, pool => sqlx::query_as(sql)
            .bind(scope.key()).bind(before).bind(id).bind(limit).fetch_all(pool).await)?)
    }

    /// The alert's run, if it is about a deal that the viewer may see.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn alert_in(
        &self,
        scope: &ViewScope,
        alert: &AlertId,
    ) -> Result<Option<RunId>, StoreError> {
        let sql = within!(
            scope,
            "select alert.run_id from alert \
             join opportunity on opportunity.id = alert.opportunity_id \
             join person on person.id = opportunity.rep_id",
            director: ["person.id in ", reps_of_director!()],
            rep: "opportunity.rep_id = $1",
            "and alert.id = $2"
        );
        let found: Option<(RunId,)> = on_reader!(self, pool => sqlx::query_as(sql)
            .bind(scope.key()).bind(alert).fetch_optional(pool).await)?;
        Ok(found.map(|(run,)| run))
    }

    /// The reps whose figures the viewer sees on the board, by region and name: id, name, region.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reps_in(
        &self,
        scope: &ViewScope,
    ) -> Result<Vec<(PersonId, String, String)>, StoreError> {
        macro_rules! reps {
            ($within:expr) => {
                concat!(
                    "select person.id, person.name, person.region from person where ",
                    $within,
                    " and person.role = 'rep' order by person.region, person.name, person.id"
                )
            };
        }
        let scope = scope.on_board();
        let sql = match &scope {
            BoardScope::All => reps!("$1 = ''"),
            BoardScope::Region { .. } => {
                reps!("person.region = (select region from person where id = $1)")
            }
            BoardScope::Team(_) => reps!(concat!("person.id in ", team_of!("$1"))),
            BoardScope::Rep(_) => reps!("person.id = $1"),
        };
        Ok(on_reader!(self, pool => sqlx::query_as(sql).bind(scope.key()).fetch_all(pool).await)?)
    }

    /// Forgets sessions begun before a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_sessions(&self, oldest: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "delete from session where created_at < $1";
        on_writer!(self, pool => sqlx::query(SQL).bind(oldest).execute(pool).await.map(|_| ()))?;
        Ok(())
    }
}

impl Tx {
    /// Whether the person answers for the rep: the same rule by which they see the rep's chats and
    /// deals, a rep's own excepted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answers_for(&mut self, person: &Person, rep: &Person) -> Result<bool, StoreError> {
        const SQL: &str = concat!(
            "select count(*) from person where id = $2 and id in ",
            reps_of_director!()
        );
        let scope = ViewScope::of(person);
        if !matches!(scope, ViewScope::Director { .. }) {
            return Ok(scope == ViewScope::All);
        }
        let found: i64 = in_tx!(self, connection => sqlx::query_scalar(SQL)
            .bind(scope.key()).bind(&rep.id).fetch_one(connection).await)?;
        Ok(found > 0)
    }
}
