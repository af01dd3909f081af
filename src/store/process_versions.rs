//! The process definitions that were in use.

use super::database::{on_reader, on_writer};
use super::{Store, StoreError};
use crate::domain::Timestamp;

impl Store {
    /// Keeps a definition that is in use from now on. One that is kept already stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_process_version(
        &self,
        version: &str,
        text: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into process_version (version, text, first_used) values ($1, $2, $3) \
            on conflict (version) do nothing";
        on_writer!(self, pool => sqlx::query(SQL).bind(version).bind(text).bind(now).execute(pool).await.map(|_| ()))?;
        Ok(())
    }

    /// The definitions that were in use, the newest first: version and text.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn process_versions(&self, limit: i64) -> Result<Vec<(String, String)>, StoreError> {
        const SQL: &str =
            "select version, text from process_version order by first_used desc, version limit $1";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL).bind(limit).fetch_all(pool).await)?)
    }
}
