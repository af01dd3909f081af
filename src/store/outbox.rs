//! What has to go out, and what became of each attempt.

use std::time::Duration;

use super::database::{in_tx, on_reader};
use super::{Leased, Store, StoreError, Tx};
use crate::domain::{AlertId, OutboxId, Timestamp};

/// Something to be sent, before it is stored.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// Ours.
    pub id: OutboxId,
    /// Refuses a second order for the same thing.
    pub key: String,
    /// `wecom` or `dingtalk`.
    pub destination: &'static str,
    /// What has to go out in order among itself.
    pub lane: String,
    /// What to send, as JSON with its version.
    pub payload: String,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// When it may go out.
    pub due_at: Timestamp,
}

/// A row, taken to be sent or listed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OutboxRow {
    /// Ours.
    pub id: OutboxId,
    /// What has to go out in order among itself.
    pub lane: String,
    /// `wecom` or `dingtalk`.
    pub destination: String,
    /// What to send, as JSON with its version.
    pub payload: String,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// When it may go out next.
    pub due_at: Timestamp,
    /// How often it was taken, this time included.
    pub attempts: i64,
    /// For how many milliseconds it was tried: the time between tries, without the time in which
    /// nobody tried and the waits that a platform asked for. What was put off before its first call
    /// does not count.
    pub tried_for: i64,
    /// How often an outcome stayed unknown.
    pub unknowns: i64,
    /// When the first try began whose outcome stayed unknown.
    pub unknown_since: Option<Timestamp>,
    /// `waiting`, `sent` or `dead`.
    pub status: String,
    /// Why it is not sent, without content.
    pub failure: Option<String>,
}

/// What became of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The platform took it, and gave this receipt.
    Sent {
        /// Message id, task id or query key.
        receipt: String,
    },
    /// Refused, or failed before it left; it goes out again at `due`.
    Again {
        /// When.
        due: Timestamp,
        /// How much of the wait the platform asked for. It is no time of trying.
        asked: Duration,
        /// Why.
        why: String,
    },
    /// It may have arrived or not; it goes out again at `due`.
    Unknown {
        /// When.
        due: Timestamp,
        /// Why.
        why: String,
    },
    /// It can't be sent. A person has to look.
    Dead {
        /// Why.
        why: String,
    },
    /// It was not tried: a rate budget is used up until `due`.
    Wait {
        /// When.
        due: Timestamp,
    },
}

/// One line of the delivery ledger.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Ours.
    pub id: String,
    /// The alert it carried, if it was one.
    pub alert: Option<AlertId>,
    /// `wecom`, or a way of DingTalk.
    pub channel: String,
    /// Who was addressed.
    pub target: String,
    /// When.
    pub at: Timestamp,
    /// `sent`, `delivered`, `refused` or `unknown`.
    pub outcome: &'static str,
    /// Why it was refused or is unknown.
    pub why: String,
    /// The platform's id of it.
    pub receipt: String,
    /// Until when the platform asked to be left alone with this target.
    pub blocked_until: Option<Timestamp>,
}

/// How many attempts a target takes.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// So many
    pub attempts: i64,
    /// within this time.
    pub within: Duration,
}

/// The oldest waiting row of each lane in turn. A row that was in flight and is taken again has an
/// outcome that nobody knows: whoever took it last died between sending and recording. A try that
/// comes over an hour after its time follows on a time in which nobody tried: that doesn't count.
const TAKE: &str = "\
update outbox set leased_until = $1, lease = $2, attempts = attempts + 1,
       tried_for = tried_for + case when taken_at is null then 0
                                    when $3 - due_at < 3600000 then $3 - taken_at
                                    else due_at - taken_at + 3600000 end,
       taken_at = $3,
       unknowns = unknowns + case when in_flight then 1 else 0 end,
       unknown_since = case when in_flight then coalesce(unknown_since, taken_at, $3) else unknown_since end,
       in_flight = true
 where id in (
    with recursive head(lane, id, found) as (
       select cast($5 as text), cast('' as text), 0
       union all
       select next.lane, next.id,
              head.found + case when next.due_at <= $3 and next.leased_until < $3
                                     and replace($6, '|' || next.id || '|', '') = $6 then 1 else 0 end
         from head join outbox as next on next.id = (
            select id from outbox where status = 'waiting' and lane > head.lane and lane < $7
             order by lane, created_at, id limit 1)
        where head.found < $4)
    select id from head)
   and due_at <= $3 and leased_until < $3 and status = 'waiting'
   and replace($6, '|' || id || '|', '') = $6
returning id, lane, destination, payload, created_at, due_at, attempts, tried_for, unknowns, unknown_since, status, failure";

/// No platform blocks a target for longer.
const LONGEST_BLOCK: Duration = Duration::from_secs(3600);

const ATTEMPTS_SINCE: &str = "\
select count(*), min(at) from delivery \
 where channel = $1 and target = $2 and at > $3 and outcome <> 'refused'";

