//! The two databases behind one door.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::lock;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("src/store/migrations");

/// SQLite has one writer; a second one in this process would only wait for the first.
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
/// A commit folds the log only when [`Store::fold_log`] doesn't keep up: 16 MiB.
const PAGES_OF_LONGEST_LOG: &str = "4096";
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);

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

    /// Whether a statement was refused because its key is taken.
    #[must_use]
    pub fn is_key_taken(&self) -> bool {
        matches!(self, Self::Statement(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

/// Where everything is kept. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Store {
    /// One file, one writer.
    Sqlite {
        /// Several connections that only read.
        readers: SqlitePool,
        /// The one that writes.
        writer: SqlitePool,
        /// Where those who write stand in line, but for what comes in: at most one of them is ahead
        /// of a platform that waits for its answer.
        line: Arc<Mutex<()>>,
        /// Says to others that a service has the file; of a service only.
        lock: Option<Arc<File>>,
    },
    /// A server, shared by replicas.
    Postgres(PgPool),
}

/// Runs a statement on a reading connection of either database.
macro_rules! on_reader {
    ($store:expr, $pool:ident => $body:expr) => {
        match $store {
            $crate::store::Store::Sqlite { readers: $pool, .. } => $body,
            $crate::store::Store::Postgres($pool) => $body,
        }
    };
}

/// Runs a statement on a writing connection of either database.
macro_rules! on_writer {
    ($store:expr, $pool:ident => $body:expr) => {
        match $store {
            $crate::store::Store::Sqlite {
                writer: $pool,
                line,
                ..
            } => {
                let _turn = line.lock().await;
                $body
            }
            $crate::store::Store::Postgres($pool) => $body,
        }
    };
}

/// Runs a statement inside a transaction of either database.
macro_rules! in_tx {
    ($tx:expr, $connection:ident => $body:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(tx, _) => {
                let $connection = &mut **tx;
                $body
            }
            $crate::store::Tx::Postgres(tx) => {
                let $connection = &mut **tx;
                $body
            }
        }
    };
}
pub(super) use {in_tx, on_reader, on_writer};

/// Changes that belong together. Dropped without [`Tx::commit`], nothing happened.
pub enum Tx {
    /// On SQLite's one writer, in its turn; `BEGIN IMMEDIATE`, so it never has to give up half-way.
    Sqlite(Transaction<'static, Sqlite>, OwnedMutexGuard<()>),
    /// On Postgres.
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Makes the changes last. On return they are on disk.
    ///
    /// # Errors
    /// When the database fails; whether the changes lasted is then unknown.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx, _turn) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

impl Store {
    /// Opens the store and brings its tables up to date. A missing SQLite file and its folder are made.
    ///
    /// # Errors
    /// When the address is unknown, or the database can't be opened or brought up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            Self::open_sqlite(url).await
        } else {
            Self::open_postgres(url).await
        }
    }

    /// As [`Store::open`], for a service: a SQLite file is its own until [`Store::close`].
    ///
    /// # Errors
    /// As [`Store::open`], and [`StoreError::InUse`] when another service has the file.
    pub async fn open_for_service(url: &str) -> Result<Self, StoreError> {
        if !url.starts_with("sqlite:") {
            return Self::open_postgres(url).await;
        }
        let options = sqlite_options(url)?;
        make_folder_of(options.get_filename())?;
        let taken = Arc::new(lock::take(options.get_filename())?);
        let mut store = Self::open_sqlite(url).await?;
        if let Self::Sqlite { lock, .. } = &mut store {
            *lock = Some(taken);
        }
        Ok(store)
    }

    /// Opens a store that is there, only for reading: nothing is made and no table changed.
    ///
    /// # Errors
    /// [`StoreError::Missing`] and [`StoreError::Outdated`] when there is nothing that this
    /// version can read; as [`Store::open`] else.
    pub async fn open_existing(url: &str) -> Result<Self, StoreError> {
        let store = if url.starts_with("sqlite:") {
            let options = sqlite_options(url)?;
            if !options.get_filename().exists() {
                return Err(StoreError::Missing);
            }
            let readers = sqlite_readers(&options);
            Self::Sqlite {
                writer: readers.clone(),
                line: Arc::default(),
                readers,
                lock: None,
            }
        } else {
            Self::Postgres(connect_postgres(url).await?)
        };
        let applied = store.applied_migrations().await?;
        if MIGRATIONS
            .iter()
            .any(|migration| !applied.contains(&migration.version))
        {
            return Err(StoreError::Outdated);
        }
        Ok(store)
    }

    async fn applied_migrations(&self) -> Result<Vec<i64>, StoreError> {
        const APPLIED: &str = "select version from _sqlx_migrations where success";
        on_reader!(self, pool => sqlx::query_scalar(APPLIED).fetch_all(pool).await).map_err(
            |error| match error {
                // There is no such table: the database is there, and nobody stored anything in it.
                sqlx::Error::Database(_) => StoreError::Missing,
                error => StoreError::Open(error.to_string()),
            },
        )
    }

    async fn open_sqlite(url: &str) -> Result<Self, StoreError> {
        let options = sqlite_options(url)?;
        make_folder_of(options.get_filename())?;
        make_private(options.get_filename())?;
        let readers = sqlite_readers(&options);
        let writing = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("wal_autocheckpoint", PAGES_OF_LONGEST_LOG)
            .auto_vacuum(SqliteAutoVacuum::Incremental)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);

        let writer = SqlitePoolOptions::new()
            .min_connections(1)
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(writing)
            .await
            .map_err(|error| StoreError::Open(error.to_string()))?;
        MIGRATIONS.run(&writer).await.map_err(StoreError::Migrate)?;
        Ok(Self::Sqlite {
            readers,
            writer,
            line: Arc::default(),
            lock: None,
        })
    }

    async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        let pool = connect_postgres(url).await?;
        MIGRATIONS.run(&pool).await.map_err(StoreError::Migrate)?;
        Ok(Self::Postgres(pool))
    }

    /// Begins changes that belong together.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { writer, line, .. } => {
                let turn = Arc::clone(line).lock_owned().await;
                Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?, turn)
            }
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Asks the database for an answer.
    ///
    /// # Errors
    /// When there is none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        on_reader!(self, pool => sqlx::query("select 1").execute(pool).await.map(|_| ()))?;
        Ok(())
    }

    /// Folds SQLite's log into its file. Nothing to do on Postgres.
    ///
    /// By the connection that writes: then nothing is written meanwhile, the whole log is folded, and
    /// the next commit begins it anew. A log that grows costs every sync a change of the file system's
    /// own records; one that is written over costs none.
    ///
    /// # Errors
    /// When the database fails. The log stays whole and is folded later.
    pub async fn fold_log(&self) -> Result<(), StoreError> {
        if let Self::Sqlite { writer, .. } = self {
            sqlx::query("pragma wal_checkpoint(passive)")
                .execute(writer)
                .await?;
        }
        Ok(())
    }

    /// Ends all connections; on SQLite the log is folded into the file, and others may have it.
    pub async fn close(&self) {
        match self {
            Self::Sqlite {
                readers,
                writer,
                lock,
                ..
            } => {
                readers.close().await;
                writer.close().await;
                if let Some(Err(error)) = lock.as_ref().map(|lock| lock.unlock()) {
                    tracing::warn!(error = %error, "store: its lock stays until this process ends");
                }
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Customers' words are for this user alone. SQLite gives its log the rights of the file.
#[cfg(unix)]
fn make_private(file: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file);
    match made {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(StoreError::Open(format!(
            "can't make the file {}: {error}",
            file.display()
        ))),
    }
}

#[cfg(not(unix))]
fn make_private(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

fn sqlite_options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    SqliteConnectOptions::from_str(url).map_err(|error| StoreError::Open(error.to_string()))
}

/// Connections that only read. They set nothing that is written into the file, and connect when
/// they are needed.
fn sqlite_readers(options: &SqliteConnectOptions) -> SqlitePool {
    let reading = options.clone().read_only(true).busy_timeout(BUSY_TIMEOUT);
    SqlitePoolOptions::new()
        .min_connections(0)
        .max_connections(SQLITE_READERS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .connect_lazy_with(reading)
}

async fn connect_postgres(url: &str) -> Result<PgPool, StoreError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| StoreError::Open("the address is no valid Postgres address".to_owned()))?;
    PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options)
        .await
        .map_err(|error| StoreError::Open(error.to_string()))
}

