//! To-dos in somebody's list (`/v1.0/todo/users/{unionId}/…`).

use dingdan_webhooks::dingtalk::todo::{
    CreateTask, CreatedTask, DetailUrl, TaskPage, TaskQuery, UpdateTask, query_path, task_path,
    tasks_path,
};
use serde_json::json;

use super::super::answer::id;
use super::super::call::{CallError, Refusal};
use super::api::Api;
use super::{Dingtalk, judge};

/// High: it stands above what people note down for themselves.
const PRIORITY: i64 = 30;
/// Nobody has more open tasks than fit on so many pages.
const MOST_PAGES: usize = 10;

/// A to-do, before it is there.
pub struct NewTodo<'a> {
    /// Ours: one to-do for each.
    pub source_id: &'a str,
    /// What to do.
    pub subject: &'a str,
    /// Why.
    pub description: &'a str,
    /// Where it leads.
    pub url: &'a str,
}

impl Dingtalk {
    /// Puts a to-do into a person's list. Answers DingTalk's id of it.
    ///
    /// # Errors
    /// [`Refusal::AlreadySent`] when there is one of this `source_id`.
    #[tracing::instrument(name = "dingtalk.create_todo", skip_all)]
    pub async fn create_todo(
        &self,
        unionid: &str,
        todo: &NewTodo<'_>,
    ) -> Result<String, CallError> {
        let task = CreateTask {
            source_id: todo.source_id.to_owned(),
            subject: todo.subject.to_owned(),
            creator_id: unionid.to_owned(),
            description: todo.description.to_owned(),
            executor_ids: vec![unionid.to_owned()],
            detail_url: DetailUrl {
                app_url: todo.url.to_owned(),
                pc_url: todo.url.to_owned(),
            },
            is_only_show_executor: true,
            priority: PRIORITY,
        };
        task.check().map_err(|problems| {
            let fields: Vec<&str> = problems.iter().map(|found| found.field.as_str()).collect();
            let why = format!("not sent, as it breaks limits of {}", fields.join(", "));
            CallError::refused(Refusal::Other, why)
        })?;
        let answer = self
            .call_at(Api::TodoCreate, &tasks_path(unionid), &json!(task))
            .await?;
        let created: CreatedTask =
            serde_json::from_value(answer).map_err(|_| judge::undocumented(Api::TodoCreate))?;
        match created.id {
            id if id.is_empty() => Err(judge::undocumented(Api::TodoCreate)),
            id => Ok(id),
        }
    }

    /// Ticks a to-do off. One that is done stays done.
    ///
    /// # Errors
    /// As every call.
    #[tracing::instrument(name = "dingtalk.finish_todo", skip_all)]
    pub async fn finish_todo(&self, unionid: &str, task: &str) -> Result<(), CallError> {
        let body = json!(UpdateTask { done: true });
        self.call_at(Api::TodoUpdate, &task_path(unionid, task), &body)
            .await
            .map(|_| ())
    }

    /// DingTalk's id of the open to-do of this `source_id`, if the person has it.
    ///
    /// # Errors
    /// As every call.
    #[tracing::instrument(name = "dingtalk.find_todo", skip_all)]
    pub async fn find_todo(
        &self,
        unionid: &str,
        source_id: &str,
    ) -> Result<Option<String>, CallError> {
        let mut next = None;
        for _ in 0..MOST_PAGES {
            let query = json!(TaskQuery::open_ones(next.take()));
            let answer = self
                .call_at(Api::TodoQuery, &query_path(unionid), &query)
                .await?;
            let page: TaskPage =
                serde_json::from_value(answer).map_err(|_| judge::undocumented(Api::TodoQuery))?;
            let mut cards = page.todo_cards.into_iter();
            if let Some(found) = cards.find(|card| card.source_id == source_id) {
                return Ok(Some(found.task_id).filter(|id| !id.is_empty()));
            }
            match page.next_token {
                Some(token) if !token.is_empty() => next = Some(token),
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// The unionId of a userid (`topapi/v2/user/get`).
    ///
    /// # Errors
    /// [`Refusal::UnknownReceiver`] for a userid that the company doesn't have.
    #[tracing::instrument(name = "dingtalk.unionid_of", skip_all)]
    pub async fn unionid_of(&self, userid: &str) -> Result<String, CallError> {
        let request = json!({ "userid": userid, "language": "zh_CN" });
        let answer = self.call(Api::User, &request).await?;
        id(&answer["result"]["unionid"]).ok_or_else(|| judge::undocumented(Api::User))
    }
}
