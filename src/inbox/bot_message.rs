//! A message to an AI bot (智能机器人): a line of the group it was said in.
//!
//! Who speaks: a member whom we know is a rep; `wm…` is somebody of a customer's; any other id says
//! nothing by itself. Ids that begin with `wo` are people of customers who use WeCom, and members too
//! whose ids are encrypted: they are a customer's when somebody said so, or when the configuration
//! takes unknown senders for that. Whoever is left speaks as nobody: kept, not heard, and in the list of
//! those of whom somebody has to say who they are.
//!
//! A quote names nobody either, and is no word of who quotes it. It is kept with its message, and a
//! line of its own, of the customer, only where the configuration says that reps show us customers'
//! words so; in groups alone, since with the bot alone a rep may quote anybody.

use dingdan_webhooks::wecom::bot::{BotEvent, BotKind, BotMessage};

use super::worker::{WorkError, Worker};
use crate::config::WecomBot;
use crate::domain::{ChatId, ChatKind, ContactId, MessageId, MessageKind, Speaker, Timestamp};
use crate::fresh_id::fresh_id;
use crate::store::{ChatRow, InboxRow, NewChat, NewMessage, Payload, Person, Tx};
use crate::who_is_it::{self, Said};

/// The source of rows that came to a bot.
pub(super) const SOURCE: &str = "bot";
/// Stands for what can't be read: addresses of media live for five minutes.
const NOT_FETCHED: &str = "[图片、文件或视频：链接五分钟内有效，没有取回]";

/// Who says a line.
struct Spoken {
    speaker: Speaker,
    /// The rep, when they are one.
    rep: Option<Person>,
    /// The customer's person, when they are one.
    contact: Option<ContactId>,
    /// Who speaks when nobody knows whether they are one.
    nobody: Option<ContactId>,
}

impl Worker {
    pub(super) async fn bot_message(&self, row: &InboxRow, lease: &str) -> Result<(), WorkError> {
        let message = BotMessage::parse(&row.payload)
            .map_err(|_| WorkError::Unreadable("it is no JSON object"))?;
        let bot = self.shared.settings.wecom.bot(&row.account);
        let bot = bot.ok_or(WorkError::Unreadable(
            "its bot is not in the configuration any more",
        ))?;
        let mut tx = self.shared.store.begin().await?;
        if let Some(kept) = no_line(&message.kind) {
            return self.finish(tx, row, lease, kept).await;
        }
        let said = self.spoken(&mut tx, bot, &message).await?;
        let chat = self.bot_chat(&mut tx, row, &message, &said).await?;
        let own = own_line(row, bot, &message, &chat.id, &said);
        let mut lines = Vec::new();
        if let Some(quoted) = quoted_line(row, bot, &message, &chat, &said) {
            lines.push(quoted);
        }
        lines.push(own);
        if let Some(id) = &said.nobody {
            self.nobody_spoke(&mut tx, id, &chat, &lines).await?;
        }
        let mut taken = Vec::new();
        for line in &lines {
            taken.push(self.chat_line(&mut tx, row, line, &chat).await?);
        }
        self.finish(tx, row, lease, Payload::KeptElsewhere).await?;
        for (line, taken) in lines.iter().zip(taken) {
            self.count_signals(line, taken).await;
        }
        Ok(())
    }

    async fn spoken(
        &self,
        tx: &mut Tx,
        bot: &WecomBot,
        message: &BotMessage,
    ) -> Result<Spoken, WorkError> {
        let sender = bot.member(&message.from);
        if let Some(person) = tx.person_in_wecom(sender).await? {
            return Ok(Spoken {
                speaker: Speaker::Rep,
                rep: Some(person),
                contact: None,
                nobody: None,
            });
        }
        let contact = sender.parse::<ContactId>().ok();
        let (contact, nobody) = match contact {
            Some(id) if self.is_a_customers(tx, bot, &id).await? => (Some(id), None),
            other => (None, other),
        };
        if let Some(id) = &contact {
            tx.contact(id).await?;
        }
        Ok(Spoken {
            speaker: match contact {
                Some(_) => Speaker::Customer,
                None => Speaker::System,
            },
            rep: None,
            contact,
            nobody,
        })
    }

    /// Lets somebody whom nobody knows wait in the list, unless it was said that they are no customer's.
    async fn nobody_spoke(
        &self,
        tx: &mut Tx,
        id: &ContactId,
        chat: &ChatRow,
        lines: &[NewMessage],
    ) -> Result<(), WorkError> {
        tx.contact(id).await?;
        let Some(standing) = tx.take_contact(id).await? else {
            return Ok(());
        };
        let Some(line) = lines.last().filter(|_| standing.is_unknown()) else {
            return Ok(());
        };
        let said = Said {
            chat,
            is_signal: false,
            words: &line.text,
            at: line.sent_at,
        };
        Ok(who_is_it::spoke(&self.shared, tx, &standing, said).await?)
    }

