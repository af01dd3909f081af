//! What the messages meant.

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{ChatId, CustomerId, Label, MessageId, PersonId, Timestamp};

/// A signal, before it is stored.
#[derive(Debug, Clone)]
pub struct NewSignal {
    /// Ours.
    pub id: String,
    /// The message that carried it.
    pub message: MessageId,
    /// What it means.
    pub label: Label,
    /// Where its words begin in the message's text.
    pub first_byte: i64,
    /// Where they end.
    pub end_byte: i64,
    /// The rule that heard it.
    pub rule: String,
    /// The dictionaries' version.
    pub dictionaries: String,
    /// The version of the learnt model that took part; empty when there was none.
    pub model: String,
    /// Why it was heard, for people; empty when the rule says it all.
    pub why: String,
    /// Whether a rule heard it that is only being tried.
    pub shadow: bool,
    /// When the message was sent.
    pub at: Timestamp,
    /// The chat.
    pub chat: ChatId,
    /// The rep's or customer's region at that time; empty when unknown.
    pub region: String,
    /// The rep.
    pub rep: Option<PersonId>,
    /// The customer.
    pub customer: Option<CustomerId>,
    /// The product that the words are about; empty when none is known.
    pub product: String,
    /// The words, where they stand in several lines; else empty.
    pub words: String,
    /// All that was said with them then; else empty.
    pub quote: String,
}

/// What became of a signal that was to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is new.
    New,
    /// It was there already, or means something again that had been taken back.
    Again,
    /// It was there, and somebody said that it means nothing.
    Dismissed,
}

/// A signal with what a reader needs to understand it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SignalRow {
    /// Ours.
    pub id: String,
    /// The message that carried it.
    pub message_id: MessageId,
    /// What it means.
    pub label: Label,
    /// Where its words begin in the text.
    pub first_byte: i64,
    /// Where they end.
    pub end_byte: i64,
    /// The rule that heard it.
    pub rule: String,
    /// The dictionaries' version.
    pub dictionaries: String,
    /// The version of the learnt model that took part; empty when there was none.
    pub model: String,
    /// Why it was heard, for people; empty when the rule says it all.
    pub why: String,
    /// Whether a rule heard it that is only being tried.
    pub shadow: bool,
    /// When the message was sent.
    pub at: Timestamp,
    /// The chat.
    pub chat_id: ChatId,
    /// Empty when unknown.
    pub region: String,
    /// The rep.
    pub rep_id: Option<PersonId>,
    /// The rep's name; empty when unknown.
    pub rep: String,
    /// The customer.
    pub customer_id: Option<CustomerId>,
    /// The customer's name; empty when unknown.
    pub customer: String,
    /// The product that the words are about; empty when none is known.
    pub product: String,
    /// Since when it means nothing any more; `None` while it does.
    pub dismissed_at: Option<Timestamp>,
    /// Why it means nothing: the correction's id, or [`DISMISSED_BY_BURST`](super::DISMISSED_BY_BURST);
    /// empty while it does.
    pub dismissed_by: String,
    /// The message's text.
    pub text: String,
}

/// A signal as the board counts it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct UncountedSignal {
    /// Ours.
    pub id: String,
    /// The message.
    pub message_id: MessageId,
    /// What it means.
    pub label: Label,
    /// When the message was sent.
    pub at: Timestamp,
    /// Empty when unknown.
    pub region: String,
    /// The rep.
    pub rep_id: Option<PersonId>,
    /// The customer.
    pub customer_id: Option<CustomerId>,
    /// The product; empty when unknown.
    pub product: String,
    /// Whether a rule heard it that is only being tried.
    pub shadow: bool,
}

macro_rules! signals_where {
    ($condition:literal) => {
        concat!(
            "select signal.id, signal.message_id, signal.label, signal.first_byte, signal.end_byte, \
             signal.rule, signal.dictionaries, signal.model, signal.why, signal.shadow, signal.at, \
             signal.chat_id, signal.region, signal.rep_id, \
             coalesce(person.name, '') as rep, signal.customer_id, coalesce(customer.name, '') as customer, \
             signal.product, signal.dismissed_at, signal.dismissed_by, \
             message.text from signal join message on message.id = signal.message_id \
             left join person on person.id = signal.rep_id \
             left join customer on customer.id = signal.customer_id where not signal.off_board and ",
            $condition
        )
    };
}
pub(super) use signals_where;

