//! What happens at a 微信客服 account (94670).

use super::{number, optional, text};
use serde_json::Value;

/// Something that happened at a 微信客服 account.
#[derive(Clone, PartialEq, Eq)]
pub enum KfEvent {
    /// A customer opened the chat.
    EnterSession {
        /// Where from, as set on the entry's link.
        scene: String,
        /// The link's own parameter.
        scene_param: String,
        /// Lets one greeting be sent, within 20 seconds; often absent.
        welcome_code: Option<String>,
    },
    /// A message of ours did not arrive.
    MsgSendFail {
        /// The message.
        fail_msgid: String,
        /// 0 unknown, 1 account deleted, 2 app closed, 4 over 48 hours, 5
        /// session closed, 6 over 5 messages, 8 corp unverified, 10 refused,
        /// 11 no member in the app, 12 forbidden type, 13 security.
        fail_type: i64,
    },
    /// A member went on or off duty.
    ServicerStatusChange {
        /// The member.
        servicer_userid: String,
        /// 1 on duty, 2 off.
        status: i64,
        /// Why off: 0 by hand, 1 timed.
        stop_type: i64,
    },
    /// A chat changed hands.
    SessionStatusChange {
        /// 1 taken, 2 transferred, 3 ended, 4 taken again.
        change_type: i64,
        /// Who had it.
        old_servicer_userid: Option<String>,
        /// Who has it.
        new_servicer_userid: Option<String>,
        /// Lets one message be sent by `send_msg_on_event`.
        msg_code: Option<String>,
    },
    /// A customer took a message back.
    UserRecallMsg {
        /// The message.
        recall_msgid: String,
    },
    /// An `event_type` that this version does not know.
    Other {
        /// The `event_type`, empty when absent.
        name: String,
    },
}

impl KfEvent {
    pub(super) fn read(event: &Value) -> KfEvent {
        match text(&event["event_type"]).as_str() {
            "enter_session" => Self::EnterSession {
                scene: text(&event["scene"]),
                scene_param: text(&event["scene_param"]),
                welcome_code: optional(&event["welcome_code"]),
            },
            "msg_send_fail" => Self::MsgSendFail {
                fail_msgid: text(&event["fail_msgid"]),
                fail_type: number(&event["fail_type"]),
            },
            "servicer_status_change" => Self::ServicerStatusChange {
                servicer_userid: text(&event["servicer_userid"]),
                status: number(&event["status"]),
                stop_type: number(&event["stop_type"]),
            },
            "session_status_change" => Self::SessionStatusChange {
                change_type: number(&event["change_type"]),
                old_servicer_userid: optional(&event["old_servicer_userid"]),
                new_servicer_userid: optional(&event["new_servicer_userid"]),
                msg_code: optional(&event["msg_code"]),
            },
            "user_recall_msg" => Self::UserRecallMsg {
                recall_msgid: text(&event["recall_msgid"]),
            },
            name => Self::Other {
                name: name.to_owned(),
            },
        }
    }

    /// The platform's `event_type`.
    pub fn name(&self) -> &str {
        match self {
            Self::EnterSession { .. } => "enter_session",
            Self::MsgSendFail { .. } => "msg_send_fail",
            Self::ServicerStatusChange { .. } => "servicer_status_change",
            Self::SessionStatusChange { .. } => "session_status_change",
            Self::UserRecallMsg { .. } => "user_recall_msg",
            Self::Other { name } => name,
        }
    }
}

impl std::fmt::Debug for KfEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KfEvent({})", self.name())
    }
}
