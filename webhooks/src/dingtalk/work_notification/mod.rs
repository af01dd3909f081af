//! Work notifications (`topapi/message/corpconversation/asyncsend_v2`).
//!
//! Success means accepted. The same content to the same person is delivered
//! once a day and dropped in silence after that: put a changing part into the
//! text.

mod comma;
mod notification;

pub use notification::{
    ActionCard, Button, FormLine, Head, Markdown, Notification, Oa, OaBody, StatusBar, Text,
};

use super::number;
use crate::problem::{Check, Problem};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The body of `asyncsend_v2`. `Debug` shows ids and the type only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsyncSendRequest {
    /// The app that speaks.
    pub agent_id: i64,
    /// Up to 100 userids, 5 with a status bar; joined by commas on the wire.
    #[serde(default, with = "comma", skip_serializing_if = "Vec::is_empty")]
    pub userid_list: Vec<String>,
    /// Up to 20 departments; joined by commas on the wire.
    #[serde(default, with = "comma", skip_serializing_if = "Vec::is_empty")]
    pub dept_id_list: Vec<String>,
    /// Everybody; 3 times a day at most.
    #[serde(default)]
    pub to_all_user: bool,
    /// What it says, at most 2048 bytes of JSON.
    pub msg: Notification,
}

/// What `asyncsend_v2` answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AsyncSendResponse {
    /// 0, or see [`errcode`](super::errcode).
    #[serde(deserialize_with = "number::deserialize")]
    pub errcode: i64,
    /// For people; its wording changes.
    pub errmsg: String,
    /// For asking what became of it, within 24 hours; 0 when refused.
    #[serde(deserialize_with = "number::deserialize")]
    pub task_id: i64,
    /// For the platform's support.
    pub request_id: String,
}

impl AsyncSendRequest {
    /// To these people.
    pub fn new(agent_id: i64, userid_list: Vec<String>, msg: Notification) -> Self {
        Self {
            agent_id,
            userid_list,
            dept_id_list: Vec::new(),
            to_all_user: false,
            msg,
        }
    }

    /// Checks the platform's hard limits.
    ///
    /// # Errors
    /// All limits that are not kept.
    pub fn check(&self) -> Result<(), Vec<Problem>> {
        let mut check = Check::default();
        let has_status = matches!(&self.msg, Notification::Oa { oa } if oa.status_bar.is_some());
        let (users, departments) = (self.userid_list.len(), self.dept_id_list.len());
        check.count("userid_list", users, 0, if has_status { 5 } else { 100 });
        check.count(
            "dept_id_list",
            departments,
            0,
            if has_status { 0 } else { 20 },
        );
        let has_receiver = self.to_all_user || users + departments > 0;
        check.range(
            "userid_list",
            has_receiver,
            "given, unless another receiver is",
        );
        let json = serde_json::to_string(&self.msg).unwrap_or_default();
        check.bytes("msg", &json, MAX_MSG_BYTES);
        self.msg.check(&mut check);
        check.finish()
    }
}

/// The most bytes of `msg`.
pub const MAX_MSG_BYTES: usize = 2048;

impl fmt::Debug for AsyncSendRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncSendRequest")
            .field("agent_id", &self.agent_id)
            .field("userid_list", &self.userid_list)
            .field("msg", &self.msg)
            .finish_non_exhaustive()
    }
}
