//! Who a contact is, as far as it is known, and what they said before it was.

use super::chats::{ChatRow, heard_of};
use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{
    ChatId, ContactId, CustomerId, Label, MessageId, PersonId, Timestamp, place_of,
};
use crate::fresh_id::fresh_id;

/// What is known of a contact.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Standing {
    /// WeCom's `external_userid`.
    pub id: ContactId,
    /// What they call themselves; empty when unknown.
    pub name: String,
    /// The company they belong to, once known.
    pub customer_id: Option<CustomerId>,
    /// Its name; empty when unknown.
    pub customer: String,
    /// Its region; empty when unknown.
    pub customer_region: String,
    /// Why they are no customer's; empty while they may be one's.
    pub outsider: String,
    /// What WeCom said last that they call themselves.
    pub profile_name: String,
    /// The companies that WeCom named last, as a list in JSON.
    pub companies: String,
    /// When WeCom last said who they are.
    pub looked_up_at: Option<Timestamp>,
    /// When WeCom was last asked, whatever came of it.
    pub tried_at: Option<Timestamp>,
    /// How many lines they said while they were unknown.
    pub lines: i64,
    /// Where they spoke last while they were unknown.
    pub last_chat_id: Option<ChatId>,
}

impl Standing {
    /// Whether nobody has said yet whose they are.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.customer_id.is_none() && self.outsider.is_empty()
    }

    /// The chat as far as this one of its people is concerned: of a group each may be another's.
    #[must_use]
    pub fn in_chat(&self, chat: &ChatRow) -> ChatRow {
        let region = match chat.rep_id {
            Some(_) => chat.region.clone(),
            None => self.customer_region.clone(),
        };
        ChatRow {
            contact_id: self.id.clone(),
            contact: self.name.clone(),
            customer_id: self.customer_id.clone(),
            customer: self.customer.clone(),
            region,
            ..chat.clone()
        }
    }
}

/// A signal of a contact that belongs to no customer yet, with the words it stands in.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct WaitingSignal {
    /// The message that carried it.
    pub message_id: MessageId,
    /// What it means.
    pub label: Label,
    /// Where its words begin in the text.
    pub first_byte: i64,
    /// Where they end.
    pub end_byte: i64,
    /// Whether a rule heard it that is only being tried.
    pub shadow: bool,
    /// When the message was sent.
    pub sent_at: Timestamp,
    /// Its place in its chat.
    pub position: i64,
    /// Its chat.
    pub chat_id: ChatId,
    /// The platform's own id, by which a deal is told of it once.
    pub platform_id: String,
    /// Its text.
    pub text: String,
    /// Where what is heard of the text begins; `None` when all of it is.
    pub heard_first: Option<i64>,
    /// Where it ends.
    pub heard_end: Option<i64>,
    /// The words, where they stand in several lines; else empty.
    pub words: String,
    /// All that was said with them then; else empty.
    pub quote: String,
    /// When it was recalled, if it was.
    pub recalled_at: Option<Timestamp>,
}

impl WaitingSignal {
    /// The words that were heard, and what was said with them: nothing that was quoted, forwarded, or
    /// said without consent.
    #[must_use]
    pub fn said(&self) -> (&str, &str) {
        if !self.quote.is_empty() {
            return (&self.words, &self.quote);
        }
        let words = place_of(self.first_byte)..place_of(self.end_byte);
        let (heard, _) = heard_of(&self.text, self.heard_first.zip(self.heard_end));
        (self.text.get(words).unwrap_or_default(), heard)
    }
}

const STANDING: &str = "\
    select contact.id, contact.name, contact.customer_id, coalesce(customer.name, '') as customer, \
           coalesce(customer.region, '') as customer_region, contact.outsider, contact.profile_name, \
           contact.companies, contact.looked_up_at, contact.tried_at, contact.lines, contact.last_chat_id \
    from contact left join customer on customer.id = contact.customer_id where contact.id = $1";

/// The messages that the contact `$1` said.
macro_rules! said_by {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "(select message.id from message where message.contact_id = $1 \
              union all select message.id from chat join message on message.chat_id = chat.id \
                where chat.contact_id = $1 and message.contact_id is null and message.speaker = 'customer')",
            $after
        )
    };
}

