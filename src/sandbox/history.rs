//! Chats that happened before the sandbox was there.

use super::Sandbox;
use super::wecom::{Line, What};
use crate::domain::Timestamp;

/// A line between a customer and a 微信客服 account that was sent some time ago.
#[derive(Debug, Clone)]
pub struct PastChatLine {
    /// The platform's name for it.
    pub msgid: String,
    /// The account.
    pub open_kfid: String,
    /// The customer.
    pub external_userid: String,
    /// Userid of the rep who wrote it; none when the customer did.
    pub servicer: Option<String>,
    /// The words.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

impl Sandbox {
    /// Puts a line of the past into a chat, after those that are there. The service is not told;
    /// it finds the last three days when it pulls the account next.
    pub fn add_past_line(&self, line: PastChatLine) {
        let what = match line.servicer {
            Some(userid) => What::FromServicer {
                userid,
                text: line.text,
            },
            None => What::FromCustomer { text: line.text },
        };
        let past = Line {
            msgid: line.msgid,
            at: line.at,
            external_userid: line.external_userid,
            what,
        };
        self.with(|state| state.wecom.service.add(&line.open_kfid, past));
    }
}
