//! What the platform tells of tasks: `todo_task_create`, `…_update`, `…_delete`.

use crate::dingtalk::event::Event;
use serde_json::Value;

/// What happened to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is done.
    Done,
    /// It is gone.
    Deleted,
    /// Anything else: it was made, changed, or is not done any more.
    Other,
}

/// An event about one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodoEvent {
    /// DingTalk's id of it; empty when the event names none.
    pub task_id: String,
    /// Its creator's; empty when the event names none.
    pub source_id: String,
    /// What happened.
    pub change: Change,
}

impl TodoEvent {
    /// Reads an event; `None` when it is about no task.
    ///
    /// The platform's pages don't show the fields, so each is taken by any of
    /// its usual names, at the top or below `data`; truth may be spelled as
    /// text.
    pub fn read(event: &Event) -> Option<Self> {
        let is_deleted = match event.event_type.as_str() {
            "todo_task_create" | "todo_task_update" => false,
            "todo_task_delete" => true,
            _ => return None,
        };
        let is_done = ["done", "isDone"]
            .iter()
            .any(|name| is_true(field(&event.raw, name)));
        Some(Self {
            task_id: text(&event.raw, &["taskId", "todoTaskId", "id"]),
            source_id: text(&event.raw, &["sourceId"]),
            change: match (is_deleted, is_done) {
                (true, _) => Change::Deleted,
                (false, true) => Change::Done,
                (false, false) => Change::Other,
            },
        })
    }
}

fn field<'v>(event: &'v Value, name: &str) -> &'v Value {
    match &event[name] {
        Value::Null => &event["data"][name],
        found => found,
    }
}

fn text(event: &Value, names: &[&str]) -> String {
    let found = names.iter().find_map(|name| match field(event, name) {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    found.unwrap_or_default()
}

fn is_true(value: &Value) -> bool {
    value.as_bool() == Some(true) || value.as_str() == Some("true")
}