impl Tx {
    /// What is known of the contact.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn standing(&mut self, id: &ContactId) -> Result<Option<Standing>, StoreError> {
        Ok(
            in_tx!(self, connection => sqlx::query_as(STANDING).bind(id).fetch_optional(connection).await)?,
        )
    }

    /// As [`Tx::standing`], taken to be changed: until the commit nobody else says whose they are,
    /// and nobody else stores what they say as long as they are unknown.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_contact(&mut self, id: &ContactId) -> Result<Option<Standing>, StoreError> {
        self.lock_contact(id).await?;
        self.standing(id).await
    }

    /// SQLite has one writer and no locks. Lines refer to the contact, which this lock doesn't mind: who
    /// stores one may take its contact afterwards without waiting for another who did the same.
    pub(super) async fn lock_contact(&mut self, id: &ContactId) -> Result<(), StoreError> {
        const SQL: &str = "select id from contact where id = $1 for no key update";
        if let Self::Postgres(tx) = self {
            sqlx::query(SQL).bind(id).execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// Counts a line of a contact whom nobody knows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_unknown_line(
        &mut self,
        contact: &ContactId,
        chat: &ChatId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            update contact set lines = lines + 1, last_chat_id = $1, \
                   first_said_at = case when first_said_at < $2 then first_said_at else $2 end, \
                   last_said_at = case when last_said_at > $2 then last_said_at else $2 end \
            where id = $3";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(chat).bind(at).bind(contact).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// WeCom was asked who the contact is, and did not say.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_lookup(&mut self, id: &ContactId, now: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "update contact set tried_at = $1 where id = $2";
        in_tx!(self, connection => sqlx::query(SQL).bind(now).bind(id).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps what WeCom says of the contact. Its name is taken where nobody gave another one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_profile(
        &mut self,
        id: &ContactId,
        (name, companies): (&str, &str),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            update contact set tried_at = $1, looked_up_at = $1, companies = $2, \
                   name = case when $3 <> '' and name in ('', profile_name) then $3 else name end, \
                   profile_name = $3 \
            where id = $4";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(now).bind(companies).bind(name).bind(id)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Says to which customer the contact belongs, or why to none.
    ///
    /// # Errors
    /// When the database fails, or the customer is unknown.
    pub async fn tell_contact(
        &mut self,
        id: &ContactId,
        (customer, outsider): (Option<&CustomerId>, &str),
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            update contact set customer_id = $1, outsider = $2, told_by = $3, told_at = $4 where id = $5";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(customer).bind(outsider).bind(by).bind(now).bind(id)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// The contact's signals that belong to no customer, in the order in which they were said.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting_signals(
        &mut self,
        contact: &ContactId,
    ) -> Result<Vec<WaitingSignal>, StoreError> {
        const SQL: &str = said_by!(
            "select signal.message_id, signal.label, signal.first_byte, signal.end_byte, signal.shadow, \
                    message.sent_at, message.position, message.chat_id, message.platform_id, message.text, \
                    message.heard_first, message.heard_end, signal.words, signal.quote, \
                    message.recalled_at \
             from signal join message on message.id = signal.message_id \
             where signal.customer_id is null and signal.dismissed_at is null and signal.message_id in ",
            " order by message.sent_at, message.position, signal.first_byte"
        );
        Ok(
            in_tx!(self, connection => sqlx::query_as(SQL).bind(contact).fetch_all(connection).await)?,
        )
    }

    /// Gives the contact's signals to the customer where they belong to none, and back to the board.
    /// Answers whether there were any.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_signals(
        &mut self,
        contact: &ContactId,
        customer: &CustomerId,
    ) -> Result<bool, StoreError> {
        const SQL: &str = said_by!(
            "update signal set customer_id = coalesce(customer_id, $2), off_board = false, \
                    region = case when region = '' \
                      then coalesce((select region from customer where id = $2), '') else region end \
             where (customer_id is null or off_board) and message_id in ",
            ""
        );
        let given = in_tx!(self, connection => sqlx::query(SQL)
            .bind(contact).bind(customer).execute(connection).await.map(|done| done.rows_affected()))?;
        Ok(given > 0)
    }

    /// Takes the contact's signals off the board. Answers whether there were any.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_signals_off(&mut self, contact: &ContactId) -> Result<bool, StoreError> {
        const SQL: &str = said_by!(
            "update signal set off_board = true where not off_board and message_id in ",
            ""
        );
        let taken = in_tx!(self, connection => sqlx::query(SQL)
            .bind(contact).execute(connection).await.map(|done| done.rows_affected()))?;
        Ok(taken > 0)
    }

    /// What the board has counted is not so any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_board(&mut self) -> Result<(), StoreError> {
        const SQL: &str = "insert into board_mark (id) values ($1)";
        in_tx!(self, connection => sqlx::query(SQL).bind(fresh_id()).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Takes out that an import made the contact known. `false` when it did not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_known_contact(&mut self, id: &ContactId) -> Result<bool, StoreError> {
        const SQL: &str = "delete from known_contact where contact_id = $1";
        let taken = in_tx!(self, connection => sqlx::query(SQL)
            .bind(id).execute(connection).await.map(|done| done.rows_affected()))?;
        Ok(taken > 0)
    }

    /// The customers of a rep's deals, those with the newest deals first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn customers_of_rep(
        &mut self,
        rep: &PersonId,
        limit: i64,
    ) -> Result<Vec<(CustomerId, String)>, StoreError> {
        const SQL: &str = "\
            select customer.id, customer.name from opportunity \
            join customer on customer.id = opportunity.customer_id \
            where opportunity.rep_id = $1 group by customer.id, customer.name \
            order by max(case when opportunity.closed_at is null then 1 else 0 end) desc, \
                     max(opportunity.opened_at) desc, customer.id limit $2";
        Ok(
            in_tx!(self, connection => sqlx::query_as(SQL).bind(rep).bind(limit).fetch_all(connection).await)?,
        )
    }

    /// The chat as far as one of its people is concerned, or as a whole.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat_with(
        &mut self,
        id: &ChatId,
        contact: Option<&ContactId>,
    ) -> Result<Option<ChatRow>, StoreError> {
        let Some(chat) = self.chat(id).await? else {
            return Ok(None);
        };
        let standing = match contact {
            Some(contact) => self.standing(contact).await?,
            None => None,
        };
        Ok(Some(standing.map_or_else(
            || chat.clone(),
            |standing| standing.in_chat(&chat),
        )))
    }
}

