//! The rows by which the chat archive is pulled: upon a notice, and at set times without one; and who
//! says so when nothing was pulled for long.

use std::time::Duration;

use super::archive_pull::{LANE, TIMER};
use super::worker::{WorkError, Worker};
use crate::config::ARCHIVE;
use crate::domain::Timestamp;
use crate::shared::Shared;
use crate::store::{Arrival, InboxRow, Payload};

/// Nobody has pulled for so long: time that the platform doesn't give back.
const ALARM_AFTER: Duration = Duration::from_secs(6 * 3600);
/// How often that is said.
const SAY_EVERY: Duration = Duration::from_secs(3600);

/// When it was last said that nothing was pulled for long.
#[derive(Default)]
pub(super) struct Silence {
    said_at: Timestamp,
}

impl Silence {
    /// Says so when it is time to.
    pub(super) async fn tell(&mut self, shared: &Shared) {
        let now = shared.clock.now();
        if now.since(self.said_at) < SAY_EVERY {
            return;
        }
        let Ok(Some(cursor)) = shared.store.archive_cursor().await else {
            return;
        };
        let silence = now.since(cursor.pulled_at);
        if silence < ALARM_AFTER {
            return;
        }
        self.said_at = now;
        tracing::error!(
            hours = silence.as_secs() / 3600,
            "archive: nothing could be pulled for hours; what is older than five days is lost. See the log above, `dingdan check --online` and /metrics"
        );
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
        let turn = self::row(&row.mark(), self.shared.clock.now());
        tx.store_arrivals(vec![turn]).await?;
        self.finish(tx, row, lease, Payload::KeptElsewhere).await?;
        self.arrived.notices.notify_one();
        Ok(())
    }
}

/// Lets the archive be pulled, once for each turn.
pub(super) fn row(turn: &str, now: Timestamp) -> Arrival {
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
