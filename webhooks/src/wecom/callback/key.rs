//! The identity of a callback.

use crate::hex;
use crate::xml::Node;
use sha2::{Digest, Sha256};
use std::fmt;

/// Under which a callback is stored once: short text without secrets or
/// message words, fit for a unique column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageKey(String);

impl MessageKey {
    /// The sender stands last: whatever is in it, the parts stay apart.
    pub(super) fn of_message(agent_id: Option<i64>, msg_id: u64, from: &str) -> Self {
        let agent = agent_id.unwrap_or(0);
        Self(format!("msg:{agent}:{msg_id}:{from}"))
    }

    pub(super) fn of_event(create_time: i64, from: &str, name: &str, root: Node<'_, '_>) -> Self {
        let hash = hex::lower_string(&content_hash(root)[..16]);
        // A name the platform invents could be long or odd; the hash has it too.
        let is_plain = name.len() <= 40 && name.bytes().all(is_name_byte);
        let name = if is_plain { name } else { "other" };
        Self(format!("evt:{create_time}:{name}:{hash}:{from}"))
    }

    /// For identities of other kinds, whose parts the caller keeps apart.
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key as text.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for MessageKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<MessageKey> for String {
    fn from(key: MessageKey) -> Self {
        key.0
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// SHA-256 over every element and its text, with lengths so that no two
/// contents run into the same bytes. Top-level elements go in the order of
/// their names, and CDATA, entities and line breaks between elements do not
/// count: the same event spelled differently has the same hash.
fn content_hash(root: Node<'_, '_>) -> [u8; 32] {
    let mut top: Vec<_> = root.all_children().collect();
    top.sort_by_key(|node| node.name());
    let mut hash = Sha256::new();
    for node in top {
        feed(&mut hash, node);
        let below = node.descendants();
        below.for_each(|node| feed(&mut hash, node));
    }
    hash.finalize().into()
}

fn feed(hash: &mut Sha256, node: Node<'_, '_>) {
    let text = if node.is_leaf() { node.raw_text() } else { "" };
    for part in [node.name(), text] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
}
