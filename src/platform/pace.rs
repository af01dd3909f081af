//! Keeps calls below the platforms' limits by waiting, for a bounded time.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::call::CallError;

/// Longest wait for a turn; beyond it the caller is told when to come back.
const PATIENCE: Duration = Duration::from_secs(3);

/// DingTalk lets an app make 20 calls a second to each API
/// (`open.dingtalk.com/document/orgapp/invocation-frequency-limit`). The budget is one process's:
/// replicas that exceed it together are refused for a second and come again.
pub(crate) struct Pacer(Mutex<BTreeMap<&'static str, Recent>>);

impl Pacer {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// Waits until this API may be called.
    pub(crate) async fn turn(&self, api: &'static str) -> Result<(), CallError> {
        let now = Instant::now();
        let turn = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(api)
            .or_default()
            .reserve(now);
        let wait = turn.map_err(|wait| {
            CallError::later(
                wait,
                "more calls are waiting than the platform allows a second",
            )
        })?;
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }
}

/// The turns that were given last, oldest first.
#[derive(Default)]
struct Recent(VecDeque<Instant>);

impl Recent {
    /// How long to wait for the next turn, which is then taken; or, when that is too long, how
    /// long it would have been.
    fn reserve(&mut self, now: Instant) -> Result<Duration, Duration> {
        let turn = match self.0.len() {
            CALLS_A_WINDOW => now.max(self.0[0] + WINDOW),
            _ => now,
        };
        let wait = turn - now;
        if wait > PATIENCE {
            return Err(wait);
        }
        if self.0.len() == CALLS_A_WINDOW {
            self.0.pop_front();
        }
        self.0.push_back(turn);
        Ok(wait)
    }
}

const CALLS_A_WINDOW: usize = 20;

/// A little more than a second: requests that leave a second apart may arrive closer together.
const WINDOW: Duration = Duration::from_millis(1_100);

/// WeCom refuses a company that has too many calls of one API under way (45033).
pub(crate) struct Places<const APIS: usize>([Semaphore; APIS]);

impl<const APIS: usize> Places<APIS> {
    pub(crate) fn new() -> Self {
        Self(std::array::from_fn(|_| Semaphore::new(CALLS_UNDER_WAY)))
    }

    /// Waits for a place, which is free again when the permit is dropped.
    pub(crate) async fn enter(&self, api: usize) -> Result<SemaphorePermit<'_>, CallError> {
        match tokio::time::timeout(PATIENCE, self.0[api].acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(CallError::later(
                PATIENCE,
                "as many calls as the platform allows at once are still under way",
            )),
        }
    }
}

const CALLS_UNDER_WAY: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_holds_more_than_twenty_calls() {
        let start = Instant::now();
        let mut recent = Recent::default();

        let mut turns = Vec::new();
        for call in 0..60 {
            let now = start + Duration::from_millis(call);
            turns.push(now + recent.reserve(now).expect("the wait is short"));
        }

        assert_eq!(turns[19], start + Duration::from_millis(19));
        for (earlier, later) in turns.iter().zip(&turns[20..]) {
            assert!(*later - *earlier > Duration::from_secs(1));
        }
    }

    #[test]
    fn who_would_wait_too_long_is_sent_away_and_takes_no_turn() {
        let now = Instant::now();
        let mut recent = Recent::default();
        let accepted = (0..).take_while(|_| recent.reserve(now).is_ok()).count();

        assert_eq!(accepted, 60);
        assert_eq!(recent.reserve(now), Err(WINDOW * 3));
        assert_eq!(recent.reserve(now + WINDOW), Ok(WINDOW * 2));
    }

    #[tokio::test]
    async fn a_ninth_call_enters_when_one_of_eight_has_left() {
        let places: Places<1> = Places::new();
        let mut permits = Vec::new();
        for _ in 0..CALLS_UNDER_WAY {
            permits.push(places.enter(0).await.expect("a free place"));
        }
        let mut ninth = std::pin::pin!(places.enter(0));
        assert!(futures_util::poll!(ninth.as_mut()).is_pending());

        permits.pop();

        assert!(ninth.await.is_ok());
    }
}
