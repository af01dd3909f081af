//! `[[wecom.bot]]`: AI bots (智能机器人) in groups, for teams without the chat archive.

use std::collections::BTreeMap;

use dingdan_webhooks::wecom::crypto::{CallbackToken, EncodingAesKey};

use super::Section;
use super::wecom::callback_name;
use crate::domain::fold_user_id;

/// `[[wecom.bot]]`: one AI bot whose messages are delivered to a URL.
#[derive(Debug, Clone)]
pub struct WecomBot {
    /// Our name for it: the last part of its callback URL, which no app has either.
    pub name: String,
    /// Token from the bot's page: 接收消息 → API 模式.
    pub token: CallbackToken,
    /// `EncodingAESKey` from the same page.
    pub encoding_aes_key: EncodingAesKey,
    /// Whom its messages are sealed for; empty for a company's own bot (101033).
    pub receive_id: String,
    /// How groups call it: that mention is left out of the words. Empty: the first word that begins
    /// with `@` is.
    pub title: String,
    /// Whether what a rep quotes in a group was said by the customer. Who is quoted isn't told.
    pub quotes_are_the_customers: bool,
    /// Whether somebody whom nobody knows is the customer's person.
    pub unknown_are_customers: bool,
    /// Encrypted ids of members, folded, and who they are in WeCom.
    pub members: BTreeMap<String, String>,
}

impl WecomBot {
    /// The WeCom userid of that sender, if they are mapped; else the sender.
    #[must_use]
    pub fn member<'a>(&'a self, sender: &'a str) -> &'a str {
        self.members
            .get(&fold_user_id(sender))
            .map_or(sender, String::as_str)
    }

    pub(super) fn read_all(wecom: &Section<'_>) -> Option<Vec<Self>> {
        let sections = wecom.sections("bot");
        sections.iter().map(Self::read).collect()
    }

    fn read(section: &Section<'_>) -> Option<Self> {
        let name = callback_name(section);
        let token = section.required_secret::<CallbackToken>(
            "token",
            "the Token of the bot: 智能机器人 → API 模式 → 使用 URL 回调: 1 to 32 letters and digits",
        );
        let key = section.required_secret::<EncodingAesKey>(
            "encoding_aes_key",
            "the EncodingAESKey of the bot, from the same page: exactly 43 letters and digits",
        );
        let receive_id = section.text("receive_id");
        let title = section.text("title");
        let quotes = section.boolean("quotes_are_the_customers");
        let unknown = section.boolean("unknown_are_customers");
        let members: Vec<_> = section.sections("member").iter().map(member).collect();
        section.finish();

        Some(Self {
            name: name?,
            token: token?.value,
            encoding_aes_key: key?.value,
            receive_id: receive_id.map(|found| found.value).unwrap_or_default(),
            title: title
                .map(|found| found.value.trim().trim_start_matches('@').to_owned())
                .unwrap_or_default(),
            quotes_are_the_customers: quotes.is_some_and(|found| found.value),
            unknown_are_customers: unknown.is_some_and(|found| found.value),
            members: members.into_iter().collect::<Option<_>>()?,
        })
    }
}

/// `[[wecom.bot.member]]`: an encrypted id, and whose it is.
fn member(section: &Section<'_>) -> Option<(String, String)> {
    let id = section.required_filled_text("id", "the encrypted id that the bot is told");
    let userid = section.required_filled_text("userid", "the member's userid in WeCom");
    section.finish();
    Some((fold_user_id(&id?.value), userid?.value))
}
