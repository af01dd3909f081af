//! What came in and is not yet worked on.

use super::database::{in_tx, on_reader, on_writer};
use super::{Leased, LineUp, Store, StoreError, Tx};
use crate::domain::{Timestamp, digest};

/// A row that was taken to be worked on.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct InboxRow {
    /// The platform's own identity of it.
    pub key: String,
    /// `wecom` (an app's callback), `kf` (a pulled line of 微信客服) or `kf_timer` (an account's turn to
    /// be asked for lines without a notice); of the chat archive `archive`, `archive_sealed`,
    /// `archive_timer` and `archive_media`.
    pub source: String,
    /// The app by its configured name; of a `kf` row the service account.
    pub account: String,
    /// What has to stay in order among itself.
    pub lane: String,
    /// When it came.
    pub received_at: Timestamp,
    /// Orders what came in the same millisecond.
    pub position: i64,
    /// The message as it came: decrypted XML, or the item's JSON; still base64 of the ciphertext in
    /// a row that couldn't be decrypted, and empty in a `kf_timer` row.
    pub payload: String,
    /// How often it was taken, this time included.
    pub attempts: i64,
}

/// What a look may find is the oldest row of its lane, due, and in nobody's hand. As many rows as have
/// just arrived are looked through (128); those that wait behind them are put in their lanes.
///
/// What stands in a lane is older than what has just arrived. From each lane the index leads straight
/// to the next one, so a lane's long backlog costs nothing. Lanes of both kinds have their turn in one
/// order: many that stand in a backlog keep none waiting that has just arrived.
const TAKE: &str = "\
update inbox set leased_until = $1, lease = $2, attempts = attempts + 1
 where key in (
    with recursive head(lane, key, is_free, found) as (
       select cast($5 as text), cast('' as text), 0, 0
       union all
       select next.lane, next.key, next.is_free, head.found + next.is_free
         from head join (
            select lane, key, case when due_at <= $3 and leased_until < $3
                                    and replace($6, '|' || key || '|', '') = $6 then 1 else 0 end as is_free
              from inbox) as next on next.key = (
            select key from inbox
             where done_at is null and failure is null and in_lane and lane > head.lane and lane < $7
             order by lane, received_at, position limit 1)
        where head.found < $4),
    arrived as (
       select lane, key, row_number() over (partition by lane order by received_at, position) as place
         from (select lane, key, received_at, position from inbox
                where done_at is null and failure is null and not in_lane
                order by received_at, position limit 128) as oldest)
    select key from (
    select lane, key from head where is_free = 1
    union all
    select arrived.lane, arrived.key from arrived join inbox as waiting on waiting.key = arrived.key
     where arrived.place = 1 and arrived.lane > $5 and arrived.lane < $7 and waiting.due_at <= $3 and waiting.leased_until < $3
       and replace($6, '|' || waiting.key || '|', '') = $6
       and not exists (
          select 1 from inbox as earlier
           where earlier.done_at is null and earlier.failure is null and earlier.in_lane
             and earlier.lane = arrived.lane)
    ) as found order by lane limit $4)
   and due_at <= $3 and leased_until < $3 and done_at is null and failure is null
   and replace($6, '|' || key || '|', '') = $6
returning key, source, account, lane, received_at, position, payload, attempts";

/// Rows come in by the order of their arrival alone: to put each into the middle of an index by lane
/// would cost a platform that waits as much as all the rest of storing it.
const LINE_UP: LineUp = LineUp {
    is_needed: "\
        select 1 from inbox \
        where done_at is null and failure is null and not in_lane \
        order by received_at, position limit 1 offset 128",
    line_up: "\
        update inbox set in_lane = true where key in ( \
            select key from inbox \
            where done_at is null and failure is null and not in_lane \
            order by received_at, position limit 64)",
    line_up_beside_others: "\
        with oldest as materialized ( \
            select key from inbox \
            where done_at is null and failure is null and not in_lane \
            order by received_at, position limit 64 for update) \
        update inbox set in_lane = true where key in (select key from oldest)",
};

/// Counted in the indexes of what is not done: what was worked on may be a thousand times more.
pub(super) const BACKLOG: &str = "\
with arrived as (
    select received_at from inbox where done_at is null and failure is null and not in_lane),
 standing as (
    select received_at from inbox where done_at is null and failure is null and in_lane),
 aside as (
    select received_at from inbox where done_at is null and failure is not null)
select cast((select count(*) from arrived) + (select count(*) from standing) as bigint),
       cast((select count(*) from aside) as bigint),
       (select min(oldest) from (
           select min(received_at) as oldest from arrived
           union all select min(received_at) from standing
           union all select min(received_at) from aside) as each_kind)";

/// Who else keeps what a row says that was worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// Another table, or it says nothing: the row stays for a while as a fence against repeats.
    KeptElsewhere,
    /// Nobody: the row itself is the record, and is not forgotten.
    OnlyCopy,
}

impl InboxRow {
    /// What logs call it.
    #[must_use]
    pub fn mark(&self) -> String {
        key_mark(&self.key)
    }
}

/// What logs call a row of the inbox: its key may end with the name of a person. `dingdan inbox list`
/// shows both.
#[must_use]
pub fn key_mark(key: &str) -> String {
    digest(key, 8)
}

impl Leased for InboxRow {
    const TABLE: &'static str = "inbox";
    const TAKE: &'static str = TAKE;
    const LINE_UP: Option<LineUp> = Some(LINE_UP);
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
        Ok(on_reader!(self, pool => sqlx::query_as(BACKLOG).fetch_one(pool).await)?)
    }
}

impl Tx {
    /// Marks a taken row as done. `false` when someone else took it meanwhile: then nothing may be committed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_arrival(
        &mut self,
        key: &str,
        lease: &str,
        now: Timestamp,
        payload: Payload,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "update inbox set done_at = $1, is_only_copy = $4, lease = null where key = $2 and lease = $3 and done_at is null";
        let is_only_copy = payload == Payload::OnlyCopy;
        let done = in_tx!(self, connection => sqlx::query(SQL)
            .bind(now).bind(key).bind(lease).bind(is_only_copy).execute(connection).await.map(|done| done.rows_affected()))?;
        Ok(done == 1)
    }
}
