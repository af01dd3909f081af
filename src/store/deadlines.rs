//! The next moments at which deals have to be looked at.

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{OpportunityId, RunId, Timestamp};

/// A deal that has to be looked at.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DueDeadline {
    /// The deal.
    pub opportunity_id: OpportunityId,
    /// Its earliest moment that has come.
    pub due_at: Timestamp,
    /// How often that was pushed back already.
    pub tries: i64,
}

/// A run whose moment has come.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DueRun {
    /// The run.
    pub run_id: RunId,
    /// Its node's key, if the run is known.
    pub node: Option<String>,
    /// How often its moment was pushed back already.
    pub tries: i64,
}

impl Store {
    /// The earliest moment at which some deal has to be looked at, or a question which deal is
    /// meant has waited long enough.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn nearest_deadline(&self) -> Result<Option<Timestamp>, StoreError> {
        const SQL: &str = "\
            select min(due_at) from (select min(due_at) as due_at from deadline union all \
                select min(due_at) from deal_question where settled_at is null) as moment";
        let (due,) = on_reader!(self, pool => sqlx::query_as(SQL).fetch_one(pool).await)?;
        Ok(due)
    }

    /// Deals whose moment has come, earliest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_deadlines(
        &self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<DueDeadline>, StoreError> {
        const SQL: &str = "\
            select opportunity_id, min(due_at) as due_at, max(tries) as tries from deadline where due_at <= $1 \
            group by opportunity_id order by 2 limit $2";
        Ok(
            on_reader!(self, pool => sqlx::query_as(SQL).bind(now).bind(limit).fetch_all(pool).await)?,
        )
    }
}

impl Tx {
    /// Sets one of a run's moments.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_deadline(
        &mut self,
        run: &RunId,
        name: &str,
        opportunity: &OpportunityId,
        due: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into deadline (run_id, name, opportunity_id, due_at) values ($1, $2, $3, $4) \
            on conflict (run_id, name) do update set due_at = excluded.due_at, tries = 0";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(run).bind(name).bind(opportunity).bind(due).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Forgets a run's moments.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clear_deadlines(&mut self, run: &RunId) -> Result<(), StoreError> {
        const SQL: &str = "delete from deadline where run_id = $1";
        in_tx!(self, connection => sqlx::query(SQL).bind(run).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// The deal's runs whose moment has come. The deal has to be taken before, so that it stays so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_runs(
        &mut self,
        opportunity: &OpportunityId,
        now: Timestamp,
    ) -> Result<Vec<DueRun>, StoreError> {
        const SQL: &str = "\
            select deadline.run_id, run.node, max(deadline.tries) as tries \
            from deadline left join run on run.id = deadline.run_id \
            where deadline.opportunity_id = $1 and deadline.due_at <= $2 \
            group by deadline.run_id, run.node order by deadline.run_id";
        Ok(
            in_tx!(self, connection => sqlx::query_as(SQL).bind(opportunity).bind(now).fetch_all(connection).await)?,
        )
    }

    /// Forgets a run's moments that have come; what still matters is set again by the step.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clear_due_deadlines(
        &mut self,
        run: &RunId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "delete from deadline where run_id = $1 and due_at <= $2";
        in_tx!(self, connection => sqlx::query(SQL).bind(run).bind(now).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps a run's moments that have come for later.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn push_back_deadlines(
        &mut self,
        run: &RunId,
        now: Timestamp,
        due: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            update deadline set due_at = $1, tries = tries + 1 where run_id = $2 and due_at <= $3";
        in_tx!(self, connection => sqlx::query(SQL).bind(due).bind(run).bind(now).execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}