impl Store {
    /// What is known of the contact.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn standing(&self, id: &ContactId) -> Result<Option<Standing>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(STANDING).bind(id).fetch_optional(pool).await)?)
    }

    /// Contacts that an import made known and whose words wait to be judged.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn known_contacts(&self, limit: i64) -> Result<Vec<ContactId>, StoreError> {
        const SQL: &str = "select contact_id from known_contact order by contact_id limit $1";
        Ok(on_reader!(self, pool => sqlx::query_scalar(SQL).bind(limit).fetch_all(pool).await)?)
    }

    /// The marks that say that the board has to be made again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn board_marks(&self) -> Result<Vec<String>, StoreError> {
        const SQL: &str = "select id from board_mark order by id";
        Ok(on_reader!(self, pool => sqlx::query_scalar(SQL).fetch_all(pool).await)?)
    }

    /// The board was made again since those marks.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clear_board_marks(&self, marks: &[String]) -> Result<(), StoreError> {
        const SQL: &str = "delete from board_mark where id = $1";
        let mut tx = self.begin().await?;
        for mark in marks {
            in_tx!(&mut tx, connection => sqlx::query(SQL).bind(mark).execute(connection).await.map(|_| ()))?;
        }
        tx.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(text: &str, heard: Option<(i64, i64)>, words: &str, quote: &str) -> WaitingSignal {
        WaitingSignal {
            message_id: "m".parse().unwrap(),
            label: Label::Price,
            first_byte: 9,
            end_byte: 15,
            shadow: false,
            sent_at: Timestamp(0),
            position: 0,
            chat_id: "c".parse().unwrap(),
            platform_id: "p".to_owned(),
            text: text.to_owned(),
            heard_first: heard.map(|(first, _)| first),
            heard_end: heard.map(|(_, end)| end),
            words: words.to_owned(),
            quote: quote.to_owned(),
            recalled_at: None,
        }
    }

    #[test]
    fn only_what_may_be_heard_of_a_line_is_told_later() {
        for (text, heard, words, quote, said) in [
            ("你们的太贵了", None, "", "", ("太贵", "你们的太贵了")),
            ("引：引太贵了", Some((9, 18)), "", "", ("太贵", "太贵了")),
            ("贵", None, "太贵", "太贵", ("太贵", "太贵")),
        ] {
            assert_eq!(waiting(text, heard, words, quote).said(), said, "{text}");
        }
    }
}
