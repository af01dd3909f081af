//! To-dos: into a supervisor's list in DingTalk, and out of it again.

use super::alert::API_QUOTA;
use super::courier::Courier;
use super::record::{Delivery, Tried};
use super::rep::dead;
use crate::domain::PersonId;
use crate::fresh_id::fresh_id;
use crate::platform::{CallError, Dingtalk, NewTodo, Refusal};
use crate::store::{OutboxRow, Outcome, Person, StoreError, TodoRow, TodoStatus};

/// The word by which the ledger names this way.
const CHANNEL: &str = "todo";

/// What a delivery changes of a to-do.
#[derive(Default)]
pub(super) struct TodoNews {
    /// Which.
    pub(super) todo: String,
    /// How it stands now, and why.
    pub(super) status: Option<(TodoStatus, String)>,
    /// DingTalk's id of it.
    pub(super) task_id: Option<String>,
    /// Whose unionId was learnt.
    pub(super) unionid: Option<(PersonId, String)>,
}

/// What an order to make one says.
pub(super) struct Wanted<'a> {
    pub(super) todo: &'a str,
    pub(super) person: &'a PersonId,
    pub(super) subject: &'a str,
    pub(super) description: &'a str,
    pub(super) url: &'a str,
}

impl Courier {
    /// Puts it into the list. DingTalk knows it by its key, so a repeat changes nothing.
    pub(super) async fn create_todo(&self, row: &OutboxRow, wanted: &Wanted<'_>) -> Delivery {
        let Some(dingtalk) = &self.shared.dingtalk else {
            return refused_todo(wanted.todo, "no [dingtalk] in the configuration");
        };
        let (known, person) = match self.todo_and_person(wanted.todo, Some(wanted.person)).await {
            Ok(found) => found,
            Err(error) => return self.not_tried(row, &error),
        };
        if known.is_some_and(|todo| !todo.status.is_open()) && row.attempts <= 1 {
            return Delivery::without_call(Outcome::Sent {
                receipt: "not needed any more".to_owned(),
            });
        }
        let Some(person) = person else {
            return refused_todo(wanted.todo, "the supervisor is not known any more");
        };
        let mut news = TodoNews {
            todo: wanted.todo.to_owned(),
            ..TodoNews::default()
        };
        let unionid = match self.unionid(dingtalk, &person, &mut news).await {
            Ok(unionid) => unionid,
            Err(error) => return self.todo_outcome(row, news, person.id.as_str(), Err(error)),
        };
        let todo = NewTodo {
            source_id: wanted.todo,
            subject: wanted.subject,
            description: wanted.description,
            url: wanted.url,
        };
        let created = match dingtalk.create_todo(&unionid, &todo).await {
            Err(CallError::Refused {
                refusal: Refusal::AlreadySent,
                ..
            }) => dingtalk
                .find_todo(&unionid, wanted.todo)
                .await
                .map(|found| {
                    // Not among the open ones: it was ticked off meanwhile, or hidden from the list.
                    found.unwrap_or_default()
                }),
            other => other,
        };
        self.todo_outcome(row, news, &unionid, created)
    }

    /// Ticks it off, as nobody has to do it any more.
    pub(super) async fn close_todo(&self, row: &OutboxRow, todo: &str) -> Delivery {
        let Some(dingtalk) = &self.shared.dingtalk else {
            return dead("no [dingtalk] in the configuration");
        };
        let (known, person) = match self.todo_and_person(todo, None).await {
            Ok(found) => found,
            Err(error) => return self.not_tried(row, &error),
        };
        let task = known.and_then(|todo| todo.task_id);
        let unionid = person.and_then(|person| person.dingtalk_unionid);
        let (Some(task), Some(unionid)) = (task, unionid) else {
            return Delivery::without_call(Outcome::Sent {
                receipt: "never made".to_owned(),
            });
        };
        let closed = dingtalk.finish_todo(&unionid, &task).await;
        let result = closed.map(|()| task);
        let outcome = self.outcome(row, &result);
        Delivery::by_calls(outcome, vec![tried(&unionid, result)])
    }

    async fn todo_and_person(
        &self,
        todo: &str,
        person: Option<&PersonId>,
    ) -> Result<(Option<TodoRow>, Option<Person>), StoreError> {
        let store = &self.shared.store;
        let known = store.todo(todo).await?;
        let of_row = known.as_ref().and_then(|todo| todo.person_id.as_ref());
        let person = match person.or(of_row) {
            Some(person) => store.person(person).await?,
            None => None,
        };
        Ok((known, person))
    }

    /// To-dos know people by their unionId: from the import, or asked for once.
    async fn unionid(
        &self,
        dingtalk: &Dingtalk,
        person: &Person,
        news: &mut TodoNews,
    ) -> Result<String, CallError> {
        if let Some(known) = &person.dingtalk_unionid {
            return Ok(known.clone());
        }
        let Some(userid) = &person.dingtalk_userid else {
            let why =
                "the supervisor has no DingTalk userid; `dingdan import reps` adds it".to_owned();
            return Err(CallError::Refused {
                refusal: Refusal::UnknownReceiver,
                why,
            });
        };
        let found = dingtalk.unionid_of(userid).await?;
        news.unionid = Some((person.id.clone(), found.clone()));
        Ok(found)
    }

    fn todo_outcome(
        &self,
        row: &OutboxRow,
        mut news: TodoNews,
        target: &str,
        result: Result<String, CallError>,
    ) -> Delivery {
        let outcome = self.outcome(row, &result);
        match (&outcome, &result) {
            (Outcome::Sent { .. }, Ok(task)) => {
                news.task_id = Some(task.clone()).filter(|task| !task.is_empty());
                news.status = Some((TodoStatus::Open, String::new()));
            }
            (Outcome::Dead { why }, _) => {
                news.status = Some((TodoStatus::Refused, why.clone()));
            }
            _ => {}
        }
        Delivery {
            todo: Some(news),
            ..Delivery::by_calls(outcome, vec![tried(target, result)])
        }
    }
}

fn refused_todo(todo: &str, why: &str) -> Delivery {
    Delivery {
        todo: Some(TodoNews {
            todo: todo.to_owned(),
            status: Some((TodoStatus::Refused, why.to_owned())),
            ..TodoNews::default()
        }),
        ..dead(why)
    }
}

fn tried(target: &str, result: Result<String, CallError>) -> Tried {
    Tried {
        id: fresh_id(),
        channel: CHANNEL.to_owned(),
        target: target.to_owned(),
        result,
        quota: Some(API_QUOTA),
    }
}
