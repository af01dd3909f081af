//! A sliding window that counts.

use std::collections::VecDeque;
use std::time::Duration;

use crate::domain::Timestamp;

/// The moments of the newest events; answers whether one more is within a rate.
#[derive(Default)]
pub(super) struct Window(VecDeque<Timestamp>);

impl Window {
    /// How many events lie in the `length` before `now`.
    pub(super) fn count(&self, now: Timestamp, length: Duration) -> usize {
        self.0
            .iter()
            .rev()
            .take_while(|at| now.since(**at) < length)
            .count()
    }

    /// Notes an event, and forgets what is older than `longest`.
    pub(super) fn note(&mut self, now: Timestamp, longest: Duration) {
        while self
            .0
            .front()
            .is_some_and(|oldest| now.since(*oldest) >= longest)
        {
            self.0.pop_front();
        }
        self.0.push_back(now);
    }

    /// Notes an event when there is room for it, and says whether there was.
    pub(super) fn admit(&mut self, now: Timestamp, length: Duration, at_most: usize) -> bool {
        let admitted = self.count(now, length) < at_most;
        if admitted {
            self.note(now, length);
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_comes_back_when_the_window_has_passed() {
        let minute = Duration::from_secs(60);
        let mut window = Window::default();

        assert!(window.admit(Timestamp(0), minute, 2));
        assert!(window.admit(Timestamp(30_000), minute, 2));
        assert!(!window.admit(Timestamp(59_999), minute, 2));
        assert!(window.admit(Timestamp(60_000), minute, 2));
        assert!(!window.admit(Timestamp(60_001), minute, 2));
    }
}
