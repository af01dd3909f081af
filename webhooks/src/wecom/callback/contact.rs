//! Changes in the company's own address book (90240, `change_contact`).

use crate::xml::Node;

/// A change in the company's own address book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactChange {
    /// A member joined.
    UserCreated {
        /// The member's userid.
        user_id: String,
    },
    /// A member's data changed.
    UserUpdated {
        /// The userid before the change.
        user_id: String,
        /// The userid from now on, where it changed.
        new_user_id: Option<String>,
    },
    /// A member left.
    UserDeleted {
        /// The member's userid.
        user_id: String,
    },
    /// A department was created, changed or deleted.
    Party {
        /// `create_party`, `update_party` or `delete_party`.
        change_type: String,
        /// The department's id.
        id: String,
    },
    /// The members or departments under a tag changed.
    TagUpdated {
        /// The tag's id.
        tag_id: String,
        /// Members who were added.
        added_users: Vec<String>,
        /// Members who were removed.
        removed_users: Vec<String>,
        /// Departments that were added.
        added_parties: Vec<String>,
        /// Departments that were removed.
        removed_parties: Vec<String>,
    },
}

impl ContactChange {
    /// `None` for a `ChangeType` this version does not know.
    pub(super) fn read(root: Node<'_, '_>) -> Option<ContactChange> {
        let user_id = || root.word("UserID").to_owned();
        Some(match root.word("ChangeType") {
            "create_user" => Self::UserCreated { user_id: user_id() },
            "update_user" => Self::UserUpdated {
                user_id: user_id(),
                new_user_id: Some(root.word("NewUserID").to_owned()).filter(|id| !id.is_empty()),
            },
            "delete_user" => Self::UserDeleted { user_id: user_id() },
            change_type @ ("create_party" | "update_party" | "delete_party") => Self::Party {
                change_type: change_type.to_owned(),
                id: root.word("Id").to_owned(),
            },
            "update_tag" => Self::TagUpdated {
                tag_id: root.word("TagId").to_owned(),
                added_users: comma_list(root.word("AddUserItems")),
                removed_users: comma_list(root.word("DelUserItems")),
                added_parties: comma_list(root.word("AddPartyItems")),
                removed_parties: comma_list(root.word("DelPartyItems")),
            },
            _ => return None,
        })
    }

    /// The platform's `ChangeType`.
    pub fn change_type(&self) -> &str {
        match self {
            Self::UserCreated { .. } => "create_user",
            Self::UserUpdated { .. } => "update_user",
            Self::UserDeleted { .. } => "delete_user",
            Self::Party { change_type, .. } => change_type,
            Self::TagUpdated { .. } => "update_tag",
        }
    }
}

fn comma_list(raw: &str) -> Vec<String> {
    raw.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}
