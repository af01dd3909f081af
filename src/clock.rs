//! The one clock. Everything that asks for the time asks it, so tests and the demo can move time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;

use crate::domain::{Timestamp, stored_number};

/// Tells the time, and wakes sleepers when time is moved by hand. Clones share the same time.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Milliseconds added to the running time, or the time itself when it is frozen.
    millis: AtomicI64,
    pace: Pace,
    moved: Notify,
}

#[derive(Debug, Clone, Copy)]
enum Pace {
    Frozen,
    /// Runs `speed` times as fast as the system's time, since it showed `since`.
    Running {
        since: i64,
        speed: f64,
    },
}

impl Clock {
    /// The system's time, which can still be moved ahead (the demo does).
    #[must_use]
    pub fn system() -> Self {
        Self::system_at_speed(1.0)
    }

    /// The system's time now, and from now on `speed` times as fast.
    #[must_use]
    pub fn system_at_speed(speed: f64) -> Self {
        let since = system_millis();
        Self::new(0, Pace::Running { since, speed })
    }

    /// A time that stands still until it is moved.
    #[must_use]
    pub fn frozen_at(at: Timestamp) -> Self {
        Self::new(at.0, Pace::Frozen)
    }

    fn new(millis: i64, pace: Pace) -> Self {
        Self(Arc::new(Inner {
            millis: AtomicI64::new(millis),
            pace,
            moved: Notify::new(),
        }))
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let millis = self.0.millis.load(Ordering::Acquire);
        match self.0.pace {
            Pace::Frozen => Timestamp(millis),
            Pace::Running { since, speed } => {
                Timestamp(since + scaled(system_millis() - since, speed) + millis)
            }
        }
    }

    /// How far a running clock is ahead of the system's time.
    #[must_use]
    pub fn ahead(&self) -> Duration {
        self.now().since(Timestamp(system_millis()))
    }

    /// Moves time ahead and wakes everyone who sleeps by this clock.
    pub fn advance(&self, by: Duration) {
        let by = stored_number(by.as_millis());
        self.0.millis.fetch_add(by, Ordering::AcqRel);
        self.0.moved.notify_waiters();
    }

    /// Sleeps until `due` by this clock; time moved by hand counts.
    pub async fn sleep_until(&self, due: Timestamp) {
        loop {
            let moved = self.0.moved.notified();
            tokio::pin!(moved);
            moved.as_mut().enable();
            let now = self.now();
            if due <= now {
                return;
            }
            match self.0.pace {
                Pace::Frozen => moved.await,
                Pace::Running { speed, .. } => tokio::select! {
                    () = tokio::time::sleep(due.since(now).div_f64(speed)) => {}
                    () = moved => {}
                },
            }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a process runs for less than 2^53 ms"
)]
fn scaled(millis: i64, speed: f64) -> i64 {
    (millis as f64 * speed) as i64
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the system's clock"
)]
fn system_millis() -> i64 {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    stored_number(since_1970.as_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleeper_wakes_when_time_is_moved_past_its_moment() {
        let clock = Clock::frozen_at(Timestamp(1000));
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(Timestamp(61_000)).await }
        });

        clock.advance(Duration::from_secs(59));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());

        clock.advance(Duration::from_secs(1));
        sleeper.await.expect("the sleeper ends");
        assert_eq!(clock.now(), Timestamp(61_000));
    }

    #[test]
    fn a_clock_that_runs_faster_or_was_moved_is_ahead() {
        assert_eq!(scaled(1_500, 60.0), 90_000);

        let clock = Clock::system();
        clock.advance(Duration::from_secs(3600));

        assert!(clock.ahead() >= Duration::from_secs(3600));
    }
}
