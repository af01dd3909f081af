//! The app's access token, one for both families.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::Refusal;
use super::super::api::Incoming;
use super::super::state::State;
use crate::domain::Timestamp;

const LIFE: Duration = Duration::from_secs(7200);

/// Tokens and when they end.
pub(in crate::sandbox) type Tokens = BTreeMap<String, Timestamp>;

/// `GET /gettoken`.
pub(super) fn old(state: &mut State, incoming: &Incoming) -> Result<Value, Refusal> {
    let key = incoming.parameter("appkey").unwrap_or_default();
    let secret = incoming.parameter("appsecret").unwrap_or_default();
    if !is_app(state, key, secret) {
        return Err(Refusal::number(40096, "不合法的appKey或appSecret"));
    }
    let token = give(state);
    Ok(json!({ "access_token": token, "expires_in": LIFE.as_secs() }))
}

/// `POST /v1.0/oauth2/accessToken`.
pub(super) fn new(state: &mut State, incoming: &Incoming) -> Result<Value, Refusal> {
    let body = incoming.json().unwrap_or_default();
    let text = |key: &str| body[key].as_str().unwrap_or_default();
    if !is_app(state, text("appKey"), text("appSecret")) {
        return Err(Refusal::word(
            400,
            "invalidClientIdOrSecret",
            "无效的clientId或者clientSecret",
        ));
    }
    let token = give(state);
    Ok(json!({ "accessToken": token, "expireIn": LIFE.as_secs() }))
}

/// Whether a call's token is good.
pub(super) fn check(state: &State, token: Option<&str>, is_new: bool) -> Result<(), Refusal> {
    let ends = token.and_then(|token| state.dingtalk.tokens.get(token));
    let has_ended = ends.is_some_and(|ends| *ends <= state.now());
    match (ends, is_new) {
        (Some(_), _) if !has_ended => Ok(()),
        (_, true) => Err(Refusal::word(
            401,
            "InvalidAuthentication",
            "不合法的access_token",
        )),
        (Some(_), false) => Err(Refusal::number(42001, "access_token超时")),
        (None, false) => Err(Refusal::number(40014, "不合法的access_token")),
    }
}

fn is_app(state: &State, key: &str, secret: &str) -> bool {
    let app = &state.company.dingtalk;
    key == app.app_key && secret == app.app_secret
}

/// The token in force, extended, or a new one.
fn give(state: &mut State) -> String {
    let now = state.now();
    let valid = state
        .dingtalk
        .tokens
        .iter()
        .find(|(_, ends)| now < **ends)
        .map(|(token, _)| token.clone());
    let token = valid.unwrap_or_else(|| state.dice.word(32).to_lowercase());
    state.dingtalk.tokens.insert(token.clone(), now.plus(LIFE));
    token
}
