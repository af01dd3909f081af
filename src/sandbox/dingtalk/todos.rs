//! To-dos (`open.dingtalk.com/document/orgapp/add-dingtalk-to-do-task`): one task for each
//! `sourceId`, and an event when a person ticks it off.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::Refusal;
use super::super::api::Incoming;
use super::super::fields::{Fields, Misfit};
use super::super::state::State;
use crate::domain::Timestamp;

/// The code of every refused creation.
const REFUSED: &str = "todo.taskCreate.paramError";
const PAGE: usize = 20;

/// The tasks by DingTalk's id, which is their order too.
#[derive(Default)]
pub(in crate::sandbox) struct Todos(BTreeMap<String, TodoTask>);

/// A task in somebody's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodoTask {
    /// DingTalk's id.
    pub id: String,
    /// The creator's.
    pub source_id: String,
    /// What to do.
    pub subject: String,
    /// Why.
    pub description: String,
    /// UnionIds of those who have to do it.
    pub executors: Vec<String>,
    /// The page behind it.
    pub url: String,
    /// When it was made.
    pub at: Timestamp,
    /// Whether it is done.
    pub done: bool,
}

impl Todos {
    pub(in crate::sandbox) fn of<'t>(
        &'t self,
        unionid: &'t str,
    ) -> impl Iterator<Item = &'t TodoTask> {
        let tasks = self.0.values();
        tasks.filter(move |task| task.executors.iter().any(|one| one == unionid))
    }
}

/// A person ticks a task off on the phone. `false` when there is no such open task of theirs.
pub(in crate::sandbox) fn tick(state: &mut State, unionid: &str, id: &str) -> bool {
    let task = state.dingtalk.todos.0.get_mut(id);
    let Some(task) =
        task.filter(|task| !task.done && task.executors.iter().any(|one| one == unionid))
    else {
        return false;
    };
    task.done = true;
    let source_id = task.source_id.clone();
    let event = json!({
        "EventType": "todo_task_update",
        "CorpId": state.company.dingtalk.corp_id,
        "TimeStamp": state.now().0.to_string(),
        "eventId": state.dice.word(24),
        "taskId": id,
        "sourceId": source_id,
        "done": true,
    });
    state.tell_dingtalk("todo_task_update", event);
    true
}

/// `todo/users/{unionId}/tasks`.
pub(super) fn create(
    state: &mut State,
    incoming: &Incoming,
    body: &Value,
) -> Result<Value, Refusal> {
    let creator = person(state, incoming, "tasks")?;
    let task = read(state, &creator, body).map_err(|misfit| refused(&misfit.0))?;
    let todos = &mut state.dingtalk.todos.0;
    if todos
        .values()
        .any(|known| known.source_id == task.source_id)
    {
        return Err(refused("task exist"));
    }
    let id = format!("task{:08}{}", todos.len() + 1, state.dice.word(12));
    let task = TodoTask {
        id: id.clone(),
        at: state.now(),
        ..task
    };
    let answer = json!({
        "id": id, "subject": task.subject, "creatorId": creator, "sourceId": task.source_id,
        "done": false, "createdTime": task.at.0,
    });
    state.dingtalk.todos.0.insert(id, task);
    Ok(answer)
}

fn read(state: &State, creator: &str, body: &Value) -> Result<TodoTask, Misfit> {
    let fields = Fields::of(body, "")?;
    fields.only(&[
        "sourceId",
        "subject",
        "creatorId",
        "description",
        "dueTime",
        "executorIds",
        "participantIds",
        "detailUrl",
        "isOnlyShowExecutor",
        "priority",
        "notifyConfigs",
    ])?;
    if fields.filled("creatorId")? != creator {
        return Err(fields.misfit("creatorId", "is not the person of the path"));
    }
    let subject = fields.filled("subject")?;
    if subject.chars().count() > 1024 {
        return Err(fields.misfit("subject", "has more than 1024 characters"));
    }
    let executors = fields.texts("executorIds", 100)?;
    if let Some(unknown) = executors.iter().find(|id| !is_person(state, id)) {
        return Err(fields.misfit("executorIds", &format!("names {unknown}, who is nobody")));
    }
    fields.one_of("priority", &[10, 20, 30, 40], 20)?;
    fields.truth("isOnlyShowExecutor")?;
    let urls = fields.required_child("detailUrl")?;
    urls.only(&["appUrl", "pcUrl"])?;
    urls.filled_within("pcUrl", 1024)?;
    Ok(TodoTask {
        id: String::new(),
        source_id: fields.filled("sourceId")?.to_owned(),
        subject: subject.to_owned(),
        description: fields.text("description")?.unwrap_or_default().to_owned(),
        executors: executors.into_iter().map(str::to_owned).collect(),
        url: urls.filled_within("appUrl", 1024)?.to_owned(),
        at: Timestamp::default(),
        done: false,
    })
}

