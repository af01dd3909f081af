//! Chats that are archived (会话内容存档), and the archive's administrator.

use serde_json::{Value, json};

use super::super::callbacks::{archive_approved, archive_waiting};
use super::super::wecom::{ARCHIVE, Archived, Damage, Misdeed, private_key};
use super::super::{Sandbox, WecomApp};
use crate::domain::Timestamp;

/// The chat archive of the company. What is said here is in the archive; the service hears of it by
/// [`Self::notifies`], or when it looks by itself.
pub struct ArchiveActor {
    pub(super) sandbox: Sandbox,
}

impl ArchiveActor {
    /// The company buys the archive: from now on it has a secret, and callbacks of its own when
    /// [`Sandbox::set_callback_url`] says where for `archive`.
    pub fn opens(&self) -> WecomApp {
        let app = WecomApp {
            name: ARCHIVE.into(),
            agent_id: 2_000_004,
            secret: "Kx4tY8mWq2Rb7Zc5Vn1Jd6Hs3Lf9Pg0Ta_Eu-Io7Sk2".into(),
            callback_url: None,
            token: "vQ3kTz8mLp5R".into(),
            encoding_aes_key: "mR7tXc2VbN9kLq4WzY6hJd3Gf8Ps1AaUo5Ei0TnBvKM".into(),
            invisible_to: Vec::new(),
        };
        self.sandbox.set_up(|company| {
            if company.app(ARCHIVE).is_none() {
                company.apps.push(app.clone());
            }
        });
        app
    }

    /// The private key that belongs to the public key of that version, as PEM.
    #[must_use]
    pub fn private_key(&self, version: u32) -> String {
        private_key(version)
    }

    /// From now on messages are sealed with the public key of that version; the first is 1.
    pub fn uses_key(&self, version: u32) {
        self.sandbox
            .with(|state| state.wecom.archive.key_version = version);
    }

    /// Somebody writes to somebody. Gives the `msgid`.
    pub fn says(&self, from: &str, to: &str, text: &str) -> String {
        self.archives(json!({
            "from": from, "tolist": [to], "roomid": "",
            "msgtype": "text", "text": { "content": text },
        }))
    }

    /// Somebody writes to a group. `others` are those in it besides. Gives the `msgid`.
    pub fn says_in(&self, room: &str, from: &str, others: &[&str], text: &str) -> String {
        self.archives(json!({
            "from": from, "tolist": others, "roomid": room,
            "msgtype": "text", "text": { "content": text },
        }))
    }

    /// A message is taken back.
    pub fn recalls(&self, from: &str, to: &str, msgid: &str) {
        self.archives(json!({
            "action": "recall", "from": from, "tolist": [to], "roomid": "",
            "msgtype": "revoke", "revoke": { "pre_msgid": msgid },
        }));
    }

    /// A message of any kind: `msgid`, `action` and `msgtime` are filled in where they are missing.
    /// Gives the `msgid`.
    pub fn archives(&self, mut message: Value) -> String {
        self.sandbox.with(|state| {
            let now = state.now();
            let word = state.dice.word(20);
            let is_external = |id: &Value| {
                let id = id.as_str().unwrap_or_default();
                id.starts_with("wm") || id.starts_with("wo")
            };
            let to = message["tolist"].as_array().into_iter().flatten();
            let is_external = is_external(&message["from"]) || to.into_iter().any(is_external);
            let ending = if is_external { "_external" } else { "" };
            let fill = |message: &mut Value, name: &str, value: Value| {
                if message[name].is_null() {
                    message[name] = value;
                }
            };
            fill(&mut message, "msgid", format!("{word}{ending}").into());
            fill(&mut message, "action", "send".into());
            fill(&mut message, "msgtime", now.0.into());
            let msgid = message["msgid"].as_str().unwrap_or_default().to_owned();
            let archive = &mut state.wecom.archive;
            archive.last_seq += 1;
            archive.messages.push(Archived {
                seq: archive.last_seq,
                msgid: msgid.clone(),
                at: now,
                version: archive.key_version.max(1),
                text: message.to_string(),
                damage: archive.damages.pop_front(),
            });
            msgid
        })
    }

    /// The next message is damaged. Several are used up in order.
    pub fn damages_next(&self, damage: Damage) {
        self.sandbox
            .with(|state| state.wecom.archive.damages.push_back(damage));
    }

    /// So many numbers are never given to a message.
    pub fn skips(&self, numbers: u64) {
        self.sandbox
            .with(|state| state.wecom.archive.last_seq += numbers);
    }

    /// The next pull begins so many numbers before the one that is asked for.
    pub fn repeats_next(&self, numbers: u64) {
        self.sandbox
            .with(|state| state.wecom.archive.repeat = numbers);
    }

    /// At the next pull the library does this. Several are used up in order.
    pub fn misbehaves_at_pull(&self, misdeed: Misdeed) {
        self.sandbox
            .with(|state| state.wecom.archive.pull_misdeeds.push_back(misdeed));
    }

    /// Behind so many pieces of files that come well, the library does this.
    pub fn misbehaves_at_piece(&self, well: usize, misdeed: Misdeed) {
        self.sandbox.with(|state| {
            let misdeeds = &mut state.wecom.archive.piece_misdeeds;
            misdeeds.extend(std::iter::repeat_n(None, well));
            misdeeds.push_back(Some(misdeed));
        });
    }

    /// Keeps a file, to be fetched in pieces of so many bytes. Gives its `sdkfileid`.
    pub fn keeps_file(&self, bytes: Vec<u8>, piece: usize) -> String {
        self.sandbox.with(|state| {
            let id = format!("CtYBMzA2OTAyMDEw{}", state.dice.word(40));
            let now = state.now();
            state.wecom.archive.piece = piece;
            state.wecom.archive.files.insert(id.clone(), (bytes, now));
            id
        })
    }

    /// A group is called this.
    pub fn names_room(&self, room: &str, name: &str) {
        self.sandbox.with(|state| {
            let rooms = &mut state.wecom.archive.rooms;
            rooms.insert(room.to_owned(), name.to_owned());
        });
    }

    /// Somebody refuses to be archived: in the chat with that member (userid), or in that group.
    pub fn refuses(&self, place: &str, external_userid: &str) {
        self.sandbox.with(|state| {
            let now: Timestamp = state.now();
            let who = (place.to_lowercase(), external_userid.to_owned());
            state.wecom.archive.refusals.insert(who, now);
        });
    }

    /// Somebody neither agreed nor refused, in the chat with that member or in that group.
    pub fn has_not_answered(&self, place: &str, external_userid: &str) {
        self.sandbox.with(|state| {
            let who = (place.to_lowercase(), external_userid.to_owned());
            state.wecom.archive.refusals.insert(who, Timestamp(0));
        });
    }

    /// Somebody changes their mind and agrees.
    pub fn agrees(&self, place: &str, external_userid: &str) {
        self.sandbox.with(|state| {
            let who = (place.to_lowercase(), external_userid.to_owned());
            state.wecom.archive.refusals.remove(&who);
        });
    }

    /// The platform tells that somebody agreed in their chat with that member.
    pub async fn tells_of_consent(&self, userid: &str, external_userid: &str) {
        self.sandbox
            .with(|state| archive_approved(state, userid, external_userid));
        self.sandbox.deliver().await;
    }

    /// The platform tells that there is something to be pulled: at the archive's own URL, or at the
    /// first app's when it has none. Returns when the service has acknowledged it.
    pub async fn notifies(&self) {
        self.sandbox.with(archive_waiting);
        self.sandbox.deliver().await;
    }
}
