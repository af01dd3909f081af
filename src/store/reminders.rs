//! Reminders that wait for working time.

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{OpportunityId, RunId, Timestamp};

/// A reminder that waits.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct HeldReminder {
    /// The key of the order that it becomes.
    pub order_key: String,
    /// The deal.
    pub opportunity_id: OpportunityId,
    /// The run; `None` when the deal itself is meant.
    pub run_id: Option<RunId>,
    /// What to say.
    pub words: String,
    /// When it would have been said.
    pub raised_at: Timestamp,
    /// When it is said.
    pub due_at: Timestamp,
}

impl Store {
    /// Deals whose rep is to be reminded by now, the earliest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deals_to_remind(
        &self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<OpportunityId>, StoreError> {
        const SQL: &str = "\
            select opportunity_id from held_reminder where due_at <= $1 \
            group by opportunity_id order by min(due_at), opportunity_id limit $2";
        Ok(
            on_reader!(self, pool => sqlx::query_scalar(SQL).bind(now).bind(limit).fetch_all(pool).await)?,
        )
    }
}

impl Tx {
    /// Lets a reminder wait.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hold_reminder(&mut self, held: &HeldReminder) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into held_reminder (order_key, opportunity_id, run_id, words, raised_at, due_at) \
            values ($1, $2, $3, $4, $5, $6) on conflict (order_key) do nothing";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&held.order_key)
            .bind(&held.opportunity_id)
            .bind(&held.run_id)
            .bind(&held.words)
            .bind(held.raised_at)
            .bind(held.due_at)
            .execute(connection)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Takes out the deal's reminders that are due, the oldest first. To be called with the deal
    /// taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_reminders(
        &mut self,
        deal: &OpportunityId,
        now: Timestamp,
    ) -> Result<Vec<HeldReminder>, StoreError> {
        const SQL: &str = "\
            delete from held_reminder where opportunity_id = $1 and due_at <= $2 \
            returning order_key, opportunity_id, run_id, words, raised_at, due_at";
        let mut held: Vec<HeldReminder> = in_tx!(self, connection => sqlx::query_as(SQL)
            .bind(deal).bind(now).fetch_all(connection).await)?;
        held.sort_by(|a, b| (a.raised_at, &a.order_key).cmp(&(b.raised_at, &b.order_key)));
        Ok(held)
    }
}
