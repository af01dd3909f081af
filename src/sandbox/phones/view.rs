//! What the three phones show.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::Sandbox;
use super::super::actors::inbox;
use super::super::company::{Customer, Person, same_userid};
use super::super::dingtalk::TodoTask;
use super::super::record::{Entry, Outcome, Record, WecomMessage};
use super::super::state::State;
use super::super::wecom::{CardState, Line, What};
use super::dingtalk_line;

/// Whose phones.
#[derive(Deserialize)]
pub(super) struct Shown {
    customer: Option<String>,
    rep: Option<String>,
    director: Option<String>,
}

pub(super) async fn state(sandbox: Data<Sandbox>, shown: Query<Shown>) -> HttpResponse {
    let version = sandbox.version();
    let view = sandbox.with_quietly(|state| view(state, &shown));
    match view {
        Some(mut view) => {
            view["version"] = version.into();
            HttpResponse::Ok().json(view)
        }
        None => HttpResponse::NotFound().json(json!({ "error": "no such person" })),
    }
}

fn view(state: &State, shown: &Shown) -> Option<Value> {
    let company = &state.company;
    let customer = match &shown.customer {
        Some(id) => company.customer(id)?,
        None => company.customers.first()?,
    };
    let rep = match &shown.rep {
        Some(id) => company.by_wecom(id)?,
        None => reps(state).next()?,
    };
    let director = match &shown.director {
        Some(id) => company.by_dingtalk(id)?.0,
        None => directors(state).next()?,
    };
    let now = state.now();
    Some(json!({
        "now_ms": now.0,
        "now": now.rfc3339(),
        "people": people(state),
        "customer": customer_phone(state, customer),
        "rep": rep_phone(state, rep),
        "director": director_phone(state, director),
    }))
}

/// Reps answer for an account; everyone else in DingTalk may be shown as a director.
fn reps(state: &State) -> impl Iterator<Item = &Person> {
    state
        .company
        .people
        .iter()
        .filter(|person| is_rep(state, person))
}

fn directors(state: &State) -> impl Iterator<Item = &Person> {
    let people = state.company.people.iter();
    people.filter(|person| person.dingtalk.is_some() && !is_rep(state, person))
}

fn is_rep(state: &State, person: &Person) -> bool {
    let own = person.wecom.as_deref();
    let mut accounts = state.company.accounts.iter();
    own.is_some_and(|own| accounts.any(|account| same_userid(&account.servicer, own)))
}

fn people(state: &State) -> Value {
    let customers = state.company.customers.iter();
    let customers = customers.map(|one| json!({ "id": one.external_userid, "name": one.name }));
    let reps = reps(state).map(|one| json!({ "id": one.wecom, "name": one.name }));
    let directors = directors(state).map(|one| {
        let id = one.dingtalk.as_ref().map(|ids| &ids.userid);
        json!({ "id": id, "name": one.name })
    });
    json!({
        "customers": customers.collect::<Vec<_>>(),
        "reps": reps.collect::<Vec<_>>(),
        "directors": directors.collect::<Vec<_>>(),
    })
}

fn customer_phone(state: &State, customer: &Customer) -> Value {
    let account = state.company.account(&customer.open_kfid);
    json!({
        "id": customer.external_userid,
        "name": customer.name,
        "open_kfid": customer.open_kfid,
        "account": account.map(|account| &account.name),
        "lines": chat(state, customer),
    })
}

fn chat(state: &State, customer: &Customer) -> Vec<Value> {
    let service = &state.wecom.service;
    let lines = service.chat(&customer.open_kfid, &customer.external_userid);
    let is_recalled = |msgid: &str| {
        let mut lines = lines.iter();
        lines.any(|line| matches!(&line.what, What::Recalled { msgid: taken } if taken == msgid))
    };
    let shown = lines.iter().filter_map(|line| {
        let mut shown = chat_line(state, customer, line)?;
        shown["recalled"] = is_recalled(&line.msgid).into();
        Some(shown)
    });
    shown.collect()
}

