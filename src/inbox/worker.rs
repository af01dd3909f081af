//! Works on what came in: each lane in order, several lanes at a time.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::arrival::SEALED;
use super::{dingtalk_event, kf_pull};
use crate::backoff::Backoff;
use crate::lanes::{Lanes, Lease};
use crate::platform::CallError;
use crate::shared::Shared;
use crate::store::{InboxRow, StoreError};

/// How long a row is ours without being renewed.
const LEASE: Duration = Duration::from_secs(30);
/// Rows that others left, or that were postponed, are found after this at the latest.
const LOOK_AROUND: Duration = Duration::from_secs(2);
/// A row that can't be worked on is set aside after so many tries, so that its lane goes on.
const TRIES: i64 = 3;
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(2), Duration::from_secs(300));

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
    lanes: Lanes<InboxRow>,
}

impl Worker {
    /// A worker that is told of new rows by `arrived`.
    #[must_use]
    pub fn new(shared: Arc<Shared>, arrived: Arc<Notify>) -> Self {
        Self {
            lanes: Lanes::new(&shared, LEASE),
            shared,
            arrived,
        }
    }

    /// Works until told to stop; the rows in hand are always finished first. A row that takes long
    /// holds up its own lane and no other.
    pub async fn run(self, stop: CancellationToken) {
        let work = |row, lease| self.clone().work_on(row, lease);
        self.lanes.run(&stop, work, |_| self.rest()).await;
    }

    /// Takes what is due and works on it, once. Returns how many rows were taken.
    ///
    /// # Errors
    /// When no rows can be taken.
    pub async fn work_round(&self) -> Result<usize, StoreError> {
        self.lanes
            .round(|row, lease| self.clone().work_on(row, lease))
            .await
    }

    async fn rest(&self) {
        tokio::select! {
            () = self.arrived.notified() => {}
            () = tokio::time::sleep(LOOK_AROUND) => {}
        }
    }

    async fn work_on(self, row: InboxRow, lease: Lease) {
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
            kf_pull::TIMER => self.reconcile(row, lease).await,
            dingtalk_event::SOURCE => self.dingtalk_event(row, lease).await,
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
    BACKOFF.after(attempts).max(asked)
}
