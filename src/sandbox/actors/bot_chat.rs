//! A chat with an AI bot (`developer.work.weixin.qq.com/document/path/100719`).

use serde_json::{Value, json};

use super::super::Sandbox;

/// A group with an AI bot in it, or a chat of two with it. Each method returns when the service has
/// acknowledged the message, or the platform has given up or waits with trying again.
pub struct BotChat {
    pub(super) sandbox: Sandbox,
    pub(super) bot: String,
    pub(super) group: Option<String>,
}

impl BotChat {
    /// Somebody says something to the bot; in a group by mentioning it. Answers the `msgid`.
    pub async fn says(&self, userid: &str, words: &str) -> String {
        let content = self.mentioned(words);
        let message = json!({ "msgtype": "text", "text": { "content": content } });
        self.sends(userid, message).await
    }

    /// Somebody quotes a text and says something to it.
    pub async fn quotes(&self, userid: &str, quoted: &str, words: &str) -> String {
        let content = self.mentioned(words);
        let message = json!({
            "msgtype": "text", "text": { "content": content },
            "quote": { "msgtype": "text", "text": { "content": quoted } },
        });
        self.sends(userid, message).await
    }

    /// Somebody sends, or causes, what these members say.
    pub async fn sends(&self, userid: &str, message: Value) -> String {
        let msgid = self.sandbox.with(|state| {
            let msgid = format!("CAIQ{}", state.dice.word(20));
            let bot = state.company.bot(&self.bot).cloned();
            let Some(bot) = bot else {
                return msgid;
            };
            let mut whole = json!({
                "msgid": msgid,
                "aibotid": bot.id,
                "chattype": if self.group.is_some() { "group" } else { "single" },
                "from": { "userid": userid },
                "response_url": format!("https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code={}", state.dice.word(16)),
            });
            if let Some(group) = &self.group {
                whole["chatid"] = json!(group);
            }
            for (name, value) in message.as_object().into_iter().flatten() {
                whole[name] = value.clone();
            }
            state.tell_bot(&self.bot, whole.to_string());
            msgid
        });
        self.sandbox.deliver().await;
        msgid
    }

    fn mentioned(&self, words: &str) -> String {
        let title = self.sandbox.with_quietly(|state| {
            let bot = state.company.bot(&self.bot);
            bot.map(|bot| bot.title.clone()).unwrap_or_default()
        });
        match self.group {
            Some(_) => format!("@{title} {words}"),
            None => words.to_owned(),
        }
    }
}
