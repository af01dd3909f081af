//! Who may see and who has to act.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a person is for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Role {
    /// 销售: acts in WeCom, sees their own chats.
    Rep,
    /// 主管/总监: is alerted on DingTalk, sees their region.
    Director,
    /// Configures; sees every region.
    Admin,
}

impl Role {
    /// The word that is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rep => "rep",
            Self::Director => "director",
            Self::Admin => "admin",
        }
    }
}

/// The text names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no role; expected rep, director or admin")]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(word: &str) -> Result<Self, UnknownRole> {
        match word {
            "rep" => Ok(Self::Rep),
            "director" => Ok(Self::Director),
            "admin" => Ok(Self::Admin),
            other => Err(UnknownRole(other.to_owned())),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A WeCom userid as it is compared: case-folded, since the platform ignores case and answers
/// some calls in lower case (`developer.work.weixin.qq.com/document/path/90196`).
#[must_use]
pub fn fold_user_id(user_id: &str) -> String {
    user_id.to_lowercase()
}
