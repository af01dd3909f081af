//! A line of a 微信客服 chat: stored, heard, and handed to the deal it belongs to.

use dingdan_webhooks::wecom::kf::{KfEvent, KfKind, KfMessage, Origin};

use super::worker::{WorkError, Worker};
use crate::domain::{ChatId, ChatKind, ContactId, MessageId, MessageKind, Speaker, Timestamp};
use crate::fresh_id::fresh_id;
use crate::store::{ChatRow, InboxRow, NewChat, NewMessage, Payload, Tx};

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
        let taken = self.chat_line(&mut tx, row, &line, &chat).await?;
        self.finish(tx, row, lease, Payload::KeptElsewhere).await?;
        self.count_signals(&line, taken).await;
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
        tx.put_chat(NewChat {
            id: &id,
            kind: ChatKind::Kf,
            account: &row.account,
            name: "",
            contact,
            rep: rep.as_ref(),
            at: row.received_at,
        })
        .await?;
        tx.chat(&id)
            .await?
            .ok_or(WorkError::Unreadable("its chat is not there"))
    }
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
        contact: (speaker == Speaker::Customer).then(|| contact.clone()),
        sent_at,
        // Lines come in the order in which they were pulled: what came later stands later.
        position: row.position,
        received_at: row.received_at,
        kind: MessageKind::new(message.kind.name()).as_str().to_owned(),
        text: text_of(&message.kind),
        heard: None,
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
