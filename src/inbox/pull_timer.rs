//! What is pulled without a notice. A notice that was lost, the last one of an evening say, would leave
//! a customer's words unheard until the next comes, and the chat archive keeps its messages for five
//! days only. So each service account of 微信客服 and the archive are also asked now and then.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::worker::Arrived;
use super::{archive_turn, kf_turn};
use crate::domain::Timestamp;
use crate::fresh_id::fresh_id;
use crate::shared::Shared;
use crate::store::StoreError;

/// What is pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Each service account of 微信客服.
    Kf,
    /// The chat archive.
    Archive,
}

/// Lets something be pulled, at start and then at set times.
#[derive(Clone)]
pub struct PullTimer {
    shared: Arc<Shared>,
    arrived: Arc<Arrived>,
    source: Source,
}

impl PullTimer {
    /// A timer for 微信客服 that tells the worker by `arrived`.
    #[must_use]
    pub fn of_kf(shared: Arc<Shared>, arrived: Arc<Arrived>) -> Self {
        Self {
            shared,
            arrived,
            source: Source::Kf,
        }
    }

    /// A timer for the chat archive that tells the worker by `arrived`.
    #[must_use]
    pub fn of_archive(shared: Arc<Shared>, arrived: Arc<Arrived>) -> Self {
        Self {
            shared,
            arrived,
            source: Source::Archive,
        }
    }

    /// Asks until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let Some(every) = self.every() else {
            return stop.cancelled().await;
        };
        // The process asks at its start even when another, the one before it perhaps, has asked in
        // this turn: its worker may have died with the answer.
        let mut start = Some(fresh_id());
        let mut silence = archive_turn::Silence::default();
        while !stop.is_cancelled() {
            let now = self.shared.clock.now();
            match self.ask(every, start.as_deref()).await {
                Ok(()) => start = None,
                Err(error) => {
                    tracing::warn!(source = ?self.source, error = %error, "inbox: nobody could be asked for messages without a notice");
                }
            }
            if self.source == Source::Archive {
                silence.tell(&self.shared).await;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.shared.clock.sleep_until(now.plus(every)) => {}
            }
        }
    }

    /// How often; `None` for never.
    fn every(&self) -> Option<Duration> {
        let wecom = &self.shared.settings.wecom;
        match self.source {
            Source::Kf => wecom.kf_pull_every,
            Source::Archive => wecom.archive.as_ref().map(|archive| archive.pull_every),
        }
    }

    /// Stores the rows of a turn: one turn at the process's start, then one in each time of this length,
    /// whichever replica does it.
    async fn ask(&self, every: Duration, start: Option<&str>) -> Result<(), StoreError> {
        let (shared, now) = (&self.shared, self.shared.clock.now());
        let number = now.since(Timestamp::default()).as_millis() / every.as_millis().max(1);
        let turn = start.map_or_else(|| number.to_string(), str::to_owned);
        let rows = match self.source {
            Source::Kf => kf_turn::rows(shared, &turn, now).await?,
            Source::Archive => vec![archive_turn::row(&turn, now)],
        };
        if shared.store.store_arrivals(rows).await? > 0 {
            self.arrived.notices.notify_one();
        }
        Ok(())
    }
}
