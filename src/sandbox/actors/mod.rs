//! People who use the platforms: what they do on their phones, done from Rust.

mod archive;
mod bot_chat;
mod customer;
mod director;
mod recording;
mod rep;
mod rep_sends;

pub use archive::ArchiveActor;
pub use bot_chat::BotChat;
pub use customer::CustomerActor;
pub use director::{DirectorActor, OpenedLink};
pub(super) use director::{inbox, issue};
pub use rep::{PressError, RepActor, Selections};

use super::Sandbox;

impl Sandbox {
    /// The chat archive.
    #[must_use]
    pub fn archive(&self) -> ArchiveActor {
        ArchiveActor {
            sandbox: self.clone(),
        }
    }

    /// A customer, by `external_userid`.
    #[must_use]
    pub fn customer(&self, external_userid: &str) -> CustomerActor {
        CustomerActor {
            sandbox: self.clone(),
            external_userid: external_userid.to_owned(),
        }
    }

    /// A group with an AI bot in it, or without `group` whoever is alone with the bot.
    #[must_use]
    pub fn bot_chat(&self, bot: &str, group: Option<&str>) -> BotChat {
        BotChat {
            sandbox: self.clone(),
            bot: bot.to_owned(),
            group: group.map(str::to_owned),
        }
    }

    /// A member of WeCom, by userid.
    #[must_use]
    pub fn rep(&self, userid: &str) -> RepActor {
        RepActor {
            sandbox: self.clone(),
            userid: userid.to_owned(),
        }
    }

    /// A member of DingTalk, by userid.
    #[must_use]
    pub fn director(&self, userid: &str) -> DirectorActor {
        DirectorActor {
            sandbox: self.clone(),
            userid: userid.to_owned(),
        }
    }
}
