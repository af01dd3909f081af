//! What a group is called: asked when it is first heard of, and then once a day while it is talked in.
//! A name is worth no wait and no retry; without one the chat has none.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::worker::Worker;
use crate::domain::Timestamp;

const ASKED_EVERY: Duration = Duration::from_secs(24 * 3600);

/// When each group's name was last asked for, by this process.
#[derive(Debug, Default)]
pub(super) struct Groups(Mutex<BTreeMap<String, Timestamp>>);

impl Groups {
    fn is_due(&self, room: &str, now: Timestamp) -> bool {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = asked.get(room).copied();
        let is_due = last.is_none_or(|last| now.since(last) >= ASKED_EVERY);
        if is_due {
            asked.insert(room.to_owned(), now);
        }
        is_due
    }
}

impl Worker {
    /// The group's name, when it is time to ask and the platform says it; else empty, which changes
    /// nothing.
    pub(super) async fn group_name(&self, room: &str) -> String {
        if !self.groups.is_due(room, self.shared.clock.now()) {
            return String::new();
        }
        let app = &self.shared.settings.wecom.main_app().name;
        match self.shared.wecom.group_name(app, room).await {
            Ok(name) => name,
            Err(error) => {
                tracing::info!(error = %error, "archive: a group's name could not be asked for; 客户联系 → 可调用接口的应用 allows it");
                String::new()
            }
        }
    }
}
