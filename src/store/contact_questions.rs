//! Whose a contact is: what was asked of reps, and what was answered.

use super::database::in_tx;
use super::{StoreError, Tx};
use crate::domain::{ChatId, ContactId, ContactQuestionId, PersonId, Timestamp};

/// A question whose a contact is.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ContactQuestion {
    /// Ours.
    pub id: ContactQuestionId,
    /// Who it is about.
    pub contact_id: ContactId,
    /// Where they said what made it worth asking.
    pub chat_id: ChatId,
    /// Whom the card went to.
    pub person_id: PersonId,
    /// The customers on the newest card, in its order, as a list of ids in JSON.
    pub offered: String,
    /// How many cards asked it; only the newest may answer.
    pub cards: i64,
    /// When the newest was sent.
    pub asked_at: Timestamp,
    /// When it was answered, by whomever.
    pub answered_at: Option<Timestamp>,
    /// Since when the rep's next text is the new customer's name.
    pub wants_name: Option<Timestamp>,
}

macro_rules! questions_where {
    ($condition:literal) => {
        concat!(
            "select id, contact_id, chat_id, person_id, offered, cards, asked_at, answered_at, wants_name \
             from contact_question where ",
            $condition
        )
    };
}

impl Tx {
    /// The question of that id. Who changes it takes its contact before ([`Tx::take_contact`]).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn contact_question(
        &mut self,
        id: &ContactQuestionId,
    ) -> Result<Option<ContactQuestion>, StoreError> {
        Ok(
            in_tx!(self, connection => sqlx::query_as(questions_where!("id = $1"))
            .bind(id).fetch_optional(connection).await)?,
        )
    }

    /// The question about the contact, if it was ever asked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn question_about(
        &mut self,
        contact: &ContactId,
    ) -> Result<Option<ContactQuestion>, StoreError> {
        Ok(
            in_tx!(self, connection => sqlx::query_as(questions_where!("contact_id = $1"))
            .bind(contact).fetch_optional(connection).await)?,
        )
    }

    /// The question whose answer is the person's next text: the one that waits for it newest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn question_for_a_name(
        &mut self,
        person: &PersonId,
    ) -> Result<Option<ContactQuestion>, StoreError> {
        Ok(in_tx!(self, connection => sqlx::query_as(questions_where!(
                "person_id = $1 and wants_name is not null order by wants_name desc, id desc limit 1"
            ))
            .bind(person).fetch_optional(connection).await)?)
    }

    /// Keeps the question, new or changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_contact_question(
        &mut self,
        asked: &ContactQuestion,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into contact_question (id, contact_id, chat_id, person_id, offered, cards, asked_at, \
                                          answered_at, wants_name) \
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
            on conflict (id) do update set chat_id = excluded.chat_id, person_id = excluded.person_id, \
                offered = excluded.offered, cards = excluded.cards, asked_at = excluded.asked_at, \
                answered_at = excluded.answered_at, wants_name = excluded.wants_name";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&asked.id).bind(&asked.contact_id).bind(&asked.chat_id).bind(&asked.person_id)
            .bind(&asked.offered).bind(asked.cards).bind(asked.asked_at).bind(asked.answered_at)
            .bind(asked.wants_name)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}
