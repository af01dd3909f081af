//! What became of a work notification (`topapi/message/corpconversation/getsendresult`). Pure.

use serde_json::Value;

use super::super::answer::number;

/// What became of a work notification to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkNotificationResult {
    /// Not decided yet.
    Pending,
    /// It is in the person's list.
    Delivered {
        /// Whether the person has opened it.
        is_read: bool,
    },
    /// Accepted and then not delivered, which only this answer tells.
    Dropped {
        /// The platform's code and what it means.
        why: String,
    },
}

impl WorkNotificationResult {
    /// Reads `send_result` of a task with one receiver.
    pub(super) fn read(result: &Value) -> Self {
        let has = |list: &str| result[list].as_array().is_some_and(|list| !list.is_empty());
        let dropped = |why: &str| Self::Dropped {
            why: why.to_owned(),
        };
        if let Some(code) = number(&result["forbidden_list"][0]["code"]) {
            return dropped(&format!("{code}: {}", forbidden(code)));
        }
        if has("invalid_user_id_list") {
            return dropped("invalid_user_id_list: the company has no such userid");
        }
        if has("forbidden_user_id_list") {
            return dropped("forbidden_user_id_list: over a limit, or the same content today");
        }
        if has("failed_user_id_list") {
            return dropped("failed_user_id_list: the platform could not deliver it");
        }
        match (has("read_user_id_list"), has("unread_user_id_list")) {
            (true, _) => Self::Delivered { is_read: true },
            (false, true) => Self::Delivered { is_read: false },
            (false, false) => Self::Pending,
        }
    }
}

fn forbidden(code: i64) -> &'static str {
    match code {
        143_103 | 143_104 => "too many notifications in a minute",
        143_105 => "this person's notifications of today are used up",
        143_106 => "this person got the same content today",
        _ => "not delivered",
    }
}
