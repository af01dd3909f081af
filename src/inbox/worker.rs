//! Works on what came in: each lane in order, several lanes at a time.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::archive_group::Groups;
use super::archive_pull::{self, Suspects};
use super::arrival::SEALED;
use super::{archive_media, archive_row, bot_message, dingtalk_event, kf_pull};
use crate::backoff::Backoff;
use crate::evidence::depot::DepotError;
use crate::lanes::{Lanes, Lease};
use crate::platform::{ArchiveError, CallError};
use crate::shared::Shared;
use crate::store::{InboxRow, Span, StoreError};
use crate::who_is_it;

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
    /// The chat archive failed; the row is tried again, unless it is about the message itself.
    #[error("chat archive: {0}")]
    Archive(#[from] ArchiveError),
    /// A file could not be kept; the row is tried again until it can.
    #[error("a file could not be kept: {0}")]
    Depot(#[from] DepotError),
    /// The row itself can't be read. A person has to look.
    #[error("{0}")]
    Unreadable(&'static str),
    /// Someone else took the row meanwhile; nothing was changed.
    #[error("the lease was lost")]
    LeaseLost,
}

/// The notices of service accounts, which take as long as WeCom does to answer.
const NOTICES: Span = Span {
    after: "",
    before: "app",
};
/// What was said or clicked.
const MESSAGES: Span = Span {
    after: "app",
    before: "zzz",
};
/// Questions to WeCom who a contact is: when it hangs, they hold up each other and nothing else.
const LOOKUPS: Span = Span {
    after: "zzz",
    before: "zzzz",
};

/// Tells the worker that something came in.
#[derive(Debug, Default)]
pub struct Arrived {
    pub(super) notices: Notify,
    pub(super) messages: Notify,
    pub(super) lookups: Notify,
}

impl Arrived {
    /// Of these kinds.
    pub(super) fn tell(&self, notices: bool, messages: bool) {
        if notices {
            self.notices.notify_one();
        }
        if messages {
            self.messages.notify_one();
        }
    }
}

/// Whether a lane is that of a service account's notices.
pub(super) fn is_notice(lane: &str) -> bool {
    lane.starts_with(kf_pull::LANE)
}

/// Takes rows from the inbox and works on them. Cheap to clone.
#[derive(Clone)]
pub struct Worker {
    pub(super) shared: Arc<Shared>,
    pub(super) arrived: Arc<Arrived>,
    pub(super) suspects: Arc<Suspects>,
    pub(super) groups: Arc<Groups>,
    notices: Lanes<InboxRow>,
    messages: Lanes<InboxRow>,
    lookups: Lanes<InboxRow>,
}

impl Worker {
    /// A worker that is told of new rows by `arrived`.
    #[must_use]
    pub fn new(shared: Arc<Shared>, arrived: Arc<Arrived>) -> Self {
        Self {
            notices: Lanes::new(&shared, LEASE, NOTICES),
            messages: Lanes::new(&shared, LEASE, MESSAGES),
            lookups: Lanes::new(&shared, LEASE, LOOKUPS),
            suspects: Arc::default(),
            groups: Arc::default(),
            shared,
            arrived,
        }
    }

    /// Works until told to stop; the rows in hand are always finished first. A row that takes long
    /// holds up its own lane and no other; accounts that can't be asked hold up nothing that is there.
    pub async fn run(self, stop: CancellationToken) {
        let work = |row, lease| self.clone().work_on(row, lease);
        let (notices, messages) = (&self.arrived.notices, &self.arrived.messages);
        let lookups = &self.arrived.lookups;
        tokio::join!(
            self.notices.run(&stop, work, |_| rest(notices)),
            self.messages.run(&stop, work, |_| rest(messages)),
            self.lookups.run(&stop, work, |_| rest(lookups)),
        );
    }

    /// Takes what is due and works on it, once. Returns how many rows were taken.
    ///
    /// # Errors
    /// When no rows can be taken.
    pub async fn work_round(&self) -> Result<usize, StoreError> {
        let work = |row, lease| self.clone().work_on(row, lease);
        let (notices, messages, lookups) = tokio::try_join!(
            self.notices.round(work),
            self.messages.round(work),
            self.lookups.round(work)
        )?;
        Ok(notices + messages + lookups)
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
            bot_message::SOURCE => self.bot_message(row, lease).await,
            who_is_it::LOOKUP => self.look_up(row, lease).await,
            kf_pull::TIMER => self.reconcile(row, lease).await,
            archive_pull::TIMER => self.pull_archive(row, lease).await,
            archive_row::SOURCE => self.archive_message(row, lease).await,
            archive_row::SEALED_SOURCE => self.sealed_archive_message(row, lease).await,
            archive_media::SOURCE => self.fetch_archive_media(row, lease).await,
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
            // Trying again mends neither key nor library.
            WorkError::Archive(error) => error.is_of_the_message(),
            _ => false,
        };
        metrics::counter!("dingdan_inbox_failures_total", "set_aside" => if give_up { "yes" } else { "no" }).increment(1);
        if give_up {
            tracing::error!(row = %row.mark(), error = %failure, "inbox: a row was set aside; see `dingdan inbox list`");
            return store
                .set_arrival_aside(&row.key, lease, &failure.to_string())
                .await;
        }
        tracing::warn!(row = %row.mark(), attempts = row.attempts, error = %failure, "inbox: a row will be tried again");
        store
            .postpone_arrival(
                &row.key,
                lease,
                self.shared.clock.now().plus(pause(row.attempts, failure)),
            )
            .await
    }
}

async fn rest(arrived: &Notify) {
    tokio::select! {
        () = arrived.notified() => {}
        () = tokio::time::sleep(LOOK_AROUND) => {}
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
