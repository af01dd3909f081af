//! Works on what came in: each lane in order, several lanes at a time.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use ulid::Ulid;

use super::arrival::SEALED;
use crate::domain::Timestamp;
use crate::platform::CallError;
use crate::shared::Shared;
use crate::slots::Slots;
use crate::store::{InHand, InboxRow, LaneTurn, StoreError, UnderWay};

/// How long a row is ours. Longer than the platforms' calls may take.
const LEASE: Duration = Duration::from_secs(30);
/// Lanes worked on at a time.
const LANES_AT_A_TIME: usize = 16;
/// Rows that others left, or that were postponed, are found after this at the latest.
const LOOK_AROUND: Duration = Duration::from_secs(2);
/// A row that can't be worked on is set aside after so many tries, so that its lane goes on.
const TRIES: i64 = 3;
/// More lines than are pulled in that time.
const PLACES_OF_ONE_MILLISECOND: i64 = 1000;
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Working on a row failed.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// The store failed; the row is tried again, unless what is stored can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A platform failed; the row is tried again, unless trying is useless.
    #[error("platform: {0}")]
    Platform(#[from] CallError),
    /// The row itself can't be read. A person has to look.
    #[error("{0}")]
    Unreadable(&'static str),
    /// Someone else took the row meanwhile; nothing was changed.
    #[error("the lease was lost")]
    LeaseLost,
}

/// Takes rows from the inbox and works on them. Cheap to clone.
#[derive(Clone)]
pub struct Worker {
    pub(super) shared: Arc<Shared>,
    arrived: Arc<Notify>,
    last_place: Arc<AtomicI64>,
    under_way: UnderWay,
}

impl Worker {
    /// A worker that is told of new rows by `arrived`.
    #[must_use]
    pub fn new(shared: Arc<Shared>, arrived: Arc<Notify>) -> Self {
        Self {
            shared,
            arrived,
            last_place: Arc::default(),
            under_way: UnderWay::default(),
        }
    }

    /// Works until told to stop; the rows in hand are always finished first. A row that takes long
    /// holds up its own lane and no other.
    pub async fn run(self, stop: CancellationToken) {
        let mut turn = LaneTurn::default();
        let mut slots = Slots::new(LANES_AT_A_TIME);
        while !stop.is_cancelled() {
            let free = slots.free();
            let rows = match self.take(&mut turn, free).await {
                Ok(rows) => rows,
                Err(error) => {
                    tracing::error!(error = %error, "inbox: rows could not be taken");
                    Vec::new()
                }
            };
            let more_waits = rows.len() == free;
            for (row, lease, in_hand) in rows {
                slots.begin(self.clone().work_on(row, lease, in_hand));
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = slots.ended(more_waits) => {}
                () = self.arrived.notified(), if !more_waits => {}
                () = tokio::time::sleep(LOOK_AROUND), if !more_waits => {}
            }
        }
        slots.all_ended().await;
    }

    /// Takes what is due and works on it, once. Returns how many rows were taken.
    ///
    /// # Errors
    /// When no rows can be taken.
    pub async fn work_round(&self) -> Result<usize, StoreError> {
        let rows = self.take(&mut LaneTurn::default(), LANES_AT_A_TIME).await?;
        let taken = rows.len();
        join_all(
            rows.into_iter()
                .map(|(row, lease, in_hand)| self.clone().work_on(row, lease, in_hand)),
        )
        .await;
        Ok(taken)
    }

    async fn take(
        &self,
        turn: &mut LaneTurn,
        limit: usize,
    ) -> Result<Vec<(InboxRow, Arc<str>, InHand)>, StoreError> {
        let lease: Arc<str> = Ulid::generate().to_string().into();
        let now = self.shared.clock.now();
        let rows = self
            .shared
            .store
            .take_arrivals(turn, &self.under_way, &lease, now, LEASE, limit)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let in_hand = self.under_way.begin(&row.key);
                (row, Arc::clone(&lease), in_hand)
            })
            .collect())
    }

    /// The first of so many places in line for what is pulled at `now`. All stand behind those given
    /// before, within the same millisecond too: pages and notices may follow each other that fast.
    pub(super) fn places(&self, now: Timestamp, lines: usize) -> i64 {
        let lines = i64::try_from(lines).unwrap_or(i64::MAX);
        let first = |last: i64| (last + 1).max(now.0.saturating_mul(PLACES_OF_ONE_MILLISECOND));
        let last = self
            .last_place
            .update(Ordering::Relaxed, Ordering::Relaxed, |last| {
                first(last).saturating_add(lines)
            });
        first(last)
    }

    async fn work_on(self, row: InboxRow, lease: Arc<str>, _in_hand: InHand) {
        // A panic over one row is that row's failure and no one else's.
        let failure = match AssertUnwindSafe(self.handle(&row, &lease))
            .catch_unwind()
            .await
        {
            Ok(Ok(()) | Err(WorkError::LeaseLost)) => return,
            Ok(Err(error)) => error,
            Err(_) => WorkError::Unreadable("working on it panicked"),
        };
        if let Err(error) = self.put_back(&row, &lease, &failure).await {
            tracing::error!(error = %error, "inbox: a failed row could not be put back; its lease will end");
        }
    }

    async fn handle(&self, row: &InboxRow, lease: &str) -> Result<(), WorkError> {
        match row.source.as_str() {
            "wecom" if row.lane.starts_with(SEALED) => self.sealed_message(row, lease).await,
            "wecom" => self.app_message(row, lease).await,
            "kf" => self.kf_message(row, lease).await,
            _ => Err(WorkError::Unreadable("it is of no known source")),
        }
    }

    async fn put_back(
        &self,
        row: &InboxRow,
        lease: &str,
        failure: &WorkError,
    ) -> Result<(), StoreError> {
        let store = &self.shared.store;
        let give_up = match failure {
            WorkError::Unreadable(_) => row.attempts >= TRIES,
            // No database that comes back can heal this.
            WorkError::Store(StoreError::Unreadable(..)) => row.attempts >= TRIES,
            WorkError::Platform(CallError::Refused { .. }) => row.attempts >= TRIES,
            _ => false,
        };
        metrics::counter!("dingdan_inbox_failures_total", "set_aside" => if give_up { "yes" } else { "no" }).increment(1);
        if give_up {
            tracing::error!(row.key = %row.key, error = %failure, "inbox: a row was set aside; see `dingdan inbox list`");
            return store
                .set_arrival_aside(&row.key, lease, &failure.to_string())
                .await;
        }
        tracing::warn!(row.key = %row.key, attempts = row.attempts, error = %failure, "inbox: a row will be tried again");
        store
            .postpone_arrival(
                &row.key,
                lease,
                self.shared.clock.now().plus(pause(row.attempts, failure)),
            )
            .await
    }
}

fn pause(attempts: i64, failure: &WorkError) -> Duration {
    if matches!(failure, WorkError::Store(StoreError::Conflict)) {
        return Duration::ZERO;
    }
    let asked = match failure {
        WorkError::Platform(CallError::Later { after, .. }) => *after,
        _ => Duration::ZERO,
    };
    let doubled = Duration::from_secs(1 << attempts.clamp(0, 8));
    doubled.min(LONGEST_PAUSE).max(asked)
}
