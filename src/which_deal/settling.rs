//! The end of a question: a deal is told what had waited, once.

use std::sync::Arc;
use std::time::Duration;

use super::{SILENCE_HOLDS, list_of, offered, open_deals};
use crate::domain::{DealQuestionId, OpportunityId};
use crate::engine::Event;
use crate::journal::{self, Cause};
use crate::shared::Shared;
use crate::store::{DealQuestion, HeldSignal, StoreError, Tx};

/// Questions settled in one round.
const QUESTIONS_OF_ONE_ROUND: i64 = 100;
/// A question that can't be settled holds up no other, and is looked at again after this.
const PAUSE: Duration = Duration::from_secs(60);

/// Settles what nobody answered in time, once each. Returns how many questions were settled.
///
/// # Errors
/// When the store fails.
pub(crate) async fn settle_due(shared: &Arc<Shared>) -> Result<usize, StoreError> {
    let now = shared.clock.now();
    let due = shared
        .store
        .due_deal_questions(now, QUESTIONS_OF_ONE_ROUND)
        .await?;
    let mut settled = 0;
    for id in due {
        match settle_silent(shared, &id).await {
            Ok(true) => settled += 1,
            // The rep or another replica was quicker.
            Ok(false) | Err(StoreError::Conflict) => {}
            Err(error) => {
                tracing::error!(question.id = %id, error = %error, "which deal: a question that nobody answered could not be settled; trying again later");
                postpone(shared, &id).await?;
            }
        }
    }
    Ok(settled)
}

/// Takes the newest deal for the rep who didn't answer.
async fn settle_silent(shared: &Arc<Shared>, id: &DealQuestionId) -> Result<bool, StoreError> {
    let mut tx = shared.store.begin().await?;
    let now = shared.clock.now();
    let question = tx.deal_question(id).await?;
    let is_due = |question: &DealQuestion| question.settled_at.is_none() && question.due_at <= now;
    let Some(mut question) = question.filter(is_due) else {
        return Ok(false);
    };
    let contact = question.contact_id.clone();
    let Some(chat) = tx.chat_with(&question.chat_id, contact.as_ref()).await? else {
        return Ok(false);
    };
    let deals = open_deals(&mut tx, &chat).await?;
    if let Some(newest) = deals.first() {
        // What was opened since is known now; the places on the card stay.
        let mut known = offered(&question)?;
        let since = deals.iter().map(|deal| &deal.id);
        let since: Vec<_> = since.filter(|id| !known.contains(id)).cloned().collect();
        known.extend(since);
        question.offered = list_of(known.iter());
        settle(shared, &mut tx, &mut question, &newest.id, SILENCE_HOLDS).await?;
    } else {
        journal::offer_deal(shared, &mut tx, &chat, id.as_str()).await?;
        tx.release_signals(&question.id).await?;
        question.settled_at = Some(now);
        tx.save_deal_question(&question).await?;
    }
    tx.commit().await?;
    shared.wake_after_commit();
    Ok(true)
}

/// Tells the deal what had waited, and ends the question.
pub(super) async fn settle(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    question: &mut DealQuestion,
    deal: &OpportunityId,
    holds: Duration,
) -> Result<(), StoreError> {
    let now = shared.clock.now();
    for held in tx.held_signals(&question.id).await? {
        let events = still_meant(tx, events_of(&held)?).await?;
        if events.is_empty() {
            continue;
        }
        let cause = Cause {
            key: &held.cause,
            click: None,
        };
        journal::step(shared, tx, deal, &events, cause).await?;
    }
    tx.release_signals(&question.id).await?;
    question.settled_at = Some(now);
    question.went_to = Some(deal.clone());
    question.remembered_until = now.plus(holds);
    tx.save_deal_question(question).await
}

/// Without the signals that turned out to mean nothing while they waited.
async fn still_meant(tx: &mut Tx, events: Vec<Event>) -> Result<Vec<Event>, StoreError> {
    let mut meant = Vec::with_capacity(events.len());
    for event in events {
        let gone = match &event {
            Event::SignalHeard { label, message, .. } => {
                !tx.labels_of(message, true).await?.contains(label)
            }
            _ => false,
        };
        if !gone {
            meant.push(event);
        }
    }
    Ok(meant)
}

pub(super) fn events_of(held: &HeldSignal) -> Result<Vec<Event>, StoreError> {
    serde_json::from_str(&held.events)
        .map_err(|error| StoreError::Unreadable("what was heard", error))
}

async fn postpone(shared: &Arc<Shared>, id: &DealQuestionId) -> Result<(), StoreError> {
    let mut tx = shared.store.begin().await?;
    let question = tx.deal_question(id).await?;
    if let Some(mut question) = question.filter(|question| question.settled_at.is_none()) {
        question.due_at = shared.clock.now().plus(PAUSE);
        tx.save_deal_question(&question).await?;
    }
    tx.commit().await
}
