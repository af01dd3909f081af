//! Which deal a customer means who has several open ones: the rep is asked by a card.
//!
//! What is heard meanwhile is stored and counted as ever, and waits beside the question. The answer
//! hands it to the chosen deal, once, and is remembered for the chat. A question that nobody answers
//! within `ANSWER_WITHIN` is settled with the newest deal, so that no director hears too late;
//! sooner when the words open a node of which the director hears at once.
//! Start at `hand_over`; `answer` takes the click and `settle_due` the silence.

mod answering;
mod asking;
mod settling;

use std::sync::Arc;
use std::time::Duration;

use crate::domain::{ChatId, Label, MessageId, OpportunityId, Timestamp};
use crate::engine::Event;
use crate::journal::{self, Cause};
use crate::shared::Shared;
use crate::store::{ChatRow, DealQuestion, HeldSignal, OpenDeal, StoreError, Tx};

pub(crate) use answering::{Answer, answer, question_of};
pub(crate) use settling::settle_due;

/// How long a rep may think before the newest deal is taken. What the director has to hear at once
/// waits less: `[process] which_deal_at_once_seconds`.
const ANSWER_WITHIN: Duration = Duration::from_secs(10 * 60);
/// How long the chat goes to the chosen deal without another question.
const CHOICE_HOLDS: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long a rep who didn't answer is left alone: the customer will go on talking.
const SILENCE_HOLDS: Duration = Duration::from_secs(24 * 3600);

/// What was heard in one message.
#[derive(Clone, Copy)]
pub(crate) struct Heard<'a> {
    /// The inbox row's key.
    pub(crate) cause: &'a str,
    /// The message's place in its chat.
    pub(crate) position: i64,
    /// What a deal has to be told.
    pub(crate) events: &'a [Event],
}

/// Cards and alerts show at most so much of a line.
const QUOTE_CHARACTERS: usize = 200;

/// A line in which something was heard.
#[derive(Clone, Copy)]
pub(crate) struct HeardLine<'a> {
    /// Ours.
    pub(crate) message: &'a MessageId,
    /// Its chat.
    pub(crate) chat: &'a ChatId,
}

impl HeardLine<'_> {
    /// What a deal is told of the line, each kind of signal once: what was heard, by which words, and
    /// what was said with them.
    pub(crate) fn events<'h>(
        self,
        heard: impl Iterator<Item = (Label, &'h str, &'h str)>,
    ) -> Vec<Event> {
        let mut told: Vec<Label> = Vec::new();
        let mut events = Vec::new();
        for (label, words, quote) in heard {
            if told.contains(&label) {
                continue;
            }
            told.push(label);
            events.push(Event::SignalHeard {
                label,
                words: words.to_owned(),
                quote: quote.chars().take(QUOTE_CHARACTERS).collect(),
                message: self.message.clone(),
                chat: self.chat.clone(),
            });
        }
        events
    }
}

/// Tells the customer's open deal what was heard; of several the one that the rep named, who is
/// asked when there is no answer yet. Without any, the rep is offered to have one opened.
///
/// # Errors
/// When the database fails.
pub(crate) async fn hand_over(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    chat: &ChatRow,
    heard: Heard<'_>,
) -> Result<(), StoreError> {
    // The question before the deals: whoever settles it takes them in this order too.
    if let Some(mut question) = tx.open_deal_question(&chat.id).await? {
        if !is_about(tx, &question, chat).await? {
            return tell_likely(shared, tx, chat, heard).await;
        }
        let due = shared.clock.now().plus(patience(shared, heard.events));
        if due < question.due_at {
            question.due_at = due;
            tx.save_deal_question(&question).await?;
        }
        return hold(tx, &question, heard).await;
    }
    let deals = open_deals(tx, chat).await?;
    let deal = match deals.as_slice() {
        [] => return journal::offer_deal(shared, tx, chat, heard.cause).await,
        [only] => only.id.clone(),
        [newest, ..] => match remembered(shared.clock.now(), tx, chat, &deals).await? {
            Some(deal) => deal,
            None => match asking::whom(tx, chat, newest).await? {
                Some(rep) => {
                    let question = asking::ask(shared, tx, chat, &rep, &deals, heard).await?;
                    return hold(tx, &question, heard).await;
                }
                None => newest.id.clone(),
            },
        },
    };
    let cause = Cause {
        key: heard.cause,
        click: None,
    };
    journal::step(shared, tx, &deal, heard.events, cause).await?;
    Ok(())
}

