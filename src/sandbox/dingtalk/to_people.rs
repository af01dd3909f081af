//! The app's robot to people: `robot/oToMessages/batchSend`.

use serde_json::{Value, json};

use super::super::Refusal;
use super::super::fields::{Fields, Misfit};
use super::super::record::{Channel, DingtalkMessage, Outcome, Record};
use super::super::state::State;

const PARAM_BYTES: usize = 15_000;
const FLOW_CONTROL: &str = "flow control";

/// Every message form and exactly its fields.
const FORMS: [(&str, &[&str]); 6] = [
    ("sampleText", &["content"]),
    ("sampleMarkdown", &["title", "text"]),
    ("sampleImageMsg", &["photoURL"]),
    ("sampleLink", &["title", "text", "picUrl", "messageUrl"]),
    (
        "sampleActionCard",
        &["title", "text", "singleTitle", "singleURL"],
    ),
    (
        "sampleActionCard6",
        &[
            "title",
            "text",
            "buttonTitle1",
            "buttonUrl1",
            "buttonTitle2",
            "buttonUrl2",
        ],
    ),
];

pub(super) fn send(state: &mut State, body: &Value) -> Result<Value, Refusal> {
    let checked = match check(state, body) {
        Ok(checked) => checked,
        Err(refusal) => {
            let outcome = Outcome::Refused(refusal.clone());
            let to = body["userIds"].to_string();
            record(state, body, to, Value::Null, None, outcome);
            return Err(refusal);
        }
    };
    let key = state.dice.word(44);
    let (mut unknown, mut held) = (Vec::new(), Vec::new());
    for user in checked.users {
        if state.company.by_dingtalk(&user).is_none() {
            unknown.push(user);
            continue;
        }
        let held_back = &mut state.dingtalk.held_back;
        let outcome = match held_back.iter().position(|one| *one == user) {
            Some(place) => {
                held_back.remove(place);
                held.push(user.clone());
                Outcome::Dropped(FLOW_CONTROL)
            }
            None => Outcome::Delivered,
        };
        let param = checked.param.clone();
        record(state, body, user, param, Some(key.clone()), outcome);
    }
    Ok(json!({
        "processQueryKey": key,
        "invalidStaffIdList": unknown,
        "flowControlledStaffIdList": held,
    }))
}

struct Checked {
    users: Vec<String>,
    param: Value,
}

fn check(state: &State, body: &Value) -> Result<Checked, Refusal> {
    let fields = Fields::of(body, "").map_err(|misfit| invalid("body", misfit))?;
    let known = ["robotCode", "userIds", "msgKey", "msgParam"];
    fields
        .only(&known)
        .map_err(|misfit| invalid("body", misfit))?;
    let text = |key: &str| fields.filled(key).map_err(|misfit| invalid(key, misfit));
    if text("robotCode")? != state.company.dingtalk.app_key {
        return Err(Refusal::word(400, "resource.not.found", "robot 不存在"));
    }
    let users = fields
        .texts("userIds", 20)
        .map_err(|misfit| invalid("userIds", misfit))?;
    if users.is_empty() {
        return Err(invalid("userIds", fields.misfit("userIds", "is empty")));
    }
    let key = text("msgKey")?;
    let raw = text("msgParam")?;
    if raw.len() > PARAM_BYTES {
        let misfit = fields.misfit("msgParam", "has more than 15000 bytes");
        return Err(invalid("msgParam", misfit));
    }
    let param: Value = serde_json::from_str(raw)
        .map_err(|_| invalid("msgParam", fields.misfit("msgParam", "is not JSON")))?;
    let wanted =
        form(key).ok_or_else(|| invalid("msgKey", fields.misfit("msgKey", "is unknown")))?;
    exactly(&param, &wanted).map_err(|misfit| invalid("msgParam", misfit))?;
    Ok(Checked {
        users: users.into_iter().map(str::to_owned).collect(),
        param,
    })
}

/// The fields of a form. `sampleActionCard2` to `5` have so many buttons.
fn form(key: &str) -> Option<Vec<String>> {
    if let Some((_, fields)) = FORMS.iter().find(|(name, _)| *name == key) {
        return Some(fields.iter().map(ToString::to_string).collect());
    }
    let buttons: usize = key.strip_prefix("sampleActionCard")?.parse().ok()?;
    if !(2..=5).contains(&buttons) {
        return None;
    }
    let pairs = (1..=buttons).flat_map(|n| [format!("actionTitle{n}"), format!("actionURL{n}")]);
    Some(
        ["title", "text"]
            .map(str::to_owned)
            .into_iter()
            .chain(pairs)
            .collect(),
    )
}

fn exactly(param: &Value, wanted: &[String]) -> Result<(), Misfit> {
    let fields = Fields::of(param, "msgParam")?;
    let names: Vec<&str> = wanted.iter().map(String::as_str).collect();
    fields.only(&names)?;
    for name in names {
        if name.to_lowercase().contains("url") && name != "picUrl" {
            fields.address(name)?;
        } else {
            fields.filled(name)?;
        }
    }
    Ok(())
}

fn invalid(what: &str, misfit: Misfit) -> Refusal {
    Refusal::word(400, format!("invalidParameter.{what}"), misfit.0)
}

fn record(
    state: &mut State,
    body: &Value,
    to: String,
    content: Value,
    key: Option<String>,
    outcome: Outcome,
) {
    state.record(Record::Dingtalk(DingtalkMessage {
        channel: Channel::Robot,
        to,
        msgtype: body["msgKey"].as_str().unwrap_or_default().to_owned(),
        content,
        key,
        outcome,
    }));
}
