//! The questions put to reps in the chat: one is said, the others wait in a line.

use super::database::in_tx;
use super::{StoreError, Tx};
use crate::domain::{OpportunityId, PersonId, RunId, Timestamp};

/// A question that is answered in the chat.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AskedQuestion {
    /// The run.
    pub run_id: RunId,
    /// The deal.
    pub opportunity_id: OpportunityId,
    /// The question's key.
    pub question: String,
    /// When it was said.
    pub said_at: Timestamp,
}

/// What will be said when a question's turn comes.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct WaitingQuestion {
    /// The run.
    pub run_id: RunId,
    /// What to say; empty when it was said by a release that knew no line.
    pub words: String,
    /// What the key of the order that says it begins with.
    pub order_key: String,
}

impl Tx {
    /// Puts a run's question into the person's line, where a run keeps its place. Answers whether
    /// it is to be said now: nothing else is said, or the run had the word already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_asking(
        &mut self,
        person: &PersonId,
        asked: &AskedQuestion,
        (words, order_key): (&str, &str),
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "\
            insert into asking (run_id, person_id, opportunity_id, question, asked_at, said_at, words, order_key) \
            values ($1, $2, $3, $4, $5, $6, $7, $8) \
            on conflict (run_id) do update set person_id = excluded.person_id, \
                question = excluded.question, said_at = excluded.said_at, \
                words = excluded.words, order_key = excluded.order_key";
        self.take_line(person).await?;
        let said = self.said_question(person).await?;
        let is_said = said.is_none_or(|said| said.run_id == asked.run_id);
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&asked.run_id).bind(person).bind(&asked.opportunity_id).bind(&asked.question)
            .bind(now).bind(is_said.then_some(now)).bind(words).bind(order_key)
            .execute(connection).await.map(|_| ()))?;
        Ok(is_said)
    }

    /// The run asks nothing any more. Answers whom it asked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clear_asking(&mut self, run: &RunId) -> Result<Option<PersonId>, StoreError> {
        const SQL: &str = "delete from asking where run_id = $1 returning person_id";
        Ok(
            in_tx!(self, connection => sqlx::query_scalar(SQL).bind(run).fetch_optional(connection).await)?,
        )
    }

    /// The question that was said to the person last and is still open.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn said_question(
        &mut self,
        person: &PersonId,
    ) -> Result<Option<AskedQuestion>, StoreError> {
        const SQL: &str = "\
            select run_id, opportunity_id, question, said_at from asking \
            where person_id = $1 and said_at is not null \
            order by said_at desc, run_id desc limit 1";
        Ok(
            in_tx!(self, connection => sqlx::query_as(SQL).bind(person).fetch_optional(connection).await)?,
        )
    }

    /// Gives the word to the question that has waited longest, unless another has it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_asking(
        &mut self,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<Option<WaitingQuestion>, StoreError> {
        const NEXT: &str = "\
            select run_id, words, order_key from asking where person_id = $1 \
            order by asked_at, run_id limit 1";
        const SAY: &str = "update asking set said_at = $1 where run_id = $2";
        self.take_line(person).await?;
        if self.said_question(person).await?.is_some() {
            return Ok(None);
        }
        let next: Option<WaitingQuestion> = in_tx!(self, connection => sqlx::query_as(NEXT).bind(person).fetch_optional(connection).await)?;
        if let Some(next) = &next {
            in_tx!(self, connection => sqlx::query(SAY).bind(now).bind(&next.run_id)
                .execute(connection).await.map(|_| ()))?;
        }
        Ok(next)
    }

    /// Gives the word to the run, if it waits for it; every other question of the person waits.
    /// To be called with the deal taken, as all take the deal before the line.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_the_word(
        &mut self,
        person: &PersonId,
        run: &RunId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            update asking set said_at = case when run_id = $2 then $3 end where person_id = $1";
        self.take_line(person).await?;
        in_tx!(self, connection => sqlx::query(SQL).bind(person).bind(run).bind(now)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Nobody else changes the line until the commit. Two deals of one rep may be stepped side by side on Postgres; their questions may not.
    async fn take_line(&mut self, person: &PersonId) -> Result<(), StoreError> {
        const SQL: &str = "select id from person where id = $1 for no key update";
        if let Self::Postgres(tx) = self {
            sqlx::query(SQL).bind(person).execute(&mut **tx).await?;
        }
        Ok(())
    }
}
