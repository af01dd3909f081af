//! When the chat archive is pulled: upon a notice, and at set times without one, since a notice may be
//! lost and the platform keeps messages for five days only.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::archive_pull::{LANE, TIMER};
use super::worker::{Arrived, WorkError, Worker};
use crate::config::ARCHIVE;
use crate::domain::Timestamp;
use crate::fresh_id::fresh_id;
use crate::shared::Shared;
use crate::store::{Arrival, InboxRow, Payload, StoreError};

/// Nobody has pulled for so long: time that the platform doesn't give back.
const ALARM_AFTER: Duration = Duration::from_secs(6 * 3600);
/// How often that is said.
const SAY_EVERY: Duration = Duration::from_secs(3600);

/// Lets the archive be pulled, at start and then at set times.
#[derive(Clone)]
pub struct ArchiveTimer {
    shared: Arc<Shared>,
    arrived: Arc<Arrived>,
}

impl ArchiveTimer {
    /// A timer that tells the worker by `arrived`.
    #[must_use]
    pub fn new(shared: Arc<Shared>, arrived: Arc<Arrived>) -> Self {
        Self { shared, arrived }
    }

    /// Asks until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let Some(every) = self
            .shared
            .settings
            .wecom
            .archive
            .as_ref()
            .map(|archive| archive.pull_every)
        else {
            return stop.cancelled().await;
        };
        // As with 微信客服: each process asks at its start, whoever asked before.
        let mut start = Some(fresh_id());
        let mut said_at = Timestamp::default();
        while !stop.is_cancelled() {
            let now = self.shared.clock.now();
            match self.ask(every, start.as_deref()).await {
                Ok(()) => start = None,
                Err(error) => {
                    tracing::warn!(error = %error, "inbox: the chat archive could not be asked for messages without a notice");
                }
            }
            if now.since(said_at) >= SAY_EVERY && self.is_silent().await {
                said_at = now;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.shared.clock.sleep_until(now.plus(every)) => {}
            }
        }
    }

    /// Stores a row at the process's start, then one in each time of this length, whichever replica does.
    async fn ask(&self, every: Duration, start: Option<&str>) -> Result<(), StoreError> {
        let now = self.shared.clock.now();
        let number = now.since(Timestamp::default()).as_millis() / every.as_millis().max(1);
        let turn = start.map_or_else(|| number.to_string(), str::to_owned);
        if self
            .shared
            .store
            .store_arrivals(vec![turn_to_pull(&turn, now)])
            .await?
            > 0
        {
            self.arrived.notices.notify_one();
        }
        Ok(())
    }

    /// Says so when nothing was pulled for long.
    async fn is_silent(&self) -> bool {
        let Ok(Some(cursor)) = self.shared.store.archive_cursor().await else {
            return false;
        };
        let silence = self.shared.clock.now().since(cursor.pulled_at);
        let is_long = silence >= ALARM_AFTER;
        if is_long {
            tracing::error!(
                hours = silence.as_secs() / 3600,
                "archive: nothing could be pulled for hours; what is older than five days is lost. See the log above, `dingdan check --online` and /metrics"
            );
        }
        is_long
    }
}

impl Worker {
    /// `msgaudit_notify`: there is something to be pulled. It is pulled in the lane in which one worker
    /// at a time does so.
    pub(super) async fn archive_notified(
        &self,
        row: &InboxRow,
        lease: &str,
    ) -> Result<(), WorkError> {
        let mut tx = self.shared.store.begin().await?;
        tx.store_arrivals(vec![turn_to_pull(&row.mark(), self.shared.clock.now())])
            .await?;
        self.finish(tx, row, lease, Payload::KeptElsewhere).await?;
        self.arrived.notices.notify_one();
        Ok(())
    }
}

fn turn_to_pull(turn: &str, now: Timestamp) -> Arrival {
    Arrival {
        key: format!("{TIMER}:{turn}"),
        source: TIMER,
        account: ARCHIVE.into(),
        lane: LANE.to_owned(),
        received_at: now,
        position: 0,
        payload: String::new(),
        set_aside: None,
    }
}
