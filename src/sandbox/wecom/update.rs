//! `message/update_template_card` (`developer.work.weixin.qq.com/document/path/94888`).

use serde_json::{Value, json};

use super::super::Refusal;
use super::super::fields::{Fields, Misfit};
use super::super::record::{CardUpdate, Outcome, Record};
use super::super::state::State;
use super::card::{self, Purpose};
use super::envelope::check_agent;
use super::invalid;

/// Checks and changes; a refused change is written down as refused.
pub(super) fn update(state: &mut State, agent_id: i64, body: &Value) -> Result<Value, Refusal> {
    let result = change(state, agent_id, body);
    if let Err(refusal) = &result {
        state.record(Record::CardUpdate(CardUpdate {
            to: String::new(),
            task_id: String::new(),
            content: body.clone(),
            outcome: Outcome::Refused(refusal.clone()),
        }));
    }
    result
}

fn change(state: &mut State, agent_id: i64, body: &Value) -> Result<Value, Refusal> {
    let fields = Fields::of(body, "").map_err(invalid)?;
    check_agent(&fields, agent_id)?;
    let wanted = receivers(&fields).map_err(invalid)?;
    let content = content(&fields, body).map_err(invalid)?;
    let code = fields.filled("response_code").map_err(invalid)?;
    let task_id = state.wecom.cards.task_of(code, agent_id, state.now())?;

    let holders = state.wecom.cards.holders(agent_id, &task_id);
    let users: Vec<String> = match &wanted {
        Wanted::All => holders.clone(),
        Wanted::Users(users) => users.iter().map(ToString::to_string).collect(),
    };
    let (known, unknown): (Vec<_>, Vec<_>) = users
        .into_iter()
        .partition(|user| state.company.by_wecom(user).is_some());
    if content.get("replace_name").is_some() && !is_interaction(state, agent_id, &task_id, &holders)
    {
        return Err(invalid(Misfit("button is for interaction cards".into())));
    }
    state.wecom.cards.use_up(code);
    for user in known {
        let is_held = state
            .wecom
            .cards
            .replace(agent_id, &task_id, &user, &content);
        let outcome = if is_held {
            Outcome::Delivered
        } else {
            Outcome::Dropped("this member has no such card")
        };
        state.record(Record::CardUpdate(CardUpdate {
            to: user,
            task_id: task_id.clone(),
            content: content.clone(),
            outcome,
        }));
    }
    Ok(json!({ "invaliduser": unknown }))
}

enum Wanted<'a> {
    All,
    Users(Vec<&'a str>),
}

fn receivers<'a>(fields: &Fields<'a>) -> Result<Wanted<'a>, Misfit> {
    fields.only(&[
        "userids",
        "partyids",
        "tagids",
        "atall",
        "agentid",
        "response_code",
        "button",
        "template_card",
        "enable_id_trans",
    ])?;
    fields.one_of("enable_id_trans", &[0, 1], 0)?;
    let users = fields.texts("userids", 1000)?;
    if fields.one_of("atall", &[0, 1], 0)? == 1 {
        return Ok(Wanted::All);
    }
    if users.is_empty() {
        return Err(fields.misfit("userids", "is empty and atall is not 1"));
    }
    Ok(Wanted::Users(users))
}

/// Either `{"replace_name": …}` or the new card.
fn content(fields: &Fields<'_>, body: &Value) -> Result<Value, Misfit> {
    match (fields.child("button")?, fields.child("template_card")?) {
        (Some(button), None) => {
            button.only(&["replace_name"])?;
            button.filled("replace_name")?;
            Ok(body["button"].clone())
        }
        (None, Some(_)) => {
            card::check(&body["template_card"], Purpose::Update)?;
            Ok(body["template_card"].clone())
        }
        _ => Err(Misfit("expected either button or template_card".to_owned())),
    }
}

fn is_interaction(state: &State, agent_id: i64, task_id: &str, holders: &[String]) -> bool {
    holders.iter().all(|holder| {
        let card = state.wecom.cards.of(agent_id, task_id, holder);
        card.is_some_and(|card| card::is_interaction(&card.content))
    })
}
