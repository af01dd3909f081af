//! Signals that mean nothing any more, and those of them that mean something again.

use super::database::{in_tx, on_reader, on_writer};
use super::{Store, StoreError, Tx, UncountedSignal};
use crate::domain::{CustomerId, Label, MessageId, Timestamp};

/// What `dismissed_by` holds when the customer's next lines took a signal back.
pub const DISMISSED_BY_BURST: &str = "burst";

/// Dismissed signals that the board may still count, and that no other signal of the same line and
/// label stands in for: the board counts a line once for each label.
macro_rules! withdrawn_where {
    ($condition:literal) => {
        concat!(
            "select gone.* from signal as gone where ",
            $condition,
            " and not exists (select 1 from signal as other \
               where other.message_id = gone.message_id and other.label = gone.label \
                 and other.shadow = gone.shadow and other.dismissed_at is null \
                 and not other.off_board) \
             order by at, id limit "
        )
    };
}

impl Store {
    /// Up to `limit` dismissed signals that the board still counts, of one message or of all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signals_to_uncount(
        &self,
        message: Option<&MessageId>,
        limit: i64,
    ) -> Result<Vec<UncountedSignal>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(concat!(withdrawn_where!(
            "gone.dismissed_at is not null and gone.counted_at is not null \
             and (cast($1 as text) is null or gone.message_id = $1)"
        ), "$2")).bind(message).bind(limit).fetch_all(pool).await)?,
        )
    }

    /// The signals that were dismissed from a moment on, whether the board counts them or not, in
    /// pages after a moment and id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signals_dismissed_since(
        &self,
        since: Timestamp,
        (from, after): (Timestamp, &str),
        limit: i64,
    ) -> Result<Vec<UncountedSignal>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(concat!(withdrawn_where!(
            "gone.dismissed_at >= $1 and (gone.at, gone.id) > ($2, $3)"
        ), "$4")).bind(since).bind(from).bind(after).bind(limit).fetch_all(pool).await)?,
        )
    }

    /// Marks a message's dismissed signals as no longer counted by the board.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_uncounted(&self, message: &MessageId) -> Result<(), StoreError> {
        const SQL: &str = "\
            update signal set counted_at = null \
            where message_id = $1 and dismissed_at is not null and counted_at is not null";
        on_writer!(self, pool => sqlx::query(SQL).bind(message).execute(pool).await.map(|_| ()))?;
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
