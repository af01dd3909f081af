//! What can go wrong in the store, and what to do.

use std::path::PathBuf;

/// The store can't do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address is of no known database, or names nothing that can be opened.
    #[error("can't open the store: {0}")]
    Open(String),
    /// Another service has it.
    #[error(
        "another `dingdan serve` or `demo` uses {}: stop it, or give this one another file; \
         several services can only share a Postgres",
        .0.display()
    )]
    InUse(PathBuf),
    /// Nothing was ever stored there, and who only reads makes no store.
    #[error("there is no store yet; `dingdan serve` or `dingdan import` makes it")]
    Missing,
    /// Its tables are of an older version, and who only reads leaves them so.
    #[error("the store's tables are of an older version; `dingdan serve` brings them up to date")]
    Outdated,
    /// Its tables were made by a newer version than this one.
    #[error(
        "the store's tables are of version {found}, and this program knows versions up to {known}: \
         a newer dingdan made them; start that one again, or restore the backup from before its \
         first start"
    )]
    Newer {
        /// The version of its tables that isn't known here.
        found: i64,
        /// The newest that is.
        known: i64,
    },
    /// Its tables were made by a build with another text of the same version.
    #[error(
        "the store's tables of version {0} were made by another build, whose version {0} differs \
         from this one's: start that build again, or restore a backup that this one made"
    )]
    Differs(i64),
    /// Its tables can't be brought up to date.
    #[error("can't bring the store's tables up to date")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// No connection was free, or none could be made, within the time that callers wait.
    #[error(
        "store: no connection to the database in time: either it can't be reached (does it run, \
         and is [storage] url right?), or all of this service's connections are busy (is it \
         overloaded, or does something hold a lock?)"
    )]
    NoConnection,
    /// A statement failed.
    #[error("store: {0}")]
    Statement(#[source] sqlx::Error),
    /// A stored value can't be read any more.
    #[error("store: {0} can't be read")]
    Unreadable(&'static str, #[source] serde_json::Error),
    /// Another replica changed the deal first; the same step may be tried again.
    #[error("store: someone else changed this deal first")]
    Conflict,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => Self::NoConnection,
            error => Self::Statement(error),
        }
    }
}

impl StoreError {
    /// Whether a statement was given up because it and another's waited for each other's rows.
    #[must_use]
    pub(super) fn is_crossing(&self) -> bool {
        const CODES: [&str; 2] = ["40P01", "40001"];
        matches!(self, Self::Statement(sqlx::Error::Database(error))
            if error.code().is_some_and(|code| CODES.contains(&&*code)))
    }
}
