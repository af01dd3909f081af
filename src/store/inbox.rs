//! What came in and is not yet worked on.

use std::sync::LazyLock;

use super::database::{in_tx, on_reader, on_writer};
use super::{Leased, Store, StoreError, Tx};
use crate::domain::Timestamp;

/// Something that came in, before it is stored.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The platform's own identity of it. A second one of the same key changes nothing.
    pub key: String,
    /// `wecom` or `kf`.
    pub source: &'static str,
    /// The app by its configured name, or the service account.
    pub account: String,
    /// What has to stay in order among itself.
    pub lane: String,
    /// When it came.
    pub received_at: Timestamp,
    /// Orders what came in the same millisecond.
    pub position: i64,
    /// The decrypted message as it came.
    pub payload: String,
    /// Set when it can't be worked on and a person has to look: why, without content.
    pub set_aside: Option<&'static str>,
}

/// A row that was taken to be worked on.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct InboxRow {
    /// The platform's own identity of it.
    pub key: String,
    /// `wecom` or `kf`.
    pub source: String,
    /// The app by its configured name, or the service account.
    pub account: String,
    /// What has to stay in order among itself.
    pub lane: String,
    /// When it came.
    pub received_at: Timestamp,
    /// Orders what came in the same millisecond.
    pub position: i64,
    /// The decrypted message as it came.
    pub payload: String,
    /// How often it was taken, this time included.
    pub attempts: i64,
}

/// How many rows one statement stores. A batch is filled up to the next of these sizes with copies
/// of its first row (which the key then refuses), so that a handful of prepared statements serve
/// every batch: preparing one for each length would cost more than storing the rows.
const BATCH_SIZES: [usize; 12] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
const LARGEST_BATCH: usize = 64;
type Inserts = [String; BATCH_SIZES.len()];
/// Numbered parameters have names in SQLite, which the driver looks up one after the other for
/// every value of the batch; a bare question mark has none, and Postgres knows only numbers.
static SQLITE_INSERTS: LazyLock<Inserts> =
    LazyLock::new(|| BATCH_SIZES.map(|rows| insert_text(rows, |_| "?".to_owned())));
static POSTGRES_INSERTS: LazyLock<Inserts> =
    LazyLock::new(|| BATCH_SIZES.map(|rows| insert_text(rows, |number| format!("${number}"))));

fn insert_text(rows: usize, parameter: impl Fn(usize) -> String) -> String {
    const COLUMNS: usize = 9;
    let row = |row: usize| {
        let parameters: Vec<String> = (1..=COLUMNS)
            .map(|column| parameter(row * COLUMNS + column))
            .collect();
        format!("({})", parameters.join(", "))
    };
    let values: Vec<String> = (0..rows).map(row).collect();
    format!(
        "insert into inbox (key, source, account, lane, received_at, position, payload, due_at, failure) \
         values {} on conflict (key) do nothing",
        values.join(", ")
    )
}

/// The statement for a batch, and its rows filled up to that statement's size.
fn padded<'a>(
    inserts: &'static Inserts,
    arrivals: &'a [Arrival],
) -> Option<(&'static str, impl Iterator<Item = &'a Arrival>)> {
    let first = arrivals.first()?;
    let statement = BATCH_SIZES
        .iter()
        .position(|&size| size >= arrivals.len())?;
    let filling = std::iter::repeat_n(first, BATCH_SIZES[statement] - arrivals.len());
    Some((inserts[statement].as_str(), arrivals.iter().chain(filling)))
}

/// Stores one batch by one statement on a connection of either database.
macro_rules! insert {
    ($inserts:expr, $arrivals:expr, $executor:expr) => {
        match padded($inserts, $arrivals) {
            None => 0,
            Some((statement, rows)) => {
                let mut query = sqlx::query(statement);
                for row in rows {
                    query = query
                        .bind(&row.key)
                        .bind(row.source)
                        .bind(&row.account)
                        .bind(&row.lane)
                        .bind(row.received_at)
                        .bind(row.position)
                        .bind(&row.payload)
                        .bind(row.received_at)
                        .bind(row.set_aside);
                }
                query.execute($executor).await?.rows_affected()
            }
        }
    };
}

/// The oldest waiting row of each lane in turn, unless the lane is being worked on. From each lane
/// the index leads straight to the next one, so a lane's long backlog costs nothing.
const TAKE: &str = "\
update inbox set leased_until = $1, lease = $2, attempts = attempts + 1
 where key in (
    with recursive head(lane, key, found) as (
       select cast($5 as text), cast('' as text), 0
       union all
       select next.lane, next.key,
              head.found + case when next.due_at <= $3 and next.leased_until < $3
                                     and replace($6, '|' || next.key || '|', '') = $6 then 1 else 0 end
         from head join inbox as next on next.key = (
            select key from inbox
             where done_at is null and failure is null and lane > head.lane
             order by lane, received_at, position limit 1)
        where head.found < $4)
    select key from head)
   and due_at <= $3 and leased_until < $3 and done_at is null and failure is null
   and replace($6, '|' || key || '|', '') = $6
