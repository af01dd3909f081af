//! What follows from a correction that holds.

use std::sync::Arc;
use std::time::Duration;

use super::Line;
use crate::domain::{CorrectionKind, Label, place_of};
use crate::engine::Event;
use crate::fresh_id::fresh_id;
use crate::product;
use crate::shared::Shared;
use crate::store::{NewSignal, StoreError, StoredMessage, Tx};
use crate::which_deal::{self, Heard, HeardLine};

/// The rule of signals that a person heard.
pub(crate) const BY_A_PERSON: &str = "person";
/// Older lines are counted and learnt from, and open no node any more: whoever goes through last
/// month's chats sends nobody a card.
const TOLD_WITHIN: Duration = Duration::from_secs(7 * 24 * 3600);
/// A correction that holds.
pub(super) struct Correction<'a> {
    pub(super) id: &'a str,
    pub(super) label: Label,
    pub(super) kind: CorrectionKind,
    pub(super) words: (i64, i64),
    /// The name of who said it.
    pub(super) by: &'a str,
}

pub(super) async fn apply(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    Line { message, chat }: Line<'_>,
    correction: Correction<'_>,
) -> Result<(), StoreError> {
    match correction.kind {
        CorrectionKind::FalseAlarm => {
            let heard = (&message.id, correction.label);
            tx.dismiss_signals(heard, correction.id, shared.clock.now())
                .await?;
        }
        CorrectionKind::Missed => hear(shared, tx, Line { message, chat }, &correction).await?,
    }
    Ok(())
}

/// What was dismissed means something again; what nobody heard becomes a signal. The deal is told,
/// unless it was.
async fn hear(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    Line { message, chat }: Line<'_>,
    correction: &Correction<'_>,
) -> Result<(), StoreError> {
    let heard = (&message.id, correction.label);
    let contact = message.contact_id.as_ref().unwrap_or(&chat.contact_id);
    let Some(speaker) = tx.standing(contact).await? else {
        return Ok(());
    };
    // In a group each one's words are their own customer's.
    let chat = &speaker.in_chat(chat);
    if tx.restore_signals(heard).await? == 0 {
        let signal = signal_of(shared, tx, Line { message, chat }, correction).await?;
        tx.store_heard_by_a_person(&signal, shared.clock.now())
            .await?;
    }
    // What somebody says whom nobody knows waits until it is known whose they are.
    if speaker.is_unknown() {
        return Ok(());
    }
    let is_old = shared.clock.now().since(message.sent_at) > TOLD_WITHIN;
    let was_told = match &chat.customer_id {
        Some(customer) => tx.was_told(customer, heard).await?,
        None => false,
    };
    if is_old || was_told || tx.waits_for_a_deal(heard).await? {
        return Ok(());
    }
    let cause = format!("correction:{}", correction.id);
    let events = events(message, correction);
    let heard = Heard {
        cause: &cause,
        position: message.position,
        events: &events,
    };
    which_deal::hand_over(shared, tx, chat, heard).await
}

async fn signal_of(
    shared: &Shared,
    tx: &mut Tx,
    Line { message, chat }: Line<'_>,
    correction: &Correction<'_>,
) -> Result<NewSignal, StoreError> {
    let detector = shared.detector.load();
    Ok(NewSignal {
        id: fresh_id(),
        message: message.id.clone(),
        label: correction.label,
        first_byte: correction.words.0,
        end_byte: correction.words.1,
        rule: BY_A_PERSON.to_owned(),
        dictionaries: detector.dictionaries_version().to_owned(),
        model: detector.model_version().to_owned(),
        why: format!("{}补标", correction.by),
        shadow: false,
        at: message.sent_at,
        chat: chat.id.clone(),
        region: chat.region.clone(),
        rep: chat.rep_id.clone(),
        customer: chat.customer_id.clone(),
        product: product::heard_of(tx, message, chat, &detector).await?,
        words: String::new(),
        quote: String::new(),
    })
}

/// What the deal is told of the line.
fn events(message: &StoredMessage, correction: &Correction<'_>) -> Vec<Event> {
    let (quote, _) = message.heard();
    let words = place_of(correction.words.0)..place_of(correction.words.1);
    let words = message.text.get(words).unwrap_or_default();
    let line = HeardLine {
        message: &message.id,
        chat: &message.chat_id,
    };
    line.events([(correction.label, words, quote)].into_iter())
}
