//! Which of a customer's open deals a chat is about: what was asked, and what waits for the answer.

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{
    ChatId, ContactId, CustomerId, DealQuestionId, OpportunityId, PersonId, Timestamp,
};

/// An open deal, as far as a rep needs to tell it from another.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OpenDeal {
    /// Ours.
    pub id: OpportunityId,
    /// What people call it.
    pub name: String,
    /// The rep who owns it.
    pub rep_id: PersonId,
    /// When it was opened.
    pub opened_at: Timestamp,
}

/// A question which deal is meant, taken to be changed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DealQuestion {
    /// Ours.
    pub id: DealQuestionId,
    /// The chat it is about.
    pub chat_id: ChatId,
    /// Who in the chat it is about; none where it is the chat's own contact.
    pub contact_id: Option<ContactId>,
    /// Whom the card went to.
    pub person_id: PersonId,
    /// The deals that were open then, newest first, as a list of ids in JSON.
    pub offered: String,
    /// How many cards asked it; only the newest may answer.
    pub cards: i64,
    /// When it was asked first.
    pub asked_at: Timestamp,
    /// Unanswered by then, the newest deal is taken.
    pub due_at: Timestamp,
    /// When the waiting ended.
    pub settled_at: Option<Timestamp>,
    /// The deal that was told what had waited.
    pub went_to: Option<OpportunityId>,
    /// The deal that the rep chose, in time or late.
    pub chosen: Option<OpportunityId>,
    /// So long the chat is not asked about again.
    pub remembered_until: Timestamp,
}

/// What was heard in one message and waits for a deal.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct HeldSignal {
    /// Of the message, in its chat.
    pub position: i64,
    /// Which message led to it.
    pub cause: String,
    /// The engine's events as JSON.
    pub events: String,
}

/// The rows that fit, and on Postgres locked until the commit. SQLite has one writer and no locks.
macro_rules! questions_where {
    ($tx:expr, $value:expr, $condition:literal) => {{
        const SQLITE: &str = concat!(
            "select id, chat_id, contact_id, person_id, offered, cards, asked_at, due_at, settled_at, went_to, \
             chosen, remembered_until from deal_question where ",
            $condition
        );
        const POSTGRES: &str = concat!(
            "select id, chat_id, contact_id, person_id, offered, cards, asked_at, due_at, settled_at, went_to, \
             chosen, remembered_until from deal_question where ",
            $condition,
            " for update"
        );
        let found = match $tx {
            Tx::Sqlite(tx, ..) => {
                let query = sqlx::query_as(SQLITE).bind($value);
                query.fetch_optional(&mut **tx).await
            }
            Tx::Postgres(tx, ..) => {
                let query = sqlx::query_as(POSTGRES).bind($value);
                query.fetch_optional(&mut **tx).await
            }
        };
        Ok(found?)
    }};
}

impl Tx {
    /// The customer's open deals, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_deals(&mut self, customer: &CustomerId) -> Result<Vec<OpenDeal>, StoreError> {
        const SQL: &str = "\
            select id, name, rep_id, opened_at from opportunity \
            where customer_id = $1 and closed_at is null order by opened_at desc, id desc";
        Ok(
            in_tx!(self, connection => sqlx::query_as(SQL).bind(customer).fetch_all(connection).await)?,
        )
    }

    /// The question of that id, taken to be changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deal_question(
        &mut self,
        id: &DealQuestionId,
    ) -> Result<Option<DealQuestion>, StoreError> {
        questions_where!(self, id, "id = $1")
    }

    /// The chat's question that is not settled, taken to be changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_deal_question(
        &mut self,
        chat: &ChatId,
    ) -> Result<Option<DealQuestion>, StoreError> {
        questions_where!(self, chat, "chat_id = $1 and settled_at is null")
    }

    /// The question that was asked last about the chat, taken to be changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_deal_question(
        &mut self,
        chat: &ChatId,
    ) -> Result<Option<DealQuestion>, StoreError> {
        questions_where!(
            self,
            chat,
            "chat_id = $1 order by asked_at desc, id desc limit 1"
        )
    }

    /// Stores a new question. `false` when the chat has one that is not settled.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_deal_question(&mut self, asked: &DealQuestion) -> Result<bool, StoreError> {
        const SQL: &str = "\
            insert into deal_question (id, chat_id, contact_id, person_id, offered, cards, asked_at, due_at) \
            values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing";
        let stored = in_tx!(self, connection => sqlx::query(SQL)
            .bind(&asked.id).bind(&asked.chat_id).bind(&asked.contact_id).bind(&asked.person_id).bind(&asked.offered)
            .bind(asked.cards).bind(asked.asked_at).bind(asked.due_at)
            .execute(connection).await.map(|done| done.rows_affected()))?;
        Ok(stored == 1)
    }

    /// Saves what became of a question.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_deal_question(&mut self, asked: &DealQuestion) -> Result<(), StoreError> {
        const SQL: &str = "\
            update deal_question set offered = $1, cards = $2, due_at = $3, settled_at = $4, \
                   went_to = $5, chosen = $6, remembered_until = $7 where id = $8";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&asked.offered).bind(asked.cards).bind(asked.due_at).bind(asked.settled_at)
            .bind(&asked.went_to).bind(&asked.chosen).bind(asked.remembered_until).bind(&asked.id)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps what a message meant until the question is settled.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hold_signal(
        &mut self,
        question: &DealQuestionId,
        held: &HeldSignal,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into held_signal (question_id, position, cause, events) values ($1, $2, $3, $4) \
            on conflict (question_id, cause) do nothing";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(question).bind(held.position).bind(&held.cause).bind(&held.events)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// What waits for the question, in the order of the chat.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn held_signals(
        &mut self,
        question: &DealQuestionId,
    ) -> Result<Vec<HeldSignal>, StoreError> {
        const SQL: &str = "\
            select position, cause, events from held_signal where question_id = $1 \
            order by position, cause";
        Ok(
            in_tx!(self, connection => sqlx::query_as(SQL).bind(question).fetch_all(connection).await)?,
        )
    }

    /// Forgets what waited for the question.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_signals(&mut self, question: &DealQuestionId) -> Result<(), StoreError> {
        const SQL: &str = "delete from held_signal where question_id = $1";
        in_tx!(self, connection => sqlx::query(SQL).bind(question).execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}

impl Store {
    /// Questions that nobody answered in time, the longest due first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_deal_questions(
        &self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<DealQuestionId>, StoreError> {
        const SQL: &str = "\
            select id from deal_question where settled_at is null and due_at <= $1 \
            order by due_at, id limit $2";
        Ok(
            on_reader!(self, pool => sqlx::query_scalar(SQL).bind(now).bind(limit).fetch_all(pool).await)?,
        )
    }
}
