//! `message/send` (`developer.work.weixin.qq.com/document/path/90236`).

use std::time::Duration;

use serde_json::{Value, json};

use super::super::Refusal;
use super::super::record::{Outcome, Record, WecomMessage};
use super::super::state::State;
use super::card::{self, Purpose};
use super::envelope::{self, Envelope, Receivers};
use super::{HOUR, MINUTE, invalid};
use crate::domain::fold_user_id;

/// Checks and delivers; a refused message is written down as refused.
pub(super) fn send(state: &mut State, agent_id: i64, message: &Value) -> Result<Value, Refusal> {
    let result = checked(state, agent_id, message)
        .and_then(|checked| deliver(state, agent_id, message, checked));
    if let Err(refusal) = &result {
        let text = |key: &str| message[key].as_str().unwrap_or_default().to_owned();
        let msgtype = text("msgtype");
        state.record(Record::Wecom(WecomMessage {
            to: text("touser"),
            agent_id: message["agentid"].as_i64().unwrap_or_default(),
            content: message.get(&msgtype).cloned().unwrap_or_default(),
            msgtype,
            msgid: None,
            response_code: None,
            outcome: Outcome::Refused(refusal.clone()),
        }));
    }
    result
}

/// A message that WeCom takes.
struct Checked {
    msgtype: String,
    content: Value,
    /// Userids as the company writes them.
    users: Vec<String>,
    /// Folded userids that can't be reached.
    invalid: Vec<String>,
    duplicate_interval: Option<i64>,
}

fn checked(state: &State, agent_id: i64, message: &Value) -> Result<Checked, Refusal> {
    let envelope = Envelope::read(message, agent_id)?;
    let body = &message[envelope.msgtype];
    let content = match envelope.msgtype {
        "text" => envelope::text(body)?,
        "markdown" => envelope::markdown(body)?,
        "textcard" => envelope::textcard(body)?,
        _ => check_card(state, agent_id, body)?,
    };
    let (users, unreachable) = reachable(state, agent_id, &envelope.to);
    if users.is_empty() {
        return Err(Refusal::number(81013, "user & party & tag all invalid"));
    }
    Ok(Checked {
        msgtype: envelope.msgtype.to_owned(),
        content,
        users,
        invalid: unreachable,
        duplicate_interval: envelope.duplicate_interval,
    })
}

fn check_card(state: &State, agent_id: i64, body: &Value) -> Result<Value, Refusal> {
    card::check(body, Purpose::Send).map_err(invalid)?;
    let task_id = body.get("task_id").and_then(Value::as_str);
    if let Some(task_id) = task_id {
        let is_used = state
            .wecom
            .task_ids
            .contains(&(agent_id, task_id.to_owned()));
        if !card::is_task_id(task_id) || is_used {
            return Err(Refusal::number(42014, "invalid card task_id"));
        }
    } else if body.get("task_id").is_some() || card::calls_back(body) {
        return Err(Refusal::number(42014, "invalid card task_id"));
    }
    let has_callback = state
        .company
        .app_by_agent(agent_id)
        .is_some_and(|app| app.callback_url.is_some());
    if card::calls_back(body) && !has_callback {
        return Err(Refusal::number(43012, "agent must have callback url"));
    }
    Ok(body.clone())
}

fn reachable(state: &State, agent_id: i64, to: &Receivers<'_>) -> (Vec<String>, Vec<String>) {
    let company = &state.company;
    let app = company.app_by_agent(agent_id);
    let sees = |userid: &str| app.is_some_and(|app| app.is_visible_to(userid));
    match to {
        Receivers::All => {
            let all = company
                .people
                .iter()
                .filter_map(|person| person.wecom.clone());
            (all.filter(|userid| sees(userid)).collect(), Vec::new())
        }
        Receivers::Users(users) => {
            let mut reached: Vec<String> = Vec::new();
            let mut missed = Vec::new();
            for user in users {
                match company
                    .by_wecom(user)
                    .and_then(|person| person.wecom.clone())
                {
                    Some(own) if !sees(&own) => missed.push(fold_user_id(user)),
                    Some(own) if !reached.contains(&own) => reached.push(own),
                    Some(_) => {}
                    None => missed.push(fold_user_id(user)),
                }
            }
            (reached, missed)
        }
    }
}

fn deliver(
    state: &mut State,
    agent_id: i64,
    message: &Value,
    checked: Checked,
) -> Result<Value, Refusal> {
    let is_duplicate = is_duplicate(state, agent_id, message, checked.duplicate_interval);
    let msgid = state.dice.word(86);
    let task_id = checked.content.get("task_id").and_then(Value::as_str);
    let calls_back = checked.msgtype == "template_card" && card::calls_back(&checked.content);
    let response_code = match task_id {
        Some(task_id) if calls_back => {
            state.wecom.task_ids.insert((agent_id, task_id.to_owned()));
            let (now, code) = (state.now(), state.dice.word(48));
            state.wecom.cards.issue(&code, agent_id, task_id, now);
            Some(code)
        }
        _ => None,
    };
    for user in &checked.users {
        let outcome = if is_duplicate {
            Outcome::Duplicate
        } else {
            put_on_phone(state, agent_id, user, &checked)
        };
        state.record(Record::Wecom(WecomMessage {
            to: user.clone(),
            agent_id,
            msgtype: checked.msgtype.clone(),
            content: checked.content.clone(),
            msgid: Some(msgid.clone()),
            response_code: response_code.clone(),
            outcome,
        }));
    }
    Ok(answer(&checked.invalid, &msgid, response_code.as_deref()))
}

/// Above 30 a minute or 1000 an hour WeCom says yes and shows nothing (90312).
fn put_on_phone(state: &mut State, agent_id: i64, user: &str, checked: &Checked) -> Outcome {
    let now = state.now();
    let limits = &state.limits;
    let window = state
        .wecom
        .messages
        .entry((agent_id, fold_user_id(user)))
        .or_default();
    if window.count(now, MINUTE) >= limits.wecom_messages_a_minute {
        return Outcome::Dropped("more than the app may send one member in a minute");
    }
    if window.count(now, HOUR) >= limits.wecom_messages_an_hour {
        return Outcome::Dropped("more than the app may send one member in an hour");
    }
    window.note(now, HOUR);
    if checked.msgtype == "template_card" {
        state.wecom.cards.deliver(agent_id, user, &checked.content);
    }
    Outcome::Delivered
}

/// With `enable_duplicate_check` an identical request within the interval is not delivered again.
fn is_duplicate(state: &mut State, agent_id: i64, message: &Value, interval: Option<i64>) -> bool {
    let Some(interval) = interval else {
        return false;
    };
    let now = state.now();
    let interval = Duration::from_secs(interval.unsigned_abs());
    let key = format!("{agent_id} {message}");
    let last = state.wecom.recent.get(&key);
    if last.is_some_and(|last| now.since(*last) < interval) {
        return true;
    }
    state.wecom.recent.insert(key, now);
    false
}

fn answer(invalid: &[String], msgid: &str, response_code: Option<&str>) -> Value {
    let mut answer = json!({ "msgid": msgid });
    if !invalid.is_empty() {
        answer["invaliduser"] = invalid.join("|").into();
    }
    if let Some(code) = response_code {
        answer["response_code"] = code.into();
    }
    answer
}
