//! A message of the chat archive: stored, heard, and handed to the deal it belongs to.
//!
//! A chat of two is one chat whoever writes; its rep is the member in it. A group's rep is the first of
//! our reps in it, and stays; what somebody says in it counts for their own customer, or for that of the
//! chat when theirs is unknown. Robots and the platform are neither side.

use std::collections::BTreeSet;

use dingdan_webhooks::wecom::archive::{Action, ArchiveKind, ArchiveMessage, Side};

use super::archive_consent::{Place, told};
use super::archive_row::{OUTSIDE, platform_id, side};
use super::chat_line::Taken;
use super::kf_pull::cleaned;
use super::worker::{WorkError, Worker};
use crate::config::ARCHIVE;
use crate::domain::{
    ChatId, ChatKind, ContactId, MessageId, MessageKind, Role, Speaker, Timestamp, fold_user_id,
};
use crate::fresh_id::fresh_id;
use crate::store::{ChatRow, InboxRow, NewChat, NewMessage, Payload, Person, Tx};

/// Who takes part, by side.
struct People {
    members: Vec<String>,
    outsiders: Vec<String>,
}

impl Worker {
    pub(super) async fn archive_message(
        &self,
        row: &InboxRow,
        lease: &str,
    ) -> Result<(), WorkError> {
        let raw = serde_json::from_str(&row.payload)
            .map_err(|_| WorkError::Unreadable("it is no JSON"))?;
        let message = ArchiveMessage::from_raw(cleaned(raw));
        let own = self.shared.store.people_who_look_external().await?;
        let own: BTreeSet<String> = own.into_iter().collect();
        match &message.kind {
            ArchiveKind::Consent {
                agreed,
                user,
                at_ms,
            } => {
                self.consent_said(row, lease, &message, (*agreed, user, *at_ms), &own)
                    .await
            }
            ArchiveKind::Revoke { pre_msgid } if !pre_msgid.is_empty() => {
                let mut tx = self.shared.store.begin().await?;
                let at = sent_at(&message, row);
                tx.recall_archived(&platform_id(pre_msgid), at).await?;
                self.finish(tx, row, lease, Payload::KeptElsewhere).await
            }
            _ if message.action == Action::Recall || message.people().next().is_none() => {
                // Of whom it is isn't said: it stays as it came.
                let tx = self.shared.store.begin().await?;
                self.finish(tx, row, lease, Payload::OnlyCopy).await
            }
            _ => self.archived_line(row, lease, &message, &own).await,
        }
    }

    /// Somebody outside agreed, or refused.
    async fn consent_said(
        &self,
        row: &InboxRow,
        lease: &str,
        message: &ArchiveMessage,
        (agreed, user, at_ms): (bool, &str, i64),
        own: &BTreeSet<String>,
    ) -> Result<(), WorkError> {
        let people = People::of(message, own);
        let contact = match user {
            "" => people.outsiders.first().map_or("", String::as_str),
            user => user,
        };
        let now = self.shared.clock.now();
        let at = match at_ms {
            0 => sent_at(message, row),
            at_ms => Timestamp(at_ms),
        };
        let mut tx = self.shared.store.begin().await?;
        if let Some(place) = place(message, &people).filter(|_| !contact.is_empty()) {
            tx.put_consent(&told(place, contact, agreed, at, now))
                .await?;
        }
        self.finish(tx, row, lease, Payload::KeptElsewhere).await
    }

    async fn archived_line(
        &self,
        row: &InboxRow,
        lease: &str,
        message: &ArchiveMessage,
        own: &BTreeSet<String>,
    ) -> Result<(), WorkError> {
        let people = People::of(message, own);
        let Some(contact) = self.contact_of(message, &people).await? else {
            // The platform says that somebody outside takes part and doesn't name them: it stays as it
            // came. Else they are colleagues among themselves, as it turns out.
            let (why, payload) = match row.key.ends_with(OUTSIDE) {
                true => ("nobody_named", Payload::OnlyCopy),
                false => ("colleagues", Payload::KeptElsewhere),
            };
            metrics::counter!("dingdan_archive_passed_total", "why" => why).increment(1);
            let tx = self.shared.store.begin().await?;
            return self.finish(tx, row, lease, payload).await;
        };
        let speaker = match side(&message.from, own) {
            Side::Outside => Speaker::Customer,
            Side::Member => Speaker::Rep,
            Side::Robot => Speaker::System,
        };
        let words = message.words();
        // Asked before the transaction, which must not wait for the platform.
        let may_be_heard = match place(message, &people) {
            Some(place) if speaker == Speaker::Customer && !words.own_words().trim().is_empty() => {
                self.consents(place, contact.as_str()).await?
            }
            _ => false,
        };
        // What a rep asked gives sense to the answer, and needs nobody's consent.
        let heard = match speaker {
            Speaker::Customer if !may_be_heard => 0..0,
            _ => words.own.clone(),
        };
        if speaker == Speaker::Customer && !may_be_heard && !words.own_words().trim().is_empty() {
            metrics::counter!("dingdan_archive_passed_total", "why" => "no_consent").increment(1);
        }
        let name = match &message.room {
            Some(room) => self.group_name(room).await,
            None => String::new(),
        };
        let mut tx = self.shared.store.begin().await?;
        let recalled_at = tx.archive_recall(&row.key).await?;
        let chat = self
            .archive_chat(&mut tx, row, message, (&people, &contact), &name)
            .await?;
        let line = NewMessage {
            id: MessageId::try_from(fresh_id()).expect("a ULID is not empty"),
            platform_id: row.key.clone(),
            chat: chat.id.clone(),
            speaker,
            sender: message.from.clone(),
            contact: (speaker == Speaker::Customer).then(|| contact.clone()),
            sent_at: sent_at(message, row),
            // As they were pulled: what came later stands later.
            position: row.position,
            received_at: row.received_at,
            kind: MessageKind::new(message.kind.name()).as_str().to_owned(),
            text: words.text,
            // What they took back before anybody heard it is none of their words any more.
            heard: Some(if recalled_at.is_some() { 0..0 } else { heard }),
            payload: row.payload.clone(),
        };
        let taken = self.chat_line(&mut tx, row, &line, &chat).await?;
        if let Some(at) = recalled_at {
            tx.recall_message(&line.platform_id, at).await?;
        }
        let has_media = taken != Taken::Known && self.want_media(&mut tx, &line, message).await?;
        self.finish(tx, row, lease, Payload::KeptElsewhere).await?;
        if has_media {
            self.arrived.notices.notify_one();
        }
        self.count_signals(&line, taken).await;
        Ok(())
    }

