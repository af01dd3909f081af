//! Tickets that sign pages, and the client's look at a signature
//! (`developer.work.weixin.qq.com/document/path/90506`).

use std::collections::BTreeMap;
use std::time::Duration;

use dingdan_webhooks::wecom::link::jsapi_sign;
use serde_json::{Value, json};

use super::super::Refusal;
use super::super::api::Incoming;
use super::super::state::State;
use crate::domain::Timestamp;

const LIFE: Duration = Duration::from_secs(7200);

/// The tickets that were given out: the company's, and by its agent id each app's.
#[derive(Default)]
pub(in crate::sandbox) struct Tickets(BTreeMap<Option<i64>, (String, Timestamp)>);

/// What a page tells the client.
pub(in crate::sandbox) struct Config<'a> {
    /// The app; `None` for the company.
    pub(in crate::sandbox) agent_id: Option<i64>,
    pub(in crate::sandbox) timestamp: &'a str,
    pub(in crate::sandbox) nonce: &'a str,
    pub(in crate::sandbox) signature: &'a str,
    /// The address that the client has loaded.
    pub(in crate::sandbox) url: &'a str,
}

/// `get_jsapi_ticket`: the company's.
pub(super) fn of_company(state: &mut State) -> Value {
    give(state, None)
}

/// `ticket/get`: the app's, whose token asks.
pub(super) fn of_app(
    state: &mut State,
    agent_id: i64,
    incoming: &Incoming,
) -> Result<Value, Refusal> {
    if incoming.parameter("type") != Some("agent_config") {
        return Err(Refusal::number(40058, "invalid parameter: type"));
    }
    Ok(give(state, Some(agent_id)))
}

/// The same ticket while it is valid.
fn give(state: &mut State, of: Option<i64>) -> Value {
    let now = state.now();
    let known = state.wecom.tickets.0.get(&of);
    if let Some((ticket, expires)) = known.filter(|(_, expires)| now < *expires) {
        return json!({ "ticket": ticket, "expires_in": expires.since(now).as_secs() });
    }
    let ticket = state.dice.word(86);
    let answer = json!({ "ticket": ticket, "expires_in": LIFE.as_secs() });
    state.wecom.tickets.0.insert(of, (ticket, now.plus(LIFE)));
    answer
}

/// Whether a page is signed by the ticket of whom it names.
///
/// # Errors
/// What the client says.
pub(in crate::sandbox) fn verify(state: &State, config: &Config<'_>) -> Result<(), &'static str> {
    let timestamp = config.timestamp.parse().map_err(|_| "invalid timestamp")?;
    if config.nonce.is_empty() {
        return Err("invalid nonceStr");
    }
    let known = state.wecom.tickets.0.get(&config.agent_id);
    let (ticket, _) = known
        .filter(|(_, expires)| state.now() < *expires)
        .ok_or("40093: invalid signature")?;
    if jsapi_sign(ticket, config.nonce, timestamp, config.url) == config.signature {
        Ok(())
    } else {
        Err("40093: invalid signature")
    }
}
