//! What customers bought before.

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{CustomerId, ModelCode, Timestamp};

/// The most models of a history that are compared with: far more than any factory has machines.
const MOST_MODELS: i64 = 50_000;

/// A model that a customer bought, at a moment.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Purchase {
    /// Who bought.
    pub customer_id: CustomerId,
    /// The model's code without what makes no difference; see [`ModelCode::folded`].
    pub folded: String,
    /// When.
    pub bought_at: Timestamp,
    /// The model's code as it was written.
    pub model: String,
    /// How many.
    pub quantity: i64,
}

impl Purchase {
    /// What is stored once.
    #[must_use]
    pub fn key(&self) -> (CustomerId, String, Timestamp) {
        (
            self.customer_id.clone(),
            self.folded.clone(),
            self.bought_at,
        )
    }
}

impl Store {
    /// Purchases after a key, in the order of their keys.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purchases(
        &self,
        after: Option<&Purchase>,
        limit: i64,
    ) -> Result<Vec<Purchase>, StoreError> {
        const SQL: &str = "\
            select customer_id, folded, bought_at, model, quantity from purchase \
            where (customer_id, folded, bought_at) > ($1, $2, $3) \
            order by customer_id, folded, bought_at limit $4";
        let (customer, folded) = after.map_or(("", ""), |after| {
            (after.customer_id.as_str(), after.folded.as_str())
        });
        let at = after.map_or(Timestamp(i64::MIN), |after| after.bought_at);
        Ok(on_reader!(self, pool => sqlx::query_as(SQL)
            .bind(customer).bind(folded).bind(at).bind(limit).fetch_all(pool).await)?)
    }

    /// The models that the customer bought, each once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn models_bought_by(
        &self,
        customer: &CustomerId,
    ) -> Result<Vec<ModelCode>, StoreError> {
        const SQL: &str = "\
            select max(model) from purchase where customer_id = $1 \
            group by folded order by folded limit $2";
        let models: Vec<String> = on_reader!(self, pool => sqlx::query_scalar(SQL)
            .bind(customer).bind(MOST_MODELS).fetch_all(pool).await)?;
        Ok(models
            .iter()
            .filter_map(|model| ModelCode::new(model))
            .collect())
    }
}

impl Tx {
    /// As [`Store::models_bought_by`], in the transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn models_bought(
        &mut self,
        customer: &CustomerId,
    ) -> Result<Vec<ModelCode>, StoreError> {
        const SQL: &str = "\
            select max(model) from purchase where customer_id = $1 \
            group by folded order by folded limit $2";
        let models: Vec<(String,)> = in_tx!(self, connection => sqlx::query_as(SQL)
            .bind(customer).bind(MOST_MODELS).fetch_all(connection).await)?;
        Ok(models
            .iter()
            .filter_map(|(model,)| ModelCode::new(model))
            .collect())
    }

    /// Adds the purchase, or brings it up to date.
    ///
    /// # Errors
    /// When the database fails, or the customer is unknown.
    pub async fn put_purchase(&mut self, purchase: &Purchase) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into purchase (customer_id, folded, bought_at, model, quantity) \
            values ($1, $2, $3, $4, $5) \
            on conflict (customer_id, folded, bought_at) do update set model = excluded.model, \
                quantity = excluded.quantity";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&purchase.customer_id)
            .bind(&purchase.folded)
            .bind(purchase.bought_at)
            .bind(&purchase.model)
            .bind(purchase.quantity)
            .execute(connection)
            .await
            .map(|_| ()))?;
        Ok(())
    }
}
