//! Who looked at customers' words, and what an open chat shows by now.

use std::collections::BTreeSet;

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{ChatId, CustomerId, MessageId, PersonId, Timestamp};
use crate::fresh_id::fresh_id;

/// Who looks.
#[derive(Debug, Clone, Copy)]
pub enum Looking<'a> {
    /// Somebody who is logged in.
    Person(&'a PersonId),
    /// A script, by the name of its token.
    Token(&'a str),
}

/// A look, before it is stored.
#[derive(Debug, Clone, Copy)]
pub struct NewView<'a> {
    /// Who.
    pub by: Looking<'a>,
    /// Where the words are shown: a page, or a list of the API.
    pub place: &'a str,
    /// The message that was asked for.
    pub message: Option<&'a MessageId>,
    /// When.
    pub at: Timestamp,
    /// From where; empty when unknown.
    pub address: &'a str,
}

/// A look at a chat, as recorded.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ViewRow {
    /// Who; `None` for a script.
    pub person_id: Option<PersonId>,
    /// Their name, or the token's.
    pub name: String,
    /// Where the words were shown.
    pub place: String,
    /// When.
    pub at: Timestamp,
}

/// What stands for everything that an open chat shows: it differs as soon as something of it changed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ChatMark {
    newest_line: Option<MessageId>,
    newest_view: Option<String>,
    newest_token_view: Option<String>,
    deals: i64,
    /// Steps that the customer's deals have made.
    steps: i64,
}

impl Store {
    /// Records one look at each of the chats, all or none, before anything of them is shown.
    ///
    /// # Errors
    /// When the database fails: then nothing must be shown.
    pub async fn record_views(
        &self,
        view: &NewView<'_>,
        chats: impl IntoIterator<Item = ChatId>,
    ) -> Result<(), StoreError> {
        let chats: BTreeSet<ChatId> = chats.into_iter().collect();
        if chats.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        for chat in &chats {
            tx.record_view(view, chat).await?;
        }
        tx.commit().await
    }

    /// Who looked at the chat, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn views_of(&self, chat: &ChatId, limit: i64) -> Result<Vec<ViewRow>, StoreError> {
        const SQL: &str = "\
            select person.id as person_id, person.name as name, chat_view.place as place, \
                   chat_view.at as at, chat_view.id as id \
            from chat_view join person on person.id = chat_view.person_id \
            where chat_view.chat_id = $1 \
            union all \
            select null, token, place, at, id from token_view where chat_id = $1 \
            order by at desc, id desc limit $2";
        Ok(
            on_reader!(self, pool => sqlx::query_as(SQL).bind(chat).bind(limit).fetch_all(pool).await)?,
        )
    }

    /// The chats that a person has looked at since a moment, in that place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn viewed_since(
        &self,
        person: &PersonId,
        place: &str,
        since: Timestamp,
    ) -> Result<Vec<ChatId>, StoreError> {
        const SQL: &str = "\
            select distinct chat_id from chat_view where person_id = $1 and at >= $2 and place = $3";
        Ok(on_reader!(self, pool => sqlx::query_scalar(SQL)
            .bind(person).bind(since).bind(place).fetch_all(pool).await)?)
    }

    /// What a chat shows by now, as a mark that costs a few looks into indexes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat_mark(
        &self,
        chat: &ChatId,
        customer: Option<&CustomerId>,
    ) -> Result<ChatMark, StoreError> {
        const SQL: &str = "\
            select (select id from message where chat_id = $1 \
                    order by sent_at desc, position desc limit 1) as newest_line, \
                   (select id from chat_view where chat_id = $1 \
                    order by at desc, id desc limit 1) as newest_view, \
                   (select id from token_view where chat_id = $1 \
                    order by at desc, id desc limit 1) as newest_token_view, \
                   (select count(*) from opportunity where customer_id = $2) as deals, \
                   (select cast(coalesce(sum(version), 0) as bigint) from opportunity \
                    where customer_id = $2) as steps";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL)
            .bind(chat).bind(customer).fetch_one(pool).await)?)
    }
}

impl Tx {
    /// A chat that isn't there can't be looked at.
    async fn record_view(&mut self, view: &NewView<'_>, chat: &ChatId) -> Result<(), StoreError> {
        const PERSON: &str = "\
            insert into chat_view (id, person_id, chat_id, message_id, at, address, place) \
            select $1, $2, id, $3, cast($4 as bigint), $5, $6 from chat where id = $7";
        const TOKEN: &str = "\
            insert into token_view (id, token, chat_id, message_id, at, address, place) \
            select $1, $2, id, $3, cast($4 as bigint), $5, $6 from chat where id = $7";
        let (sql, by) = match view.by {
            Looking::Person(person) => (PERSON, person.as_str()),
            Looking::Token(name) => (TOKEN, name),
        };
        in_tx!(self, connection => sqlx::query(sql)
            .bind(fresh_id())
            .bind(by)
            .bind(view.message)
            .bind(view.at)
            .bind(view.address)
            .bind(view.place)
            .bind(chat)
            .execute(connection)
            .await
            .map(|_| ()))?;
        Ok(())
    }
}
