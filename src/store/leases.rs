//! Taking rows by lease, of the inbox and of the outbox: one of a lane at a time, the oldest.

use std::time::Duration;

use sqlx::FromRow;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use super::database::{on_reader, on_writer};
use super::{LaneTurn, Span, Store, StoreError, UnderWay};
use crate::domain::{Timestamp, stored_number};

/// So long one stands back who crossed another: at once, it would only take the other's rows again.
const GIVE_WAY: Duration = Duration::from_millis(50);

/// A row that is taken by lease.
pub trait Leased:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static
{
    /// Where it stands.
    const TABLE: &'static str;
    /// Takes rows: until $1, by the lease $2, at $3, at most $4, of lanes behind $5
    /// and before $7, but none of $6.
    const TAKE: &'static str;
    /// Puts rows that wait behind many in their lanes, before a look.
    const LINE_UP: Option<LineUp> = None;
    /// Renews until $1 the lease $3 of the row $2.
    const RENEW: &'static str;

    /// What it is found by.
    fn id(&self) -> &str;
    /// What has to stay in order among itself.
    fn lane(&self) -> &str;
}

/// How rows that came in by the order of their arrival are put in their lanes.
#[derive(Debug, Clone, Copy)]
pub struct LineUp {
    /// Finds a row when more have arrived than a look goes through.
    pub is_needed: &'static str,
    /// Puts the oldest of them in their lanes, when nobody else writes meanwhile.
    pub line_up: &'static str,
    /// Does the same beside other replicas: it takes the rows in one order, or two of them would wait
    /// for each other.
    pub line_up_beside_others: &'static str,
}

/// One look for rows.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// What is under way here is left alone, whatever became of its lease.
    pub under_way: &'a UnderWay,
    /// What the rows are taken by.
    pub lease: &'a str,
    /// What is due by then
    pub now: Timestamp,
    /// is taken until then,
    pub until: Timestamp,
    /// at most so many,
    pub limit: usize,
    /// of these lanes.
    pub span: Span,
}

