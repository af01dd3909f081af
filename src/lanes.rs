//! Work on rows that wait in lanes: each lane in order, several lanes side by side, so that a slow
//! one holds up no other. The inbox's worker and the outbox's courier both are this, and differ in
//! what they do with a row.
//!
//! Lanes that depend on the same thing, such as a platform, are a [`Span`] with places of its own:
//! when that thing hangs, all of its places are taken, and nobody else's.
//!
//! A row is taken by a lease, which is renewed for as long as the work on it lasts. Whoever comes
//! back after losing it finds another lease in the row, and nothing it writes is committed.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;
use ulid::Ulid;

use crate::clock::Clock;
use crate::domain::Timestamp;
use crate::shared::Shared;
use crate::store::{LaneTurn, Leased, Look, Span, Store, StoreError, UnderWay};

/// Lanes of one span worked on at a time.
const AT_A_TIME: usize = 16;
/// Taking rows is a commit; when more wait, it may be put off this long to be worth it.
const GATHER_FOR: Duration = Duration::from_millis(5);

/// What a row was taken by.
pub(crate) type Lease = Arc<str>;

/// The lanes of one span of a table. Clones share what is in hand.
pub(crate) struct Lanes<R> {
    store: Store,
    clock: Clock,
    lease_for: Duration,
    span: Span,
    under_way: UnderWay,
    rows: std::marker::PhantomData<fn() -> R>,
}

impl<R> Clone for Lanes<R> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            clock: self.clock.clone(),
            lease_for: self.lease_for,
            span: self.span,
            under_way: self.under_way.clone(),
            rows: std::marker::PhantomData,
        }
    }
}

impl<R: Leased> Lanes<R> {
    /// Lanes whose rows are leased for that long at a time.
    pub(crate) fn new(shared: &Shared, lease_for: Duration, span: Span) -> Self {
        Self::of(shared.store.clone(), shared.clock.clone(), lease_for, span)
    }

    fn of(store: Store, clock: Clock, lease_for: Duration, span: Span) -> Self {
        Self {
            store,
            clock,
            lease_for,
            span,
            under_way: UnderWay::default(),
            rows: std::marker::PhantomData,
        }
    }

    /// Works until told to stop; the rows in hand are always finished first. When nothing is left
    /// to take, `rest` ends when there may be; it is told when the look for rows began.
    pub(crate) async fn run<W, S>(
        &self,
        stop: &CancellationToken,
        work: impl Fn(R, Lease) -> W + Send + Sync,
        rest: impl Fn(Timestamp) -> S + Send + Sync,
    ) where
        W: Future<Output = ()> + Send + 'static,
        S: Future<Output = ()> + Send,
    {
        let mut turn = LaneTurn::default();
        let mut under_way = JoinSet::new();
        while !stop.is_cancelled() {
            // Before the look: time that is moved during it has to end the rest.
            let now = self.clock.now();
            let free = AT_A_TIME.saturating_sub(under_way.len());
            let taken = match self.take(&mut turn, free).await {
                Ok(taken) => taken,
                Err(error) => {
                    tracing::error!(error = %error, table = R::TABLE, "lanes: rows could not be taken");
                    Vec::new()
                }
            };
            let more_waits = taken.len() == free;
            for (row, lease) in taken {
                let id = row.id().to_owned();
                under_way.spawn(self.hold(id, Arc::clone(&lease), work(row, lease)));
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = ended(&mut under_way, more_waits) => {}
                () = rest(now), if !more_waits => {}
            }
        }
        while let Some(ended) = under_way.join_next().await {
            note(ended);
        }
    }

    /// Takes what is due and works on it, once. Returns how many rows were taken.
    ///
    /// # Errors
    /// When no rows can be taken.
    pub(crate) async fn round<W>(
        &self,
        work: impl Fn(R, Lease) -> W + Send + Sync,
    ) -> Result<usize, StoreError>
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let taken = self.take(&mut LaneTurn::default(), AT_A_TIME).await?;
        let count = taken.len();
        let held = taken.into_iter().map(|(row, lease)| {
            let id = row.id().to_owned();
            self.hold(id, Arc::clone(&lease), work(row, lease))
        });
        join_all(held).await;
        Ok(count)
    }

    async fn take(&self, turn: &mut LaneTurn, limit: usize) -> Result<Vec<(R, Lease)>, StoreError> {
        let lease: Lease = Ulid::generate().to_string().into();
        let now = self.clock.now();
        let look = Look {
            under_way: &self.under_way,
            lease: &lease,
            now,
            until: now.plus(self.lease_for),
            limit,
            span: self.span,
        };
        let rows: Vec<R> = self.store.take(turn, look).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row, Arc::clone(&lease)))
            .collect())
    }

    /// The work on a row that was taken, which is kept meanwhile.
    fn hold<W>(
        &self,
        id: String,
        lease: Lease,
        work: W,
    ) -> impl Future<Output = ()> + Send + use<R, W>
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let in_hand = self.under_way.begin(&id);
        let renewing = self.clone().renew(id, lease, self.clock.now());
        async move {
            let _in_hand = in_hand;
            tokio::select! {
                biased;
                () = work => {}
                () = renewing => {}
            }
        }
    }

    /// Renews the lease at each third of its time; ends by being dropped. A lease that was lost
    /// stays so: the work goes on, and what it writes is refused.
    async fn renew(self, id: String, lease: Lease, mut renewed: Timestamp) {
        loop {
            self.clock
                .sleep_until(renewed.plus(self.lease_for / 3))
                .await;
            renewed = self.clock.now();
            let until = renewed.plus(self.lease_for);
            match self.store.renew::<R>(&id, &lease, until).await {
                Ok(true) => {}
                Ok(false) => std::future::pending().await,
                Err(error) => {
                    tracing::warn!(error = %error, table = R::TABLE, "lanes: a lease could not be renewed; trying again");
                }
            }
        }
    }
}