impl Store {
    /// The signals of some messages of one chat, in the order of the words.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signals_of_chat(
        &self,
        chat: &ChatId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<SignalRow>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(signals_where!(
            "signal.at between $2 and $3 and signal.chat_id = $1 order by signal.at, signal.first_byte"
        ))
        .bind(chat).bind(from).bind(until).fetch_all(pool).await)?)
    }

    /// The signals of one message, in the order of the words.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signals_of_message(
        &self,
        message: &MessageId,
    ) -> Result<Vec<SignalRow>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(signals_where!(
            "signal.message_id = $1 order by signal.first_byte"
        ))
        .bind(message).fetch_all(pool).await)?)
    }

    /// Signals after a moment and id, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signals(
        &self,
        (from, after): (Timestamp, &str),
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<SignalRow>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(signals_where!(
            "(signal.at, signal.id) > ($1, $2) and signal.at <= $3 order by signal.at, signal.id limit $4"
        ))
        .bind(from).bind(after).bind(until).bind(limit).fetch_all(pool).await)?)
    }

    /// Signals that the board has not counted, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn uncounted_signals(&self, limit: i64) -> Result<Vec<UncountedSignal>, StoreError> {
        const SQL: &str = "\
            select id, message_id, label, at, region, rep_id, customer_id, product, shadow from signal \
            where counted_at is null and dismissed_at is null and not off_board order by at, id limit $1";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL).bind(limit).fetch_all(pool).await)?)
    }

    /// The signals of one message that the board has not counted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn uncounted_signals_of(
        &self,
        message: &MessageId,
    ) -> Result<Vec<UncountedSignal>, StoreError> {
        const SQL: &str = "\
            select id, message_id, label, at, region, rep_id, customer_id, product, shadow from signal \
            where message_id = $1 and counted_at is null and dismissed_at is null and not off_board order by id";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL).bind(message).fetch_all(pool).await)?)
    }

    /// Signals from a moment on as the board counts them, in pages after an id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signals_to_count(
        &self,
        (from, after): (Timestamp, &str),
        limit: i64,
    ) -> Result<Vec<UncountedSignal>, StoreError> {
        const SQL: &str = "\
            select id, message_id, label, at, region, rep_id, customer_id, product, shadow from signal \
            where (at, id) > ($1, $2) and dismissed_at is null and not off_board order by at, id limit $3";
        Ok(
            on_reader!(self, pool => sqlx::query_as(SQL).bind(from).bind(after).bind(limit).fetch_all(pool).await)?,
        )
    }

    /// When the oldest of the newest `days` days began, in China, that have signals.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn first_day_of_signals(&self, days: usize) -> Result<Option<Timestamp>, StoreError> {
        // From each day the index leads straight to the one before.
        const SQL: &str = "\
            with recursive day(start, found) as (\
               select ((select max(at) from signal where dismissed_at is null) + 28800000) / 86400000 * 86400000 - 28800000, 1 \
               union all \
               select ((select max(at) from signal where at < day.start and dismissed_at is null) + 28800000) \
                      / 86400000 * 86400000 - 28800000, day.found + 1 \
                 from day where day.start is not null and day.found < $1) \
            select min(start) from day";
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        let (first,) =
            on_reader!(self, pool => sqlx::query_as(SQL).bind(days).fetch_one(pool).await)?;
        Ok(first)
    }

    /// Marks signals as counted by the board, as they were when they were read. One that a person
    /// heard meanwhile counts among what is on trial, and has to be counted over.
    ///
    /// # Errors
    /// When the database fails; those of some messages may be marked then.
    pub async fn mark_counted(
        &self,
        counted: &[UncountedSignal],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            update signal set counted_at = case when shadow = $1 then $2 else counted_at end, \
                   trial_counted_at = case when $1 and not shadow then $2 else trial_counted_at end \
            where id = $3";
        for of_message in counted.chunk_by(|one, next| one.message_id == next.message_id) {
            let mut tx = self.begin().await?;
            for signal in of_message {
                in_tx!(&mut tx, connection => sqlx::query(SQL)
                    .bind(signal.shadow).bind(now).bind(&signal.id)
                    .execute(connection).await.map(|_| ()))?;
            }
            tx.commit().await?;
        }
        Ok(())
    }
}

