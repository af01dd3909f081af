//! Shapes that several answers share.

use serde_json::{Value, json};

use crate::domain::Timestamp;
use crate::store::SignalRow;

/// A moment that may not have come.
pub(super) fn moment(at: Option<Timestamp>) -> Option<String> {
    at.map(Timestamp::rfc3339)
}

/// Text that the store keeps as `""` when it isn't known.
pub(super) fn known(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// A signal with its words, their place in the message's text counted in bytes of UTF-8.
pub(super) fn signal(signal: &SignalRow) -> Value {
    json!({
        "id": signal.id,
        "label": signal.label,
        "label_name": signal.label.chinese(),
        "words": signal.words(),
        "first_byte": signal.first_byte,
        "end_byte": signal.end_byte,
        "message_id": signal.message_id,
        "chat_id": signal.chat_id,
        "at": signal.at.rfc3339(),
        "region": known(&signal.region),
        "rep_id": signal.rep_id,
        "rep": known(&signal.rep),
        "customer_id": signal.customer_id,
        "customer": known(&signal.customer),
        "product": known(&signal.product),
        "shadow": signal.shadow,
        "rule": signal.rule,
        "dictionaries": signal.dictionaries,
        "model": known(&signal.model),
        "why": known(&signal.why),
        "shadow": signal.shadow,
        "dismissed_at": moment(signal.dismissed_at),
        "dismissed_by": known(&signal.dismissed_by),
    })
}
