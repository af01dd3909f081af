//! What `GetChatData` lists: messages that are still sealed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A list of sealed messages.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChatData {
    /// 0, or see [`errcode`](super::super::errcode).
    pub errcode: i64,
    /// For people; its wording changes.
    pub errmsg: String,
    /// By rising `seq`, with gaps; empty when there is nothing new.
    pub chatdata: Vec<SealedMessage>,
}

/// A message that has to be opened: `encrypt_random_key` by our private key of that version
/// (RSA, PKCS #1 v1.5), `encrypt_chat_msg` by the library with what came out. `Debug` shows ids only.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SealedMessage {
    /// Its place in the archive.
    pub seq: u64,
    /// Unique.
    pub msgid: String,
    /// Which of our public keys was in force when it was sent.
    pub publickey_ver: u32,
    /// Base64.
    pub encrypt_random_key: String,
    /// Base64.
    pub encrypt_chat_msg: String,
}

impl fmt::Debug for ChatData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatData")
            .field("errcode", &self.errcode)
            .field("chatdata", &self.chatdata)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SealedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedMessage")
            .field("seq", &self.seq)
            .field("msgid", &self.msgid)
            .field("publickey_ver", &self.publickey_ver)
            .finish_non_exhaustive()
    }
}
