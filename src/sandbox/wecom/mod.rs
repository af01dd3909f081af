//! Simulated WeCom (`developer.work.weixin.qq.com/document/path/90236` and its neighbours).

mod archive;
mod archive_keys;
mod card;
mod card_parts;
mod cards;
mod envelope;
mod external_contact;
mod login;
mod media;
mod press;
mod send;
mod service;
mod sync;
mod ticket;
mod token;
mod update;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::api::Incoming;
use super::fields::Misfit;
use super::state::State;
use super::window::Window;
use super::{Endpoint, Refusal};
use crate::domain::Timestamp;

pub(super) use archive::{ARCHIVE, Archived, library_answer};
pub use archive::{Damage, Misdeed};
pub(super) use archive_keys::private_key;
pub(super) use cards::CardState;
pub(super) use login::Codes;
pub(super) use media::{Media, MediaStore, file};
pub(super) use press::{Chosen, Press};
pub(super) use service::{Line, Service, What};
pub(super) use ticket::{Config, verify};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// What WeCom remembers.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) tokens: token::Tokens,
    tickets: ticket::Tickets,
    calls: BTreeMap<Endpoint, Window>,
    /// Used `task_id`s of each app.
    task_ids: BTreeSet<(i64, String)>,
    /// Requests with duplicate check, and when they last went out.
    recent: BTreeMap<String, Timestamp>,
    /// Messages from an app to a member (folded userid).
    messages: BTreeMap<(i64, String), Window>,
    pub(super) cards: cards::Cards,
    pub(super) archive: archive::ArchiveStore,
    pub(super) service: Service,
    pub(super) codes: Codes,
    pub(super) media: MediaStore,
}

/// Carries out a call, or says why not.
pub(super) fn handle(
    endpoint: Endpoint,
    state: &mut State,
    incoming: &Incoming,
) -> Result<Value, Refusal> {
    let now = state.now();
    if endpoint.is_get() != incoming.is_get {
        return Err(Refusal::number(40058, "invalid request method"));
    }
    let calls = state.wecom.calls.entry(endpoint).or_default();
    if !calls.admit(now, MINUTE, state.limits.wecom_calls_a_minute) {
        return Err(Refusal::number(45009, "reach max api minute quota limit"));
    }
    match endpoint {
        Endpoint::WecomToken => return token::get(state, incoming),
        // The library has tokens of its own.
        Endpoint::WecomArchivePull => return archive::chat_data(state, incoming),
        Endpoint::WecomArchivePiece => return archive::piece(state, incoming),
        _ => {}
    }
    let agent_id = state
        .wecom
        .tokens
        .check(incoming.parameter("access_token"), now)?;
    match endpoint {
        Endpoint::WecomUserInfo => login::user_info(state, incoming),
        Endpoint::WecomMedia => media::check(state, incoming),
        Endpoint::WecomCompanyTicket => Ok(ticket::of_company(state)),
        Endpoint::WecomAppTicket => ticket::of_app(state, agent_id, incoming),
        Endpoint::WecomExternalContact => external_contact::get(state, incoming),
        Endpoint::WecomCallbackAddresses => Ok(json!({ "ip_list": ["127.0.0.1"] })),
        Endpoint::WecomGroupChat => archive::group_chat(state, &body_of(incoming)?),
        Endpoint::WecomSingleAgree => archive::single_agree(state, agent_id, &body_of(incoming)?),
        Endpoint::WecomRoomAgree => archive::room_agree(state, agent_id, &body_of(incoming)?),
        Endpoint::WecomSend => send::send(state, agent_id, &body_of(incoming)?),
        Endpoint::WecomUpdateCard => update::update(state, agent_id, &body_of(incoming)?),
        _ => sync::messages(state, agent_id, &body_of(incoming)?),
    }
}

/// The body as JSON, which has to hold its characters themselves and not `\u` escapes (40033).
fn body_of(incoming: &Incoming) -> Result<Value, Refusal> {
    let body = incoming
        .json()
        .ok_or_else(|| Refusal::number(40058, "Warning: wrong json format."))?;
    if has_unicode_escape(&incoming.body) {
        return Err(Refusal::number(
            40033,
            "invalid charset: \\u escapes are not allowed",
        ));
    }
    Ok(body)
}

fn has_unicode_escape(body: &[u8]) -> bool {
    let mut bytes = body.iter();
    while let Some(byte) = bytes.next() {
        if *byte == b'\\' && bytes.next() == Some(&b'u') {
            return true;
        }
    }
    false
}

/// A wrong field, in WeCom's way: 40058 for lengths, counts and empty required fields.
fn invalid(misfit: Misfit) -> Refusal {
    Refusal::number(40058, format!("invalid parameter: {}", misfit.0))
}
