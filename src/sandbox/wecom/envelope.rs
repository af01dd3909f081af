//! What every message/send carries, and the bodies that are not cards
//! (`developer.work.weixin.qq.com/document/path/90236`).

use serde_json::{Value, json};

use super::super::Refusal;
use super::super::fields::{Fields, Misfit};
use super::invalid;

const TOP: [&str; 9] = [
    "touser",
    "toparty",
    "totag",
    "msgtype",
    "agentid",
    "safe",
    "enable_id_trans",
    "enable_duplicate_check",
    "duplicate_check_interval",
];

/// The checked outside of a message.
pub(super) struct Envelope<'a> {
    pub(super) to: Receivers<'a>,
    pub(super) msgtype: &'a str,
    /// Seconds within which an identical request is not delivered again.
    pub(super) duplicate_interval: Option<i64>,
}

/// Whom a message is for.
pub(super) enum Receivers<'a> {
    All,
    Users(Vec<&'a str>),
}

impl<'a> Envelope<'a> {
    pub(super) fn read(message: &'a Value, agent_id: i64) -> Result<Self, Refusal> {
        let fields = Fields::of(message, "").map_err(invalid)?;
        check_agent(&fields, agent_id)?;
        let to = receivers(&fields)?;
        let msgtype = fields.text("msgtype").map_err(invalid)?.unwrap_or_default();
        if !["text", "markdown", "textcard", "template_card"].contains(&msgtype) {
            return Err(Refusal::number(40008, "invalid message type"));
        }
        let known: Vec<&str> = TOP.iter().copied().chain([msgtype]).collect();
        fields.only(&known).map_err(invalid)?;
        if !fields.has(msgtype) {
            return Err(Refusal::number(40063, format!("{msgtype} is empty")));
        }
        let duplicate_interval = options(&fields).map_err(invalid)?;
        Ok(Self {
            to,
            msgtype,
            duplicate_interval,
        })
    }
}

/// The app of the body has to be the app of the token.
pub(super) fn check_agent(fields: &Fields<'_>, token_agent: i64) -> Result<(), Refusal> {
    let wrong = || Refusal::number(40056, "invalid agentid");
    match fields.integer("agentid") {
        Ok(Some(agent_id)) if agent_id == token_agent => Ok(()),
        Ok(Some(_)) => Err(Refusal::number(
            301_002,
            "not allow operate another agent with this accesstoken",
        )),
        Ok(None) | Err(_) => Err(wrong()),
    }
}

fn receivers<'a>(fields: &Fields<'a>) -> Result<Receivers<'a>, Refusal> {
    let list = |key: &str| {
        let text = fields.text(key).map_err(invalid)?.unwrap_or_default();
        Ok::<Vec<&'a str>, Refusal>(text.split('|').filter(|one| !one.is_empty()).collect())
    };
    let users = list("touser")?;
    if users == ["@all"] {
        return Ok(Receivers::All);
    }
    if users.len() > 1000 {
        return Err(Refusal::number(40032, "invalid user list size"));
    }
    let parties = list("toparty")?;
    let tags = list("totag")?;
    if parties.len() > 100 || tags.len() > 100 {
        return Err(invalid(Misfit(
            "toparty or totag has more than 100 items".into(),
        )));
    }
    if users.is_empty() && parties.is_empty() && tags.is_empty() {
        return Err(Refusal::number(
            82001,
            "not found valid touser/toparty/totag",
        ));
    }
    Ok(Receivers::Users(users))
}

fn options(fields: &Fields<'_>) -> Result<Option<i64>, Misfit> {
    fields.one_of("safe", &[0, 1], 0)?;
    fields.one_of("enable_id_trans", &[0, 1], 0)?;
    let checks = fields.one_of("enable_duplicate_check", &[0, 1], 0)?;
    let interval = fields.integer("duplicate_check_interval")?.unwrap_or(1800);
    if !(1..=14_400).contains(&interval) {
        return Err(fields.misfit("duplicate_check_interval", "is not within 1 to 14400"));
    }
    Ok((checks == 1).then_some(interval))
}

/// The body of a text, cut to 2048 bytes as WeCom cuts it.
pub(super) fn text(body: &Value) -> Result<Value, Refusal> {
    let content = content(body, "text")?;
    let mut end = content.len().min(2048);
    while !content.is_char_boundary(end) {
        end -= 1;
    }
    Ok(json!({ "content": &content[..end] }))
}

/// The body of a markdown message: at most 2048 bytes.
pub(super) fn markdown(body: &Value) -> Result<Value, Refusal> {
    let content = content(body, "markdown")?;
    if content.len() > 2048 {
        return Err(Refusal::number(45002, "content size out of limit"));
    }
    Ok(body.clone())
}

fn content<'a>(body: &'a Value, kind: &str) -> Result<&'a str, Refusal> {
    let fields = Fields::of(body, kind).map_err(invalid)?;
    fields.only(&["content"]).map_err(invalid)?;
    match fields.text("content").map_err(invalid)? {
        Some(content) if !content.is_empty() => Ok(content),
        _ => Err(Refusal::number(44004, "empty content")),
    }
}

/// The body of a textcard.
pub(super) fn textcard(body: &Value) -> Result<Value, Refusal> {
    let check = || {
        let fields = Fields::of(body, "textcard")?;
        fields.only(&["title", "description", "url", "btntxt"])?;
        for (key, most) in [("title", 128), ("description", 512)] {
            if fields.filled(key)?.chars().count() > most {
                return Err(fields.misfit(key, &format!("has more than {most} characters")));
            }
        }
        fields.address("url")?;
        match fields.text("btntxt")? {
            Some(text) if text.chars().count() > 4 => {
                Err(fields.misfit("btntxt", "has more than 4 characters"))
            }
            _ => Ok(body.clone()),
        }
    };
    check().map_err(invalid)
}
