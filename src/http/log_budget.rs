//! Attackers don't write our logs: a few lines of each kind a minute, and how many were left out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::clock::Clock;
use crate::domain::Timestamp;

const LINES_OF_ONE_MINUTE: u32 = 6;
const MINUTE_MS: i64 = 60_000;

/// The app, as far as it is known, and the reason.
type Kind = (String, &'static str);

/// Says whether one more line of a kind may be logged. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct LogBudget {
    clock: Clock,
    lines: Arc<Mutex<HashMap<Kind, (Timestamp, u32)>>>,
}

impl LogBudget {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            lines: Arc::default(),
        }
    }

    /// Of an app and a reason that are both among a few: a caller may not name them.
    pub(super) fn allows(&self, app: &str, reason: &'static str) -> bool {
        let now = self.clock.now();
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, count) = lines.entry((app.to_owned(), reason)).or_insert((now, 0));
        if now.0 - since.0 >= MINUTE_MS {
            let left_out = count.saturating_sub(LINES_OF_ONE_MINUTE);
            if left_out > 0 {
                tracing::warn!(
                    app,
                    reason,
                    left_out,
                    "further callbacks were refused for the same reason"
                );
            }
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= LINES_OF_ONE_MINUTE
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_kind_has_its_own_few_lines_a_minute() {
        let clock = Clock::frozen_at(Timestamp(0));
        let budget = LogBudget::new(clock.clone());

        let allowed = (0..100)
            .filter(|_| budget.allows("sales", "signature"))
            .count();
        assert_eq!(allowed, 6);
        assert!(budget.allows("sales", "bad_query"));

        assert!(budget.allows("(unknown)", "signature"));
        assert!(
            budget.allows("service", "signature"),
            "one app's flood hides no other's mistake"
        );

        clock.advance(Duration::from_secs(60));
        assert!(budget.allows("sales", "signature"));
    }
}
