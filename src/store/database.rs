//! The two databases behind one door.

use std::fs::File;
use std::sync::Arc;

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::StoreError;

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
