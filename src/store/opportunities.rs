//! Deals: their state, their journal and their runs.

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{CustomerId, OpportunityId, PersonId, RunId, Timestamp};

/// A deal, taken to be changed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Opportunity {
    /// Ours.
    pub id: OpportunityId,
    /// The customer.
    pub customer_id: CustomerId,
    /// The rep who owns it.
    pub rep_id: PersonId,
    /// What people call it.
    pub name: String,
    /// The stage's key.
    pub stage: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Guards `state`.
    pub version: i64,
    /// The engine's state as JSON.
    pub state: String,
}

/// A deal, before it is stored.
#[derive(Debug, Clone)]
pub struct NewOpportunity {
    /// Ours.
    pub id: OpportunityId,
    /// The customer.
    pub customer: CustomerId,
    /// The rep who owns it.
    pub rep: PersonId,
    /// What people call it.
    pub name: String,
    /// The stage's key.
    pub stage: String,
    /// When it was opened.
    pub opened_at: Timestamp,
}

/// A deal as lists show it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OpportunityRow {
    /// Ours.
    pub id: OpportunityId,
    /// The customer.
    pub customer_id: CustomerId,
    /// The customer's name.
    pub customer: String,
    /// The rep who owns it.
    pub rep_id: PersonId,
    /// The rep's name.
    pub rep: String,
    /// The rep's region.
    pub region: String,
    /// What people call it.
    pub name: String,
    /// The stage's key.
    pub stage: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was won, lost or given up.
    pub closed_at: Option<Timestamp>,
}

/// One accepted event, ready to be written.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct JournalEntry {
    /// Counts the deal's entries from 1.
    pub position: i64,
    /// When it was accepted.
    pub at: Timestamp,
    /// The event as JSON.
    pub event: String,
    /// What it led to, as JSON.
    pub effects: String,
    /// Which message, click or tick led to it.
    pub cause: String,
    /// The process definition's version.
    pub process: String,
    /// What the engine was told of the deal, as JSON; `None` in entries of earlier releases.
    pub context: Option<String>,
    /// The hash of the entry before, or of nothing.
    pub previous_hash: String,
    /// SHA-256 over everything above.
    pub hash: String,
}

/// A run as lists show it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RunRow {
    /// Ours.
    pub id: RunId,
    /// The deal.
    pub opportunity_id: OpportunityId,
    /// The node's key.
    pub node: String,
    /// The node's name.
    pub title: String,
    /// `open`, `paused`, `overdue`, `done`, `waived`, `not_applicable` or `ended`.
    pub status: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it should be done: from then on its light is yellow. `None` where nothing is expected
    /// of it any more, or its clock stands.
    pub expected_at: Option<Timestamp>,
    /// When it is or was late.
    pub due_at: Timestamp,
    /// When it was done.
    pub done_at: Option<Timestamp>,
    /// Whether its deadline passed before it was done.
    pub late: bool,
    /// Question → answer, as JSON.
    pub answers: String,
    /// What they who gave the last answer were called then; of a run that is done.
    pub done_by: Option<String>,
    /// `wanted` or `approved`; `None` where no person has to look.
    pub spot_check: Option<String>,
}

macro_rules! opportunities_where {
    ($condition:literal) => {
        concat!(
            "select opportunity.id, opportunity.customer_id, customer.name as customer, \
             opportunity.rep_id, person.name as rep, person.region, opportunity.name, \
             opportunity.stage, opportunity.opened_at, opportunity.closed_at from opportunity \
             join customer on customer.id = opportunity.customer_id \
             join person on person.id = opportunity.rep_id where ",
            $condition
        )
    };
}
pub(super) use opportunities_where;

macro_rules! runs_where {
    ($condition:literal) => {
        concat!(
            "select id, opportunity_id, node, title, status, opened_at, due_at, done_at, late, answers, \
             done_by, spot_check, expected_at from run where ",
            $condition
        )
    };
}
pub(super) use runs_where;

const JOURNAL: &str = "\
    select position, at, event, effects, cause, process, context, previous_hash, hash \
    from journal where opportunity_id = $1 order by position";

