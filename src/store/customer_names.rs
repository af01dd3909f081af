//! Customers by what they are called, however that is written.

use super::database::{in_tx, on_reader};
use super::{Customer, Store, StoreError, Tx};
use crate::domain::{CompanyName, CustomerId};

/// So many names are taken apart in one transaction.
const FOLDED_AT_ONCE: i64 = 500;
/// More of one name, or like one, are looked at by nobody.
const MOST_NAMESAKES: i64 = 200;
/// Of longer names the beginning is searched: its parts are as many as its length squared.
const LONGEST_SEARCHED: usize = 60;

/// Customers that are found by one or two columns, and those whose names nobody took apart yet: a
/// replica of an older version may have stored them a moment ago.
macro_rules! customers_found_by {
    ($($found:literal),+) => {
        concat!(
            "select id, name, industry, region from (",
            $("select id, name, industry, region, folded from customer where ", $found, " union ",)+
            "select id, name, industry, region, folded from customer \
               where coalesce(folded_from, '') <> name) as found \
             order by case when folded = $1 then 0 else 1 end, id limit $2"
        )
    };
}

const CALLED: &str = customers_found_by!("folded = $1 and folded <> ''");
const OF_CORE: &str =
    customers_found_by!("folded = $1 and folded <> ''", "core = $3 and core <> ''");
/// Each part of a name of two characters and more is looked for among the cores, and the name's core
/// among their beginnings. A folded name holds no `%` and no `_`.
const LIKE: &str = "\
    with recursive place(n) as (\
        select 1 union all select n + 1 from place where n < length(cast($2 as text))), \
      part(core) as (\
        select distinct substr(cast($2 as text), begun.n, lasting.n) \
        from place as begun, place as lasting \
        where lasting.n >= 2 and begun.n + lasting.n <= length(cast($2 as text)) + 1) \
    select id, name, industry, region from (\
      select id, name, industry, region, folded from customer \
        where substr(core, 1, 2) = substr(cast($1 as text), 1, 2) and core like cast($1 as text) || '%' \
      union select id, name, industry, region, folded from part \
        join customer on customer.core = part.core) as found \
    order by length(folded), id limit $3";

impl Store {
    /// The customers that may be called so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn customers_called(&self, name: &CompanyName) -> Result<Vec<Customer>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(CALLED)
            .bind(name.folded()).bind(MOST_NAMESAKES).fetch_all(pool).await)?)
    }

    /// Takes names apart that were stored by another version, some in each transaction.
    pub(super) async fn fold_names(&self) -> Result<(), StoreError> {
        loop {
            let mut tx = self.begin().await?;
            let folded = tx.fold_some_names().await?;
            if folded == 0 {
                return Ok(());
            }
            tx.commit().await?;
        }
    }
}

impl Tx {
    /// As [`Store::customers_called`], in the transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn customers_called(
        &mut self,
        name: &CompanyName,
    ) -> Result<Vec<Customer>, StoreError> {
        Ok(in_tx!(self, connection => sqlx::query_as(CALLED)
            .bind(name.folded()).bind(MOST_NAMESAKES).fetch_all(connection).await)?)
    }

    /// The customers of that name or of that core: all that the name can mean without doubt.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn customers_of_core(
        &mut self,
        name: &CompanyName,
    ) -> Result<Vec<Customer>, StoreError> {
        Ok(in_tx!(self, connection => sqlx::query_as(OF_CORE)
            .bind(name.folded()).bind(MOST_NAMESAKES).bind(name.core())
            .fetch_all(connection).await)?)
    }

    /// Customers whose core begins with the name's core, or is a part of the name, the shortest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn customers_like(
        &mut self,
        name: &CompanyName,
    ) -> Result<Vec<Customer>, StoreError> {
        if name.core().chars().count() < 2 {
            return Ok(Vec::new());
        }
        let folded: String = name.folded().chars().take(LONGEST_SEARCHED).collect();
        Ok(in_tx!(self, connection => sqlx::query_as(LIKE)
            .bind(name.core()).bind(folded).bind(MOST_NAMESAKES)
            .fetch_all(connection).await)?)
    }

    /// Until the commit nobody else makes a customer of that name after looking whether there is one.
    /// SQLite has one writer and needs no lock.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lock_name(&mut self, name: &CompanyName) -> Result<(), StoreError> {
        const SQL: &str = "select pg_advisory_xact_lock(hashtextextended('customer:' || $1, 0))";
        if let Self::Postgres(tx) = self {
            sqlx::query(SQL)
                .bind(name.folded())
                .execute(&mut **tx)
                .await?;
        }
        Ok(())
    }

    async fn fold_some_names(&mut self) -> Result<usize, StoreError> {
        const SQL: &str = "\
            select id, name from customer where coalesce(folded_from, '') <> name order by id limit $1";
        const KEEP: &str =
            "update customer set folded = $1, core = $2, folded_from = $3 where id = $4";
        let stale: Vec<(CustomerId, String)> = in_tx!(self, connection => sqlx::query_as(SQL)
            .bind(FOLDED_AT_ONCE).fetch_all(connection).await)?;
        for (id, name) in &stale {
            let parts = CompanyName::of(name);
            in_tx!(self, connection => sqlx::query(KEEP)
                .bind(parts.folded()).bind(parts.core()).bind(name).bind(id)
                .execute(connection).await.map(|_| ()))?;
        }
        Ok(stale.len())
    }
}
