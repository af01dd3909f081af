//! Who opened the files that reps gave as answers.

use super::database::{on_reader, on_writer};
use super::{Store, StoreError};
use crate::domain::{PersonId, RunId, Timestamp};
use crate::fresh_id::fresh_id;

/// Somebody opens a file, before it is stored.
#[derive(Debug, Clone, Copy)]
pub struct NewFileView<'a> {
    /// Who.
    pub person: &'a PersonId,
    /// In which session.
    pub session: &'a str,
    /// The run that the file answers.
    pub run: &'a RunId,
    /// The file.
    pub sha256: &'a str,
    /// When.
    pub at: Timestamp,
    /// From where; empty when unknown.
    pub address: &'a str,
}

/// Somebody opened a file.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct FileView {
    /// Their name.
    pub name: String,
    /// The file.
    pub sha256: String,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Records that a file is opened, before it is handed out.
    ///
    /// # Errors
    /// When the database fails: then nothing must be handed out.
    pub async fn record_file_view(&self, view: &NewFileView<'_>) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into file_view (id, person_id, run_id, sha256, at, address, session) \
            values ($1, $2, $3, $4, $5, $6, $7)";
        on_writer!(self, pool => sqlx::query(SQL)
            .bind(fresh_id())
            .bind(view.person)
            .bind(view.run)
            .bind(view.sha256)
            .bind(view.at)
            .bind(view.address)
            .bind(view.session)
            .execute(pool)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Who opened files of the run, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn file_views_of(
        &self,
        run: &RunId,
        limit: i64,
    ) -> Result<Vec<FileView>, StoreError> {
        const SQL: &str = "\
            select person.name, file_view.sha256, file_view.at \
            from file_view join person on person.id = file_view.person_id \
            where file_view.run_id = $1 order by file_view.at desc, file_view.id desc limit $2";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL)
            .bind(run).bind(limit).fetch_all(pool).await)?)
    }
}
