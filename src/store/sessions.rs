//! Who is logged in, and who is about to be.

use std::time::Duration;

use super::database::{on_reader, on_writer};
use super::{Store, StoreError};
use crate::domain::{PersonId, Timestamp, stored_number};

/// A session, found by the hash of its cookie.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SessionRow {
    /// Who is logged in.
    pub person_id: PersonId,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was used last.
    pub seen_at: Timestamp,
}

impl Store {
    /// Begins a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_session(
        &self,
        token_hash: &str,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "insert into session (token_hash, person_id, created_at, seen_at) values ($1, $2, $3, $3)";
        on_writer!(self, pool => sqlx::query(SQL).bind(token_hash).bind(person).bind(now).execute(pool).await.map(|_| ()))?;
        Ok(())
    }

    /// The session of that cookie.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, token_hash: &str) -> Result<Option<SessionRow>, StoreError> {
        const SQL: &str =
            "select person_id, created_at, seen_at from session where token_hash = $1";
        Ok(
            on_reader!(self, pool => sqlx::query_as(SQL).bind(token_hash).fetch_optional(pool).await)?,
        )
    }

    /// Notes that the session was used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_session(&self, token_hash: &str, now: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "update session set seen_at = $1 where token_hash = $2";
        on_writer!(self, pool => sqlx::query(SQL).bind(now).bind(token_hash).execute(pool).await.map(|_| ()))?;
        Ok(())
    }

    /// Carries every session on in time, as if it had begun and been used later by so much: for a
    /// clock that jumps.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn carry_sessions(&self, by: Duration) -> Result<(), StoreError> {
        const SQL: &str = "update session set created_at = created_at + $1, seen_at = seen_at + $1";
        let by = stored_number(by.as_millis());
        on_writer!(self, pool => sqlx::query(SQL).bind(by).execute(pool).await.map(|_| ()))?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&self, token_hash: &str) -> Result<(), StoreError> {
        const SQL: &str = "delete from session where token_hash = $1";
        on_writer!(self, pool => sqlx::query(SQL).bind(token_hash).execute(pool).await.map(|_| ()))?;
        Ok(())
    }

    /// Remembers a login under way, and forgets those begun before `oldest`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_login(
        &self,
        state_hash: &str,
        browser: &str,
        return_path: &str,
        now: Timestamp,
        oldest: Timestamp,
    ) -> Result<(), StoreError> {
        const FORGET: &str = "delete from login_attempt where created_at < $1";
        const SQL: &str = "insert into login_attempt (state_hash, browser, return_path, created_at) values ($1, $2, $3, $4)";
        on_writer!(self, pool => sqlx::query(FORGET).bind(oldest).execute(pool).await.map(|_| ()))?;
        on_writer!(self, pool => sqlx::query(SQL).bind(state_hash).bind(browser).bind(return_path).bind(now).execute(pool).await.map(|_| ()))?;
        Ok(())
    }

    /// Takes a login under way, once, for the browser that began it: where to go, when it began.
    /// Another browser's question takes nothing, so a preview service can't spend it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_login(
        &self,
        state_hash: &str,
        browser: &str,
    ) -> Result<Option<(String, Timestamp)>, StoreError> {
        const SQL: &str = "\
            delete from login_attempt where state_hash = $1 and browser = $2 \
            returning return_path, created_at";
        Ok(
            on_writer!(self, pool => sqlx::query_as(SQL).bind(state_hash).bind(browser).fetch_optional(pool).await)?,
        )
    }
}
