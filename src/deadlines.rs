//! Nearest deadline first: one sleeping task, woken early by a nearer one.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::Shared;
use crate::domain::Timestamp;
use crate::engine::Event;
use crate::journal::{self, Cause};
use crate::store::{DueDeadline, StoreError};

/// Deals looked at in one round.
const DEALS_OF_ONE_ROUND: i64 = 100;
/// Deadlines that another replica set are seen after this at the latest.
const LOOK_AROUND: Duration = Duration::from_secs(5);

/// Ticks deals whose moment has come. Cheap to clone.
#[derive(Clone)]
pub struct Deadlines {
    shared: Arc<Shared>,
}

impl Deadlines {
    /// The task.
    #[must_use]
    pub fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Fires until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.fire_round().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => {
                    tracing::error!(error = %error, "deadlines: due ones could not be fired")
                }
            }
            let look = self.shared.clock.now().plus(LOOK_AROUND);
            let nearest = self
                .shared
                .store
                .nearest_deadline()
                .await
                .ok()
                .flatten()
                .unwrap_or(look);
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.shared.deadline_set() => {}
                () = self.shared.clock.sleep_until(nearest.min(look).max(self.shared.clock.now().plus(Duration::from_millis(20)))) => {}
            }
        }
    }

    /// Fires what is due, once. Returns how many deals were ticked.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn fire_round(&self) -> Result<usize, StoreError> {
        let now = self.shared.clock.now();
        let due = self
            .shared
            .store
            .due_deadlines(now, DEALS_OF_ONE_ROUND)
            .await?;
        let mut fired = 0;
        for deadline in due {
            match self.tick(&deadline, now).await {
                Ok(()) => fired += 1,
                // Another replica ticked it in this moment.
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(fired)
    }

    async fn tick(&self, deadline: &DueDeadline, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.shared.store.begin().await?;
        if tx
            .clear_due_deadlines(&deadline.opportunity_id, now)
            .await?
            == 0
        {
            return Err(StoreError::Conflict);
        }
        let cause = Cause {
            key: "tick",
            click: None,
        };
        journal::step(
            &self.shared,
            &mut tx,
            &deadline.opportunity_id,
            &[Event::Ticked],
            cause,
        )
        .await?;
        tx.commit().await?;
        #[expect(clippy::cast_precision_loss, reason = "a histogram of seconds")]
        metrics::histogram!("dingdan_deadline_late_seconds")
            .record(now.since(deadline.due_at).as_millis() as f64 / 1000.0);
        self.shared.wake_couriers();
        Ok(())
    }
}
