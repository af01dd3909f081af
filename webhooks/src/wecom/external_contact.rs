//! Who somebody outside the company is, as far as WeCom knows
//! (`externalcontact/get`, 92114).

use serde::{Deserialize, Serialize};
use std::fmt;

/// What `externalcontact/get` answers: one page, when the contact has more than
/// 500 members. `Debug` shows no names.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// 0, or see [`errcode`](super::errcode).
    pub errcode: i64,
    /// For people; its wording changes.
    pub errmsg: String,
    /// The person.
    pub external_contact: ExternalContact,
    /// The members who have them as a customer.
    pub follow_user: Vec<FollowUser>,
    /// Where the next page of members begins; empty on the last.
    pub next_cursor: String,
}

/// A person outside the company.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExternalContact {
    /// `wm…` in WeChat, `wo…` in WeCom.
    pub external_userid: String,
    /// The nickname in WeChat, or the name in WeCom.
    pub name: String,
    /// 1 in WeChat, 2 in WeCom.
    #[serde(rename = "type")]
    pub kind: i64,
    /// Their position; of WeCom users only.
    pub position: String,
    /// Their company's short name; of WeCom users only.
    pub corp_name: String,
    /// Their company's full name; of WeCom users only.
    pub corp_full_name: String,
}

/// What a member noted of a person.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FollowUser {
    /// The member.
    pub userid: String,
    /// How they call the person.
    pub remark: String,
    /// What they wrote down about them.
    pub description: String,
    /// The company that they noted; the only word of it for people in WeChat.
    pub remark_corp_name: String,
    /// The tags that they gave.
    pub tags: Vec<Tag>,
}

/// A tag of a customer.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tag {
    /// Its group.
    pub group_name: String,
    /// Its name.
    pub tag_name: String,
    /// 1 the company's, 2 the member's own, 3 a rule group's.
    #[serde(rename = "type")]
    pub kind: i64,
}

impl Profile {
    /// The names of the person's company, each once: what `member` noted before
    /// what the person's own company says, and that before what others noted.
    #[must_use]
    pub fn companies(&self, member: &str) -> Vec<String> {
        let is_own = |user: &&FollowUser| user.userid.eq_ignore_ascii_case(member);
        let noted = |user: &FollowUser| user.remark_corp_name.clone();
        let own = self.follow_user.iter().filter(is_own).map(noted);
        let person = &self.external_contact;
        let official = [person.corp_full_name.clone(), person.corp_name.clone()];
        let others = self.follow_user.iter().filter(|user| !is_own(user));
        let mut names: Vec<String> = Vec::new();
        for name in own.chain(official).chain(others.map(noted)) {
            let name = name.trim();
            if !name.is_empty() && names.iter().all(|known| known != name) {
                names.push(name.to_owned());
            }
        }
        names
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Profile")
            .field("errcode", &self.errcode)
            .field("follow_users", &self.follow_user.len())
            .finish_non_exhaustive()
    }
}
