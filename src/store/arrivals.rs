//! Storing what comes in: the one statement that a platform waits for.

use std::sync::{Arc, LazyLock};

use super::{Store, StoreError, Tx};
use crate::domain::Timestamp;

/// Something that came in, before it is stored.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The platform's own identity of it. A second one of the same key changes nothing.
    pub key: String,
    /// `wecom` (an app's callback), `kf` (a pulled line of 微信客服) or `kf_timer` (an account's turn to
    /// be asked for lines without a notice), `bot` (a message to an AI bot) or `who` (WeCom is to be asked
    /// who a contact is); of the chat archive `archive`, `archive_sealed`, `archive_timer` and
    /// `archive_media`.
    pub source: &'static str,
    /// The app by its configured name; of a `kf` row the service account.
    pub account: Arc<str>,
    /// What has to stay in order among itself.
    pub lane: String,
    /// When it came.
    pub received_at: Timestamp,
    /// Orders what came in the same millisecond.
    pub position: i64,
    /// The message as it came: decrypted XML, or the item's JSON; the base64 of the ciphertext when
    /// it can't be decrypted, and empty for a `kf_timer` row.
    pub payload: String,
    /// Set when it can't be worked on and a person has to look: why, without content.
    pub set_aside: Option<&'static str>,
}

/// How many rows one statement stores. A batch is filled up to the next of these sizes with empty
/// rows under the key of its first row (which that key then refuses), so that a handful of prepared
/// statements serve every batch: preparing one for each length would cost more than storing the rows.
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
    const COLUMNS: usize = 8;
    let row = |row: usize| {
        let parameters: Vec<String> = (1..=COLUMNS)
            .map(|column| parameter(row * COLUMNS + column))
            .collect();
        // Due at once, since ever.
        format!("({}, 0)", parameters.join(", "))
    };
    let values: Vec<String> = (0..rows).map(row).collect();
    format!(
        "insert into inbox (key, source, account, lane, received_at, position, payload, failure, due_at) \
         values {} on conflict (key) do nothing",
        values.join(", ")
    )
}

/// The statement for a batch of at most [`LARGEST_BATCH`] rows, and how many rows it stores.
fn statement_for(inserts: &'static Inserts, rows: usize) -> Option<(&'static str, usize)> {
    let fitting = BATCH_SIZES.iter().position(|&size| size >= rows)?;
    Some((inserts[fitting].as_str(), BATCH_SIZES[fitting]))
}

/// Stores one batch by one statement on a connection of either database. The driver takes texts
/// over as they are; only those that it is lent are copied.
macro_rules! insert {
    ($inserts:expr, $batch:expr, $executor:expr) => {{
        let batch: Vec<Arrival> = $batch;
        match (batch.first(), statement_for($inserts, batch.len())) {
            (Some(first), Some((statement, size))) => {
                let (filling, key) = (size - batch.len(), first.key.clone());
                let mut query = sqlx::query(statement);
                for row in batch {
                    query = query
                        .bind(row.key)
                        .bind(row.source)
                        .bind(row.account)
                        .bind(row.lane)
                        .bind(row.received_at)
                        .bind(row.position)
                        .bind(row.payload)
                        .bind(row.set_aside);
                }
                for _ in 0..filling {
                    query = query
                        .bind(key.clone())
                        .bind(String::new())
                        .bind(String::new())
                        .bind(String::new())
                        .bind(0_i64)
                        .bind(0_i64)
                        .bind(String::new())
                        .bind(None::<&str>);
                }
                query.execute($executor).await?.rows_affected()
            }
            _ => 0,
        }
    }};
}

impl Store {
    /// Stores a batch durably, each row once. Returns how many were new.
    ///
    /// # Errors
    /// When the database fails; whether the rows lasted is then unknown.
    pub async fn store_arrivals(&self, arrivals: Vec<Arrival>) -> Result<u64, StoreError> {
        if arrivals.len() <= LARGEST_BATCH {
            return Ok(match self {
                // Past the line of the others who write: a platform waits for the answer.
                Self::Sqlite { writer, .. } => insert!(&SQLITE_INSERTS, arrivals, writer),
                Self::Postgres(pool) => insert!(&POSTGRES_INSERTS, arrivals, pool),
            });
        }
        let mut tx = self.begin().await?;
        let stored = tx.store_arrivals(arrivals).await?;
        tx.commit().await?;
        Ok(stored)
    }
}

impl Tx {
    /// As [`Store::store_arrivals`], within this transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn store_arrivals(&mut self, arrivals: Vec<Arrival>) -> Result<u64, StoreError> {
        let mut stored = 0;
        let mut arrivals = arrivals.into_iter();
        while arrivals.len() > 0 {
            let batch = arrivals.by_ref().take(LARGEST_BATCH).collect();
            stored += match self {
                Self::Sqlite(tx, _) => insert!(&SQLITE_INSERTS, batch, &mut **tx),
                Self::Postgres(tx) => insert!(&POSTGRES_INSERTS, batch, &mut **tx),
            };
        }
        Ok(stored)
    }
}
