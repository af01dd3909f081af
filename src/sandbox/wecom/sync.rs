//! `kf/sync_msg` (`developer.work.weixin.qq.com/document/path/94670`).

use std::time::Duration;

use serde_json::{Value, json};

use super::super::Refusal;
use super::super::fields::{Fields, Misfit};
use super::super::state::State;
use super::service::{Line, What};
use super::{MINUTE, invalid};

/// Only the last three days can be pulled.
const KEPT: Duration = Duration::from_secs(3 * 24 * 3600);

pub(super) fn messages(state: &mut State, agent_id: i64, body: &Value) -> Result<Value, Refusal> {
    let request = Request::read(body).map_err(invalid)?;
    authorise(state, agent_id, &request)?;
    next_page(state, &request).map_err(invalid)
}

/// The account has to be this app's, and the token one of the account's notices. Without a token
/// there are few calls a minute.
fn authorise(state: &mut State, agent_id: i64, request: &Request<'_>) -> Result<(), Refusal> {
    let (now, open_kfid) = (state.now(), request.open_kfid);
    let account = state.company.account(open_kfid);
    let account = account.ok_or_else(|| Refusal::number(95000, "invalid open_kfid"))?;
    let app = state.company.app(&account.app);
    if app.is_none_or(|app| app.agent_id != agent_id) {
        return Err(Refusal::number(48002, "api forbidden"));
    }
    let service = &mut state.wecom.service;
    let Some(token) = request.token else {
        let at_most = state.limits.syncs_without_token_a_minute;
        let window = &mut service.account(open_kfid).syncs_without_token;
        return match window.admit(now, MINUTE, at_most) {
            true => Ok(()),
            false => Err(Refusal::number(45009, "reach max api minute quota limit")),
        };
    };
    match service.is_token_of(token, open_kfid, now) {
        true => Ok(()),
        false => Err(Refusal::number(95007, "invalid msg token")),
    }
}

fn next_page(state: &mut State, request: &Request<'_>) -> Result<Value, Misfit> {
    let oldest = state.now().minus(KEPT);
    let most = request.limit.min(state.limits.sync_page);
    let account = state.wecom.service.account(request.open_kfid);
    let from = request.position(account.lines.len())?;
    if account.empty_pages > 0 && from < account.lines.len() {
        account.empty_pages -= 1;
        return Ok(page(request.open_kfid, from, true, &[]));
    }
    let old = account.lines[from..]
        .iter()
        .take_while(|line| line.at < oldest)
        .count();
    let begin = from + old;
    let end = account.lines.len().min(begin + most);
    let has_more = end < account.lines.len();
    let lines = &account.lines[begin..end];
    Ok(page(request.open_kfid, end, has_more, lines))
}

struct Request<'a> {
    open_kfid: &'a str,
    cursor: &'a str,
    token: Option<&'a str>,
    limit: usize,
}

impl<'a> Request<'a> {
    fn read(body: &'a Value) -> Result<Self, Misfit> {
        let fields = Fields::of(body, "")?;
        fields.only(&["cursor", "token", "limit", "voice_format", "open_kfid"])?;
        fields.one_of("voice_format", &[0, 1], 0)?;
        let cursor = fields.text("cursor")?.unwrap_or_default();
        if cursor.len() > 64 {
            return Err(fields.misfit("cursor", "has more than 64 bytes"));
        }
        let token = fields.text("token")?.filter(|token| !token.is_empty());
        if token.is_some_and(|token| token.len() > 128) {
            return Err(fields.misfit("token", "has more than 128 bytes"));
        }
        let limit = fields.integer("limit")?.unwrap_or(1000);
        let limit = match usize::try_from(limit) {
            Ok(limit @ 1..=1000) => limit,
            _ => return Err(fields.misfit("limit", "is not within 1 to 1000")),
        };
        Ok(Self {
            open_kfid: fields.filled("open_kfid")?,
            cursor,
            token,
            limit,
        })
    }

    /// Where the cursor points; nowhere is the beginning.
    fn position(&self, length: usize) -> Result<usize, Misfit> {
        if self.cursor.is_empty() {
            return Ok(0);
        }
        self.cursor
            .strip_prefix(&cursor_prefix(self.open_kfid))
            .and_then(|position| position.parse().ok())
            .filter(|position| *position <= length)
            .ok_or_else(|| Misfit("cursor is not one of this account".into()))
    }
}

fn cursor_prefix(open_kfid: &str) -> String {
    format!("4gw7Mep{open_kfid}x")
}

fn page(open_kfid: &str, next: usize, has_more: bool, lines: &[Line]) -> Value {
    json!({
        "next_cursor": format!("{}{next:010}", cursor_prefix(open_kfid)),
        "has_more": i32::from(has_more),
        "msg_list": lines.iter().map(|line| message(open_kfid, line)).collect::<Vec<_>>(),
    })
}

fn message(open_kfid: &str, line: &Line) -> Value {
    let mut message = json!({ "msgid": line.msgid, "send_time": line.at.seconds() });
    let text = |message: &mut Value, origin: i32, content: &str| {
        message["open_kfid"] = open_kfid.into();
        message["external_userid"] = line.external_userid.as_str().into();
        message["origin"] = origin.into();
        message["msgtype"] = "text".into();
        message["text"] = json!({ "content": content });
    };
    match &line.what {
        What::FromCustomer { text: content } => text(&mut message, 3, content),
        What::FromServicer {
            userid,
            text: content,
        } => {
            text(&mut message, 5, content);
            message["servicer_userid"] = userid.as_str().into();
        }
        What::Item(item) => return item.clone(),
        What::Recalled { msgid } => {
            message["origin"] = 4.into();
            message["msgtype"] = "event".into();
            message["event"] = json!({
                "event_type": "user_recall_msg",
                "open_kfid": open_kfid,
                "external_userid": line.external_userid,
                "recall_msgid": msgid,
            });
        }
    }
    message
}
