//! The chat archive (`developer.work.weixin.qq.com/document/path/91774`): what was said in archived
//! chats, sealed as it is listed, and files in pieces; and who agreed (91782).
//!
//! The library of the tests asks by plain HTTP; how the vendor's asks isn't published. What stands in its
//! headers: who asks and for what, and in the answer's the code to return and what to do before.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use actix_web::HttpResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::Refusal;
use super::super::api::Incoming;
use super::super::fields::Fields;
use super::super::state::State;
use super::archive_keys::{self, seal};
use super::invalid;
use crate::domain::Timestamp;

/// So long the platform keeps messages and files.
const KEPT: Duration = Duration::from_secs(5 * 24 * 3600);
/// The name of 会话内容存档 among the company's apps.
pub(in crate::sandbox) const ARCHIVE: &str = "archive";

/// What the archive holds.
#[derive(Default)]
pub(in crate::sandbox) struct ArchiveStore {
    pub(in crate::sandbox) messages: Vec<Archived>,
    pub(in crate::sandbox) last_seq: u64,
    /// The version of the public key in force; 0 for the first.
    pub(in crate::sandbox) key_version: u32,
    /// How the next messages are damaged, in order.
    pub(in crate::sandbox) damages: VecDeque<Damage>,
    /// What the library does at the next pulls, and at the next pieces of files.
    pub(in crate::sandbox) pull_misdeeds: VecDeque<Misdeed>,
    pub(in crate::sandbox) piece_misdeeds: VecDeque<Option<Misdeed>>,
    /// The next pull begins so many numbers earlier.
    pub(in crate::sandbox) repeat: u64,
    pub(in crate::sandbox) files: BTreeMap<String, (Vec<u8>, Timestamp)>,
    /// 0 for the platform's own size.
    pub(in crate::sandbox) piece: usize,
    /// Names of groups.
    pub(in crate::sandbox) rooms: BTreeMap<String, String>,
    /// Those who refused, by `member folded`/room and person.
    pub(in crate::sandbox) refusals: BTreeMap<(String, String), Timestamp>,
}

/// One message, as somebody sent it.
pub(in crate::sandbox) struct Archived {
    pub(in crate::sandbox) seq: u64,
    pub(in crate::sandbox) msgid: String,
    pub(in crate::sandbox) at: Timestamp,
    pub(in crate::sandbox) version: u32,
    pub(in crate::sandbox) text: String,
    pub(in crate::sandbox) damage: Option<Damage>,
}

/// What is wrong with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// The library refuses to open it so many times (10008).
    RefusedTimes(u8),
    /// It was sealed with another key than its version says.
    OtherKey,
    /// The library finds that the key doesn't fit (10006).
    WrongRandomKey,
    /// The library crashes over it.
    Deadly,
    /// The library answers 10000 and this.
    Answered(u8),
    /// What the library brings is no text.
    NoText,
}

/// What the library does instead of answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misdeed {
    /// Brings its process down.
    Abort,
    /// Never comes back.
    Hang,
    /// Answers, and keeps 64 MB for ever.
    Leak,
}

impl Misdeed {
    const fn word(self) -> &'static str {
        match self {
            Self::Abort => "abort",
            Self::Hang => "hang",
            Self::Leak => "leak",
        }
    }
}

fn act(misdeed: Option<Misdeed>) -> &'static str {
    misdeed.map_or("", Misdeed::word)
}

/// The next messages, for `GetChatData`.
pub(super) fn chat_data(state: &mut State, incoming: &Incoming) -> Result<Value, Refusal> {
    if let Some(refused) = refused(state, incoming) {
        return Ok(json!({ "body": refused.to_string() }));
    }
    let number = |name: &str| incoming.header(name).parse::<u64>().unwrap_or_default();
    let (seq, limit) = (number("x-seq"), number("x-limit"));
    let oldest = state.now().minus(KEPT);
    let archive = &mut state.wecom.archive;
    let from = seq.saturating_sub(std::mem::take(&mut archive.repeat));
    let misdeed = archive.pull_misdeeds.pop_front();
    let listed = archive
        .messages
        .iter()
        .filter(|message| message.seq > from && message.at >= oldest)
        .take(usize::try_from(limit).unwrap_or(usize::MAX))
        .map(sealed);
    let listed: Vec<Value> = listed.collect();
    let body = json!({ "errcode": 0, "errmsg": "ok", "chatdata": listed });
    Ok(json!({ "body": body.to_string(), "act": act(misdeed) }))
}

fn sealed(message: &Archived) -> Value {
    let random_key = format!("random-key-{:020}", message.seq);
    let sealing = match message.damage {
        Some(Damage::OtherKey) => message.version + 1,
        _ => message.version,
    };
    let told = match message.damage {
        Some(Damage::WrongRandomKey) => "another-key".to_owned(),
        _ => random_key.clone(),
    };
    json!({
        "seq": message.seq,
        "msgid": message.msgid,
        "publickey_ver": message.version,
        "encrypt_random_key": STANDARD.encode(archive_keys::encrypt(sealing, told.as_bytes())),
        "encrypt_chat_msg": seal(&random_key, &message.text, message.damage),
    })
}

