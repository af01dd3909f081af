//! Chats and their lines.

use std::ops::Range;

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{
    ChatId, ChatKind, ContactId, CustomerId, MessageId, PersonId, Speaker, Timestamp, place_of,
    stored_number,
};

/// A chat with who takes part, as lists and pages need it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ChatRow {
    /// Ours.
    pub id: ChatId,
    /// Of what kind it is.
    pub kind: ChatKind,
    /// A group's name; empty for chats of two.
    pub name: String,
    /// The customer's person; of a group, the first of them who took part.
    pub contact_id: ContactId,
    /// The contact's name; empty when unknown.
    pub contact: String,
    /// The customer, once known.
    pub customer_id: Option<CustomerId>,
    /// The customer's name; empty when unknown.
    pub customer: String,
    /// The rep.
    pub rep_id: Option<PersonId>,
    /// The rep's name; empty when unknown.
    pub rep: String,
    /// The rep's region, or the customer's when there is no rep.
    pub region: String,
}

/// A chat, before it is stored.
#[derive(Debug, Clone, Copy)]
pub struct NewChat<'a> {
    /// Ours.
    pub id: &'a ChatId,
    /// Of what kind it is.
    pub kind: ChatKind,
    /// Through what it reaches us: a service account, the archive, a bot.
    pub account: &'a str,
    /// A group's name, when it is known.
    pub name: &'a str,
    /// The customer's person; of a group, whoever of them takes part.
    pub contact: &'a ContactId,
    /// Who serves it, when that is known.
    pub rep: Option<&'a PersonId>,
    /// When it began, as far as we know.
    pub at: Timestamp,
}

/// A chat line, before it is stored.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Ours.
    pub id: MessageId,
    /// The platform's own id, with the platform's name before it.
    pub platform_id: String,
    /// The chat.
    pub chat: ChatId,
    /// Customer, rep or system.
    pub speaker: Speaker,
    /// The platform's id of who sent it.
    pub sender: String,
    /// Who of the customer's people that is; none for reps.
    pub contact: Option<ContactId>,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Orders lines that were sent in the same second.
    pub position: i64,
    /// When it reached us.
    pub received_at: Timestamp,
    /// The platform's word for its kind.
    pub kind: String,
    /// What a reader sees; empty for kinds without words.
    pub text: String,
    /// Which bytes of the text are heard; `None` when all of it is. The rest is quoted, forwarded, or
    /// said without consent.
    pub heard: Option<Range<usize>>,
    /// The platform's JSON as it came.
    pub payload: String,
}

/// A chat line as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StoredMessage {
    /// Ours.
    pub id: MessageId,
    /// The platform's own id, with the platform's name before it.
    pub platform_id: String,
    /// The chat.
    pub chat_id: ChatId,
    /// Customer, rep or system.
    pub speaker: Speaker,
    /// The platform's id of who sent it.
    pub sender: String,
    /// Who of the customer's people that is; none for reps, and for lines of a chat of two from
    /// before this was kept.
    pub contact_id: Option<ContactId>,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Orders lines that were sent in the same second.
    pub position: i64,
    /// The platform's word for its kind.
    pub kind: String,
    /// What a reader sees.
    pub text: String,
    /// Where what is heard of the text begins; `None` when all of it is.
    pub heard_first: Option<i64>,
    /// Where it ends.
    pub heard_end: Option<i64>,
    /// When it was recalled, if it was.
    pub recalled_at: Option<Timestamp>,
}

impl StoredMessage {
    /// What is heard of the text, and where in it that begins.
    #[must_use]
    pub fn heard(&self) -> (&str, usize) {
        heard_of(&self.text, self.heard_first.zip(self.heard_end))
    }
}

/// What is heard of a text, as its columns say, and where in it that begins.
pub(super) fn heard_of(text: &str, heard: Option<(i64, i64)>) -> (&str, usize) {
    let part = heard.map(|(first, end)| place_of(first)..place_of(end));
    match part.and_then(|part| Some((text.get(part.clone())?, part.start))) {
        Some(found) => found,
        None if heard.is_some() => ("", 0),
        None => (text, 0),
    }
}

