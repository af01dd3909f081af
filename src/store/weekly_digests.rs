//! Whom the week's objections were told.

use std::collections::BTreeSet;

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{Day, Timestamp};

impl Store {
    /// The receivers of a week for whom it is decided what they are told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn weekly_receivers(&self, week: Day) -> Result<BTreeSet<String>, StoreError> {
        const SQL: &str = "select receiver from weekly_digest where period = $1";
        let receivers: Vec<(String,)> = on_reader!(self, pool => sqlx::query_as(SQL)
            .bind(week.to_string()).fetch_all(pool).await)?;
        Ok(receivers.into_iter().map(|(receiver,)| receiver).collect())
    }
}

impl Tx {
    /// Decides what a receiver is told of a week: `ordered`, `nothing` or `no way`. Answers whether
    /// nobody had decided it before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decide_weekly(
        &mut self,
        (week, receiver): (Day, &str),
        outcome: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "\
            insert into weekly_digest (period, receiver, outcome, decided_at) \
            values ($1, $2, $3, $4) on conflict (period, receiver) do nothing";
        let decided = in_tx!(self, connection => sqlx::query(SQL)
            .bind(week.to_string()).bind(receiver).bind(outcome).bind(now)
            .execute(connection).await.map(|done| done.rows_affected()))?;
        Ok(decided > 0)
    }
}