/// Who asks with a wrong secret or for another company is told so in the answer itself.
fn refused(state: &State, incoming: &Incoming) -> Option<Value> {
    let company = &state.company;
    let own = company.app(ARCHIVE);
    let knows = own.is_some_and(|own| own.secret == incoming.header("x-secret"));
    let is_ours = company.corp_id == incoming.header("x-corpid");
    (!knows || !is_ours).then(|| json!({ "errcode": 40001, "errmsg": "invalid credential" }))
}

/// The next piece of a file, for `GetMediaData`; names it for [`library_answer`].
pub(super) fn piece(state: &mut State, incoming: &Incoming) -> Result<Value, Refusal> {
    let oldest = state.now().minus(KEPT);
    let archive = &mut state.wecom.archive;
    let file = incoming.header("x-file");
    let Some((bytes, since)) = archive.files.get(file) else {
        return Err(Refusal::number(10005, "no such file"));
    };
    if *since < oldest {
        return Err(Refusal::number(10010, "the file is too old"));
    }
    let from: usize = incoming.header("x-index").parse().unwrap_or_default();
    let size = if archive.piece == 0 {
        512 << 10
    } else {
        archive.piece
    };
    let to = bytes.len().min(from + size);
    Ok(json!({
        "file": file, "from": from, "to": to, "index": to.to_string(),
        "finished": i32::from(to == bytes.len()), "act": act(archive.piece_misdeeds.pop_front().flatten()),
    }))
}

/// What the library is answered.
pub(in crate::sandbox) fn library_answer(state: &State, named: &Value) -> HttpResponse {
    let text = |name: &str| named[name].as_str().unwrap_or_default().to_owned();
    let place = |name: &str| named[name].as_u64().and_then(|at| usize::try_from(at).ok());
    let bytes = match state.wecom.archive.files.get(&text("file")) {
        Some((bytes, _)) => bytes
            .get(place("from").unwrap_or(0)..place("to").unwrap_or(0))
            .unwrap_or_default()
            .to_vec(),
        None => text("body").into_bytes(),
    };
    HttpResponse::Ok()
        .insert_header(("x-code", "0"))
        .insert_header(("x-act", text("act")))
        .insert_header(("x-index", text("index")))
        .insert_header(("x-finished", named["finished"].to_string()))
        .body(bytes)
}

/// `msgaudit/check_single_agree` (91782).
pub(super) fn single_agree(state: &State, agent_id: i64, body: &Value) -> Result<Value, Refusal> {
    authorise(state, agent_id)?;
    let fields = Fields::of(body, "").map_err(invalid)?;
    fields.only(&["info"]).map_err(invalid)?;
    let pairs = body["info"]
        .as_array()
        .filter(|pairs| (1..=100).contains(&pairs.len()));
    let Some(pairs) = pairs else {
        return Err(Refusal::number(
            40058,
            "invalid parameter: info has not 1 to 100 entries",
        ));
    };
    let mut agreements = Vec::new();
    for pair in pairs {
        let fields = Fields::of(pair, "info").map_err(invalid)?;
        fields
            .only(&["userid", "exteranalopenid"])
            .map_err(invalid)?;
        let userid = fields.filled("userid").map_err(invalid)?;
        let person = fields.filled("exteranalopenid").map_err(invalid)?;
        let mut agreement = agreement(state, userid, person);
        agreement["userid"] = userid.into();
        agreements.push(agreement);
    }
    Ok(json!({ "agreeinfo": agreements }))
}

/// `msgaudit/check_room_agree` (91782).
pub(super) fn room_agree(state: &State, agent_id: i64, body: &Value) -> Result<Value, Refusal> {
    authorise(state, agent_id)?;
    let fields = Fields::of(body, "").map_err(invalid)?;
    fields.only(&["roomid"]).map_err(invalid)?;
    let room = fields.filled("roomid").map_err(invalid)?;
    let people = state.company.customers.iter();
    let agreements: Vec<Value> = people
        .map(|customer| agreement(state, room, &customer.external_userid))
        .collect();
    Ok(json!({ "agreeinfo": agreements }))
}

/// `externalcontact/groupchat/get` (92122), as far as its name goes.
pub(super) fn group_chat(state: &State, body: &Value) -> Result<Value, Refusal> {
    let fields = Fields::of(body, "").map_err(invalid)?;
    fields.only(&["chat_id", "need_name"]).map_err(invalid)?;
    let chat_id = fields.filled("chat_id").map_err(invalid)?;
    match state.wecom.archive.rooms.get(chat_id) {
        Some(name) => Ok(json!({ "group_chat": { "chat_id": chat_id, "name": name } })),
        None => Err(Refusal::number(40050, "invalid chat_id")),
    }
}

/// Whoever didn't refuse has agreed long ago: only their messages are in the archive.
fn agreement(state: &State, place: &str, person: &str) -> Value {
    let refused = state
        .wecom
        .archive
        .refusals
        .get(&(place.to_lowercase(), person.to_owned()));
    json!({
        "exteranalopenid": person,
        "agree_status": if refused.is_some() { "Disagree" } else { "Agree" },
        "status_change_time": refused.map_or(1_700_000_000, |at| at.seconds()),
    })
}

fn authorise(state: &State, agent_id: i64) -> Result<(), Refusal> {
    let own = state
        .company
        .app(ARCHIVE)
        .is_some_and(|own| own.agent_id == agent_id);
    match own {
        true => Ok(()),
        false => Err(Refusal::number(301_002, "not the archive's own token")),
    }
}
