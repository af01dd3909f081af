//! The ledger: everything that was sent to the platforms, and everything they sent.

use std::time::Duration;

use super::record::{Call, CallbackAttempt, Entry, Outcome, Record, WecomMessage};
use super::{Endpoint, Sandbox, same_userid};

/// Reads the ledger.
pub struct Ledger(pub(super) Sandbox);

impl Ledger {
    /// Everything, oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<Entry> {
        self.0.with_quietly(|state| state.ledger.clone())
    }

    /// The messages for one person on either platform, whatever became of them. A group robot's
    /// messages are under the robot's name.
    #[must_use]
    pub fn sent_to(&self, user: &str) -> Vec<Entry> {
        self.chosen(|entry| match &entry.record {
            Record::Wecom(message) => same_userid(&message.to, user),
            Record::Dingtalk(message) => message.to == user,
            _ => false,
        })
    }

    /// The WeCom messages that are on this person's phone.
    #[must_use]
    pub fn wecom_inbox(&self, userid: &str) -> Vec<WecomMessage> {
        self.sent_to(userid)
            .into_iter()
            .filter_map(|entry| match entry.record {
                Record::Wecom(message) if message.outcome == Outcome::Delivered => Some(message),
                _ => None,
            })
            .collect()
    }

    /// The calls to one endpoint.
    #[must_use]
    pub fn calls(&self, endpoint: Endpoint) -> Vec<Call> {
        self.all()
            .into_iter()
            .filter_map(|entry| match entry.record {
                Record::Call(call) if call.endpoint == endpoint => Some(call),
                _ => None,
            })
            .collect()
    }

    /// The attempts to tell the service something.
    #[must_use]
    pub fn callbacks(&self) -> Vec<CallbackAttempt> {
        self.all()
            .into_iter()
            .filter_map(|entry| match entry.record {
                Record::Callback(attempt) => Some(attempt),
                _ => None,
            })
            .collect()
    }

    /// The first entry, past or to come, that fits; `None` when none has come within `timeout` of
    /// real time.
    pub async fn wait_for(
        &self,
        fits: impl Fn(&Entry) -> bool,
        timeout: Duration,
    ) -> Option<Entry> {
        let mut changes = self.0.changes();
        let search = async {
            let mut seen = 0;
            loop {
                changes.borrow_and_update();
                let (found, length) = self.0.with_quietly(|state| {
                    let news = &state.ledger[seen..];
                    (
                        news.iter().find(|entry| fits(entry)).cloned(),
                        state.ledger.len(),
                    )
                });
                if found.is_some() {
                    return found;
                }
                seen = length;
                changes.changed().await.ok()?;
            }
        };
        tokio::time::timeout(timeout, search).await.ok().flatten()
    }

    fn chosen(&self, fits: impl Fn(&Entry) -> bool) -> Vec<Entry> {
        self.0.with_quietly(|state| {
            state
                .ledger
                .iter()
                .filter(|entry| fits(entry))
                .cloned()
                .collect()
        })
    }
}