impl Store {
    /// The deal as lists show it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn opportunity(
        &self,
        id: &OpportunityId,
    ) -> Result<Option<OpportunityRow>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(opportunities_where!("opportunity.id = $1"))
            .bind(id).fetch_optional(pool).await)?,
        )
    }

    /// Deals after `after` in the order of their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn opportunities(
        &self,
        after: &str,
        limit: i64,
    ) -> Result<Vec<OpportunityRow>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(opportunities_where!(
            "opportunity.id > $1 order by opportunity.id limit $2"
        ))
        .bind(after).bind(limit).fetch_all(pool).await)?,
        )
    }

    /// The next deals behind `after`, by their ids, each with the hash that its journal ends with;
    /// without one when nothing has happened yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn journal_ends(
        &self,
        after: Option<&OpportunityId>,
        limit: i64,
    ) -> Result<Vec<(OpportunityId, String)>, StoreError> {
        const SQL: &str = "\
            select id, journal_end from opportunity where id > $1 order by id limit $2";
        let after = after.map_or("", OpportunityId::as_str);
        Ok(
            on_reader!(self, pool => sqlx::query_as(SQL).bind(after).bind(limit).fetch_all(pool).await)?,
        )
    }

    /// The deal's journal, in the order of its positions.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn journal(&self, id: &OpportunityId) -> Result<Vec<JournalEntry>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(JOURNAL).bind(id).fetch_all(pool).await)?)
    }

    /// Entries of the deal's journal before a position, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn journal_before(
        &self,
        id: &OpportunityId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<JournalEntry>, StoreError> {
        const SQL: &str = "\
            select position, at, event, effects, cause, process, context, previous_hash, hash \
            from journal where opportunity_id = $1 and position < $2 \
            order by position desc limit $3";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL)
            .bind(id).bind(before).bind(limit).fetch_all(pool).await)?)
    }

    /// The engine's state of a deal, as JSON.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn opportunity_state(
        &self,
        id: &OpportunityId,
    ) -> Result<Option<String>, StoreError> {
        const SQL: &str = "select state from opportunity where id = $1";
        Ok(on_reader!(self, pool => sqlx::query_scalar(SQL).bind(id).fetch_optional(pool).await)?)
    }

    /// The run as lists show it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run(&self, id: &RunId) -> Result<Option<RunRow>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(runs_where!("id = $1"))
            .bind(id).fetch_optional(pool).await)?,
        )
    }

    /// Runs after a moment and id, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn runs(
        &self,
        (from, after): (Timestamp, &str),
        limit: i64,
    ) -> Result<Vec<RunRow>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(runs_where!(
            "(opened_at, id) > ($1, $2) order by opened_at, id limit $3"
        ))
        .bind(from).bind(after).bind(limit).fetch_all(pool).await)?)
    }

    /// The runs of a deal, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn runs_of(&self, opportunity: &OpportunityId) -> Result<Vec<RunRow>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(runs_where!(
            "opportunity_id = $1 order by opened_at desc, id desc"
        ))
        .bind(opportunity).fetch_all(pool).await)?)
    }

    /// The deal of a run, if this rep owns it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn opportunity_of_run(
        &self,
        run: &RunId,
        rep: &PersonId,
    ) -> Result<Option<Opportunity>, StoreError> {
        const SQL: &str = "\
            select id, customer_id, rep_id, name, stage, opened_at, version, state from opportunity \
            where id = (select opportunity_id from run where id = $1) and rep_id = $2";
        Ok(
            on_reader!(self, pool => sqlx::query_as(SQL).bind(run).bind(rep).fetch_optional(pool).await)?,
        )
    }
}