impl Store {
    /// Takes rows that are due, each the oldest of its lane. Lanes take turns: `turn` remembers
    /// whose it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take<R: Leased>(
        &self,
        turn: &mut LaneTurn,
        look: Look<'_>,
    ) -> Result<Vec<R>, StoreError> {
        loop {
            match self.look_once(turn, look).await {
                // Another replica wanted the same rows in another order, and shall have them.
                Err(error) if error.is_crossing() => tokio::time::sleep(GIVE_WAY).await,
                found => {
                    let (rows, is_all) = found?;
                    if is_all || !rows.is_empty() {
                        return Ok(rows);
                    }
                }
            }
        }
    }

    /// What one look finds, and whether there is nothing else to be found.
    async fn look_once<R: Leased>(
        &self,
        turn: &mut LaneTurn,
        look: Look<'_>,
    ) -> Result<(Vec<R>, bool), StoreError> {
        let limit = stored_number(look.limit);
        let lined_up = self.line_up::<R>().await?;
        let rows: Vec<R> = on_writer!(self, pool => sqlx::query_as(R::TAKE)
            .bind(look.until)
            .bind(look.lease)
            .bind(look.now)
            .bind(limit)
            .bind(turn.last_in(look.span))
            .bind(look.under_way.listed())
            .bind(look.span.before)
            .fetch_all(pool)
            .await)?;
        let looked_everywhere = turn.took(rows.iter().map(Leased::lane), look.limit);
        Ok((rows, looked_everywhere && !lined_up))
    }

    /// Whether rows were put in their lanes.
    async fn line_up<R: Leased>(&self) -> Result<bool, StoreError> {
        let Some(LineUp {
            is_needed,
            line_up,
            line_up_beside_others,
        }) = R::LINE_UP
        else {
            return Ok(false);
        };
        let found: Option<i32> =
            on_reader!(self, pool => sqlx::query_scalar(is_needed).fetch_optional(pool).await)?;
        if found.is_none() {
            return Ok(false);
        }
        let statement = match self {
            Self::Sqlite { .. } => line_up,
            Self::Postgres(_) => line_up_beside_others,
        };
        let moved = on_writer!(self, pool => sqlx::query(statement)
            .execute(pool).await.map(|done| done.rows_affected()))?;
        Ok(moved > 0)
    }

    /// Keeps a taken row until then. `false` when someone else took it meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew<R: Leased>(
        &self,
        id: &str,
        lease: &str,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let renewed = on_writer!(self, pool => sqlx::query(R::RENEW)
            .bind(until).bind(id).bind(lease).execute(pool).await.map(|done| done.rows_affected()))?;
        Ok(renewed == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Arrival, InboxRow, NewOrder, OutboxRow, Outcome, Payload, fresh_url};
    use super::*;

    const LEASE: Duration = Duration::from_secs(30);
    const START: Timestamp = Timestamp(1_000_000);

    async fn take<R: Leased>(store: &Store, lease: &str, now: Timestamp) -> usize {
        let look = Look {
            under_way: &UnderWay::default(),
            lease,
            now,
            until: now.plus(LEASE),
            limit: 10,
            span: Span::ALL,
        };
        let rows: Vec<R> = store.take(&mut LaneTurn::default(), look).await.unwrap();
        rows.len()
    }

    #[tokio::test]
    async fn what_was_taken_by_someone_else_meanwhile_is_neither_kept_nor_finished() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&fresh_url(folder.path()).await).await.unwrap();
        let row = Arrival {
            key: "row".to_owned(),
            source: "wecom",
            account: "sales".into(),
            lane: "rep:one".to_owned(),
            received_at: START,
            position: 0,
            payload: String::new(),
            set_aside: None,
        };
        store.store_arrivals(vec![row]).await.unwrap();
        let late = START.plus(LEASE).plus(Duration::from_millis(1));

        assert_eq!(take::<InboxRow>(&store, "first", START).await, 1);
        assert_eq!(take::<InboxRow>(&store, "second", START).await, 0);
        assert_eq!(take::<InboxRow>(&store, "second", late).await, 1);

        let until = late.plus(LEASE);
        assert!(
            !store
                .renew::<InboxRow>("row", "first", until)
                .await
                .unwrap()
        );
        assert!(
            store
                .renew::<InboxRow>("row", "second", until)
                .await
                .unwrap()
        );
        let mut tx = store.begin().await.unwrap();
        assert!(
            !tx.finish_arrival("row", "first", late, Payload::KeptElsewhere)
                .await
                .unwrap()
        );
        assert!(
            tx.finish_arrival("row", "second", late, Payload::KeptElsewhere)
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
        assert!(
            !store
                .renew::<InboxRow>("row", "second", until)
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn an_outcome_that_comes_after_the_lease_was_lost_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&fresh_url(folder.path()).await).await.unwrap();
        let order = NewOrder {
            id: "order".parse().unwrap(),
            key: "key".to_owned(),
            destination: "wecom",
            lane: "wecom:one".to_owned(),
            payload: "{}".to_owned(),
            created_at: START,
            due_at: START,
        };
        let mut tx = store.begin().await.unwrap();
        tx.order(&order).await.unwrap();
        tx.commit().await.unwrap();
        let late = START.plus(LEASE).plus(Duration::from_millis(1));
        let sent = Outcome::Sent {
            receipt: String::new(),
        };

        assert_eq!(take::<OutboxRow>(&store, "first", START).await, 1);
        assert_eq!(take::<OutboxRow>(&store, "second", late).await, 1);

        let mut tx = store.begin().await.unwrap();
        let recorded = tx.record_outcome(&order.id, "first", &sent, late).await;
        assert!(!recorded.unwrap());
        let recorded = tx.record_outcome(&order.id, "second", &sent, late).await;
        assert!(recorded.unwrap());
        tx.commit().await.unwrap();
    }
}
