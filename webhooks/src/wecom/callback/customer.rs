//! Changes around customers, their groups and tags (92130).

use crate::xml::Node;

/// A change between a member and a customer.
#[derive(Clone, PartialEq, Eq)]
pub struct CustomerChange {
    /// The member's userid.
    pub user_id: String,
    /// The customer's external_userid.
    pub external_user_id: String,
    /// What changed.
    pub kind: CustomerChangeKind,
}

/// What changed between a member and a customer.
#[derive(Clone, PartialEq, Eq)]
pub enum CustomerChangeKind {
    /// The member has a new customer.
    Added {
        /// The channel's own parameter, as set on its QR code.
        state: String,
        /// Lets one greeting be sent, within 20 seconds; often absent.
        welcome_code: Option<String>,
    },
    /// The customer added a member who takes anyone; the member has not
    /// confirmed.
    HalfAdded {
        /// The channel's own parameter, as set on its QR code.
        state: String,
        /// Lets one greeting be sent, within 20 seconds; often absent.
        welcome_code: Option<String>,
    },
    /// The member edited the customer's remarks or tags.
    Edited,
    /// The member deleted the customer.
    DeletedByMember {
        /// Whether this is the other half of a handover (`DELETE_BY_TRANSFER`).
        by_transfer: bool,
    },
    /// The customer deleted the member.
    DeletedByCustomer,
    /// A handover did not happen.
    TransferFailed {
        /// `customer_refused` or `customer_limit_exceed`.
        reason: String,
    },
    /// The customer agreed to the chat being archived.
    ArchiveApproved {
        /// Lets one greeting be sent, within 20 seconds; often absent.
        welcome_code: Option<String>,
    },
}

/// A change of a customer group.
#[derive(Clone, PartialEq, Eq)]
pub struct ChatChange {
    /// The group's id.
    pub chat_id: String,
    /// What changed.
    pub update: ChatUpdate,
}

/// What changed in a customer group. Delivery is neither ordered nor certain:
/// compare `last_version` with the version you know, else fetch the group.
#[derive(Clone, PartialEq, Eq)]
pub enum ChatUpdate {
    /// It was created.
    Created,
    /// It was dissolved.
    Dismissed,
    /// It changed.
    Updated {
        /// `add_member`, `del_member`, `change_owner`, `change_name` or
        /// `change_notice`.
        detail: String,
        /// Who came or went.
        members: Vec<String>,
        /// Version of the member list before.
        last_version: String,
        /// Version of the member list from now on.
        current_version: String,
    },
}

/// A change of a company customer tag or tag group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagChange {
    /// `create`, `update`, `delete` or `shuffle`.
    pub change_type: String,
    /// The tag's or group's id; for `shuffle` the group's, or empty for all.
    pub id: String,
    /// `tag` or `tag_group`.
    pub tag_type: String,
}

impl CustomerChange {
    /// `None` for a `ChangeType` this version does not know.
    pub(super) fn read(root: Node<'_, '_>) -> Option<CustomerChange> {
        let state = || root.word("State").to_owned();
        let welcome_code =
            || Some(root.word("WelcomeCode").to_owned()).filter(|code| !code.is_empty());
        let kind = match root.word("ChangeType") {
            "add_external_contact" => CustomerChangeKind::Added {
                state: state(),
                welcome_code: welcome_code(),
            },
            "add_half_external_contact" => CustomerChangeKind::HalfAdded {
                state: state(),
                welcome_code: welcome_code(),
            },
            "edit_external_contact" => CustomerChangeKind::Edited,
            "del_external_contact" => CustomerChangeKind::DeletedByMember {
                by_transfer: root.word("Source") == "DELETE_BY_TRANSFER",
            },
            "del_follow_user" => CustomerChangeKind::DeletedByCustomer,
            "transfer_fail" => CustomerChangeKind::TransferFailed {
                reason: root.word("FailReason").to_owned(),
            },
            "msg_audit_approved" => CustomerChangeKind::ArchiveApproved {
                welcome_code: welcome_code(),
            },
            _ => return None,
        };
        Some(CustomerChange {
            user_id: root.word("UserID").to_owned(),
            external_user_id: root.word("ExternalUserID").to_owned(),
            kind,
        })
    }
}

impl ChatChange {
    /// `None` for a `ChangeType` this version does not know.
    pub(super) fn read(root: Node<'_, '_>) -> Option<ChatChange> {
        let update = match root.word("ChangeType") {
            "create" => ChatUpdate::Created,
            "dismiss" => ChatUpdate::Dismissed,
            "update" => ChatUpdate::Updated {
                detail: root.word("UpdateDetail").to_owned(),
                members: root
                    .child("MemChangeList")
                    .into_iter()
                    .flat_map(|list| list.children("Item"))
                    .map(|item| item.trimmed().to_owned())
                    .collect(),
                last_version: root.word("LastMemVer").to_owned(),
                current_version: root.word("CurMemVer").to_owned(),
            },
            _ => return None,
        };
        Some(ChatChange {
            chat_id: root.word("ChatId").to_owned(),
            update,
        })
    }
}

impl TagChange {
    /// `None` for a `ChangeType` this version does not know.
    pub(super) fn read(root: Node<'_, '_>) -> Option<TagChange> {
        let change_type = root.word("ChangeType");
        let is_known = matches!(change_type, "create" | "update" | "delete" | "shuffle");
        is_known.then(|| TagChange {
            change_type: change_type.to_owned(),
            id: root.word("Id").to_owned(),
            tag_type: root.word("TagType").to_owned(),
        })
    }
}
