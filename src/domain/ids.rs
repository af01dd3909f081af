//! Names of things: text that is never empty and never mixed up with another kind of name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};

/// The text given for an id was empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id can't be empty")]
pub struct EmptyId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, sqlx::Type,
        )]
        #[serde(try_from = "String")]
        #[sqlx(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id as the text that is stored and shown.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = EmptyId;

            fn from_str(raw: &str) -> Result<Self, EmptyId> {
                Self::try_from(raw.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = EmptyId;

            fn try_from(raw: String) -> Result<Self, EmptyId> {
                if raw.trim().is_empty() { Err(EmptyId) } else { Ok(Self(raw)) }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
    };
}

id! {
    /// A rep, director or administrator.
    PersonId
}
id! {
    /// A customer: a company.
    CustomerId
}
id! {
    /// A person of a customer, by the platform's own name for them (WeCom's `external_userid`).
    ContactId
}
id! {
    /// One deal with one customer.
    OpportunityId
}
id! {
    /// One chat: the messages between one contact (or group) and one service account or rep.
    ChatId
}
id! {
    /// One chat line, by our own id.
    MessageId
}
id! {
    /// One node opened for one opportunity. Made of characters that a card's `task_id` may hold.
    RunId
}
id! {
    /// One question which of a customer's deals is meant. Made of characters that a card's
    /// `task_id` may hold.
    DealQuestionId
}
id! {
    /// One question whose a contact is. Made of characters that a card's `task_id` may hold.
    ContactQuestionId
}
id! {
    /// One alert to one person.
    AlertId
}
id! {
    /// One thing to be sent to a platform.
    OutboxId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_never_empty() {
        assert_eq!("  ".parse::<PersonId>(), Err(EmptyId));
        assert_eq!(
            "p1".parse::<PersonId>().map(String::from),
            Ok("p1".to_owned())
        );
        assert!(serde_json::from_str::<ChatId>("\"\"").is_err());
    }
}
