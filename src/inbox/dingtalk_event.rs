//! What DingTalk tells by events: of to-dos that were ticked off or thrown away.

use dingdan_webhooks::dingtalk::event::Event as Notice;
use dingdan_webhooks::dingtalk::todo::{Change, TodoEvent};

use super::arrival::{fingerprint, without_nul};
use super::worker::{WorkError, Worker};
use crate::domain::Timestamp;
use crate::engine::Event;
use crate::journal::{self, Cause};
use crate::store::{Arrival, InboxRow, Payload, TodoStatus};

/// Where rows of this kind come from.
pub(super) const SOURCE: &str = "dingtalk";

/// A decrypted event, once for its `eventId`. One that can't be read is genuine all the same: it is
/// set aside for a person, since the platform would only send the same again.
#[must_use]
pub fn dingtalk_arrival(
    event: Option<&Notice>,
    text: String,
    received_at: Timestamp,
    position: i64,
) -> Arrival {
    let text = without_nul(text);
    let id = event.and_then(|event| event.event_id.clone());
    let id = id.filter(|id| !id.is_empty()).map(without_nul);
    let kind = event.map_or("unreadable", |event| &event.event_type);
    Arrival {
        key: format!("{SOURCE}:{}", id.unwrap_or_else(|| fingerprint(&text))),
        source: SOURCE,
        account: SOURCE.into(),
        lane: format!("{SOURCE}:{}", without_nul(kind.to_owned())),
        received_at,
        position,
        payload: text,
        set_aside: event.is_none().then_some("its JSON can't be read"),
    }
}

impl Worker {
    /// Events that nobody here waits for are forgotten with what is done: they say nothing of customers.
    pub(super) async fn dingtalk_event(
        &self,
        row: &InboxRow,
        lease: &str,
    ) -> Result<(), WorkError> {
        let event = Notice::parse(&row.payload)
            .map_err(|_| WorkError::Unreadable("it is no event that can be read"))?;
        let mut tx = self.shared.store.begin().await?;
        let Some(told) = TodoEvent::read(&event) else {
            return self.finish(tx, row, lease, Payload::KeptElsewhere).await;
        };
        let status = match told.change {
            Change::Done => TodoStatus::Done,
            Change::Deleted => TodoStatus::Removed,
            Change::Other => return self.finish(tx, row, lease, Payload::KeptElsewhere).await,
        };
        let todo = tx.todo_told_of(&told.source_id, &told.task_id).await?;
        if let Some(todo) = todo.filter(|todo| todo.status.is_open()) {
            let now = self.shared.clock.now();
            tx.set_todo_status(&todo.key, status, "", now).await?;
            if status == TodoStatus::Done {
                let event = Event::TodoDone { todo: todo.key };
                let cause = Cause {
                    key: &row.key,
                    click: None,
                };
                let deal = &todo.opportunity_id;
                journal::step(&self.shared, &mut tx, deal, &[event], cause).await?;
            }
        }
        self.finish(tx, row, lease, Payload::KeptElsewhere).await
    }
}
