//! Moves the demo's clock, for the page and for the phones alike.

use std::time::Duration;

use super::stage::Stage;
use crate::sandbox::TimeMove;

/// Nobody needs to jump further at once, and a clock far ahead would be no help to anyone.
pub(super) const FURTHEST_MOVE: Duration = Duration::from_secs(31 * 24 * 3600);

impl Stage {
    /// Moves time; answers whether it could. Whoever waits for a moment that has come wakes by itself.
    pub(super) async fn move_time(&self, wanted: TimeMove) -> bool {
        let clock = &self.shared().clock;
        let by = match wanted {
            TimeMove::By(by) => by.min(FURTHEST_MOVE),
            TimeMove::ToNextDeadline => match self.shared().store.nearest_deadline().await {
                Ok(Some(due)) => due.since(clock.now()),
                Ok(None) => return false,
                Err(error) => {
                    tracing::error!(error = %error, "demo: the nearest deadline could not be read");
                    return false;
                }
            },
        };
        clock.advance(by);
        self.keep_clock();
        self.refresh_phones();
        true
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