fn chat_line(state: &State, customer: &Customer, line: &Line) -> Option<Value> {
    let (from, name, text) = match &line.what {
        What::FromCustomer { text } => ("customer", customer.name.as_str(), text),
        What::FromServicer { userid, text } => {
            let person = state.company.by_wecom(userid);
            (
                "rep",
                person.map_or(userid.as_str(), |person| &person.name),
                text,
            )
        }
        What::Recalled { .. } | What::Item(_) => return None,
    };
    Some(json!({
        "id": line.msgid, "at_ms": line.at.0, "from": from, "name": name, "text": text,
    }))
}

fn rep_phone(state: &State, rep: &Person) -> Value {
    let userid = rep.wecom.as_deref().unwrap_or_default();
    let lines = state.ledger.iter().filter_map(|entry| match &entry.record {
        Record::Wecom(message) if is_for(message, userid) => Some(app_line(state, entry, message)),
        Record::Said(said) if same_userid(&said.from, userid) => Some(json!({
            "id": format!("m-{}", entry.number), "at_ms": entry.at.0, "from": "rep",
            "kind": "text", "text": said.text, "card": null,
        })),
        _ => None,
    });
    let chats = state.company.customers.iter().filter(|customer| {
        let account = state.company.account(&customer.open_kfid);
        account.is_some_and(|account| same_userid(&account.servicer, userid))
    });
    let chats = chats.map(|customer| {
        json!({
            "id": customer.external_userid,
            "name": customer.name,
            "open_kfid": customer.open_kfid,
            "lines": chat(state, customer),
        })
    });
    json!({
        "id": userid,
        "name": rep.name,
        "app": state.company.apps.first().map(|app| &app.name),
        "lines": lines.collect::<Vec<_>>(),
        "chats": chats.collect::<Vec<_>>(),
    })
}

fn is_for(message: &WecomMessage, userid: &str) -> bool {
    message.outcome == Outcome::Delivered && same_userid(&message.to, userid)
}

fn app_line(state: &State, entry: &Entry, message: &WecomMessage) -> Value {
    let mut line = json!({
        "id": format!("m-{}", entry.number),
        "at_ms": entry.at.0,
        "from": "app",
        "kind": message.msgtype,
        "text": message.content["content"],
        "card": null,
    });
    match message.msgtype.as_str() {
        "template_card" => line["card"] = card(state, message),
        "textcard" => line["textcard"] = message.content.clone(),
        _ => {}
    }
    line
}

fn card(state: &State, message: &WecomMessage) -> Value {
    let task_id = message.content["task_id"].as_str().unwrap_or_default();
    let held = state.wecom.cards.of(message.agent_id, task_id, &message.to);
    let mut shown = json!({
        "task_id": task_id,
        "state": "closed",
        "replaced_by": null,
        "chosen": {},
        "content": held.map_or(&message.content, |card| &card.content),
    });
    match held.map(|card| &card.state) {
        Some(CardState::Open) => shown["state"] = "open".into(),
        Some(CardState::Pressed { key, chosen }) => {
            shown["state"] = "pressed".into();
            shown["pressed"] = key.as_str().into();
            shown["chosen"] = json!(chosen);
        }
        Some(CardState::Closed { replaced_by }) => shown["replaced_by"] = json!(replaced_by),
        None => {}
    }
    shown
}

fn director_phone(state: &State, director: &Person) -> Value {
    let ids = director.dingtalk.as_ref();
    let userid = ids.map_or("", |ids| &ids.userid);
    let lines = inbox(state, userid)
        .map(|(entry, message)| dingtalk_line::line(&state.company, entry, message));
    let todos = state
        .dingtalk
        .todos
        .of(ids.map_or("", |ids| &ids.unionid))
        .map(todo);
    json!({
        "id": userid,
        "name": director.name,
        "lines": lines.collect::<Vec<_>>(),
        "todos": todos.collect::<Vec<_>>(),
    })
}

fn todo(task: &TodoTask) -> Value {
    json!({
        "id": task.id, "at_ms": task.at.0, "subject": task.subject,
        "description": task.description, "url": task.url, "done": task.done,
    })
}
