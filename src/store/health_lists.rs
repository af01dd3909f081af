//! The runs behind a figure of health, and how long runs and stages took.

use super::database::{in_tx, on_reader};
use super::health::{due_runs, of_people};
use super::pages::{reps_of_director, team_of};
use super::{HealthQuestion, RunRow, Store, StoreError, Tx, ViewScope};
use crate::domain::{OpportunityId, Timestamp};

/// Which of the runs behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunsOf {
    /// All whose deadline lies in the period, those that are counted apart too.
    All,
    /// What had to be done, done or not: what a rate counts.
    Due,
    /// What had to be done and is not.
    Missing,
    /// What was done after its deadline.
    Late,
    /// What is no part of the rate.
    Apart,
}

/// A run behind a figure.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DueRun {
    /// The run.
    #[sqlx(flatten)]
    pub run: RunRow,
    /// What people call the deal.
    pub deal: String,
    /// The customer's name.
    pub customer: String,
    /// The rep's name.
    pub rep: String,
}

/// Where a list of runs begins: behind this one, the latest deadline first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// Its deadline.
    pub due_at: Timestamp,
    /// Its id.
    pub id: String,
}

/// Something that is over, by the key of its node or stage, and when it began and ended.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Stay {
    /// The node's or the stage's key.
    pub key: String,
    /// When it began.
    pub from_at: Timestamp,
    /// When it ended.
    pub until_at: Timestamp,
}

impl Behind {
    /// The beginning.
    #[must_use]
    pub const fn nothing() -> Self {
        Self {
            due_at: Timestamp(i64::MAX),
            id: String::new(),
        }
    }
}

impl RunsOf {
    /// What it is called in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Due => "due",
            Self::Missing => "missing",
            Self::Late => "late",
            Self::Apart => "apart",
        }
    }
}

impl Store {
    /// Runs whose deadline lies in the period, of one node if given, the latest deadline first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_runs(
        &self,
        scope: &ViewScope,
        (asked, node, of): (&HealthQuestion, Option<&str>, RunsOf),
        (behind, limit): (&Behind, i64),
    ) -> Result<Vec<DueRun>, StoreError> {
        let sql = due_runs_sql(scope, asked.rep.is_some());
        Ok(on_reader!(self, pool => sqlx::query_as(sql)
            .bind(scope.key()).bind(asked.period.from).bind(asked.period.until)
            .bind(asked.region()).bind(asked.team()).bind(asked.rep())
            .bind(node.unwrap_or_default()).bind(of.word())
            .bind(behind.due_at).bind(&behind.id).bind(limit)
            .fetch_all(pool).await)?)
    }

    /// How long runs took that were done in the period, the last ones first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn runs_lasted(
        &self,
        scope: &ViewScope,
        asked: &HealthQuestion,
        limit: i64,
    ) -> Result<Vec<Stay>, StoreError> {
        self.stays(lasted_sql(scope), scope, asked, limit).await
    }

    /// How long deals stood in stages that they left in the period, the last ones first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stages_lasted(
        &self,
        scope: &ViewScope,
        asked: &HealthQuestion,
        limit: i64,
    ) -> Result<Vec<Stay>, StoreError> {
        self.stays(stages_sql(scope), scope, asked, limit).await
    }

    async fn stays(
        &self,
        sql: &'static str,
        scope: &ViewScope,
        asked: &HealthQuestion,
        limit: i64,
    ) -> Result<Vec<Stay>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(sql)
            .bind(scope.key()).bind(asked.period.from).bind(asked.period.until)
            .bind(asked.region()).bind(asked.team()).bind(asked.rep())
            .bind(limit).fetch_all(pool).await)?)
    }

    /// The stages that the deal has left, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stages_of(&self, deal: &OpportunityId) -> Result<Vec<Stay>, StoreError> {
        const SQL: &str = "\
            select stage as key, entered_at as from_at, left_at as until_at from stage_stay \
            where opportunity_id = $1 order by entered_at";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL).bind(deal).fetch_all(pool).await)?)
    }
}

impl Tx {
    /// Keeps how long the deal stood in a stage that it has left.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_stage_stay(
        &mut self,
        deal: &OpportunityId,
        stay: &Stay,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into stage_stay (opportunity_id, stage, entered_at, left_at, rep_id) \
            select id, $2, $3, $4, rep_id from opportunity where id = $1 \
            on conflict (opportunity_id, entered_at) do update set stage = excluded.stage, \
               left_at = excluded.left_at, rep_id = excluded.rep_id";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(deal).bind(&stay.key).bind(stay.from_at).bind(stay.until_at)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}

/// Of one rep from that rep's index; of several by the deadlines, in whose order they are listed.
pub(super) fn due_runs_sql(scope: &ViewScope, of_one: bool) -> &'static str {
    macro_rules! rows {
        ($of:expr) => {
            of_people!(
                scope,
                "select run.id, run.opportunity_id, run.node, run.title, run.status, run.opened_at, \
                 run.due_at, run.done_at, run.late, run.answers, run.done_by, run.spot_check, \
                 run.expected_at, \
                 opportunity.name as deal, customer.name as customer, person.name as rep \
                 from run cross join person cross join opportunity cross join customer",
                concat!(
                    due_runs!(),
                    $of,
                    " and opportunity.id = run.opportunity_id and customer.id = opportunity.customer_id"
                ),
                "and ($7 = '' or run.node = $7) \
                 and ($8 = 'all' \
                   or ($8 = 'due' and run.status in ('open', 'overdue', 'done')) \
                   or ($8 = 'due' and run.status = 'ended' and run.late) \
                   or ($8 = 'missing' and run.status in ('open', 'overdue')) \
                   or ($8 = 'missing' and run.status = 'ended' and run.late) \
                   or ($8 = 'late' and run.status = 'done' and run.late) \
                   or ($8 = 'apart' and run.status in ('waived', 'not_applicable', 'paused')) \
                   or ($8 = 'apart' and run.status = 'ended' and not run.late)) \
                 and (run.due_at, run.id) < ($9, $10) \
                 order by run.due_at desc, run.id desc limit $11"
            )
        };
    }
    if of_one {
        rows!(" and run.rep_id = $6")
    } else {
        rows!("")
    }
}

pub(super) fn lasted_sql(scope: &ViewScope) -> &'static str {
    of_people!(
        scope,
        "select run.node as key, run.opened_at as from_at, run.done_at as until_at \
         from person cross join run",
        "run.rep_id = person.id and run.done_at is not null \
         and run.done_at >= $2 and run.done_at < $3",
        "order by run.done_at desc limit $7"
    )
}

pub(super) fn stages_sql(scope: &ViewScope) -> &'static str {
    of_people!(
        scope,
        "select stage_stay.stage as key, stage_stay.entered_at as from_at, \
         stage_stay.left_at as until_at from person cross join stage_stay",
        "stage_stay.rep_id = person.id \
         and stage_stay.left_at >= $2 and stage_stay.left_at < $3",
        "order by stage_stay.left_at desc limit $7"
    )
}
