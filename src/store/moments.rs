//! When deals have to be looked at.

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{OpportunityId, Timestamp};

/// A deal whose moment has come.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DueDeal {
    /// The deal.
    pub opportunity_id: OpportunityId,
    /// Its moment.
    pub due_at: Timestamp,
    /// How often that was pushed back already.
    pub tries: i64,
}

impl Store {
    /// The earliest moment at which some deal has to be looked at, or a question which deal is
    /// meant or an alert has waited long enough.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn nearest_moment(&self) -> Result<Option<Timestamp>, StoreError> {
        const SQL: &str = "\
            select min(due_at) from (select min(due_at) as due_at from moment union all \
                select min(due_at) from deal_question where settled_at is null union all \
                select min(due_at) from held_alert) as nearest";
        let (due,) = on_reader!(self, pool => sqlx::query_as(SQL).fetch_one(pool).await)?;
        Ok(due)
    }

    /// Deals whose moment has come, earliest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_deals(&self, now: Timestamp, limit: i64) -> Result<Vec<DueDeal>, StoreError> {
        const SQL: &str = "\
            select opportunity_id, due_at, tries from moment where due_at <= $1 \
            order by due_at, opportunity_id limit $2";
        Ok(
            on_reader!(self, pool => sqlx::query_as(SQL).bind(now).bind(limit).fetch_all(pool).await)?,
        )
    }
}

impl Tx {
    /// Lets every open deal be looked at now, unless that was done for these definitions already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look_at_all(
        &mut self,
        definitions: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const USE: &str = "\
            insert into looked_at_by (id, definitions) values (1, $1) \
            on conflict (id) do update set definitions = excluded.definitions \
            where looked_at_by.definitions <> excluded.definitions";
        const ALL: &str = "\
            insert into moment (opportunity_id, due_at) \
            select id, $1 from opportunity where closed_at is null \
            on conflict (opportunity_id) do update set due_at = excluded.due_at \
            where moment.due_at > excluded.due_at";
        let used = in_tx!(self, connection => sqlx::query(USE).bind(definitions)
            .execute(connection).await.map(|done| done.rows_affected()))?;
        if used == 1 {
            in_tx!(self, connection => sqlx::query(ALL).bind(now).execute(connection).await.map(|_| ()))?;
        }
        Ok(())
    }

    /// Sets the deal's next moment, or that it has none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_moment(
        &mut self,
        deal: &OpportunityId,
        due: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        const SET: &str = "\
            insert into moment (opportunity_id, due_at) values ($1, $2) \
            on conflict (opportunity_id) do update set due_at = excluded.due_at, tries = 0";
        const CLEAR: &str = "delete from moment where opportunity_id = $1";
        match due {
            Some(due) => {
                in_tx!(self, connection => sqlx::query(SET).bind(deal).bind(due).execute(connection).await.map(|_| ()))?;
            }
            None => {
                in_tx!(self, connection => sqlx::query(CLEAR).bind(deal).execute(connection).await.map(|_| ()))?;
            }
        }
        Ok(())
    }

    /// Looks at the deal again at `until`, since it could not be ticked now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn push_back_moment(
        &mut self,
        deal: &OpportunityId,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str =
            "update moment set due_at = $1, tries = tries + 1 where opportunity_id = $2";
        in_tx!(self, connection => sqlx::query(SQL).bind(until).bind(deal).execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}
