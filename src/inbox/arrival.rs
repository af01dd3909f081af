//! What a callback becomes before it is stored: its key, its lane, its text.

use std::sync::Arc;

use dingdan_webhooks::wecom::bot::BotMessage;
use dingdan_webhooks::wecom::callback::{Callback, Event, Kind};
use sha2::{Digest, Sha256};

use super::{bot_message, kf_pull};
use crate::domain::{Timestamp, fold_user_id};
use crate::store::Arrival;

/// Lanes of this kind hold what could not be decrypted yet.
pub(super) const SEALED: &str = "sealed:";

/// A decrypted message of an app. One that can't be read is genuine all the same: it is set aside
/// for a person, since the platform would only send the same again.
#[must_use]
pub fn opened(app: &Arc<str>, message: String, received_at: Timestamp, position: i64) -> Arrival {
    let message = without_nul(message);
    let callback = Callback::parse(&message).ok();
    let (key, lane, set_aside) = match &callback {
        Some(callback) => (
            callback.message_key().into_string(),
            lane(app, callback),
            None,
        ),
        None => (
            fingerprint(&message),
            format!("app:{app}"),
            Some("its XML can't be read"),
        ),
    };
    Arrival {
        key: format!("wecom:{app}:{key}"),
        source: "wecom",
        account: Arc::clone(app),
        lane,
        received_at,
        position,
        payload: message,
        set_aside,
    }
}

/// A decrypted message to an AI bot. One that can't be read is set aside, as that of an app.
#[must_use]
pub fn to_bot(bot: &Arc<str>, message: String, received_at: Timestamp, position: i64) -> Arrival {
    let message = without_nul(message);
    let read = BotMessage::parse(&message).ok();
    let (key, lane, set_aside) = match &read {
        Some(read) => {
            let place = read.chat_id.as_deref().unwrap_or(&read.from);
            let lane = format!("chat:bot:{bot}:{place}");
            (read.message_key().into_string(), lane, None)
        }
        None => (
            fingerprint(&message),
            format!("chat:bot:{bot}:"),
            Some("it is no JSON object"),
        ),
    };
    Arrival {
        key: format!("bot:{bot}:{key}"),
        source: bot_message::SOURCE,
        account: Arc::clone(bot),
        lane,
        received_at,
        position,
        payload: message,
        set_aside,
    }
}

/// A message whose signature fits, but which can't be decrypted: most likely our EncodingAESKey or
/// corp id is wrong. Kept sealed, so that nothing is lost when that is mended.
#[must_use]
pub fn sealed(app: &Arc<str>, encrypt: &str, received_at: Timestamp, position: i64) -> Arrival {
    Arrival {
        key: format!("sealed:{app}:{}", fingerprint(encrypt)),
        source: "wecom",
        account: Arc::clone(app),
        lane: format!("{SEALED}{app}"),
        received_at,
        position,
        payload: encrypt.to_owned(),
        set_aside: Some(
            "it can't be decrypted: check encoding_aes_key and corp_id, then `dingdan inbox retry`",
        ),
    }
}

/// What has to stay in order: what one person sends, what one service account reports.
fn lane(app: &str, callback: &Callback) -> String {
    match &callback.kind {
        Kind::Event(Event::KfMsgOrEvent { open_kf_id, .. }) => {
            format!("{}{open_kf_id}", kf_pull::LANE)
        }
        _ if callback.from.is_empty() || callback.from == "sys" => format!("app:{app}"),
        _ => format!("rep:{}", fold_user_id(&callback.from)),
    }
}

/// Text that every database takes: Postgres refuses the character NUL, and with it everything that
/// is stored in the same commit.
pub(super) fn without_nul(text: String) -> String {
    if text.contains('\0') {
        text.replace('\0', "\u{fffd}")
    } else {
        text
    }
}

pub(super) fn fingerprint(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