/// Whether the question is about the same customer. In a group people of several may speak.
async fn is_about(
    tx: &mut Tx,
    question: &DealQuestion,
    chat: &ChatRow,
) -> Result<bool, StoreError> {
    let asked = tx
        .chat_with(&question.chat_id, question.contact_id.as_ref())
        .await?;
    Ok(asked.is_none_or(|asked| asked.customer_id == chat.customer_id))
}

/// While a group's chat is asked about for one customer, another's words go where they most likely
/// belong.
async fn tell_likely(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    chat: &ChatRow,
    heard: Heard<'_>,
) -> Result<(), StoreError> {
    let deals = open_deals(tx, chat).await?;
    let Some(newest) = deals.first() else {
        return journal::offer_deal(shared, tx, chat, heard.cause).await;
    };
    let cause = Cause {
        key: heard.cause,
        click: None,
    };
    journal::step(shared, tx, &newest.id, heard.events, cause).await?;
    Ok(())
}

/// The open deal that a chat is most likely about, as far as is known without asking.
///
/// # Errors
/// When the database fails.
pub(crate) async fn likely(
    now: Timestamp,
    tx: &mut Tx,
    chat: &ChatRow,
) -> Result<Option<OpenDeal>, StoreError> {
    let mut deals = open_deals(tx, chat).await?;
    if deals.len() > 1
        && let Some(known) = remembered(now, tx, chat, &deals).await?
    {
        deals.retain(|deal| deal.id == known);
    }
    Ok(deals.into_iter().next())
}

async fn open_deals(tx: &mut Tx, chat: &ChatRow) -> Result<Vec<OpenDeal>, StoreError> {
    match &chat.customer_id {
        Some(customer) => tx.open_deals(customer).await,
        None => Ok(Vec::new()),
    }
}

/// What the last question about the chat came to, while it holds. A deal that was opened since
/// makes it worth asking again, and so does the end of the chosen one.
async fn remembered(
    now: Timestamp,
    tx: &mut Tx,
    chat: &ChatRow,
    open: &[OpenDeal],
) -> Result<Option<OpportunityId>, StoreError> {
    let Some(last) = tx.last_deal_question(&chat.id).await? else {
        return Ok(None);
    };
    let known = offered(&last)?;
    let holds = now < last.remembered_until && open.iter().all(|deal| known.contains(&deal.id));
    let deal = last.chosen.or(last.went_to).filter(|_| holds);
    Ok(deal.filter(|deal| is_among(deal, open)))
}

/// How long the rep may think about these words.
fn patience(shared: &Shared, events: &[Event]) -> Duration {
    let process = shared.process.load();
    let mut labels = events.iter().filter_map(|event| match event {
        Event::SignalHeard { label, .. } => Some(label),
        _ => None,
    });
    let is_at_once = |label| {
        let mut nodes = process.nodes().iter();
        nodes.any(|node| node.inform_director_on_open && node.opening.signals.contains(label))
    };
    if labels.any(is_at_once) {
        ANSWER_WITHIN.min(shared.settings.process.which_deal_at_once)
    } else {
        ANSWER_WITHIN
    }
}

async fn hold(tx: &mut Tx, question: &DealQuestion, heard: Heard<'_>) -> Result<(), StoreError> {
    let events = serde_json::to_string(heard.events)
        .map_err(|error| StoreError::Unreadable("what was heard", error))?;
    let held = HeldSignal {
        position: heard.position,
        cause: heard.cause.to_owned(),
        events,
    };
    tx.hold_signal(&question.id, &held).await
}

/// The deals that the question offered, in its order.
fn offered(question: &DealQuestion) -> Result<Vec<OpportunityId>, StoreError> {
    serde_json::from_str(&question.offered)
        .map_err(|error| StoreError::Unreadable("the offered deals", error))
}

fn list_of<'a>(deals: impl Iterator<Item = &'a OpportunityId>) -> String {
    let ids: Vec<&OpportunityId> = deals.collect();
    serde_json::to_string(&ids).expect("a list of texts is always valid JSON")
}

fn is_among(deal: &OpportunityId, open: &[OpenDeal]) -> bool {
    open.iter().any(|other| other.id == *deal)
}
