//! The cards that reps are asked by, and the codes that change them.

use super::database::{in_tx, on_reader, on_writer};
use super::{Store, StoreError, Tx};
use crate::domain::{OpportunityId, PersonId, RunId, Timestamp};

/// A card that was sent.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CardRow {
    /// WeCom's name for it, made by us.
    pub task_id: String,
    /// The run.
    pub run_id: RunId,
    /// The deal.
    pub opportunity_id: OpportunityId,
    /// Whom it was sent to.
    pub person_id: PersonId,
}

/// What changes a card that was sent, once.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ResponseCode {
    /// The card.
    pub task_id: String,
    /// The platform's code for it.
    pub code: String,
}

impl Tx {
    /// Remembers a card that will be sent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_card(&mut self, card: &CardRow, now: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into card (task_id, run_id, opportunity_id, person_id, created_at) \
            values ($1, $2, $3, $4, $5) on conflict (task_id) do nothing";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&card.task_id).bind(&card.run_id).bind(&card.opportunity_id).bind(&card.person_id).bind(now)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// The card of that task id, if we sent it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn card(&mut self, task_id: &str) -> Result<Option<CardRow>, StoreError> {
        const SQL: &str =
            "select task_id, run_id, opportunity_id, person_id from card where task_id = $1";
        Ok(
            in_tx!(self, connection => sqlx::query_as(SQL).bind(task_id).fetch_optional(connection).await)?,
        )
    }

    /// Forgets a code that was used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_response_code(&mut self, used: &ResponseCode) -> Result<(), StoreError> {
        const SQL: &str =
            "update card set response_code = null where task_id = $1 and response_code = $2";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&used.task_id).bind(&used.code).execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}

impl Store {
    /// Keeps the code that sending a card gave.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_response_code(
        &self,
        task_id: &str,
        code: &str,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str =
            "update card set response_code = $1, response_until = $2 where task_id = $3";
        on_writer!(self, pool => sqlx::query(SQL).bind(code).bind(until).bind(task_id).execute(pool).await.map(|_| ()))?;
        Ok(())
    }

    /// The code that can still change the newest card of the run.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn response_code(
        &self,
        run: &RunId,
        now: Timestamp,
    ) -> Result<Option<ResponseCode>, StoreError> {
        const SQL: &str = "\
            select task_id, response_code as code from card \
            where run_id = $1 and response_code is not null and response_until > $2 \
            order by created_at desc, task_id desc limit 1";
        Ok(
            on_reader!(self, pool => sqlx::query_as(SQL).bind(run).bind(now).fetch_optional(pool).await)?,
        )
    }
}
