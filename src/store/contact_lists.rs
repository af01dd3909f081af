//! Contacts as lists show them.

use std::collections::HashSet;

use super::database::on_reader;
use super::pages::{reps_of_director, within};
use super::{Store, StoreError, StoredMessage, ViewScope};
use crate::domain::{ChatId, ContactId, CustomerId, PersonId, Speaker, Timestamp};

/// A contact as lists show it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ContactRow {
    /// WeCom's `external_userid`.
    pub id: ContactId,
    /// What they call themselves; empty when unknown.
    pub name: String,
    /// The company they belong to, once known.
    pub customer_id: Option<CustomerId>,
    /// Its name; empty when unknown.
    pub customer: String,
    /// Why they are no customer's; empty while they may be one's.
    pub outsider: String,
    /// The companies that WeCom names, as a list in JSON.
    pub companies: String,
    /// Whose word it is: `wecom`, a person's id, or a token's name; empty when nobody said it here.
    pub told_by: String,
    /// The name of that person; empty when it is nobody's.
    pub teller: String,
    /// When it was said.
    pub told_at: Option<Timestamp>,
    /// The chat in which they spoke last while they were unknown.
    pub chat_id: Option<ChatId>,
    /// The rep of that chat.
    pub rep_id: Option<PersonId>,
    /// Their name; empty when unknown.
    pub rep: String,
    /// Lines they said while they were unknown.
    pub lines: i64,
    /// The first of those.
    pub first_said_at: Option<Timestamp>,
    /// The last of those.
    pub last_said_at: Option<Timestamp>,
    /// Their signals that belong to no customer.
    pub signals: i64,
}

macro_rules! contact_rows {
    () => {
        "select contact.id, contact.name, contact.customer_id, coalesce(customer.name, '') as customer, \
             contact.outsider, contact.companies, contact.told_by, contact.told_at, \
             coalesce((select teller.name from person teller where teller.id = contact.told_by), '') as teller, \
             contact.last_chat_id as chat_id, chat.rep_id, coalesce(person.name, '') as rep, \
             contact.lines, contact.first_said_at, contact.last_said_at, \
             (select count(*) from signal join message on message.id = signal.message_id \
               where signal.customer_id is null and message.contact_id = contact.id) + \
             (select count(*) from chat own join signal on signal.chat_id = own.id \
               join message on message.id = signal.message_id \
               where own.contact_id = contact.id and message.contact_id is null \
                 and signal.customer_id is null) as signals \
             from contact left join customer on customer.id = contact.customer_id \
             left join chat on chat.id = contact.last_chat_id \
             left join person on person.id = chat.rep_id"
    };
}

macro_rules! contacts_where {
    ($condition:literal) => {
        concat!(contact_rows!(), " where ", $condition)
    };
}

/// Contacts within the scope by the chat in which they spoke last, and `$rest`.
macro_rules! contacts_within {
    ($scope:expr, $rest:literal) => {
        within!(
            $scope,
            contact_rows!(),
            director: ["person.id in ", reps_of_director!()],
            rep: "chat.rep_id = $1",
            $rest
        )
    };
}

/// Who is no customer's, so that nothing they say is heard.
#[derive(Debug, Default)]
pub struct Outsiders {
    contacts: HashSet<ContactId>,
    /// Chats of one of them with a rep, whose older lines don't name who said them.
    chats: HashSet<ChatId>,
}

impl Outsiders {
    /// Whether one of them said it.
    #[must_use]
    pub fn said(&self, message: &StoredMessage) -> bool {
        message.speaker == Speaker::Customer
            && match &message.contact_id {
                Some(contact) => self.contacts.contains(contact),
                None => self.chats.contains(&message.chat_id),
            }
    }
}

impl Store {
    /// All who are no customer's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outsiders(&self) -> Result<Outsiders, StoreError> {
        const CONTACTS: &str = "select id from contact where outsider <> ''";
        const CHATS: &str = "select chat.id from chat join contact on contact.id = chat.contact_id \
            where contact.outsider <> ''";
        let contacts: Vec<ContactId> =
            on_reader!(self, pool => sqlx::query_scalar(CONTACTS).fetch_all(pool).await)?;
        let chats: Vec<ChatId> =
            on_reader!(self, pool => sqlx::query_scalar(CHATS).fetch_all(pool).await)?;
        Ok(Outsiders {
            contacts: contacts.into_iter().collect(),
            chats: chats.into_iter().collect(),
        })
    }

    /// The contact as lists show it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn contact_row(&self, id: &ContactId) -> Result<Option<ContactRow>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(contacts_where!("contact.id = $1"))
            .bind(id).fetch_optional(pool).await)?,
        )
    }

    /// Contacts after a key in the order of their ids: all, those of customers, or the unknown ones.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn contacts_page(
        &self,
        known: Option<bool>,
        after: &str,
        limit: i64,
    ) -> Result<Vec<ContactRow>, StoreError> {
        let known = known.map(i64::from);
        Ok(on_reader!(self, pool => sqlx::query_as(contacts_where!(
            "contact.id > $1 and ($2 is null or \
             (case when contact.customer_id is null and contact.outsider = '' then 0 else 1 end) = $2) \
             order by contact.id limit $3"
        ))
            .bind(after).bind(known).bind(limit).fetch_all(pool).await)?)
    }

    /// Contacts whom nobody knows and who spoke, as a viewer may see them; who spoke last first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unknown_contacts_in(
        &self,
        scope: &ViewScope,
        limit: i64,
    ) -> Result<Vec<ContactRow>, StoreError> {
        let sql = contacts_within!(
            scope,
            "and contact.customer_id is null and contact.outsider = '' and contact.lines > 0 \
             order by contact.last_said_at desc, contact.id limit $2"
        );
        Ok(on_reader!(self, pool => sqlx::query_as(sql)
            .bind(scope.key()).bind(limit).fetch_all(pool).await)?)
    }

    /// Contacts who are no customer's, as a viewer may see them; who was told last first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outsiders_in(
        &self,
        scope: &ViewScope,
        limit: i64,
    ) -> Result<Vec<ContactRow>, StoreError> {
        let sql = contacts_within!(
            scope,
            "and contact.outsider <> '' order by contact.told_at desc, contact.id limit $2"
        );
        Ok(on_reader!(self, pool => sqlx::query_as(sql)
            .bind(scope.key()).bind(limit).fetch_all(pool).await)?)
    }

    /// The contact, if it is one that the viewer may see and that spoke.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn contact_in(
        &self,
        scope: &ViewScope,
        id: &str,
    ) -> Result<Option<ContactRow>, StoreError> {
        let sql = contacts_within!(scope, "and contact.lines > 0 and contact.id = $2");
        Ok(on_reader!(self, pool => sqlx::query_as(sql)
            .bind(scope.key()).bind(id).fetch_optional(pool).await)?)
    }
}
