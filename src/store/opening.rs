//! How the store is opened: connections, rights of the file, tables of this version.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{PgPool, SqlitePool};

use super::database::on_reader;
use super::{Store, StoreError, lock};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("src/store/migrations");

/// SQLite has one writer; a second one in this process would only wait for the first.
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
/// A commit folds the log only when [`Store::fold_log`] doesn't keep up: 16 MiB.
const PAGES_OF_LONGEST_LOG: &str = "4096";
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);

impl Store {
    /// Opens the store and brings its tables up to date. A missing SQLite file and its folder are made.
    ///
    /// # Errors
    /// When the address is unknown, or the database can't be opened or brought up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::connect(url).await?.up_to_date().await
    }

    /// As [`Store::open`], for a service: a SQLite file is its own until [`Store::close`].
    ///
    /// # Errors
    /// As [`Store::open`], and [`StoreError::InUse`] when another service has the file.
    pub async fn open_for_service(url: &str) -> Result<Self, StoreError> {
        Self::connect_for_service(url).await?.up_to_date().await
    }

    /// The first half of [`Store::open_for_service`], which changes nothing that is stored.
    ///
    /// # Errors
    /// When the address is unknown, the database can't be opened, or another service has the file.
    pub async fn connect_for_service(url: &str) -> Result<Self, StoreError> {
        if !url.starts_with("sqlite:") {
            return Self::connect(url).await;
        }
        let options = sqlite_options(url)?;
        make_folder_of(options.get_filename())?;
        let taken = Arc::new(lock::take(options.get_filename())?);
        let mut store = Self::connect(url).await?;
        if let Self::Sqlite { lock, .. } = &mut store {
            *lock = Some(taken);
        }
        Ok(store)
    }

    /// The second half of [`Store::open_for_service`]: brings the tables up to date.
    ///
    /// # Errors
    /// When they can't be, or others than this version made them.
    pub async fn up_to_date(self) -> Result<Self, StoreError> {
        match &self {
            Self::Sqlite { writer, .. } => MIGRATIONS.run(writer).await,
            Self::Postgres(pool) => MIGRATIONS.run(pool).await,
        }
        .map_err(not_migrated)?;
        self.fold_names().await?;
        Ok(self)
    }

    async fn connect(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            Self::connect_sqlite(url).await
        } else {
            Ok(Self::Postgres(connect_postgres(url).await?))
        }
    }

    /// Opens a store that is there, only for reading: nothing is made and no table changed.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Outdated`] and [`StoreError::Newer`] when there is nothing that this
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
        match applied
            .iter()
            .find(|version| !MIGRATIONS.version_exists(**version))
        {
            Some(version) => Err(newer(*version)),
            None => Ok(store),
        }
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

    async fn connect_sqlite(url: &str) -> Result<Self, StoreError> {
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
        Ok(Self::Sqlite {
            readers,
            writer,
            line: Arc::default(),
            lock: None,
        })
    }
}

/// Says of tables that were made by others by whom, and what to do.
fn not_migrated(error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(version) => newer(version),
        MigrateError::VersionMismatch(version) => StoreError::Differs(version),
        error => StoreError::Migrate(error),
    }
}

fn newer(found: i64) -> StoreError {
    let known = MIGRATIONS.iter().map(|migration| migration.version).max();
    StoreError::Newer {
        found,
        known: known.unwrap_or_default(),
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

    use super::{Store, StoreError};

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

    /// A store in whose list of versions this was changed, opened by a service and by a command.
    async fn opened_after(change: &'static str) -> [String; 2] {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}/dingdan.db", folder.path().display());
        let store = Store::open(&url).await.expect("it opens");
        let Store::Sqlite { writer, .. } = &store else {
            unreachable!("the address says so")
        };
        let changed = sqlx::query(change).execute(writer).await;
        changed.expect("it is changed");
        store.close().await;
        let told = |opened: Result<Store, StoreError>| match opened {
            Ok(_) => "opened".to_owned(),
            Err(error) => error.to_string(),
        };
        [
            told(Store::open_for_service(&url).await),
            told(Store::open_existing(&url).await),
        ]
    }

    #[tokio::test]
    async fn tables_of_a_newer_version_are_told_with_what_to_do() {
        let told = opened_after(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
             values (9001, 'of tomorrow', true, x'00', 0)",
        )
        .await;

        for told in told {
            assert!(told.contains("version 9001"), "{told}");
            assert!(
                told.contains("a newer dingdan made them; start that one"),
                "{told}"
            );
        }
    }

    #[tokio::test]
    async fn tables_of_another_build_are_told_with_what_to_do() {
        let [served, _] =
            opened_after("update _sqlx_migrations set checksum = x'00' where version = 1").await;

        assert!(
            served.contains("version 1 were made by another build"),
            "{served}"
        );
        assert!(served.contains("start that build again"), "{served}");
    }
}
