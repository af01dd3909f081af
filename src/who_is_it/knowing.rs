//! A contact is known from now on: what they said before is judged.

use std::sync::Arc;

use crate::domain::{ContactId, CustomerId, MessageId};
use crate::engine::Event;
use crate::shared::Shared;
use crate::store::{Standing, StoreError, Tx, WaitingSignal};
use crate::which_deal::{self, Heard, HeardLine};

/// Contacts judged in one round.
const CONTACTS_OF_ONE_ROUND: i64 = 50;
/// A deal is told of so many earlier lines at most, the newest of them.
const MOST_LINES: usize = 200;

/// Why somebody is no customer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outsider {
    /// 私人: family, friends.
    Private,
    /// 供应商: sells to us.
    Supplier,
    /// 其他: colleagues, applicants, advertisers.
    Other,
}

impl Outsider {
    /// Each of them.
    pub(crate) const ALL: [Self; 3] = [Self::Private, Self::Supplier, Self::Other];

    /// The word that is stored and that the API takes.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Supplier => "supplier",
            Self::Other => "other",
        }
    }

    /// What people read.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Private => "私人",
            Self::Supplier => "供应商",
            Self::Other => "其他",
        }
    }

    /// The one of that word.
    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// The contact, which has to be taken, belongs to the customer from now on; `by` is whose word that
/// is. What they said while nobody knew them is judged. Where they belonged to another customer,
/// what they said stays that one's.
///
/// # Errors
/// When the database fails, or the customer is unknown.
pub(crate) async fn belongs(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    contact: &Standing,
    customer: &CustomerId,
    by: &str,
) -> Result<(), StoreError> {
    let now = shared.clock.now();
    tx.tell_contact(&contact.id, (Some(customer), ""), by, now)
        .await?;
    settle(shared, tx, &contact.id).await?;
    tx.take_known_contact(&contact.id).await?;
    judge(shared, tx, &contact.id, customer).await
}

/// The contact, which has to be taken, is no customer's: what they say is not judged any more, and
/// what they said counts nowhere.
///
/// # Errors
/// When the database fails.
pub(crate) async fn is_outsider(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    contact: &Standing,
    why: Outsider,
    by: &str,
) -> Result<(), StoreError> {
    let now = shared.clock.now();
    tx.tell_contact(&contact.id, (None, why.word()), by, now)
        .await?;
    settle(shared, tx, &contact.id).await?;
    tx.take_known_contact(&contact.id).await?;
    if tx.take_signals_off(&contact.id).await? {
        tx.mark_board().await?;
    }
    Ok(())
}

/// Judges what contacts said before an import made them known, each in a transaction of its own; one
/// that can't be judged holds up no other. Returns how many were judged.
///
/// # Errors
/// When the store fails.
pub(crate) async fn judge_known(shared: &Arc<Shared>) -> Result<usize, StoreError> {
    let mut judged = 0;
    for id in shared.store.known_contacts(CONTACTS_OF_ONE_ROUND).await? {
        match judge_one(shared, &id).await {
            Ok(true) => judged += 1,
            // Another replica was quicker.
            Ok(false) | Err(StoreError::Conflict) => {}
            Err(error) => {
                tracing::error!(error = %error, "who is it: what a contact said could not be judged; trying again later");
            }
        }
    }
    Ok(judged)
}

async fn judge_one(shared: &Arc<Shared>, id: &ContactId) -> Result<bool, StoreError> {
    let mut tx = shared.store.begin().await?;
    let contact = tx.take_contact(id).await?;
    if !tx.take_known_contact(id).await? {
        return Ok(false);
    }
    // The import may have been followed by another that says nothing of them any more.
    if let Some(customer) = contact.and_then(|contact| contact.customer_id) {
        settle(shared, &mut tx, id).await?;
        judge(shared, &mut tx, id, &customer).await?;
    }
    tx.commit().await?;
    shared.wake_after_commit();
    Ok(true)
}

/// Nobody has to be asked any more.
async fn settle(shared: &Shared, tx: &mut Tx, contact: &ContactId) -> Result<(), StoreError> {
    let Some(mut question) = tx.question_about(contact).await? else {
        return Ok(());
    };
    question.answered_at = Some(shared.clock.now());
    question.wants_name = None;
    tx.keep_contact_question(&question).await
}

/// Gives the signals their customer; and tells the customer's deal what was said of late, the oldest
/// first. A signal has no customer once only, so no deal hears of it twice.
async fn judge(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    contact: &ContactId,
    customer: &CustomerId,
) -> Result<(), StoreError> {
    let waiting = tx.waiting_signals(contact).await?;
    if !tx.give_signals(contact, customer).await? {
        return Ok(());
    }
    tx.mark_board().await?;
    let since = shared.clock.now().minus(shared.settings.contacts.judge);
    let told: Vec<&WaitingSignal> = waiting
        .iter()
        .filter(|signal| signal.sent_at >= since && signal.recalled_at.is_none())
        .collect();
    let lines: Vec<&[&WaitingSignal]> = told
        .chunk_by(|one, next| one.message_id == next.message_id)
        .collect();
    for line in &lines[lines.len().saturating_sub(MOST_LINES)..] {
        tell(shared, tx, contact, line).await?;
    }
    Ok(())
}

/// Tells the deal of one line.
async fn tell(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    contact: &ContactId,
    signals: &[&WaitingSignal],
) -> Result<(), StoreError> {
    let Some(first) = signals.first() else {
        return Ok(());
    };
    let Some(chat) = tx.chat_with(&first.chat_id, Some(contact)).await? else {
        return Ok(());
    };
    let events = events(&first.message_id, signals);
    if events.is_empty() {
        return Ok(());
    }
    let heard = Heard {
        cause: &first.platform_id,
        position: first.position,
        events: &events,
    };
    which_deal::hand_over(shared, tx, &chat, heard).await
}

fn events(message: &MessageId, signals: &[&WaitingSignal]) -> Vec<Event> {
    let Some(first) = signals.first() else {
        return Vec::new();
    };
    let line = HeardLine {
        message,
        chat: &first.chat_id,
    };
    let told = signals.iter().filter(|signal| !signal.shadow);
    line.events(told.map(|signal| {
        let (words, quote) = signal.said();
        (signal.label, words, quote)
    }))
}