impl Leased for OutboxRow {
    const TABLE: &'static str = "outbox";
    const TAKE: &'static str = TAKE;
    const RENEW: &'static str = "\
        update outbox set leased_until = $1 where id = $2 and lease = $3 and status = 'waiting'";

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn lane(&self) -> &str {
        &self.lane
    }
}

impl Store {
    /// When the next row is due, if one waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_order_due(&self) -> Result<Option<Timestamp>, StoreError> {
        const SQL: &str = "select min(case when leased_until > due_at then leased_until else due_at end) from outbox where status = 'waiting'";
        let (due,) = on_reader!(self, pool => sqlx::query_as(SQL).fetch_one(pool).await)?;
        Ok(due)
    }

    /// How many waiting and dead rows there are, and since when the oldest waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox_backlog(&self) -> Result<(i64, i64, Option<Timestamp>), StoreError> {
        const SQL: &str = "\
            select (select count(*) from outbox where status = 'waiting'), \
                   (select count(*) from outbox where status = 'dead'), \
                   (select min(created_at) from outbox where status = 'waiting')";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL).fetch_one(pool).await)?)
    }

    /// Rows that were given up or still wait, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unsent_orders(&self, limit: i64) -> Result<Vec<OutboxRow>, StoreError> {
        const SQL: &str = "\
            select id, lane, destination, payload, created_at, due_at, attempts, tried_for, unknowns, unknown_since, status, failure \
            from outbox where status in ('waiting', 'dead') order by status, created_at, id limit $1";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL).bind(limit).fetch_all(pool).await)?)
    }

    /// Attempts to reach a target by a channel since a moment that may have arrived: how many, and when the first was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attempts_since(
        &self,
        channel: &str,
        target: &str,
        since: Timestamp,
    ) -> Result<(i64, Option<Timestamp>), StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(ATTEMPTS_SINCE).bind(channel).bind(target).bind(since).fetch_one(pool).await)?,
        )
    }

    /// Writes a line of the delivery ledger for an attempt that is about to be made, unless its
    /// target is blocked or had as many as it takes. Counting and writing are one step, whoever
    /// else does the same. Else: when it may be made.
    ///
    /// # Errors
    /// When the database fails; the attempt must then not be made.
    pub async fn note_attempt(
        &self,
        order: &OutboxId,
        attempt: &Attempt,
        rate: Rate,
    ) -> Result<Option<Timestamp>, StoreError> {
        let mut tx = self.begin().await?;
        tx.queue_for(&attempt.channel, &attempt.target).await?;
        if let Some(until) = tx.blocked_until(attempt).await? {
            return Ok(Some(until));
        }
        let since = attempt.at.minus(rate.within);
        let (used, first): (i64, Option<Timestamp>) = in_tx!(&mut tx, connection => sqlx::query_as(ATTEMPTS_SINCE)
            .bind(&attempt.channel)
            .bind(&attempt.target)
            .bind(since)
            .fetch_one(connection)
            .await)?;
        if used >= rate.attempts {
            return Ok(Some(first.unwrap_or(since).plus(rate.within)));
        }
        tx.record_attempt(order, attempt).await?;
        tx.commit().await?;
        Ok(None)
    }

    /// Calls counted against a platform's quota in a month (`2026-11`).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn quota_used(&self, platform: &str, month: &str) -> Result<i64, StoreError> {
        const SQL: &str =
            "select coalesce(max(used), 0) from quota_use where platform = $1 and month = $2";
        let (used,) = on_reader!(self, pool => sqlx::query_as(SQL).bind(platform).bind(month).fetch_one(pool).await)?;
        Ok(used)
    }
}

