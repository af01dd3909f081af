//! Moves the demo's clock, for the page and for the phones alike.

use std::time::Duration;

use super::stage::Stage;
use crate::domain::Timestamp;
use crate::sandbox::TimeMove;

/// Nobody needs to jump further at once, and a clock far ahead would be no help to anyone.
pub(super) const FURTHEST_MOVE: Duration = Duration::from_secs(31 * 24 * 3600);

/// A month of the demo has fewer deadlines.
const MOST_STOPS: usize = 200;
/// How often, and how many times, a deadline that has come is looked at until it has fired.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
const LOOKS: usize = 100;

impl Stage {
    /// Moves time; answers whether it could. Whoever waits for a moment that has come wakes by itself.
    pub(super) async fn move_time(&self, wanted: TimeMove) -> bool {
        let clock = &self.shared().clock;
        let by = match wanted {
            TimeMove::By(by) => by.min(FURTHEST_MOVE),
            TimeMove::ToNextDeadline => match self.shared().store.nearest_moment().await {
                Ok(Some(due)) => due.since(clock.now()),
                Ok(None) => return false,
                Err(error) => {
                    tracing::error!(error = %error, "demo: the nearest deadline could not be read");
                    return false;
                }
            },
        };
        self.advance_by_deadlines(by).await;
        self.keep_clock();
        self.refresh_phones();
        true
    }

    /// A jump stops at each deadline on its way, so that alerts tell what they would have told then.
    async fn advance_by_deadlines(&self, by: Duration) {
        let (clock, store) = (&self.shared().clock, &self.shared().store);
        let target = clock.now().plus(by);
        // Whatever can't be sent at all must not hold up each stop.
        let mut patience = LOOKS;
        for _ in 0..MOST_STOPS {
            match store.nearest_moment().await {
                Ok(Some(due)) if due < target => {
                    self.jump(due.since(clock.now())).await;
                    self.wait_until_fired(due).await;
                    self.wait_until_sent(&mut patience).await;
                }
                _ => break,
            }
        }
        self.jump(target.since(clock.now())).await;
    }

    /// The clock jumps, whoever sits before an open page doesn't: their session comes along. The
    /// page would otherwise be refused its next part before it could be opened again.
    async fn jump(&self, by: Duration) {
        if let Err(error) = self.shared().store.carry_sessions(by).await {
            tracing::error!(error = %error, "demo: open pages will have to log in again");
        }
        self.shared().clock.advance(by);
    }

    async fn wait_until_fired(&self, due: Timestamp) {
        for _ in 0..LOOKS {
            match self.shared().store.nearest_moment().await {
                Ok(Some(nearest)) if nearest <= due => tokio::time::sleep(LOOK_AGAIN).await,
                _ => return,
            }
        }
    }

    /// What a deadline has to say is on the phones at its own time, not when the clock has gone on.
    async fn wait_until_sent(&self, patience: &mut usize) {
        while *patience > 0 {
            match self.shared().store.outbox_backlog().await {
                Ok((waiting, ..)) if waiting > 0 => tokio::time::sleep(LOOK_AGAIN).await,
                _ => return,
            }
            *patience -= 1;
        }
    }

    /// The phones' own clock request goes the same way.
    pub(super) fn move_time_for_phones(&self) {
        // The stage holds the sandbox, so the sandbox must not hold the stage.
        let stage = self.downgrade();
        self.sandbox().on_advance(move |wanted| {
            let stage = stage.upgrade();
            async move {
                match stage {
                    Some(stage) => stage.move_time(wanted).await,
                    None => false,
                }
            }
        });
    }
}