macro_rules! chats_where {
    ($condition:literal) => {
        concat!(
            "select chat.id, chat.kind, chat.name, chat.contact_id, contact.name as contact, contact.customer_id, \
             coalesce(customer.name, '') as customer, chat.rep_id, coalesce(person.name, '') as rep, \
             coalesce(person.region, customer.region, '') as region \
             from chat join contact on contact.id = chat.contact_id \
             left join customer on customer.id = contact.customer_id \
             left join person on person.id = chat.rep_id where ",
            $condition
        )
    };
}

macro_rules! messages_where {
    ($($condition:literal),+) => {
        concat!(
            "select id, platform_id, chat_id, speaker, sender, contact_id, sent_at, position, kind, text, heard_first, heard_end, \
             recalled_at from message where ",
            $($condition),+
        )
    };
}
pub(super) use messages_where;

impl Store {
    /// The chat, with who takes part.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat(&self, id: &ChatId) -> Result<Option<ChatRow>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(chats_where!("chat.id = $1"))
            .bind(id).fetch_optional(pool).await)?,
        )
    }

    /// The line of that id: ours, or the platform's own.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn message(&self, id: &str) -> Result<Option<StoredMessage>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(messages_where!("id = $1 or platform_id in ($1, $2, $3)"))
            .bind(id).bind(format!("kf:msg:{id}")).bind(format!("archive:{id}")).fetch_optional(pool).await)?,
        )
    }

    /// Up to `limit` lines of the chat before a line, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lines_before(
        &self,
        chat: &ChatId,
        (sent_at, position): (Timestamp, i64),
        limit: i64,
    ) -> Result<Vec<StoredMessage>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(messages_where!(
            "chat_id = $1 and (sent_at, position) < ($2, $3) order by sent_at desc, position desc limit $4"
        ))
        .bind(chat).bind(sent_at).bind(position).bind(limit).fetch_all(pool).await)?)
    }

    /// Up to `limit` lines of the chat from a line on, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lines_from(
        &self,
        chat: &ChatId,
        (sent_at, position): (Timestamp, i64),
        limit: i64,
    ) -> Result<Vec<StoredMessage>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(messages_where!(
            "chat_id = $1 and (sent_at, position) >= ($2, $3) order by sent_at, position limit $4"
        ))
        .bind(chat).bind(sent_at).bind(position).bind(limit).fetch_all(pool).await)?)
    }

    /// Up to `limit` lines after a moment and position, over all chats or one; oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn messages(
        &self,
        chat: Option<&str>,
        sender: Option<&str>,
        (from, after): (Timestamp, i64),
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<StoredMessage>, StoreError> {
        Ok(on_reader!(self, pool => match (chat, sender) {
            (Some(chat), None) => sqlx::query_as(messages_where!(
                "chat_id = $1 and (sent_at, position) > ($2, $3) and sent_at <= $4 order by sent_at, position limit $5"
            )).bind(chat).bind(from).bind(after).bind(until).bind(limit).fetch_all(pool).await,
            (Some(chat), Some(sender)) => sqlx::query_as(messages_where!(
                "chat_id = $1 and (sent_at, position) > ($2, $3) and sent_at <= $4 and sender = $5 order by sent_at, position limit $6"
            )).bind(chat).bind(from).bind(after).bind(until).bind(sender).bind(limit).fetch_all(pool).await,
            (None, None) => sqlx::query_as(messages_where!(
                "(sent_at, position) > ($1, $2) and sent_at <= $3 order by sent_at, position limit $4"
            )).bind(from).bind(after).bind(until).bind(limit).fetch_all(pool).await,
            (None, Some(sender)) => sqlx::query_as(messages_where!(
                "(sent_at, position) > ($1, $2) and sent_at <= $3 and sender = $4 order by sent_at, position limit $5"
            )).bind(from).bind(after).bind(until).bind(sender).bind(limit).fetch_all(pool).await,
        })?)
    }
}