/// Returns when a task has ended; never while none is under way. When `more_waits`, it gathers for
/// a moment until half of the room is free. Dropping the wait loses nothing.
async fn ended(under_way: &mut JoinSet<()>, more_waits: bool) {
    match under_way.join_next().await {
        Some(ended) => note(ended),
        None => std::future::pending().await,
    }
    while let Some(ended) = under_way.try_join_next() {
        note(ended);
    }
    if more_waits {
        let gathered = async {
            while under_way.len() > AT_A_TIME / 2
                && let Some(ended) = under_way.join_next().await
            {
                note(ended);
            }
        };
        let _ = tokio::time::timeout(GATHER_FOR, gathered).await;
    }
}

/// Says so when the work on a row died.
fn note(ended: Result<(), JoinError>) {
    if let Err(died) = ended {
        tracing::error!(error = %died, "lanes: the work on a row died; its lease will end");
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;
    use crate::store::{Arrival, InboxRow, fresh_url};

    const LEASE: Duration = Duration::from_secs(30);
    const PATIENCE: Duration = Duration::from_secs(30);

    /// The lanes of two processes on one store with one row in it.
    async fn two_processes(folder: &std::path::Path) -> (Clock, Store, [Lanes<InboxRow>; 2]) {
        let store = Store::open(&fresh_url(folder).await).await.unwrap();
        let clock = Clock::frozen_at(Timestamp(1_000_000));
        store.store_arrivals(vec![row("rep:one", 0)]).await.unwrap();
        let lanes = || Lanes::of(store.clone(), clock.clone(), LEASE, Span::ALL);
        let both = [lanes(), lanes()];
        (clock, store, both)
    }

    fn row(lane: &str, position: i64) -> Arrival {
        Arrival {
            key: format!("row {position}"),
            source: "wecom",
            account: "sales".into(),
            lane: lane.to_owned(),
            received_at: Timestamp(1_000_000),
            position,
            payload: String::new(),
            set_aside: None,
        }
    }

    async fn leased_until(store: &Store) -> Timestamp {
        const SQL: &str = "select leased_until from inbox";
        let read = match store {
            Store::Sqlite { readers, .. } => sqlx::query_scalar(SQL).fetch_one(readers).await,
            Store::Postgres(pool) => sqlx::query_scalar(SQL).fetch_one(pool).await,
        };
        read.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_row_that_is_worked_on_for_longer_than_its_lease_is_nobody_elses() {
        let folder = tempfile::tempdir().unwrap();
        let (clock, store, [ours, others]) = two_processes(folder.path()).await;
        let (begun, has_begun) = oneshot::channel();
        let (end, ends) = oneshot::channel::<()>();
        let hands = std::sync::Mutex::new(Some((begun, ends)));
        let working = tokio::spawn(async move {
            let work = |_: InboxRow, _: Lease| {
                let (begun, ends) = hands.lock().unwrap().take().unwrap();
                async move {
                    begun.send(()).unwrap();
                    ends.await.unwrap();
                }
            };
            ours.round(work).await.unwrap()
        });
        has_begun.await.unwrap();

        for _ in 0..10 {
            clock.advance(LEASE / 3);
            let renewed = async {
                while leased_until(&store).await < clock.now().plus(LEASE) {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(PATIENCE, renewed).await.unwrap();
            let taken = others.round(|_, _| async {}).await.unwrap();
            assert_eq!(taken, 0);
        }

        end.send(()).unwrap();
        assert_eq!(working.await.unwrap(), 1);
    }

    /// So many that they have all the places of their span, and one is left over.
    #[tokio::test(flavor = "multi_thread")]
    async fn lanes_that_hang_take_no_place_of_another_span() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&fresh_url(folder.path()).await).await.unwrap();
        let clock = Clock::frozen_at(Timestamp(1_000_000));
        let hanging =
            (0..=AT_A_TIME as i64).map(|number| row(&format!("account:{number}"), number));
        let rows = hanging.chain([row("rep:one", 100), row("chat:one", 101)]);
        store.store_arrivals(rows.collect()).await.unwrap();
        let of = |after, before| {
            let span = Span { after, before };
            Lanes::<InboxRow>::of(store.clone(), clock.clone(), LEASE, span)
        };
        let (accounts, others) = (of("", "app"), of("app", "zzz"));
        let stop = CancellationToken::new();
        let (begun, mut has_begun) = tokio::sync::mpsc::unbounded_channel();
        let hang = |row: InboxRow, _: Lease| {
            begun.send(row.lane).unwrap();
            std::future::pending::<()>()
        };
        let hanging = accounts.run(&stop, hang, |_| std::future::pending::<()>());
        let work = async {
            for _ in 0..AT_A_TIME {
                assert!(has_begun.recv().await.unwrap().starts_with("account:"));
            }
            others.round(|_, _| async {}).await.unwrap()
        };

        let worked = tokio::select! {
            () = hanging => panic!("they hang"),
            worked = tokio::time::timeout(PATIENCE, work) => worked.unwrap(),
        };

        assert_eq!(worked, 2);
    }
}
