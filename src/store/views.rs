//! Who looked at customers' words, and what an open chat shows by now.

use std::collections::BTreeSet;

use sqlx::AssertSqlSafe;

use super::database::{on_reader, on_writer};
use super::{Store, StoreError};
use crate::domain::{ChatId, CustomerId, MessageId, PersonId, Timestamp};
use crate::fresh_id::fresh_id;

/// Who looks.
#[derive(Debug, Clone, Copy)]
pub enum ViewedBy<'a> {
    /// Somebody who is logged in, and in which session.
    Person(&'a PersonId, &'a str),
    /// A script, by the name of its token.
    Token(&'a str),
}

/// A view, before it is stored.
#[derive(Debug, Clone, Copy)]
pub struct NewView<'a> {
    /// Who.
    pub by: ViewedBy<'a>,
    /// Where the words are shown: a page, or a list of the API.
    pub place: &'a str,
    /// The message that was asked for.
    pub message: Option<&'a MessageId>,
    /// When.
    pub at: Timestamp,
    /// From where; empty when unknown.
    pub address: &'a str,
}

/// A view of a chat, as recorded: of a person each, of a script all of an hour.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ViewRow {
    /// Who; `None` for a script.
    pub person_id: Option<PersonId>,
    /// Their name, or the token's.
    pub name: String,
    /// Where the words were shown.
    pub place: String,
    /// When; the last time.
    pub at: Timestamp,
    /// How often.
    pub times: i64,
}

/// What stands for what an open chat shows: it differs as soon as something of it changed. Views of
/// scripts are left out; one that polls must not make every open page ask for its parts.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ChatMark {
    newest_line: Option<MessageId>,
    newest_view: Option<String>,
    deals: i64,
    /// Steps that the customer's deals have made.
    steps: i64,
    /// What was said of the chat's signals, how much of it waits, and when somebody last decided.
    corrections: i64,
    waiting: i64,
    decided_at: Option<Timestamp>,
}

impl ChatMark {
    /// As far as it stands for corrections: lines that are shown already look different after one.
    #[must_use]
    pub fn corrected(&self) -> String {
        let decided = self.decided_at.unwrap_or_default().0;
        format!("{}.{}.{decided}", self.corrections, self.waiting)
    }
}

impl Store {
    /// Records one view of each of the chats, all or none, before anything of them is shown. A chat
    /// that isn't there can't be looked at.
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
        let sql = insertion(view.by, chats.len());
        let (by, session) = match view.by {
            ViewedBy::Person(person, session) => (person.as_str(), Some(session)),
            ViewedBy::Token(name) => (name, None),
        };
        on_writer!(self, pool => {
            let mut insert = sqlx::query(AssertSqlSafe(sql))
                .bind(fresh_id()).bind(by).bind(view.message)
                .bind(view.at).bind(view.address).bind(view.place);
            for chat in &chats {
                insert = insert.bind(chat);
            }
            if let Some(session) = session {
                insert = insert.bind(session);
            }
            insert.execute(pool).await.map(|_| ())
        })?;
        Ok(())
    }

    /// Who looked at the chat, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn views_of(&self, chat: &ChatId, limit: i64) -> Result<Vec<ViewRow>, StoreError> {
        const SQL: &str = "\
            select person.id as person_id, person.name as name, chat_view.place as place, \
                   chat_view.at as at, cast(1 as bigint) as times, chat_view.id as id \
            from chat_view join person on person.id = chat_view.person_id \
            where chat_view.chat_id = $1 \
            union all \
            select null, token, place, at, times, id from token_view where chat_id = $1 \
            order by at desc, id desc limit $2";
        Ok(
            on_reader!(self, pool => sqlx::query_as(SQL).bind(chat).bind(limit).fetch_all(pool).await)?,
        )
    }

    /// The chats that a person has looked at in a session since a moment, in that place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn viewed_since(
        &self,
        person: &PersonId,
        session: &str,
        place: &str,
        since: Timestamp,
    ) -> Result<Vec<ChatId>, StoreError> {
        const SQL: &str = "\
            select distinct chat_id from chat_view \
            where person_id = $1 and at >= $2 and session = $3 and place = $4";
        Ok(on_reader!(self, pool => sqlx::query_scalar(SQL)
            .bind(person).bind(since).bind(session).bind(place).fetch_all(pool).await)?)
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
                   (select count(*) from opportunity where customer_id = $2) as deals, \
                   (select cast(coalesce(sum(version), 0) as bigint) from opportunity \
                    where customer_id = $2) as steps, \
                   (select count(*) from signal_correction where chat_id = $1) as corrections, \
                   (select count(*) from signal_correction \
                    where chat_id = $1 and state = 'pending') as waiting, \
                   (select max(decided_at) from signal_correction where chat_id = $1) as decided_at";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL)
            .bind(chat).bind(customer).fetch_one(pool).await)?)
    }
}

/// One statement for so many chats. Nothing that anybody wrote is part of its text.
fn insertion(by: ViewedBy<'_>, chats: usize) -> String {
    const FIRST: usize = 7;
    let end = FIRST + chats;
    let places: Vec<String> = (FIRST..end).map(|place| format!("${place}")).collect();
    let places = places.join(", ");
    match by {
        ViewedBy::Person(..) => format!(
            "insert into chat_view \
                 (id, person_id, chat_id, message_id, at, address, place, session) \
             select cast($1 as text) || '.' || id, $2, id, $3, cast($4 as bigint), $5, $6, ${end} \
             from chat where id in ({places})"
        ),
        // In the order of the chats: two that count at once wait for each other, not in a circle.
        ViewedBy::Token(_) => format!(
            "insert into token_view \
                 (id, token, chat_id, message_id, at, address, place, hour) \
             select cast($1 as text) || '.' || id, $2, id, $3, cast($4 as bigint), $5, $6, \
                    cast($4 as bigint) / 3600000 \
             from chat where id in ({places}) order by id \
             on conflict (token, chat_id, place, hour, coalesce(message_id, '')) do update \
             set times = token_view.times + 1, at = excluded.at, address = excluded.address"
        ),
    }
}
