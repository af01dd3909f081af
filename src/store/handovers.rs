//! Deals that go from one rep to another.

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{CustomerId, OpportunityId, PersonId};

impl Store {
    /// Deals whose new rep has not been asked yet what is open.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn handovers(&self, limit: i64) -> Result<Vec<OpportunityId>, StoreError> {
        const SQL: &str = "select opportunity_id from handover order by opportunity_id limit $1";
        Ok(on_reader!(self, pool => sqlx::query_scalar(SQL).bind(limit).fetch_all(pool).await)?)
    }
}

impl Tx {
    /// Gives a deal another name, rep and customer. Whoever had it before is asked nothing of it any
    /// more; its new rep will be, and what is counted of it counts for them.
    ///
    /// # Errors
    /// When the database fails, or rep or customer are unknown.
    pub async fn describe_opportunity(
        &mut self,
        id: &OpportunityId,
        name: &str,
        rep: &PersonId,
        customer: &CustomerId,
    ) -> Result<(), StoreError> {
        const HAND_OVER: &str = "\
            insert into handover (opportunity_id, former_id) \
            select id, rep_id from opportunity where id = $1 and rep_id <> $2 \
            on conflict (opportunity_id) do nothing";
        const SILENCE: &str = "delete from asking where opportunity_id = $1 and person_id <> $2";
        const SQL: &str = "\
            update opportunity set name = $1, rep_id = $2, customer_id = $3 where id = $4";
        const RUNS: &str = "update run set rep_id = $2 where opportunity_id = $1";
        const STAYS: &str = "update stage_stay set rep_id = $2 where opportunity_id = $1";
        for statement in [HAND_OVER, SILENCE, RUNS, STAYS] {
            in_tx!(self, connection => sqlx::query(statement)
                .bind(id).bind(rep).execute(connection).await.map(|_| ()))?;
        }
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(name).bind(rep).bind(customer).bind(id)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Takes out who had the deal before. To be called with the deal taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_handover(
        &mut self,
        deal: &OpportunityId,
    ) -> Result<Option<PersonId>, StoreError> {
        const SQL: &str = "delete from handover where opportunity_id = $1 returning former_id";
        Ok(
            in_tx!(self, connection => sqlx::query_scalar(SQL).bind(deal).fetch_optional(connection).await)?,
        )
    }
}