/// `todo/users/{unionId}/tasks/{taskId}`.
pub(super) fn update(
    state: &mut State,
    incoming: &Incoming,
    body: &Value,
) -> Result<Value, Refusal> {
    person(state, incoming, "tasks")?;
    let id = incoming.path.rsplit('/').next().unwrap_or_default();
    let wrong = |misfit: Misfit| Refusal::word(400, "todo.taskUpdate.paramError", misfit.0);
    let fields = Fields::of(body, "").map_err(wrong)?;
    fields
        .only(&["subject", "description", "dueTime", "done"])
        .map_err(wrong)?;
    let done = fields.truth("done").map_err(wrong)?;
    let Some(task) = state.dingtalk.todos.0.get_mut(id) else {
        return Err(Refusal::word(
            400,
            "todo.taskUpdate.paramError",
            "task not exist",
        ));
    };
    if let Some(done) = done {
        task.done = done;
    }
    Ok(json!({ "result": true }))
}

/// `todo/users/{unionId}/org/tasks/query`.
pub(super) fn query(state: &State, incoming: &Incoming, body: &Value) -> Result<Value, Refusal> {
    let unionid = person(state, incoming, "org")?;
    let wrong = |misfit: Misfit| Refusal::word(400, "todo.taskQuery.paramError", misfit.0);
    let fields = Fields::of(body, "").map_err(wrong)?;
    fields
        .only(&["nextToken", "isDone", "roleTypes", "todoType"])
        .map_err(wrong)?;
    let is_done = fields.truth("isDone").map_err(wrong)?.unwrap_or(false);
    let token = fields.text("nextToken").map_err(wrong)?.unwrap_or("0");
    let first: usize = token.parse().unwrap_or(0);
    let all = state.dingtalk.todos.of(&unionid);
    let all: Vec<Value> = all
        .filter(|task| task.done == is_done)
        .map(|task| {
            json!({ "taskId": task.id, "sourceId": task.source_id, "subject": task.subject, "isDone": task.done })
        })
        .collect();
    let next = (first + PAGE < all.len()).then(|| (first + PAGE).to_string());
    let page: Vec<Value> = all.into_iter().skip(first).take(PAGE).collect();
    Ok(json!({ "todoCards": page, "nextToken": next }))
}

/// The person of the path, who stands before `next`.
fn person(state: &State, incoming: &Incoming, next: &str) -> Result<String, Refusal> {
    let parts: Vec<&str> = incoming.path.split('/').collect();
    let place = parts
        .iter()
        .rposition(|part| *part == "users")
        .map(|at| at + 1);
    let unionid = place
        .and_then(|at| parts.get(at))
        .copied()
        .unwrap_or_default();
    let is_before = place.and_then(|at| parts.get(at + 1)) == Some(&next);
    if is_before && is_person(state, unionid) {
        Ok(unionid.to_owned())
    } else {
        Err(Refusal::word(
            400,
            "todo.user.paramError",
            "unionId is unknown",
        ))
    }
}

fn is_person(state: &State, unionid: &str) -> bool {
    let people = state.company.people.iter();
    let mut ids = people.filter_map(|person| person.dingtalk.as_ref());
    ids.any(|ids| ids.unionid == unionid)
}

fn refused(why: &str) -> Refusal {
    Refusal::word(400, REFUSED, why)
}
