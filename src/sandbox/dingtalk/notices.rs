//! Work notices: `message/corpconversation/…`. Accepted is not delivered.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::super::Refusal;
use super::super::fields::{Fields, Misfit};
use super::super::record::{Channel, DingtalkMessage, Outcome, Record};
use super::super::state::State;
use super::{invalid, notice_message};
use crate::domain::{Day, Timestamp};

/// A task's result can be asked for within a day.
const KEPT: Duration = Duration::from_secs(24 * 3600);
const MESSAGE_BYTES: usize = 2048;
const DAILY_CAP: &str = "143105";
const SAME_CONTENT: &str = "143106";

/// What was sent.
#[derive(Default)]
pub(super) struct Notices {
    tasks: BTreeMap<i64, Task>,
    /// Who got what on which day.
    seen: BTreeSet<(Day, String, String)>,
    counts: BTreeMap<(Day, String), usize>,
}

struct Task {
    at: Timestamp,
    invalid: Vec<String>,
    unread: Vec<String>,
    forbidden: Vec<(String, &'static str)>,
}

/// `asyncsend_v2`.
pub(super) fn send(state: &mut State, body: &Value) -> Result<Value, Refusal> {
    let users = match check(state, body) {
        Ok(users) => users,
        Err(refusal) => {
            record(state, body, "", None, Outcome::Refused(refusal.clone()));
            return Err(refusal);
        }
    };
    let task_id = 900_000_000_001 + state.dingtalk.notices.tasks.len() as i64;
    let mut task = Task {
        at: state.now(),
        invalid: Vec::new(),
        unread: Vec::new(),
        forbidden: Vec::new(),
    };
    for user in users {
        if state.company.by_dingtalk(&user).is_none() {
            task.invalid.push(user);
            continue;
        }
        let outcome = match forbidden(state, &user, &body["msg"]) {
            None => {
                task.unread.push(user.clone());
                Outcome::Delivered
            }
            Some(code) => {
                task.forbidden.push((user.clone(), code));
                Outcome::Dropped(code)
            }
        };
        record(state, body, &user, Some(task_id), outcome);
    }
    state.dingtalk.notices.tasks.insert(task_id, task);
    Ok(json!({ "task_id": task_id, "request_id": "sandbox" }))
}

/// Why this person does not get this message today, though the call succeeds.
fn forbidden(state: &mut State, user: &str, message: &Value) -> Option<&'static str> {
    let today = state.now().day();
    let notices = &mut state.dingtalk.notices;
    let count = notices.counts.entry((today, user.to_owned())).or_default();
    if *count >= state.limits.notices_a_day {
        return Some(DAILY_CAP);
    }
    let key = (today, user.to_owned(), message.to_string());
    if !notices.seen.insert(key) {
        return Some(SAME_CONTENT);
    }
    *count += 1;
    None
}

fn record(state: &mut State, body: &Value, to: &str, task: Option<i64>, outcome: Outcome) {
    let message = &body["msg"];
    let msgtype = message["msgtype"].as_str().unwrap_or_default();
    let to = if to.is_empty() {
        body["userid_list"].as_str().unwrap_or_default()
    } else {
        to
    };
    let content = message.get(msgtype).cloned().unwrap_or_default();
    state.record(Record::Dingtalk(DingtalkMessage {
        channel: Channel::WorkNotice,
        to: to.to_owned(),
        msgtype: msgtype.to_owned(),
        content,
        key: task.map(|task| task.to_string()),
        outcome,
    }));
}

fn check(state: &State, body: &Value) -> Result<Vec<String>, Refusal> {
    let fields = Fields::of(body, "").map_err(invalid)?;
    if fields.integer("agent_id").map_err(invalid)? != Some(state.company.dingtalk.agent_id) {
        return Err(Refusal::number(40056, "不合法的agentid"));
    }
    let check = || {
        fields.only(&[
            "agent_id",
            "userid_list",
            "dept_id_list",
            "to_all_user",
            "msg",
        ])?;
        let users = listed(&fields, "userid_list", 100)?;
        let departments = listed(&fields, "dept_id_list", 20)?;
        let to_all = fields.truth("to_all_user")?.unwrap_or(false);
        if users.is_empty() && departments.is_empty() && !to_all {
            return Err(fields.misfit("userid_list", "names nobody"));
        }
        let has_status = body["msg"]["oa"].get("status_bar").is_some();
        if has_status && (users.len() > 5 || !departments.is_empty() || to_all) {
            return Err(fields.misfit("msg.oa.status_bar", "is for at most 5 people"));
        }
        if body["msg"].to_string().len() > MESSAGE_BYTES {
            return Err(fields.misfit("msg", "has more than 2048 bytes"));
        }
        notice_message::message(&fields.required_child("msg")?)?;
        if !to_all {
            return Ok(users);
        }
        let people = state.company.people.iter();
        let ids = people.filter_map(|person| person.dingtalk.as_ref());
        Ok(ids.map(|ids| ids.userid.clone()).collect())
    };
    check().map_err(invalid)
}

fn listed(fields: &Fields<'_>, key: &str, most: usize) -> Result<Vec<String>, Misfit> {
    let text = fields.text(key)?.unwrap_or_default();
    let items: Vec<String> = text
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect();
    if items.len() > most {
        return Err(fields.misfit(key, &format!("has more than {most} items")));
    }
    Ok(items)
}

/// `getsendresult`, of the last 24 hours.
pub(super) fn result(state: &State, body: &Value) -> Result<Value, Refusal> {
    let task = task(state, body)?;
    let forbidden: Vec<Value> = task
        .forbidden
        .iter()
        .map(|(userid, code)| json!({ "userid": userid, "code": code, "count": 1 }))
        .collect();
    let users: Vec<&String> = task.forbidden.iter().map(|(userid, _)| userid).collect();
    Ok(json!({ "send_result": {
        "invalid_user_id_list": task.invalid,
        "forbidden_user_id_list": users,
        "failed_user_id_list": [],
        "read_user_id_list": [],
        "unread_user_id_list": task.unread,
        "invalid_dept_id_list": [],
        "forbidden_list": forbidden,
    } }))
}

/// `getsendprogress`: nothing takes long here.
pub(super) fn progress(state: &State, body: &Value) -> Result<Value, Refusal> {
    task(state, body)?;
    Ok(json!({ "progress": { "progress_in_percent": 100, "status": 2 } }))
}

fn task<'a>(state: &'a State, body: &Value) -> Result<&'a Task, Refusal> {
    if body["agent_id"].as_i64() != Some(state.company.dingtalk.agent_id) {
        return Err(Refusal::number(40056, "不合法的agentid"));
    }
    let id = body["task_id"].as_i64().unwrap_or_default();
    let task = state.dingtalk.notices.tasks.get(&id);
    task.filter(|task| state.now().since(task.at) < KEPT)
        .ok_or_else(|| invalid(Misfit("task_id is unknown or too old".into())))
}