    /// Whose words they are, or who of the customer's people is in the chat; in a group in which this
    /// message names none, whom the chat is known by.
    async fn contact_of(
        &self,
        message: &ArchiveMessage,
        people: &People,
    ) -> Result<Option<ContactId>, WorkError> {
        if let Some(outsider) = people.outsiders.first() {
            return Ok(outsider.parse().ok());
        }
        let Some(room) = &message.room else {
            return Ok(None);
        };
        let known = self.shared.store.chat(&room_id(room)?).await?;
        Ok(known.map(|chat| chat.contact_id))
    }

    /// The chat, as the line is to count: for the customer of who speaks, when they have one.
    async fn archive_chat(
        &self,
        tx: &mut Tx,
        row: &InboxRow,
        message: &ArchiveMessage,
        (people, contact): (&People, &ContactId),
        name: &str,
    ) -> Result<ChatRow, WorkError> {
        let of_contact = tx.contact(contact).await?;
        let (id, kind) = match &message.room {
            Some(room) => (room_id(room)?, ChatKind::Group),
            None => (single_id(people, contact)?, ChatKind::Single),
        };
        let known = tx.chat(&id).await?;
        let rep = match known.as_ref().and_then(|known| known.rep_id.clone()) {
            Some(rep) => Some(rep),
            None => serving(tx, &people.members).await?.map(|person| person.id),
        };
        tx.put_chat(NewChat {
            id: &id,
            kind,
            account: ARCHIVE,
            name,
            contact,
            rep: rep.as_ref(),
            at: sent_at(message, row),
        })
        .await?;
        let chat = tx.chat(&id).await?;
        let mut chat = chat.ok_or(WorkError::Unreadable("its chat is not there"))?;
        if let Some(customer_id) = of_contact
            .customer_id
            .filter(|own| chat.customer_id.as_ref() != Some(own))
        {
            let customer = tx.customer(&customer_id).await?;
            chat.customer = customer.map(|customer| customer.name).unwrap_or_default();
            chat.customer_id = Some(customer_id);
            chat.contact_id = of_contact.id;
            chat.contact = of_contact.name;
        }
        Ok(chat)
    }
}

impl People {
    fn of(message: &ArchiveMessage, own: &BTreeSet<String>) -> Self {
        let of_side = |wanted| {
            let people = message.people().filter(|id| side(id, own) == wanted);
            people.map(str::to_owned).collect()
        };
        Self {
            members: of_side(Side::Member),
            outsiders: of_side(Side::Outside),
        }
    }
}

/// Where consents are given for this message.
fn place<'a>(message: &'a ArchiveMessage, people: &'a People) -> Option<Place<'a>> {
    match &message.room {
        Some(room) => Some(Place::Room(room)),
        None => people.members.first().map(|member| Place::Member(member)),
    }
}

/// Who serves a chat: the first of our reps in it, else the first whom we know.
async fn serving(tx: &mut Tx, members: &[String]) -> Result<Option<Person>, WorkError> {
    let mut first = None;
    for member in members {
        match tx.person_in_wecom(member).await? {
            Some(person) if person.role == Role::Rep => return Ok(Some(person)),
            known => first = first.or(known),
        }
    }
    Ok(first)
}

fn sent_at(message: &ArchiveMessage, row: &InboxRow) -> Timestamp {
    match message.sent_ms {
        0 => row.received_at,
        milliseconds => Timestamp(milliseconds),
    }
}

/// The same in both directions.
fn single_id(people: &People, contact: &ContactId) -> Result<ChatId, WorkError> {
    let member = people
        .members
        .first()
        .map(|member| fold_user_id(member))
        .unwrap_or_default();
    format!("archive-{member}-{contact}")
        .parse()
        .map_err(|_| NO_NAME)
}

fn room_id(room: &str) -> Result<ChatId, WorkError> {
    format!("archive-{room}").parse().map_err(|_| NO_NAME)
}

const NO_NAME: WorkError = WorkError::Unreadable("its chat has no name");