impl Tx {
    /// The deal, taken to be changed: on Postgres its row is locked until the commit.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn opportunity(
        &mut self,
        id: &OpportunityId,
    ) -> Result<Option<Opportunity>, StoreError> {
        const SQLITE: &str = "select id, customer_id, rep_id, name, stage, opened_at, version, state from opportunity where id = $1";
        const POSTGRES: &str = "select id, customer_id, rep_id, name, stage, opened_at, version, state from opportunity where id = $1 for update";
        Ok(match self {
            Self::Sqlite(tx, _) => {
                sqlx::query_as(SQLITE)
                    .bind(id)
                    .fetch_optional(&mut **tx)
                    .await
            }
            Self::Postgres(tx) => {
                sqlx::query_as(POSTGRES)
                    .bind(id)
                    .fetch_optional(&mut **tx)
                    .await
            }
        }?)
    }

    /// The deal as this transaction sees it. Nobody is kept from changing it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look_at_opportunity(
        &mut self,
        id: &OpportunityId,
    ) -> Result<Option<Opportunity>, StoreError> {
        const SQL: &str = "\
            select id, customer_id, rep_id, name, stage, opened_at, version, state \
            from opportunity where id = $1";
        Ok(
            in_tx!(self, connection => sqlx::query_as(SQL).bind(id).fetch_optional(connection).await)?,
        )
    }

    /// Stores a new deal, to be looked at as soon as may be. `false` when its id is taken.
    ///
    /// # Errors
    /// When the database fails, or customer or rep are unknown.
    pub async fn create_opportunity(&mut self, deal: &NewOpportunity) -> Result<bool, StoreError> {
        const SQL: &str = "\
            insert into opportunity (id, customer_id, rep_id, name, stage, first_stage, opened_at) \
            values ($1, $2, $3, $4, $5, $5, $6) on conflict (id) do nothing";
        let made = in_tx!(self, connection => sqlx::query(SQL)
            .bind(&deal.id)
            .bind(&deal.customer)
            .bind(&deal.rep)
            .bind(&deal.name)
            .bind(&deal.stage)
            .bind(deal.opened_at)
            .execute(connection)
            .await
            .map(|done| done.rows_affected()))?;
        if made == 1 {
            self.set_moment(&deal.id, Some(deal.opened_at)).await?;
        }
        Ok(made == 1)
    }

    /// The stage the deal began in, and the hash that its journal ends with.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn journal_ends_of(
        &mut self,
        id: &OpportunityId,
    ) -> Result<(String, String), StoreError> {
        const SQL: &str = "select first_stage, journal_end from opportunity where id = $1";
        Ok(in_tx!(self, connection => sqlx::query_as(SQL).bind(id).fetch_one(connection).await)?)
    }

    /// The deal's journal, in the order of its positions, as it stands inside this transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn journal(&mut self, id: &OpportunityId) -> Result<Vec<JournalEntry>, StoreError> {
        Ok(
            in_tx!(self, connection => sqlx::query_as(JOURNAL).bind(id).fetch_all(connection).await)?,
        )
    }

    /// Appends to the deal's journal. Where it ends is kept with the deal ([`Tx::save_deal`]), so that
    /// a journal whose last entries were cut off doesn't pass for a whole one.
    ///
    /// # Errors
    /// When the database fails, or the position is taken.
    pub async fn append_journal(
        &mut self,
        id: &OpportunityId,
        entry: &JournalEntry,
    ) -> Result<(), StoreError> {
        const ENTRY: &str = "\
            insert into journal (opportunity_id, position, at, event, effects, cause, process, \
                                 previous_hash, hash, context) \
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        in_tx!(self, connection => sqlx::query(ENTRY)
            .bind(id)
            .bind(entry.position)
            .bind(entry.at)
            .bind(&entry.event)
            .bind(&entry.effects)
            .bind(&entry.cause)
            .bind(&entry.process)
            .bind(&entry.previous_hash)
            .bind(&entry.hash)
            .bind(&entry.context)
            .execute(connection)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Stores a run as lists show it, or brings it up to date.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_run(&mut self, run: &RunRow) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into run (id, opportunity_id, node, title, status, opened_at, due_at, done_at, late, \
                             answers, done_by, spot_check, expected_at, rep_id) \
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
                    (select rep_id from opportunity where id = $2)) \
            on conflict (id) do update set status = excluded.status, due_at = excluded.due_at, \
                done_at = excluded.done_at, late = excluded.late, answers = excluded.answers, \
                done_by = excluded.done_by, spot_check = excluded.spot_check, \
                expected_at = excluded.expected_at, rep_id = excluded.rep_id";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&run.id)
            .bind(&run.opportunity_id)
            .bind(&run.node)
            .bind(&run.title)
            .bind(&run.status)
            .bind(run.opened_at)
            .bind(run.due_at)
            .bind(run.done_at)
            .bind(run.late)
            .bind(&run.answers)
            .bind(&run.done_by)
            .bind(&run.spot_check)
            .bind(run.expected_at)
            .execute(connection)
            .await
            .map(|_| ()))?;
        Ok(())
    }
}