fn make_folder_of(file: &Path) -> Result<(), StoreError> {
    match file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        Some(folder) => std::fs::create_dir_all(folder).map_err(|error| {
            StoreError::Open(format!(
                "can't make the folder {}: {error}",
                folder.display()
            ))
        }),
        None => Ok(()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::Store;

    #[tokio::test]
    async fn a_database_that_is_not_there_is_said_to_be_out_of_reach() {
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = nobody.local_addr().unwrap().port();
        drop(nobody);
        let pool = sqlx::postgres::PgPoolOptions::new()
            .acquire_timeout(std::time::Duration::from_millis(50))
            .connect_lazy(&format!("postgres://nobody@127.0.0.1:{port}/none"))
            .unwrap();

        let error = Store::Postgres(pool).ping().await.unwrap_err();

        assert!(error.to_string().contains("can't be reached"), "{error}");
    }

    #[tokio::test]
    async fn nobody_else_may_read_the_file_and_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dingdan.db");
        let store = Store::open(&format!("sqlite://{}", file.display()))
            .await
            .unwrap();

        for name in ["dingdan.db", "dingdan.db-wal", "dingdan.db-shm"] {
            let rights = std::fs::metadata(folder.path().join(name))
                .unwrap()
                .permissions();
            assert_eq!(rights.mode() & 0o777, 0o600, "{name}");
        }
        store.close().await;
    }
}