    async fn is_a_customers(
        &self,
        tx: &mut Tx,
        bot: &WecomBot,
        id: &ContactId,
    ) -> Result<bool, WorkError> {
        if bot.unknown_are_customers || id.as_str().starts_with("wm") {
            return Ok(true);
        }
        let known = tx.standing(id).await?;
        Ok(known.is_some_and(|known| known.customer_id.is_some()))
    }

    /// The chat. A group has a contact of its own besides those who speak in it: whoever is quoted,
    /// and whose group it is.
    async fn bot_chat(
        &self,
        tx: &mut Tx,
        row: &InboxRow,
        message: &BotMessage,
        said: &Spoken,
    ) -> Result<ChatRow, WorkError> {
        let place = message.chat_id.as_deref().unwrap_or(&message.from);
        let id: ChatId = format!("bot-{}-{place}", row.account)
            .parse()
            .map_err(|_| WorkError::Unreadable("its chat has no name"))?;
        let own: ContactId = format!("bot:{}:{place}", row.account)
            .parse()
            .map_err(|_| WorkError::Unreadable("its chat has no name"))?;
        tx.contact(&own).await?;
        tx.put_chat(NewChat {
            id: &id,
            kind: ChatKind::Bot,
            account: &row.account,
            name: "",
            contact: &own,
            rep: said.rep.as_ref().map(|rep| &rep.id),
            at: row.received_at,
        })
        .await?;
        tx.chat(&id)
            .await?
            .ok_or(WorkError::Unreadable("its chat is not there"))
    }
}

/// What is nobody's word: kept for those who may ask for it, or not at all.
fn no_line(kind: &BotKind) -> Option<Payload> {
    match kind {
        // The platform asks for the rest of a reply; we give whole ones.
        BotKind::Stream { .. } | BotKind::Event(BotEvent::EnterChat) => {
            Some(Payload::KeptElsewhere)
        }
        BotKind::Event(_) => Some(Payload::OnlyCopy),
        _ => None,
    }
}

fn own_line(
    row: &InboxRow,
    bot: &WecomBot,
    message: &BotMessage,
    chat: &ChatId,
    said: &Spoken,
) -> NewMessage {
    let mut text = message.own_words(&bot.title);
    if text.is_empty() && message.kind.has_media() {
        NOT_FETCHED.clone_into(&mut text);
    }
    NewMessage {
        id: new_id(),
        platform_id: row.key.clone(),
        chat: chat.clone(),
        speaker: said.speaker,
        sender: message.from.clone(),
        contact: said.contact.clone(),
        sent_at: sent_at(row, message),
        position: place(row, 1),
        received_at: row.received_at,
        kind: MessageKind::new(message.kind.name()).as_str().to_owned(),
        text,
        heard: None,
        payload: row.payload.clone(),
    }
}

/// What a rep shows us of the customer, before what they say of it.
fn quoted_line(
    row: &InboxRow,
    bot: &WecomBot,
    message: &BotMessage,
    chat: &ChatRow,
    said: &Spoken,
) -> Option<NewMessage> {
    let quote = message.quote.as_ref()?;
    let text = quote.words().trim().to_owned();
    let is_shown = bot.quotes_are_the_customers
        && said.speaker == Speaker::Rep
        && message.chat_id.is_some()
        && !text.is_empty();
    is_shown.then(|| NewMessage {
        id: new_id(),
        platform_id: format!("{}:quote", row.key),
        chat: chat.id.clone(),
        speaker: Speaker::Customer,
        sender: chat.contact_id.to_string(),
        contact: Some(chat.contact_id.clone()),
        sent_at: sent_at(row, message),
        position: place(row, 0),
        received_at: row.received_at,
        kind: "quote".to_owned(),
        text,
        heard: None,
        payload: quote_payload(message),
    })
}

fn quote_payload(message: &BotMessage) -> String {
    message.raw["quote"].to_string()
}

fn new_id() -> MessageId {
    MessageId::try_from(fresh_id()).expect("a ULID is not empty")
}

/// Messages to a bot don't say when they were sent; they come at once.
fn sent_at(row: &InboxRow, message: &BotMessage) -> Timestamp {
    match message.create_time {
        0 => row.received_at,
        seconds => Timestamp::from_seconds(seconds),
    }
}

/// Two lines of one message stand one behind the other.
fn place(row: &InboxRow, number: i64) -> i64 {
    row.position.saturating_mul(2).saturating_add(number)
}