macro_rules! insert_signal {
    ($on_conflict:literal) => {
        concat!(
            "insert into signal (id, message_id, label, first_byte, end_byte, rule, dictionaries, model, \
                                 why, shadow, at, chat_id, region, rep_id, customer_id, product, \
                                 words, quote) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) \
             on conflict (message_id, label, first_byte) do ",
            $on_conflict,
            " returning id"
        )
    };
}

impl Tx {
    /// Stores a signal once. What the customer had taken back and says after all means something
    /// again; what a person called a false alarm stays one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn store_signal(&mut self, signal: &NewSignal) -> Result<Kept, StoreError> {
        const STANDS: &str = "\
            select count(*) from signal where message_id = $1 and label = $2 and first_byte = $3 \
              and shadow = $4 and dismissed_at is null and not off_board";
        let sql = insert_signal!(
            "update set rule = excluded.rule, end_byte = excluded.end_byte, why = excluded.why, \
             dictionaries = excluded.dictionaries, model = excluded.model, words = excluded.words, \
             quote = excluded.quote, dismissed_at = null, dismissed_by = '' \
             where signal.dismissed_by = 'burst' and signal.shadow = excluded.shadow"
        );
        if let Some(id) = self.put_signal(sql, signal).await? {
            return Ok(match id == signal.id {
                true => Kept::New,
                false => Kept::Again,
            });
        }
        let standing: i64 = in_tx!(self, connection => sqlx::query_scalar(STANDS)
            .bind(&signal.message).bind(signal.label).bind(signal.first_byte).bind(signal.shadow)
            .fetch_one(connection).await)?;
        Ok(match standing {
            0 => Kept::Dismissed,
            _ => Kept::Again,
        })
    }

    /// Stores a signal that a person heard. Where a rule that is being tried heard the same words, its
    /// signal becomes the person's, and the board has to count it over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn store_heard_by_a_person(
        &mut self,
        signal: &NewSignal,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const OFF_TRIAL: &str = "\
            update signal set off_trial_at = $1, counted_at = null, \
                   trial_counted_at = coalesce(counted_at, trial_counted_at) \
            where message_id = $2 and label = $3 and first_byte = $4 and shadow";
        in_tx!(self, connection => sqlx::query(OFF_TRIAL)
            .bind(now).bind(&signal.message).bind(signal.label).bind(signal.first_byte)
            .execute(connection).await.map(|_| ()))?;
        let sql = insert_signal!(
            "update set rule = excluded.rule, end_byte = excluded.end_byte, why = excluded.why, \
             words = excluded.words, quote = excluded.quote, \
             shadow = excluded.shadow, dismissed_at = null, dismissed_by = '' where signal.shadow"
        );
        self.put_signal(sql, signal).await?;
        Ok(())
    }

    /// The id of what was stored or changed, if anything was.
    async fn put_signal(
        &mut self,
        sql: &'static str,
        signal: &NewSignal,
    ) -> Result<Option<String>, StoreError> {
        Ok(in_tx!(self, connection => sqlx::query_scalar(sql)
            .bind(&signal.id)
            .bind(&signal.message)
            .bind(signal.label)
            .bind(signal.first_byte)
            .bind(signal.end_byte)
            .bind(&signal.rule)
            .bind(&signal.dictionaries)
            .bind(&signal.model)
            .bind(&signal.why)
            .bind(signal.shadow)
            .bind(signal.at)
            .bind(&signal.chat)
            .bind(&signal.region)
            .bind(&signal.rep)
            .bind(&signal.customer)
            .bind(&signal.product)
            .bind(&signal.words)
            .bind(&signal.quote)
            .fetch_optional(connection)
            .await)?)
    }
}
