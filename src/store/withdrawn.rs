//! Signals that mean nothing any more, and those of them that mean something again.

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx, UncountedSignal};
use crate::domain::{CustomerId, Label, MessageId, Timestamp};

/// What `dismissed_by` holds when the customer's next lines took a signal back.
pub const DISMISSED_BY_BURST: &str = "burst";

/// Dismissed signals that the board may still count, and signals that it may still count as on trial
/// since a rule heard them that was being tried. Without those that another signal of the same line and
/// label stands in for: the board counts a line once for each label.
macro_rules! withdrawn_where {
    ($dismissed:literal, $off_trial:literal, $of:literal, $limit:literal) => {
        concat!(
            "select * from (\
               select gone.id, gone.message_id, gone.label, gone.at, gone.region, gone.rep_id, \
                      gone.customer_id, gone.product, gone.shadow from signal as gone where ",
            $dismissed,
            " and not exists (select 1 from signal as other \
                 where other.message_id = gone.message_id and other.label = gone.label \
                   and other.shadow = gone.shadow and other.dismissed_at is null \
                   and not other.off_board) \
               union all \
               select gone.id, gone.message_id, gone.label, gone.at, gone.region, gone.rep_id, \
                      gone.customer_id, gone.product, true as shadow from signal as gone where ",
            $off_trial,
            " and not exists (select 1 from signal as other \
                 where other.message_id = gone.message_id and other.label = gone.label \
                   and other.shadow and other.dismissed_at is null and not other.off_board)\
             ) as gone where ",
            $of,
            " order by at, id limit ",
            $limit
        )
    };
}

const OF_MESSAGE: &str = withdrawn_where!(
    "gone.message_id = $1 and gone.dismissed_at is not null and gone.counted_at is not null",
    "gone.message_id = $1 and gone.trial_counted_at is not null",
    "true",
    "$2"
);
const OF_ALL: &str = withdrawn_where!(
    "gone.dismissed_at is not null and gone.counted_at is not null",
    "gone.trial_counted_at is not null",
    "true",
    "$1"
);
const SINCE: &str = withdrawn_where!(
    "gone.dismissed_at >= $1",
    "gone.off_trial_at >= $1",
    "(gone.at, gone.id) > ($2, $3)",
    "$4"
);

impl Store {
    /// Up to `limit` signals that the board still counts as what they are not any more, as it counts
    /// them, of one message or of all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signals_to_uncount(
        &self,
        message: Option<&MessageId>,
        limit: i64,
    ) -> Result<Vec<UncountedSignal>, StoreError> {
        Ok(on_reader!(self, pool => match message {
            Some(message) => sqlx::query_as(OF_MESSAGE).bind(message).bind(limit).fetch_all(pool).await,
            None => sqlx::query_as(OF_ALL).bind(limit).fetch_all(pool).await,
        })?)
    }

    /// The signals that were dismissed or ceased to be on trial from a moment on, as the board counted
    /// them then or didn't, in pages after a moment and id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signals_dismissed_since(
        &self,
        since: Timestamp,
        (from, after): (Timestamp, &str),
        limit: i64,
    ) -> Result<Vec<UncountedSignal>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(SINCE)
            .bind(since).bind(from).bind(after).bind(limit).fetch_all(pool).await)?)
    }

    /// Marks signals as no longer counted by the board as they were when they were read.
    ///
    /// # Errors
    /// When the database fails; those of some messages may be marked then.
    pub async fn mark_uncounted(&self, gone: &[UncountedSignal]) -> Result<(), StoreError> {
        const SQL: &str = "\
            update signal set counted_at = case when shadow = $1 then null else counted_at end, \
                   trial_counted_at = case when $1 then null else trial_counted_at end \
            where id = $2";
        for of_message in gone.chunk_by(|one, next| one.message_id == next.message_id) {
            let mut tx = self.begin().await?;
            for signal in of_message {
                in_tx!(&mut tx, connection => sqlx::query(SQL)
                    .bind(signal.shadow).bind(&signal.id)
                    .execute(connection).await.map(|_| ()))?;
            }
            tx.commit().await?;
        }
        Ok(())
    }
}

impl Tx {
    /// Dismisses the signals of that label in the message. Returns how many meant something until
    /// now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dismiss_signals(
        &mut self,
        (message, label): (&MessageId, Label),
        by: &str,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        const SQL: &str = "\
            update signal set dismissed_at = $3, dismissed_by = $4 \
            where message_id = $1 and label = $2 and dismissed_at is null";
        Ok(in_tx!(self, connection => sqlx::query(SQL)
            .bind(message).bind(label).bind(at).bind(by)
            .execute(connection).await.map(|done| done.rows_affected()))?)
    }

    /// Lets dismissed signals of that label in the message mean something again. Returns how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn restore_signals(
        &mut self,
        (message, label): (&MessageId, Label),
    ) -> Result<u64, StoreError> {
        const SQL: &str = "\
            update signal set dismissed_at = null, dismissed_by = '' \
            where message_id = $1 and label = $2 and dismissed_at is not null and not shadow";
        Ok(in_tx!(self, connection => sqlx::query(SQL)
            .bind(message).bind(label)
            .execute(connection).await.map(|done| done.rows_affected()))?)
    }

    /// The labels of the message's signals that mean something, each once; with those of rules that
    /// are being tried, or without.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn labels_of(
        &mut self,
        message: &MessageId,
        with_shadow: bool,
    ) -> Result<Vec<Label>, StoreError> {
        const SQL: &str = "\
            select distinct label from signal \
            where message_id = $1 and dismissed_at is null and not off_board \
              and (not shadow or $2) order by label";
        Ok(in_tx!(self, connection => sqlx::query_scalar(SQL)
            .bind(message).bind(with_shadow).fetch_all(connection).await)?)
    }

    /// Whether a deal of the customer has the signal in its journal.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn was_told(
        &mut self,
        customer: &CustomerId,
        (message, label): (&MessageId, Label),
    ) -> Result<bool, StoreError> {
        const SQL: &str = "\
            select count(*) from journal \
            where opportunity_id in (select id from opportunity where customer_id = $1) \
              and event like $2 and event like $3";
        let found: i64 = in_tx!(self, connection => sqlx::query_scalar(SQL)
            .bind(customer)
            .bind(format!("%\"message\":\"{message}\"%"))
            .bind(format!("%\"label\":\"{label}\"%"))
            .fetch_one(connection).await)?;
        Ok(found > 0)
    }

    /// Whether the signal waits for the answer which deal is meant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waits_for_a_deal(
        &mut self,
        (message, label): (&MessageId, Label),
    ) -> Result<bool, StoreError> {
        const SQL: &str =
            "select count(*) from held_signal where events like $1 and events like $2";
        let found: i64 = in_tx!(self, connection => sqlx::query_scalar(SQL)
            .bind(format!("%\"message\":\"{message}\"%"))
            .bind(format!("%\"label\":\"{label}\"%"))
            .fetch_one(connection).await)?;
        Ok(found > 0)
    }
}
