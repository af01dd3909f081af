//! A line of a 微信客服 chat: stored, heard, and handed to the deal it belongs to.

use dingdan_webhooks::wecom::kf::{KfEvent, KfKind, KfMessage, Origin};

use super::contact;
use super::worker::{WorkError, Worker};
use crate::domain::{ChatId, ContactId, Label, MessageId, MessageKind, Speaker, Timestamp};
use crate::engine::Event;
use crate::fresh_id::fresh_id;
use crate::signals::{Line, Signal};
use crate::store::{ChatRow, InboxRow, NewMessage, NewSignal, Payload, Tx};
use crate::which_deal::{self, Heard};

/// Cards and alerts show at most so much of a line.
const QUOTE_CHARACTERS: usize = 200;

impl Worker {
    pub(super) async fn kf_message(&self, row: &InboxRow, lease: &str) -> Result<(), WorkError> {
        let raw = serde_json::from_str(&row.payload)
            .map_err(|_| WorkError::Unreadable("it is no JSON"))?;
        let message = KfMessage::from_raw(raw);
        let Some(contact) = message
            .external_userid
            .as_deref()
            .and_then(|id| id.parse::<ContactId>().ok())
        else {
            // Events about the account itself (a member went on duty) belong to no chat; they stay here.
            let tx = self.shared.store.begin().await?;
            return self.finish(tx, row, lease, Payload::OnlyCopy).await;
        };

        let mut tx = self.shared.store.begin().await?;
        if let KfKind::Event(KfEvent::UserRecallMsg { recall_msgid }) = &message.kind {
            tx.recall_message(&format!("kf:msg:{recall_msgid}"), self.shared.clock.now())
                .await?;
        }
        let chat = self.chat(&mut tx, row, &message, &contact).await?;
        let line = new_message(row, &message, &chat.id, &contact);
        let mut heard = Vec::new();
        if tx.store_message(&line).await? {
            heard = self.hear(&mut tx, &line).await?;
            self.keep_signals(&mut tx, &line, &chat, &heard).await?;
            self.hand_over(&mut tx, row, &line, &chat, &heard).await?;
            contact::count(&self.shared, &mut tx, row, &line, &chat).await?;
        }
        self.finish(tx, row, lease, Payload::KeptElsewhere).await?;
        if !heard.is_empty() {
            self.shared.board_keeper.count(&line.id).await;
        }
        Ok(())
    }

    async fn chat(
        &self,
        tx: &mut Tx,
        row: &InboxRow,
        message: &KfMessage,
        contact: &ContactId,
    ) -> Result<ChatRow, WorkError> {
        tx.contact(contact).await?;
        let account = tx.service_account(&row.account).await?;
        let servicer = match &message.servicer_userid {
            Some(user_id) => tx.person_in_wecom(user_id).await?,
            None => None,
        };
        let rep = servicer.map(|person| person.id).or(account.rep_id);
        let id = chat_id(&row.account, contact)?;
        tx.put_chat(&id, &row.account, contact, rep.as_ref(), row.received_at)
            .await?;
        tx.chat(&id)
            .await?
            .ok_or(WorkError::Unreadable("its chat is not there"))
    }

    async fn hear(&self, tx: &mut Tx, line: &NewMessage) -> Result<Vec<Signal>, WorkError> {
        if line.speaker != Speaker::Customer || line.text.is_empty() {
            return Ok(Vec::new());
        }
        let previous = tx
            .line_before(&line.chat, line.sent_at, line.position)
            .await?;
        let previous = previous
            .as_ref()
            .map(|line| (line.speaker, line.text.as_str()));
        let dictionaries = self.shared.dictionaries.load();
        Ok(dictionaries.hear(Line {
            speaker: line.speaker,
            text: &line.text,
            previous,
        }))
    }

    async fn keep_signals(
        &self,
        tx: &mut Tx,
        line: &NewMessage,
        chat: &ChatRow,
        heard: &[Signal],
    ) -> Result<(), WorkError> {
        let dictionaries = self.shared.dictionaries.load();
        for signal in heard {
            let signal = NewSignal {
                id: fresh_id(),
                message: line.id.clone(),
                label: signal.label,
                first_byte: offset(signal.start),
                end_byte: offset(signal.end),
                rule: signal.rule.clone(),
                dictionaries: dictionaries.version().to_owned(),
                at: line.sent_at,
                chat: chat.id.clone(),
                region: chat.region.clone(),
                rep: chat.rep_id.clone(),
                customer: chat.customer_id.clone(),
            };
            tx.store_signal(&signal).await?;
        }
        Ok(())
    }

    /// Tells the customer's deal what was heard, each kind of signal once.
    async fn hand_over(
        &self,
        tx: &mut Tx,
        row: &InboxRow,
        line: &NewMessage,
        chat: &ChatRow,
        heard: &[Signal],
    ) -> Result<(), WorkError> {
        let events = events(line, heard);
        if events.is_empty() {
            return Ok(());
        }
        let heard = Heard {
            cause: &row.key,
            position: row.position,
            events: &events,
        };
        Ok(which_deal::hand_over(&self.shared, tx, chat, heard).await?)
    }
}

fn events(line: &NewMessage, heard: &[Signal]) -> Vec<Event> {
    let mut told: Vec<Label> = Vec::new();
    let mut events = Vec::new();
    for signal in heard {
        if told.contains(&signal.label) {
            continue;
        }
        told.push(signal.label);
        events.push(Event::SignalHeard {
            label: signal.label,
            words: line
                .text
                .get(signal.start..signal.end)
                .unwrap_or_default()
                .to_owned(),
            quote: line.text.chars().take(QUOTE_CHARACTERS).collect(),
            message: line.id.clone(),
            chat: line.chat.clone(),
        });
    }
    events
}

fn chat_id(account: &str, contact: &ContactId) -> Result<ChatId, WorkError> {
    format!("kf-{account}-{contact}")
        .parse()
        .map_err(|_| WorkError::Unreadable("its chat has no name"))
}

fn new_message(
    row: &InboxRow,
    message: &KfMessage,
    chat: &ChatId,
    contact: &ContactId,
) -> NewMessage {
    let sent_at = match message.send_time {
        0 => row.received_at,
        seconds => Timestamp::from_seconds(seconds),
    };
    let (speaker, sender) = match message.origin {
        Origin::Customer => (Speaker::Customer, contact.to_string()),
        Origin::Servicer => (
            Speaker::Rep,
            message.servicer_userid.clone().unwrap_or_default(),
        ),
        Origin::System | Origin::Other(_) => (Speaker::System, String::new()),
    };
    NewMessage {
        id: MessageId::try_from(fresh_id()).expect("a ULID is not empty"),
        platform_id: row.key.clone(),
        chat: chat.clone(),
        speaker,
        sender,
        sent_at,
        // Lines come in the order in which they were pulled: what came later stands later.
        position: row.position,
        received_at: row.received_at,
        kind: MessageKind::new(message.kind.name()).as_str().to_owned(),
        text: text_of(&message.kind),
        payload: row.payload.clone(),
    }
}

/// What a reader sees of the message.
fn text_of(kind: &KfKind) -> String {
    match kind {
        KfKind::Text { content, .. } => content.clone(),
        KfKind::Location { name, address, .. } => format!("{name} {address}").trim().to_owned(),
        KfKind::Link { title, .. }
        | KfKind::Miniprogram { title, .. }
        | KfKind::MergedMsg { title, .. } => title.clone(),
        _ => String::new(),
    }
}

fn offset(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
