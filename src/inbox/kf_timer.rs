//! 微信客服 without a notice: a notice that was lost, the last one of an evening say, would leave a
//! customer's words unheard until the next comes. So each account is also asked now and then.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::kf_pull::{LANE, TIMER};
use super::worker::Arrived;
use crate::domain::Timestamp;
use crate::fresh_id::fresh_id;
use crate::shared::Shared;
use crate::store::{Arrival, StoreError};

/// Lets each service account be asked for messages, at start and then at set times.
#[derive(Clone)]
pub struct KfTimer {
    shared: Arc<Shared>,
    arrived: Arc<Arrived>,
}

impl KfTimer {
    /// A timer that tells the worker by `arrived`.
    #[must_use]
    pub fn new(shared: Arc<Shared>, arrived: Arc<Arrived>) -> Self {
        Self { shared, arrived }
    }

    /// Asks until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let Some(every) = self.shared.settings.wecom.kf_pull_every else {
            return stop.cancelled().await;
        };
        // The process asks at its start even when another, the one before it perhaps, has asked in
        // this turn: its worker may have died with the answer.
        let mut start = Some(fresh_id());
        while !stop.is_cancelled() {
            let now = self.shared.clock.now();
            match self.ask(every, start.as_deref()).await {
                Ok(()) => start = None,
                Err(error) => {
                    tracing::warn!(error = %error, "inbox: service accounts could not be asked for messages without a notice");
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.shared.clock.sleep_until(now.plus(every)) => {}
            }
        }
    }

    /// Stores a row for each account, at the process's start, then once in each time of this length:
    /// other replicas do the same.
    /// It waits in the lane of the account's notices, so that one worker at a time pulls.
    async fn ask(&self, every: Duration, start: Option<&str>) -> Result<(), StoreError> {
        let now = self.shared.clock.now();
        let number = now.since(Timestamp::default()).as_millis() / every.as_millis().max(1);
        let turn = start.map_or_else(|| number.to_string(), str::to_owned);
        let main_app = &self.shared.settings.wecom.main_app().name;
        let accounts = self.shared.store.accounts_to_pull().await?;
        let arrivals: Vec<Arrival> = accounts
            .into_iter()
            .map(|(account, app)| Arrival {
                key: format!("{TIMER}:{account}:{turn}"),
                source: TIMER,
                account: app.as_deref().unwrap_or(main_app).into(),
                lane: format!("{LANE}{account}"),
                received_at: now,
                position: 0,
                payload: String::new(),
                set_aside: None,
            })
            .collect();
        if self.shared.store.store_arrivals(arrivals).await? > 0 {
            self.arrived.notices.notify_one();
        }
        Ok(())
    }
}
