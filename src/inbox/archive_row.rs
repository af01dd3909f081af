//! What a message of the archive becomes before it is stored: its key, its lane, its text; or a sealed
//! row, set aside; or nothing, when no customer takes part.

use std::collections::BTreeSet;

use dingdan_webhooks::wecom::archive::{Action, ArchiveMessage, SealedMessage, Side};

use super::arrival::{SEALED, fingerprint};
use crate::config::ARCHIVE;
use crate::domain::{Timestamp, fold_user_id};
use crate::platform::ArchiveError;
use crate::store::Arrival;

/// The source of opened messages.
pub(super) const SOURCE: &str = "archive";
/// The source of messages that could not be opened yet.
pub(super) const SEALED_SOURCE: &str = "archive_sealed";

/// The msgid's end when somebody outside takes part (91774).
pub(super) const OUTSIDE: &str = "_external";

/// What becomes of a message.
pub(super) enum Opened {
    /// It goes into the inbox.
    Kept(Box<Arrival>),
    /// It is only counted: what colleagues say among themselves is none of our business.
    Passed(&'static str),
}

/// On which side somebody stands. `people` are our own whose userids look like ids from outside.
pub(super) fn side(id: &str, people: &BTreeSet<String>) -> Side {
    match Side::of(id) {
        Side::Member => Side::Member,
        _ if people.contains(&fold_user_id(id)) => Side::Member,
        other => other,
    }
}

pub(super) fn opened(
    message: &SealedMessage,
    text: String,
    people: &BTreeSet<String>,
    (received_at, position): (Timestamp, i64),
) -> Opened {
    let read = serde_json::from_str(&text)
        .ok()
        .map(ArchiveMessage::from_raw);
    if let Some(why) = read.as_ref().and_then(|read| passed(message, read, people)) {
        return Opened::Passed(why);
    }
    let set_aside = read.is_none().then_some("what was opened is no JSON");
    Opened::Kept(Box::new(Arrival {
        key: key(message),
        source: SOURCE,
        account: ARCHIVE.into(),
        lane: read.map_or_else(|| format!("chat:{ARCHIVE}"), |read| lane(&read)),
        received_at,
        position,
        payload: super::arrival::without_nul(text),
        set_aside,
    }))
}

/// Why it isn't kept. A message in which nobody is named is kept: nobody knows yet what it is.
fn passed(
    sealed: &SealedMessage,
    message: &ArchiveMessage,
    people: &BTreeSet<String>,
) -> Option<&'static str> {
    if message.action == Action::Switch {
        return Some("switch");
    }
    let is_from_outside = |id: &str| side(id, people) == Side::Outside;
    let mut all = message.people().peekable();
    let is_among_colleagues =
        all.peek().is_some() && !all.any(is_from_outside) && !sealed.msgid.ends_with(OUTSIDE);
    is_among_colleagues.then_some("colleagues")
}

/// The same whoever writes to whom, so that a chat keeps its order.
fn lane(message: &ArchiveMessage) -> String {
    let place = match &message.room {
        Some(room) => room.clone(),
        None => {
            // The platform writes a userid now in this case and now in that.
            let people: BTreeSet<String> = message.people().map(fold_user_id).collect();
            people.into_iter().collect::<Vec<_>>().join(" ")
        }
    };
    format!("chat:{ARCHIVE}:{place}")
}

/// A message that can't be opened now. It stays as it came, until somebody mends the cause and lets it
/// be tried again.
pub(super) fn sealed(
    message: &SealedMessage,
    error: &ArchiveError,
    (received_at, position): (Timestamp, i64),
) -> Arrival {
    let why = match error {
        ArchiveError::NoKey(_) => {
            "no private key of its version: add it to [wecom.archive] private_keys, restart, then `dingdan inbox retry`"
        }
        ArchiveError::KeyMisfit(_) => {
            "the private key of its version doesn't fit: replace it in [wecom.archive] private_keys, restart, then `dingdan inbox retry`"
        }
        ArchiveError::Deadly => {
            "the vendor's library crashes over it: install a newer one, then `dingdan inbox retry`"
        }
        ArchiveError::GivenUp(_) => {
            "the vendor's library doesn't open it, however often it is tried: install a newer one, then `dingdan inbox retry`"
        }
        _ => {
            "the vendor's library can't open it: check [wecom.archive] private_keys, then `dingdan inbox retry`"
        }
    };
    Arrival {
        key: format!("{SEALED}{}", key(message)),
        source: SEALED_SOURCE,
        // Which key is wanted has to be seen where it is listed.
        account: format!("{ARCHIVE}, key version {}", message.publickey_ver).into(),
        lane: format!("{SEALED}{ARCHIVE}"),
        received_at,
        position,
        payload: serde_json::to_string(message).unwrap_or_default(),
        set_aside: Some(why),
    }
}

/// The platform's own id of it, which is unique.
fn key(message: &SealedMessage) -> String {
    match message.msgid.as_str() {
        "" => format!("{ARCHIVE}:hash:{}", fingerprint(&message.encrypt_chat_msg)),
        msgid => platform_id(&super::arrival::without_nul(msgid.to_owned())),
    }
}

/// What the store calls it.
pub(super) fn platform_id(msgid: &str) -> String {
    format!("{ARCHIVE}:{msgid}")
}
