//! Rows that nobody needs any more.

use super::database::on_writer;
use super::{Store, StoreError};
use crate::domain::Timestamp;

/// What may be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outdated {
    /// What came in, was worked on, and is kept elsewhere. Its keys fence off repeats for as long as
    /// they stay. What no other table keeps is no such row.
    DoneArrivals,
    /// What was sent. Its attempts stay in the ledger.
    SentOrders,
    /// Sessions, by when they began.
    Sessions,
    /// Logins under way, by when they began.
    Logins,
}

impl Outdated {
    const fn statement(self) -> &'static str {
        match self {
            Self::DoneArrivals => {
                "delete from inbox where key in (\
                    select key from inbox where done_at < $1 and not is_only_copy order by done_at limit $2)"
            }
            Self::SentOrders => {
                "delete from outbox where id in (\
                    select id from outbox where status = 'sent' and finished_at < $1 \
                     order by finished_at limit $2)"
            }
            Self::Sessions => {
                "delete from session where token_hash in (\
                    select token_hash from session where created_at < $1 order by created_at limit $2)"
            }
            Self::Logins => {
                "delete from login_attempt where state_hash in (\
                    select state_hash from login_attempt where created_at < $1 order by created_at limit $2)"
            }
        }
    }
}

impl Store {
    /// Forgets up to `limit` rows that ended before then, the oldest first. Returns how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget(
        &self,
        what: Outdated,
        before: Timestamp,
        limit: i64,
    ) -> Result<u64, StoreError> {
        let statement = what.statement();
        Ok(on_writer!(self, pool => sqlx::query(statement)
            .bind(before).bind(limit).execute(pool).await.map(|done| done.rows_affected()))?)
    }
}