impl Tx {
    /// Makes the chat if it is new, and says who serves it. What was once known is kept when the
    /// platform no longer says it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_chat(&mut self, chat: NewChat<'_>) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into chat (id, kind, account, name, contact_id, rep_id, opened_at) \
            values ($1, $2, $3, $4, $5, $6, $7) \
            on conflict (id) do update set rep_id = coalesce(excluded.rep_id, chat.rep_id), \
              name = case when excluded.name = '' then chat.name else excluded.name end";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(chat.id).bind(chat.kind).bind(chat.account).bind(chat.name)
            .bind(chat.contact).bind(chat.rep).bind(chat.at)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// The chat, with who takes part.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat(&mut self, id: &ChatId) -> Result<Option<ChatRow>, StoreError> {
        Ok(
            in_tx!(self, connection => sqlx::query_as(chats_where!("chat.id = $1"))
            .bind(id).fetch_optional(connection).await)?,
        )
    }

    /// The line.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn message(&mut self, id: &MessageId) -> Result<Option<StoredMessage>, StoreError> {
        Ok(
            in_tx!(self, connection => sqlx::query_as(messages_where!("id = $1"))
            .bind(id).fetch_optional(connection).await)?,
        )
    }

    /// Until the commit nobody else corrects the line. SQLite has one writer and no locks; lines of
    /// other tables may refer to it meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lock_message(&mut self, id: &MessageId) -> Result<(), StoreError> {
        const SQL: &str = "select id from message where id = $1 for no key update";
        if let Self::Postgres(tx) = self {
            sqlx::query(SQL).bind(id).execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// Stores a line once. `false` when the platform's id is known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn store_message(&mut self, message: &NewMessage) -> Result<bool, StoreError> {
        const SQL: &str = "\
            insert into message (id, platform_id, chat_id, speaker, sender, contact_id, sent_at, \
                                 position, received_at, kind, text, heard_first, heard_end, payload) \
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict (platform_id) do nothing";
        let stored = in_tx!(self, connection => sqlx::query(SQL)
            .bind(&message.id)
            .bind(&message.platform_id)
            .bind(&message.chat)
            .bind(message.speaker)
            .bind(&message.sender)
            .bind(&message.contact)
            .bind(message.sent_at)
            .bind(message.position)
            .bind(message.received_at)
            .bind(&message.kind)
            .bind(&message.text)
            .bind(message.heard.as_ref().map(|heard| stored_number(heard.start)))
            .bind(message.heard.as_ref().map(|heard| stored_number(heard.end)))
            .bind(&message.payload)
            .execute(connection)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(stored == 1)
    }

    /// Up to `limit` lines of words before a moment that were not recalled, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn words_before(
        &mut self,
        chat: &ChatId,
        (sent_at, position): (Timestamp, i64),
        limit: i64,
    ) -> Result<Vec<StoredMessage>, StoreError> {
        const SQL: &str = messages_where!(
            "chat_id = $1 and (sent_at, position) < ($2, $3) and text <> '' and speaker <> 'system' \
             and (heard_end is null or heard_end > heard_first) and recalled_at is null \
             order by sent_at desc, position desc limit $4"
        );
        Ok(in_tx!(self, connection => sqlx::query_as(SQL)
            .bind(chat).bind(sent_at).bind(position).bind(limit).fetch_all(connection).await)?)
    }

    /// Up to `limit` lines of words after a moment that were not recalled, until another moment, the
    /// oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn words_after(
        &mut self,
        chat: &ChatId,
        (sent_at, position): (Timestamp, i64),
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<StoredMessage>, StoreError> {
        const SQL: &str = messages_where!(
            "chat_id = $1 and (sent_at, position) > ($2, $3) and sent_at <= $4 and text <> '' \
             and speaker <> 'system' and (heard_end is null or heard_end > heard_first) \
             and recalled_at is null order by sent_at, position limit $5"
        );
        Ok(in_tx!(self, connection => sqlx::query_as(SQL)
            .bind(chat).bind(sent_at).bind(position).bind(until).bind(limit)
            .fetch_all(connection).await)?)
    }

    /// Who spoke when before a moment in a chat, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn speakers_before(
        &mut self,
        chat: &ChatId,
        sent_at: Timestamp,
        position: i64,
        limit: i64,
    ) -> Result<Vec<(Timestamp, Speaker)>, StoreError> {
        const SQL: &str = "\
            select sent_at, speaker from message \
            where chat_id = $1 and (sent_at, position) < ($2, $3) and speaker <> 'system' \
            order by sent_at desc, position desc limit $4";
        Ok(in_tx!(self, connection => sqlx::query_as(SQL)
            .bind(chat).bind(sent_at).bind(position).bind(limit).fetch_all(connection).await)?)
    }

    /// Marks a line as recalled. It stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recall_message(
        &mut self,
        platform_id: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str =
            "update message set recalled_at = $1 where platform_id = $2 and recalled_at is null";
        in_tx!(self, connection => sqlx::query(SQL).bind(at).bind(platform_id).execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}
