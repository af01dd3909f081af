//! Who agreed to be archived: `msgaudit/check_single_agree` and `msgaudit/check_room_agree` (91782).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Asks about customers of members. At most 100.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SingleAgreeRequest {
    /// A member and somebody outside, each.
    pub info: Vec<MemberAndContact>,
}

/// A member and somebody outside.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberAndContact {
    /// The member's userid.
    pub userid: String,
    /// The `external_userid`. The platform's field is spelled like this.
    #[serde(rename = "exteranalopenid")]
    pub contact: String,
}

/// Asks about everybody outside in a group.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomAgreeRequest {
    /// The group.
    pub roomid: String,
}

/// What both answer.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AgreeResponse {
    /// 0, or see [`errcode`](super::super::errcode).
    pub errcode: i64,
    /// For people; its wording changes.
    pub errmsg: String,
    /// Each of those who were asked about.
    pub agreeinfo: Vec<Agreement>,
}

/// What somebody outside said.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Agreement {
    /// The member; empty in a group.
    pub userid: String,
    /// The `external_userid`. The platform's field is spelled like this.
    #[serde(rename = "exteranalopenid")]
    pub contact: String,
    /// `Agree` or `Disagree`; in some versions of the page `Default_Agree` too.
    pub agree_status: String,
    /// Seconds since 1970; 0 if the platform sent none.
    pub status_change_time: i64,
}

impl Agreement {
    /// Whether they agreed. A word that nobody knows is no consent.
    #[must_use]
    pub fn is_agreed(&self) -> bool {
        matches!(self.agree_status.as_str(), "Agree" | "Default_Agree")
    }
}

impl fmt::Debug for SingleAgreeRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SingleAgreeRequest({} pairs)", self.info.len())
    }
}

impl fmt::Debug for MemberAndContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemberAndContact({})", self.contact)
    }
}

impl fmt::Debug for RoomAgreeRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RoomAgreeRequest({})", self.roomid)
    }
}

impl fmt::Debug for AgreeResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AgreeResponse({}, {:?})", self.errcode, self.agreeinfo)
    }
}

impl fmt::Debug for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Agreement({}, {})", self.contact, self.agree_status)
    }
}
