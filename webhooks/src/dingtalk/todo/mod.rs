//! To-dos (`/v1.0/todo/users/{unionId}/tasks`).
//!
//! Every id is a unionId. A task is created once for its `sourceId`: a repeat
//! is refused with [`ALREADY_THERE`] and leaves the task as it is.
//! Source: `open.dingtalk.com/document/orgapp/add-dingtalk-to-do-task`.

mod event;

pub use event::{Change, TodoEvent};

use crate::percent;
use crate::problem::{Check, Problem};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The `code` of every refused creation; [`is_already_there`] tells which.
pub const ALREADY_THERE: &str = "todo.taskCreate.paramError";

/// Whether a refused creation says that there is a task of this `sourceId`.
pub fn is_already_there(code: &str, message: &str) -> bool {
    code == ALREADY_THERE && message.to_ascii_lowercase().contains("task exist")
}

/// Where a person's tasks are made, below the API's base.
pub fn tasks_path(union_id: &str) -> String {
    format!("/v1.0/todo/users/{}/tasks", percent::encode(union_id))
}

/// Where one task is changed.
pub fn task_path(union_id: &str, task_id: &str) -> String {
    format!("{}/{}", tasks_path(union_id), percent::encode(task_id))
}

/// Where a person's tasks are asked for.
pub fn query_path(union_id: &str) -> String {
    format!(
        "/v1.0/todo/users/{}/org/tasks/query",
        percent::encode(union_id)
    )
}

/// The body of a creation. `Debug` shows ids only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateTask {
    /// Ours; one task for each of them.
    pub source_id: String,
    /// What to do, at most 1,024 characters.
    pub subject: String,
    /// The unionId of the address, too.
    pub creator_id: String,
    /// Why, at most 4,096 characters.
    pub description: String,
    /// Who does it.
    pub executor_ids: Vec<String>,
    /// Where it leads; required since February 2024.
    pub detail_url: DetailUrl,
    /// Whether only executors see it.
    pub is_only_show_executor: bool,
    /// 10 low, 20 normal, 30 high, 40 urgent.
    pub priority: i64,
}

/// The pages behind a task, each of at most 1,024 bytes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DetailUrl {
    /// On a phone.
    pub app_url: String,
    /// On a desktop.
    pub pc_url: String,
}

/// What a creation answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct CreatedTask {
    /// DingTalk's id of it, for every later call.
    pub id: String,
}

/// The body of an update that says whether it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateTask {
    /// Whether it is.
    pub done: bool,
}

/// The body of `org/tasks/query`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskQuery {
    /// Where the page before ended; `0` for the first.
    pub next_token: String,
    /// Done ones, or those that are not.
    pub is_done: bool,
    /// Outer list: or; inner list: and.
    pub role_types: Vec<Vec<String>>,
}

/// One page of somebody's tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct TaskPage {
    /// The tasks.
    pub todo_cards: Vec<TaskCard>,
    /// For the next page; `None` on the last.
    pub next_token: Option<String>,
}

/// A task in somebody's list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct TaskCard {
    /// DingTalk's id of it.
    pub task_id: String,
    /// Its creator's.
    pub source_id: String,
}

impl CreateTask {
    /// Checks the platform's hard limits.
    ///
    /// # Errors
    /// All limits that are not kept.
    pub fn check(&self) -> Result<(), Vec<Problem>> {
        let mut check = Check::default();
        check.required("sourceId", &self.source_id);
        check.required("subject", &self.subject);
        check.required("creatorId", &self.creator_id);
        check.count("executorIds", self.executor_ids.len(), 1, 100);
        check.chars("subject", &self.subject, 1024);
        check.chars("description", &self.description, 4096);
        check.key("detailUrl.appUrl", &self.detail_url.app_url, 1024);
        check.key("detailUrl.pcUrl", &self.detail_url.pc_url, 1024);
        check.finish()
    }
}

impl TaskQuery {
    /// The open ones that somebody has to do.
    pub fn open_ones(next_token: Option<String>) -> Self {
        Self {
            next_token: next_token.unwrap_or_else(|| "0".to_owned()),
            is_done: false,
            role_types: vec![vec!["executor".to_owned()]],
        }
    }
}

impl fmt::Debug for CreateTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateTask")
            .field("source_id", &self.source_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for DetailUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DetailUrl").finish_non_exhaustive()
    }
}
