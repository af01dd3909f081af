//! When a Redis that hangs is left alone for a while.

use std::time::Duration;

use tokio::time::Instant;

/// So many calls in a row have to hang; a single slow one says nothing yet.
const PATIENCE: u32 = 3;

/// How long Redis is left alone then. A dead one costs two calls a bound of waiting, and one that
/// recovers is noticed within a second.
const PAUSE: Duration = Duration::from_secs(1);

/// Counts the calls that hung, so that with a Redis that accepts and never answers not everyone
/// waits out the bound every time.
#[derive(Debug, Default)]
pub(super) struct Rest {
    hung: u32,
    until: Option<Instant>,
}

impl Rest {
    pub(super) fn is_resting(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| now < until)
    }

    /// Refusals and errors are answers too.
    pub(super) fn answered(&mut self) {
        *self = Self::default();
    }

    pub(super) fn hung(&mut self, now: Instant) {
        self.hung += 1;
        if self.hung >= PATIENCE {
            self.until = Some(now + PAUSE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_redis_that_hangs_repeatedly_is_left_alone_and_not_for_long() {
        let now = Instant::now();
        let mut rest = Rest::default();

        rest.hung(now);
        rest.hung(now);
        assert!(!rest.is_resting(now));
        rest.hung(now);
        assert!(rest.is_resting(now));
        assert!(!rest.is_resting(now + PAUSE));

        rest.hung(now + PAUSE);
        assert!(rest.is_resting(now + PAUSE), "one more is enough");
        rest.answered();
        assert!(!rest.is_resting(now + PAUSE));
    }
}
