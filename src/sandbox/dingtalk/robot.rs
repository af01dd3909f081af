//! Custom robots in groups: `robot/send`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::super::Refusal;
use super::super::api::Incoming;
use super::super::company::GroupRobot;
use super::super::fields::{Fields, Misfit};
use super::super::record::{Channel, DingtalkMessage, Outcome, Record};
use super::super::state::State;
use super::super::window::Window;
use super::{invalid, signature};
use crate::domain::Timestamp;

const MINUTE: Duration = Duration::from_secs(60);
const BLOCKED: Duration = Duration::from_secs(600);
const REQUEST_BYTES: usize = 20_000;

/// Every robot's past, by access token.
pub(super) type Robots = BTreeMap<String, Past>;

#[derive(Default)]
pub(super) struct Past {
    minute: Window,
    blocked_until: Timestamp,
    /// Every `msgUuid` so far.
    seen: BTreeSet<String>,
}

pub(super) fn send(state: &mut State, incoming: &Incoming) -> Result<Value, Refusal> {
    let token = incoming.parameter("access_token").unwrap_or_default();
    let robot = state
        .company
        .robots
        .iter()
        .find(|robot| robot.access_token == token)
        .cloned();
    let result = accept(state, robot.as_ref(), incoming);
    let body = incoming.json().unwrap_or_default();
    let msgtype = body["msgtype"].as_str().unwrap_or_default();
    state.record(Record::Dingtalk(DingtalkMessage {
        channel: Channel::Group,
        to: robot.map(|robot| robot.name).unwrap_or_default(),
        msgtype: msgtype.to_owned(),
        content: body.get(msgtype).cloned().unwrap_or_default(),
        key: body["msgUuid"].as_str().map(str::to_owned),
        outcome: match &result {
            Ok(outcome) => outcome.clone(),
            Err(refusal) => Outcome::Refused(refusal.clone()),
        },
    }));
    result.map(|_| json!({}))
}

fn accept(
    state: &mut State,
    robot: Option<&GroupRobot>,
    incoming: &Incoming,
) -> Result<Outcome, Refusal> {
    let robot = robot.ok_or_else(|| Refusal::number(400_101, "access_token不存在"))?;
    if robot.stopped {
        return Err(Refusal::number(400_102, "机器人已停用"));
    }
    let body = parse(incoming)?;
    let text = check(&body)?;
    let now = state.now();
    signature::check(&robot.security, incoming, &text, now)?;

    let past = state
        .dingtalk
        .robots
        .entry(robot.access_token.clone())
        .or_default();
    if let Some(uuid) = body["msgUuid"].as_str() {
        if past.seen.contains(uuid) {
            return Ok(Outcome::Duplicate);
        }
        admit(past, now, state.limits.robot_messages_a_minute)?;
        past.seen.insert(uuid.to_owned());
    } else {
        admit(past, now, state.limits.robot_messages_a_minute)?;
    }
    Ok(Outcome::Delivered)
}

/// Twenty a minute; one more, and the robot is silent for ten.
fn admit(past: &mut Past, now: Timestamp, at_most: usize) -> Result<(), Refusal> {
    let too_fast = || Refusal::number(410_100, "发送速度太快而限流");
    if now < past.blocked_until {
        return Err(too_fast());
    }
    if !past.minute.admit(now, MINUTE, at_most) {
        past.blocked_until = now.plus(BLOCKED);
        return Err(too_fast());
    }
    Ok(())
}

fn parse(incoming: &Incoming) -> Result<Value, Refusal> {
    if !incoming.content_type.starts_with("application/json") {
        return Err(Refusal::number(43004, "无效的HTTP HEADER Content-Type"));
    }
    if incoming.body.len() > REQUEST_BYTES {
        return Err(Refusal::number(
            460_101,
            "message too long, exceed 20000 bytes",
        ));
    }
    let json = incoming.json();
    json.ok_or_else(|| Refusal::number(40035, "缺少参数 json"))
}

/// Checks a message; gives all that it shows, for the keywords.
fn check(body: &Value) -> Result<String, Refusal> {
    let fields = Fields::of(body, "").map_err(invalid)?;
    let msgtype = fields.text("msgtype").map_err(invalid)?.unwrap_or_default();
    if !["text", "markdown", "link", "actionCard", "feedCard"].contains(&msgtype) {
        return Err(Refusal::number(400_105, "不支持的消息类型"));
    }
    let check = || {
        fields.only(&["msgtype", "msgUuid", "at", msgtype])?;
        fields.text("msgUuid")?;
        at(&fields)?;
        let message = fields.required_child(msgtype)?;
        match msgtype {
            "text" => filled(&message, &["content"]),
            "markdown" => filled(&message, &["title", "text"]),
            "link" => {
                message.only(&["title", "text", "messageUrl", "picUrl"])?;
                message.text("picUrl")?;
                message.filled("title")?;
                message.filled("text")?;
                message.address("messageUrl").map(drop)
            }
            "actionCard" => action_card(&message),
            _ => feed_card(&message),
        }
    };
    check().map_err(invalid)?;
    Ok(body[msgtype].to_string())
}

fn filled(message: &Fields<'_>, keys: &[&str]) -> Result<(), Misfit> {
    message.only(keys)?;
    keys.iter()
        .try_for_each(|key| message.filled(key).map(drop))
}

fn at(fields: &Fields<'_>) -> Result<(), Misfit> {
    let Some(at) = fields.child("at")? else {
        return Ok(());
    };
    at.only(&["atMobiles", "atUserIds", "isAtAll"])?;
    at.truth("isAtAll")?;
    let people = at.texts("atMobiles", 50)?.len() + at.texts("atUserIds", 50)?.len();
    if people > 50 {
        return Err(fields.misfit("at", "names more than 50 people"));
    }
    Ok(())
}

fn action_card(card: &Fields<'_>) -> Result<(), Misfit> {
    card.only(&[
        "title",
        "text",
        "singleTitle",
        "singleURL",
        "btns",
        "btnOrientation",
        "hideAvatar",
    ])?;
    card.filled("title")?;
    card.filled("text")?;
    for key in ["btnOrientation", "hideAvatar"] {
        if !matches!(card.text(key)?, None | Some("0" | "1")) {
            return Err(card.misfit(key, "is neither \"0\" nor \"1\""));
        }
    }
    if card.has("singleTitle") || card.has("singleURL") {
        card.filled("singleTitle")?;
        return card.address("singleURL").map(drop);
    }
    for button in card.required_list("btns", [1, usize::MAX])? {
        button.only(&["title", "actionURL"])?;
        button.filled("title")?;
        button.address("actionURL")?;
    }
    Ok(())
}

fn feed_card(card: &Fields<'_>) -> Result<(), Misfit> {
    card.only(&["links"])?;
    for link in card.required_list("links", [1, usize::MAX])? {
        link.only(&["title", "messageURL", "picURL"])?;
        link.filled("title")?;
        link.address("messageURL")?;
        link.address("picURL")?;
    }
    Ok(())
}