impl Tx {
    /// Orders something to be sent, once for its key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn order(&mut self, order: &NewOrder) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into outbox (id, key, destination, lane, payload, created_at, due_at, status) \
            values ($1, $2, $3, $4, $5, $6, $7, 'waiting') on conflict (key) do nothing";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&order.id)
            .bind(&order.key)
            .bind(order.destination)
            .bind(&order.lane)
            .bind(&order.payload)
            .bind(order.created_at)
            .bind(order.due_at)
            .execute(connection)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Lets given-up rows go out again: one, or all. An unknown outcome is not forgotten, but does
    /// not count as a second one any more, and is taken to be as old as `forgotten`, for which no
    /// platform would recognise a repeat. Returns what they say to send.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry_orders(
        &mut self,
        id: Option<&OutboxId>,
        now: Timestamp,
        forgotten: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        const SQL: &str = "\
            update outbox set status = 'waiting', due_at = $1, attempts = 0, tried_for = 0, taken_at = null, \
                   unknowns = case when unknowns > 0 then 1 else 0 end, \
                   unknown_since = case when unknowns > 0 then cast($3 as bigint) end, created_at = $1, finished_at = null \
            where status = 'dead' and ($2 = '' or id = $2) returning payload";
        let id = id.map_or("", OutboxId::as_str);
        let rows: Vec<(String,)> = in_tx!(self, connection => sqlx::query_as(SQL).bind(now).bind(id).bind(forgotten).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(payload,)| payload).collect())
    }

    /// Records what became of a taken row. `false` when someone else took it meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_outcome(
        &mut self,
        id: &OutboxId,
        lease: &str,
        outcome: &Outcome,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "\
            update outbox set status = $1, due_at = coalesce($2, due_at), failure = $3, receipt = $4, \
                   finished_at = $5, unknowns = unknowns + $6, attempts = attempts - $7, \
                   unknown_since = case when $6 = 1 then coalesce(unknown_since, taken_at, $10) else unknown_since end, \
                   taken_at = case when $7 = 1 and attempts = 1 then null else taken_at + $11 end, \
                   tried_for = case when $7 = 1 and attempts = 1 then 0 else tried_for end, \
                   in_flight = false, leased_until = 0, lease = null \
            where id = $8 and lease = $9 and status = 'waiting'";
        let (status, due, failure, receipt) = match outcome {
            Outcome::Sent { receipt } => ("sent", None, None, Some(receipt)),
            Outcome::Again { due, why, .. } | Outcome::Unknown { due, why } => {
                ("waiting", Some(*due), Some(why), None)
            }
            Outcome::Dead { why } => ("dead", None, Some(why), None),
            Outcome::Wait { due } => ("waiting", Some(*due), None, None),
        };
        let finished = (status != "waiting").then_some(now);
        let unknown = i64::from(matches!(outcome, Outcome::Unknown { .. }));
        let untried = i64::from(matches!(outcome, Outcome::Wait { .. }));
        let asked = match outcome {
            Outcome::Again { asked, .. } => i64::try_from(asked.as_millis()).unwrap_or(0),
            _ => 0,
        };
        let recorded = in_tx!(self, connection => sqlx::query(SQL)
            .bind(status).bind(due).bind(failure).bind(receipt).bind(finished)
            .bind(unknown).bind(untried).bind(id).bind(lease).bind(now).bind(asked)
            .execute(connection).await.map(|done| done.rows_affected()))?;
        Ok(recorded == 1)
    }

    /// Changes what an order says to send.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rewrite_order(&mut self, id: &OutboxId, payload: &str) -> Result<(), StoreError> {
        const SQL: &str = "update outbox set payload = $1 where id = $2";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(payload).bind(id).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Waits until nobody else counts the attempts to reach this target, and keeps others waiting
    /// until the end of this transaction. SQLite has one writer, which is as good.
    async fn queue_for(&mut self, channel: &str, target: &str) -> Result<(), StoreError> {
        const SQL: &str = "select pg_advisory_xact_lock(hashtextextended($1, 0))";
        if let Self::Postgres(tx) = self {
            let name = format!("delivery:{channel}:{target}");
            sqlx::query(SQL).bind(name).execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// Until when the attempt's target has to be left alone, if it has to.
    async fn blocked_until(&mut self, attempt: &Attempt) -> Result<Option<Timestamp>, StoreError> {
        const SQL: &str = "\
            select max(blocked_until) from delivery \
            where channel = $1 and target = $2 and at > $3 and blocked_until > $4";
        let (until,) = in_tx!(self, connection => sqlx::query_as(SQL)
            .bind(&attempt.channel)
            .bind(&attempt.target)
            .bind(attempt.at.minus(LONGEST_BLOCK))
            .bind(attempt.at)
            .fetch_one(connection)
            .await)?;
        Ok(until)
    }

    /// Writes a line of the delivery ledger, or what became of one that was noted before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_attempt(
        &mut self,
        order: &OutboxId,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into delivery (id, outbox_id, alert_id, channel, target, at, outcome, why, receipt, blocked_until) \
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
            on conflict (id) do update set at = excluded.at, outcome = excluded.outcome, \
                                           why = excluded.why, receipt = excluded.receipt, \
                                           blocked_until = excluded.blocked_until";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&attempt.id)
            .bind(order)
            .bind(&attempt.alert)
            .bind(&attempt.channel)
            .bind(&attempt.target)
            .bind(attempt.at)
            .bind(attempt.outcome)
            .bind(&attempt.why)
            .bind(&attempt.receipt)
            .bind(attempt.blocked_until)
            .execute(connection)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Writes into the ledger what the platform said later of an attempt that it had accepted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_verdict(
        &mut self,
        attempt: &str,
        outcome: &str,
        why: &str,
    ) -> Result<(), StoreError> {
        const SQL: &str = "update delivery set outcome = $1, why = $2 where id = $3";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(outcome).bind(why).bind(attempt).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Counts calls against a platform's quota of a month.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_quota(
        &mut self,
        platform: &str,
        month: &str,
        calls: i64,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into quota_use (platform, month, used) values ($1, $2, $3) \
            on conflict (platform, month) do update set used = quota_use.used + excluded.used";
        in_tx!(self, connection => sqlx::query(SQL).bind(platform).bind(month).bind(calls).execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}
