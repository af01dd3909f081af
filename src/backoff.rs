//! When to look again, and how long to wait before the next try.

use std::time::Duration;

use rand::RngExt;

use crate::domain::Timestamp;

/// What is due may be in hand here, or may just have failed: it is not looked for at once.
const SHORTEST_WAIT: Duration = Duration::from_millis(20);
/// Jitter may come out as nothing, which would be no wait at all.
const SHORTEST_JITTER: Duration = Duration::from_millis(200);

/// Waits that double with each try, up to the longest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// From `first` to `longest`.
    pub(crate) const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// How long to wait after the `tries`th try; the first one is number 1.
    pub(crate) fn after(self, tries: i64) -> Duration {
        let doublings = (tries - 1).clamp(0, 20);
        self.first.saturating_mul(1 << doublings).min(self.longest)
    }

    /// As [`Backoff::after`] with full jitter, so that those who failed together don't come back
    /// together; and at least `asked`, what the platform asked for.
    pub(crate) fn jittered(self, tries: i64, asked: Duration) -> Duration {
        let jittered = self
            .after(tries)
            .mul_f64(rand::rng().random_range(0.0..1.0));
        asked + jittered.max(SHORTEST_JITTER)
    }
}

/// When to look again: when the nearest is due, but not at once, and `look_around` after `now` at
/// the latest, since others may have left something.
pub(crate) fn next_look(
    due: Option<Timestamp>,
    now: Timestamp,
    look_around: Duration,
) -> Timestamp {
    let latest = now.plus(look_around);
    due.unwrap_or(latest)
        .min(latest)
        .max(now.plus(SHORTEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff::new(Duration::from_secs(2), Duration::from_secs(900));

    #[test]
    fn waits_double_from_the_first_to_the_longest() {
        let waits = [0, 1, 2, 3, 9, 10, 1000].map(|tries| BACKOFF.after(tries).as_secs());
        assert_eq!(waits, [2, 2, 4, 8, 512, 900, 900]);
    }

    #[test]
    fn jitter_never_undercuts_the_platform_nor_passes_the_longest() {
        let asked = Duration::from_secs(60);
        for tries in 1..100 {
            let wait = BACKOFF.jittered(tries, asked);
            assert!(wait > asked && wait <= asked + BACKOFF.longest);
        }
    }

    #[test]
    fn the_next_look_is_neither_at_once_nor_too_late() {
        let (now, around) = (Timestamp(100_000), Duration::from_secs(2));
        let look = |due: Option<i64>| next_look(due.map(Timestamp), now, around).0;
        assert_eq!(look(None), 102_000);
        assert_eq!(look(Some(7)), 100_020);
        assert_eq!(look(Some(101_000)), 101_000);
        assert_eq!(look(Some(900_000)), 102_000);
    }
}
