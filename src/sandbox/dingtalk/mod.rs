//! Simulated DingTalk, both API families (`open.dingtalk.com/document`).

mod contacts;
mod login;
mod notice_message;
mod notices;
mod quota;
mod robot;
mod signature;
mod to_people;
pub(super) mod todos;
mod token;

use serde_json::Value;

use super::api::Incoming;
use super::endpoint::Family;
use super::fields::Misfit;
use super::state::State;
use super::{Endpoint, Refusal};

pub(super) use login::CodeKind;
pub use todos::TodoTask;

/// What DingTalk remembers.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) tokens: token::Tokens,
    quota: quota::Quota,
    robots: robot::Robots,
    notices: notices::Notices,
    pub(super) todos: todos::Todos,
    pub(super) login: login::Login,
    /// Whose next one-to-one message flow control holds back.
    pub(super) held_back: Vec<String>,
}

/// Carries out a call, or says why not.
pub(super) fn handle(
    endpoint: Endpoint,
    state: &mut State,
    incoming: &Incoming,
) -> Result<Value, Refusal> {
    let wants_put = endpoint == Endpoint::TodoUpdate;
    if endpoint.is_get() != incoming.is_get || wants_put != incoming.is_put {
        return Err(match endpoint.family() {
            Family::DingtalkNew => Refusal::word(405, "MethodNotAllowed", "method not allowed"),
            _ => Refusal::number(43002, "require POST method"),
        });
    }
    match endpoint {
        Endpoint::DingtalkOldToken => token::old(state, incoming),
        Endpoint::DingtalkToken => token::new(state, incoming),
        Endpoint::RobotSend => robot::send(state, incoming),
        Endpoint::DingtalkUserToken => login::user_token(state, incoming),
        Endpoint::DingtalkMe => login::me(state, incoming),
        _ => with_token(endpoint, state, incoming),
    }
}

/// The calls that an app makes with its token, which are rated and counted.
fn with_token(
    endpoint: Endpoint,
    state: &mut State,
    incoming: &Incoming,
) -> Result<Value, Refusal> {
    let is_new = endpoint.family() == Family::DingtalkNew;
    let token = if is_new {
        incoming.token_header.as_deref()
    } else {
        incoming.parameter("access_token")
    };
    token::check(state, token, is_new)?;
    quota::spend(state, endpoint, is_new)?;
    let body = incoming.json().ok_or_else(|| match is_new {
        true => Refusal::word(400, "invalidParameter.body", "the body is not JSON"),
        false => Refusal::number(40035, "the body is not JSON"),
    })?;
    match endpoint {
        Endpoint::NoticeSend => notices::send(state, &body),
        Endpoint::NoticeResult => notices::result(state, &body),
        Endpoint::NoticeProgress => notices::progress(state, &body),
        Endpoint::RobotToPeople => to_people::send(state, &body),
        Endpoint::DingtalkUserInfo => login::user_info(state, &body),
        Endpoint::TodoCreate => todos::create(state, incoming, &body),
        Endpoint::TodoUpdate => todos::update(state, incoming, &body),
        Endpoint::TodoQuery => todos::query(state, incoming, &body),
        Endpoint::User => contacts::details(state, &body),
        Endpoint::UserByUnionId => contacts::by_unionid(state, &body),
        _ => contacts::by_mobile(state, &body),
    }
}

/// A wrong field in the old API's way.
fn invalid(misfit: Misfit) -> Refusal {
    Refusal::number(40035, format!("不合法的参数: {}", misfit.0))
}