returning key, source, account, lane, received_at, position, payload, attempts";

impl Leased for InboxRow {
    const TABLE: &'static str = "inbox";
    const TAKE: &'static str = TAKE;
    const RENEW: &'static str = "\
        update inbox set leased_until = $1 where key = $2 and lease = $3 and done_at is null";

    fn id(&self) -> &str {
        &self.key
    }

    fn lane(&self) -> &str {
        &self.lane
    }
}

impl Store {
    /// Stores a batch durably, each row once. Returns how many were new.
    ///
    /// # Errors
    /// When the database fails; whether the rows lasted is then unknown.
    pub async fn store_arrivals(&self, arrivals: &[Arrival]) -> Result<u64, StoreError> {
        if arrivals.len() <= LARGEST_BATCH {
            return Ok(match self {
                Self::Sqlite { writer, .. } => insert!(&SQLITE_INSERTS, arrivals, writer),
                Self::Postgres(pool) => insert!(&POSTGRES_INSERTS, arrivals, pool),
            });
        }
        let mut tx = self.begin().await?;
        let stored = tx.store_arrivals(arrivals).await?;
        tx.commit().await?;
        Ok(stored)
    }

    /// Puts a row back until `due`, because working on it failed for now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn postpone_arrival(
        &self,
        key: &str,
        lease: &str,
        due: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "update inbox set due_at = $1, leased_until = 0, lease = null where key = $2 and lease = $3";
        on_writer!(self, pool => sqlx::query(SQL).bind(due).bind(key).bind(lease).execute(pool).await.map(|_| ()))?;
        Ok(())
    }

    /// Sets a row aside for a person to look at, so that its lane goes on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_arrival_aside(
        &self,
        key: &str,
        lease: &str,
        why: &str,
    ) -> Result<(), StoreError> {
        const SQL: &str = "update inbox set failure = $1, leased_until = 0, lease = null where key = $2 and lease = $3";
        on_writer!(self, pool => sqlx::query(SQL).bind(why).bind(key).bind(lease).execute(pool).await.map(|_| ()))?;
        Ok(())
    }

    /// What was set aside, oldest first: key, app or account, when it came, why.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn arrivals_set_aside(
        &self,
        limit: i64,
    ) -> Result<Vec<(String, String, Timestamp, String)>, StoreError> {
        const SQL: &str = "\
            select key, account, received_at, failure from inbox \
            where failure is not null and done_at is null order by received_at, position limit $1";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL).bind(limit).fetch_all(pool).await)?)
    }

    /// Lets everything that was set aside be worked on again. Returns how many rows that are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry_arrivals_set_aside(&self) -> Result<u64, StoreError> {
        const SQL: &str = "update inbox set failure = null, attempts = 0, due_at = 0 where failure is not null and done_at is null";
        Ok(
            on_writer!(self, pool => sqlx::query(SQL).execute(pool).await.map(|done| done.rows_affected()))?,
        )
    }

    /// How many rows wait, how many are set aside, and since when the oldest waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn inbox_backlog(&self) -> Result<(i64, i64, Option<Timestamp>), StoreError> {
        const SQL: &str = "select cast(count(*) - count(failure) as bigint), cast(count(failure) as bigint), min(received_at) from inbox where done_at is null";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL).fetch_one(pool).await)?)
    }
}

impl Tx {
    /// As [`Store::store_arrivals`], within this transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn store_arrivals(&mut self, arrivals: &[Arrival]) -> Result<u64, StoreError> {
        let mut stored = 0;
        for batch in arrivals.chunks(LARGEST_BATCH) {
            stored += match self {
                Self::Sqlite(tx) => insert!(&SQLITE_INSERTS, batch, &mut **tx),
                Self::Postgres(tx) => insert!(&POSTGRES_INSERTS, batch, &mut **tx),
            };
        }
        Ok(stored)
    }

    /// Marks a taken row as done. `false` when someone else took it meanwhile: then nothing may be committed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_arrival(
        &mut self,
        key: &str,
        lease: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "update inbox set done_at = $1, lease = null where key = $2 and lease = $3 and done_at is null";
        let done = in_tx!(self, connection => sqlx::query(SQL)
            .bind(now).bind(key).bind(lease).execute(connection).await.map(|done| done.rows_affected()))?;
        Ok(done == 1)
    }
}
