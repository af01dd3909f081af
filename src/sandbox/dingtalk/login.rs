//! In-app and browser login.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::Refusal;
use super::super::api::Incoming;
use super::super::fields::Fields;
use super::super::state::State;
use super::invalid;
use crate::domain::Timestamp;

const CODE_LIFE: Duration = Duration::from_secs(300);
const TOKEN_LIFE: Duration = Duration::from_secs(7200);

/// Codes and user tokens.
#[derive(Default)]
pub(in crate::sandbox) struct Login {
    codes: BTreeMap<String, Code>,
    /// User tokens: DingTalk userid and end.
    tokens: BTreeMap<String, (String, Timestamp)>,
}

struct Code {
    kind: CodeKind,
    userid: String,
    issued: Timestamp,
}

/// Which door a code opens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum CodeKind {
    InApp,
    Browser,
}

impl Login {
    pub(in crate::sandbox) fn issue(
        &mut self,
        code: &str,
        kind: CodeKind,
        userid: &str,
        now: Timestamp,
    ) {
        let issued = Code {
            kind,
            userid: userid.to_owned(),
            issued: now,
        };
        self.codes.insert(code.to_owned(), issued);
    }

    /// Uses a code up. One of the other kind stays good.
    fn redeem(&mut self, code: &str, kind: CodeKind, now: Timestamp) -> Option<String> {
        if self.codes.get(code)?.kind != kind {
            return None;
        }
        let code = self.codes.remove(code)?;
        (now.since(code.issued) < CODE_LIFE).then_some(code.userid)
    }
}

/// `topapi/v2/user/getuserinfo`: the code of `dd.requestAuthCode`.
pub(super) fn user_info(state: &mut State, body: &Value) -> Result<Value, Refusal> {
    let fields = Fields::of(body, "").map_err(invalid)?;
    let code = fields.filled("code").map_err(invalid)?;
    let now = state.now();
    let userid = state.dingtalk.login.redeem(code, CodeKind::InApp, now);
    let userid = userid.ok_or_else(|| Refusal::number(40078, "不存在的临时授权码"))?;
    let (person, ids) = state
        .company
        .by_dingtalk(&userid)
        .ok_or_else(|| Refusal::number(40079, "没有授权"))?;
    Ok(json!({ "result": {
        "userid": ids.userid,
        "unionid": ids.unionid,
        "associated_unionid": ids.unionid,
        "name": person.name,
        "device_id": "sandbox",
        "sys": false,
        "sys_level": 0,
    } }))
}

/// `oauth2/userAccessToken`: the code of the login page.
pub(super) fn user_token(state: &mut State, incoming: &Incoming) -> Result<Value, Refusal> {
    let body = incoming.json().unwrap_or_default();
    let text = |key: &str| body[key].as_str().unwrap_or_default();
    let app = &state.company.dingtalk;
    if text("clientId") != app.app_key || text("clientSecret") != app.app_secret {
        return Err(Refusal::word(
            400,
            "invalidClientIdOrSecret",
            "无效的clientId或者clientSecret",
        ));
    }
    if text("grantType") != "authorization_code" {
        return Err(Refusal::word(
            400,
            "invalidParameter.grantType",
            "grantType不合法",
        ));
    }
    let now = state.now();
    let userid = state
        .dingtalk
        .login
        .redeem(text("code"), CodeKind::Browser, now)
        .ok_or_else(|| {
            Refusal::word(
                400,
                "invalidParameter.authCode.notFound",
                "不合法的临时授权码",
            )
        })?;
    let (token, refresh) = (state.dice.word(32), state.dice.word(32));
    let held = (userid, now.plus(TOKEN_LIFE));
    state.dingtalk.login.tokens.insert(token.clone(), held);
    Ok(json!({
        "accessToken": token,
        "refreshToken": refresh,
        "expireIn": TOKEN_LIFE.as_secs(),
        "corpId": state.company.dingtalk.corp_id,
    }))
}

/// `contact/users/me` with a user token.
pub(super) fn me(state: &mut State, incoming: &Incoming) -> Result<Value, Refusal> {
    let token = incoming.token_header.as_deref().unwrap_or_default();
    let held = state.dingtalk.login.tokens.get(token);
    let person = held
        .filter(|(_, ends)| state.now() < *ends)
        .and_then(|(userid, _)| state.company.by_dingtalk(userid));
    let (person, ids) = person
        .ok_or_else(|| Refusal::word(401, "InvalidAuthentication", "不合法的access_token"))?;
    Ok(json!({
        "nick": person.name,
        "unionId": ids.unionid,
        "openId": format!("open{}", ids.userid),
        "avatarUrl": "",
        "stateCode": "86",
    }))
}
