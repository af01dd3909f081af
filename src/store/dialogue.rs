//! What a rep has open over all their deals, and what of their dialogue waits for a number.

use super::database::in_tx;
use super::{StoreError, Tx};
use crate::domain::{OpportunityId, PersonId, RunId, Timestamp};

/// More would fit on no phone.
const MOST_RUNS: i64 = 100;
const MOST_DEALS: i64 = 100;

/// An unfinished run of a rep, with the deal it belongs to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RepRun {
    /// The run.
    pub run_id: RunId,
    /// The deal.
    pub opportunity_id: OpportunityId,
    /// The deal's name.
    pub deal: String,
    /// The customer's name.
    pub customer: String,
    /// When the deal was opened.
    pub opened_at: Timestamp,
    /// The deal's state, as JSON.
    pub state: String,
}

/// An open deal of a rep.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RepDeal {
    /// The deal.
    pub id: OpportunityId,
    /// The deal's name.
    pub name: String,
    /// The customer's name.
    pub customer: String,
    /// The key of the stage it stands in.
    pub stage: String,
}

/// Something that was sent, of which the rep has to say what it answers.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct HeldMedia {
    /// The inbox row's key.
    pub key: String,
    /// What it is, as JSON.
    pub media: String,
    /// The questions that take it, as JSON.
    pub candidates: String,
}

impl Tx {
    /// The unfinished runs of the rep's deals, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn runs_of_rep(&mut self, rep: &PersonId) -> Result<Vec<RepRun>, StoreError> {
        const SQL: &str = "\
            select run.id as run_id, run.opportunity_id, deal.name as deal, customer.name as customer, \
                   deal.opened_at, deal.state \
            from opportunity deal \
            join run on run.opportunity_id = deal.id \
            join customer on customer.id = deal.customer_id \
            where deal.rep_id = $1 and run.status in ('open', 'paused', 'overdue') \
            order by run.opened_at, run.id limit $2";
        Ok(
            in_tx!(self, connection => sqlx::query_as(SQL).bind(rep).bind(MOST_RUNS).fetch_all(connection).await)?,
        )
    }

    /// The runs as the rep was last told them, as a list in JSON.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn told_list(&mut self, rep: &PersonId) -> Result<Option<String>, StoreError> {
        const SQL: &str = "select runs from told_list where person_id = $1";
        Ok(
            in_tx!(self, connection => sqlx::query_scalar(SQL).bind(rep).fetch_optional(connection).await)?,
        )
    }

    /// The rep's open deals, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_deals_of(&mut self, rep: &PersonId) -> Result<Vec<RepDeal>, StoreError> {
        const SQL: &str = "\
            select deal.id, deal.name, customer.name as customer, deal.stage from opportunity deal \
            join customer on customer.id = deal.customer_id \
            where deal.rep_id = $1 and deal.closed_at is null \
            order by deal.opened_at desc, deal.id desc limit $2";
        Ok(
            in_tx!(self, connection => sqlx::query_as(SQL).bind(rep).bind(MOST_DEALS).fetch_all(connection).await)?,
        )
    }

    /// Remembers the numbers under which runs were told to the rep.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_told_list(
        &mut self,
        rep: &PersonId,
        runs: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into told_list (person_id, runs, told_at) values ($1, $2, $3) \
            on conflict (person_id) do update set runs = excluded.runs, told_at = excluded.told_at";
        in_tx!(self, connection => sqlx::query(SQL).bind(rep).bind(runs).bind(now)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps what was sent until the rep says what it answers.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hold_media(
        &mut self,
        rep: &PersonId,
        held: &HeldMedia,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into held_media (key, person_id, media, candidates, held_at) \
            values ($1, $2, $3, $4, $5) on conflict (key) do nothing";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&held.key).bind(rep).bind(&held.media).bind(&held.candidates).bind(now)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// What waits longest for the rep's number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn held_media(&mut self, rep: &PersonId) -> Result<Option<HeldMedia>, StoreError> {
        const SQL: &str = "\
            select key, media, candidates from held_media \
            where person_id = $1 order by held_at, key limit 1";
        Ok(
            in_tx!(self, connection => sqlx::query_as(SQL).bind(rep).fetch_optional(connection).await)?,
        )
    }

    /// It is no longer held.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_media(&mut self, key: &str) -> Result<(), StoreError> {
        const SQL: &str = "delete from held_media where key = $1";
        in_tx!(self, connection => sqlx::query(SQL).bind(key).execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}
