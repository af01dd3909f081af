//! Frequency limits that were met (90312). 45009 does not say which of them it was: of the minute,
//! of the hour or of the day. The block is as long as the limit's window, and whoever goes on asking
//! only meets it again, so: the shortest first, and who meets it right after waits the next longer.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use dingdan_webhooks::wecom::errcode::Window;

use super::super::call::CallError;
use super::api::Api;
use crate::domain::Timestamp;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// Those that this process has met, by app and API.
#[derive(Default)]
pub(super) struct Limits(Mutex<BTreeMap<(String, Api), Block>>);

#[derive(Clone, Copy)]
struct Block {
    window: Window,
    until: Timestamp,
}

impl Limits {
    /// Whether the API may be called.
    pub(super) fn check(&self, app: &str, api: Api, now: Timestamp) -> Result<(), CallError> {
        let block = self.with(|blocks| blocks.get(&(app.to_owned(), api)).copied());
        match block {
            Some(block) if now < block.until => Err(block.error(now)),
            _ => Ok(()),
        }
    }

    /// The limit was met. Calls that were under way together meet it once.
    pub(super) fn met(&self, app: &str, api: Api, now: Timestamp) -> CallError {
        self.with(|blocks| {
            let known = blocks.get(&(app.to_owned(), api)).copied();
            let block = match known {
                Some(block) if now < block.until => block,
                known => Block::from(now, known.map(|block| block.window)),
            };
            blocks.insert((app.to_owned(), api), block);
            block.error(now)
        })
    }

    /// A call was taken, so no limit holds.
    pub(super) fn passed(&self, app: &str, api: Api) {
        self.with(|blocks| blocks.remove(&(app.to_owned(), api)));
    }

    fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<(String, Api), Block>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Block {
    fn from(now: Timestamp, before: Option<Window>) -> Self {
        let (window, until) = match before {
            None => (Window::Minute, now.plus(MINUTE)),
            Some(Window::Minute) => (Window::Hour, now.plus(HOUR)),
            Some(Window::Hour | Window::Day) => (Window::Day, now.day().plus(1).start()),
        };
        Self { window, until }
    }

    fn error(self, now: Timestamp) -> CallError {
        let limit = match self.window {
            Window::Minute => "a frequency limit",
            Window::Hour => "a frequency limit, most likely the hour's",
            Window::Day => "a frequency limit, most likely the day's",
        };
        CallError::later(self.until.since(now), format!("45009: over {limit}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(error: CallError) -> u64 {
        match error {
            CallError::Later { after, .. } => after.as_secs(),
            other => panic!("{other}"),
        }
    }

    fn morning() -> Timestamp {
        Timestamp::parse_rfc3339("2026-11-23T09:00:00+08:00").expect("a moment")
    }

    #[test]
    fn who_meets_a_limit_right_after_waiting_waits_longer() {
        let limits = Limits::default();
        let met = |seconds: u64| {
            let now = morning().plus(Duration::from_secs(seconds));
            wait(limits.met("sales", Api::Send, now))
        };

        assert_eq!(met(0), 60);
        assert_eq!(met(20), 40, "one that was under way");
        assert_eq!(met(60), 3600);
        assert_eq!(met(3660), 15 * 3600 - 3660, "until the day ends");
        assert_eq!(met(15 * 3600), 24 * 3600);
    }

    #[test]
    fn nothing_is_asked_while_a_limit_holds_and_a_call_that_passes_ends_it() {
        let limits = Limits::default();
        let now = morning();
        limits.met("sales", Api::Send, now);

        assert!(limits.check("sales", Api::Send, now).is_err());
        assert!(limits.check("sales", Api::SyncMessages, now).is_ok());
        assert!(limits.check("service", Api::Send, now).is_ok());
        let later = now.plus(MINUTE);
        assert!(limits.check("sales", Api::Send, later).is_ok());
        limits.passed("sales", Api::Send);
        assert_eq!(wait(limits.met("sales", Api::Send, later)), 60);
    }
}
