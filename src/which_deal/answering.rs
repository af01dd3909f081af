//! A rep answers by a click, in time, late or twice.

use std::sync::Arc;

use super::asking::{self, DEAL, MOST_OFFERED, card_of};
use super::{CHOICE_HOLDS, is_among, list_of, offered, open_deals, settling};
use crate::domain::{OpportunityId, Timestamp};
use crate::engine::Receipt;
use crate::journal::{Click, update_order};
use crate::outbox::card;
use crate::shared::Shared;
use crate::store::{ChatRow, DealQuestion, OpenDeal, Person, StoreError, Tx};

const CHOSEN: &str = "已选择商机";

/// A click on a card that asks which deal is meant.
pub(crate) struct Answer<'a> {
    /// Which of the question's cards it is on.
    pub(crate) number: i64,
    /// What it chose: question key → option ids.
    pub(crate) selected: &'a [(String, Vec<String>)],
    /// Who clicked.
    pub(crate) person: &'a Person,
    /// What changes the card.
    pub(crate) click: &'a Click,
    /// The inbox row's key.
    pub(crate) cause: &'a str,
}

/// The question and the number of its card that a task id names.
///
/// # Errors
/// When the database fails.
pub(crate) async fn question_of(
    tx: &mut Tx,
    task_id: &str,
) -> Result<Option<(DealQuestion, i64)>, StoreError> {
    let Some((id, number)) = card::named_by(task_id) else {
        return Ok(None);
    };
    let question = tx.deal_question(&id).await?;
    Ok(question.map(|question| (question, number)))
}

/// Takes the answer of the one who was asked, and turns the card into what it came to.
///
/// # Errors
/// When the database fails.
pub(crate) async fn answer(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    mut question: DealQuestion,
    answer: Answer<'_>,
) -> Result<(), StoreError> {
    let contact = question.contact_id.clone();
    let Some(chat) = tx.chat_with(&question.chat_id, contact.as_ref()).await? else {
        return Ok(());
    };
    let deals = open_deals(tx, &chat).await?;
    let is_newest = answer.number == question.cards;
    let chosen =
        chosen(&question, answer.selected)?.filter(|deal| is_newest && is_among(deal, &deals));

    let title = match (question.settled_at, chosen) {
        (None, Some(deal)) => {
            question.chosen = Some(deal.clone());
            settling::settle(shared, tx, &mut question, &deal, CHOICE_HOLDS).await?;
            CHOSEN
        }
        (None, None) if deals.is_empty() => "没有进行中的商机",
        (None, None) if !is_newest => "请看最新的卡片",
        (None, None) => {
            ask_again(shared, tx, &mut question, (&chat, answer.person, &deals)).await?;
            "还没有选择商机"
        }
        (Some(_), Some(deal)) if question.chosen.is_none() && is_last(tx, &question).await? => {
            question.chosen = Some(deal);
            question.remembered_until = shared.clock.now().plus(CHOICE_HOLDS);
            tx.save_deal_question(&question).await?;
            CHOSEN
        }
        (Some(_), _) if question.chosen.is_some() => CHOSEN,
        (Some(_), _) => "未及时选择商机",
    };
    let receipt = receipt(tx, title, &question, &chat, answer.person).await?;
    show(shared, tx, &question, &answer, &receipt).await
}

/// Sends a new card with the deals that are open now; the one before decides nothing any more.
async fn ask_again(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    question: &mut DealQuestion,
    (chat, person, deals): (&ChatRow, &Person, &[OpenDeal]),
) -> Result<(), StoreError> {
    question.offered = list_of(deals.iter().map(|deal| &deal.id));
    question.cards += 1;
    tx.save_deal_question(question).await?;
    let held = tx.held_signals(&question.id).await?;
    let heard = match held.first() {
        Some(held) => settling::events_of(held)?,
        None => Vec::new(),
    };
    asking::send_card(shared, tx, question, (chat, person, deals), &heard).await
}

/// The deal at the chosen place of the card.
fn chosen(
    question: &DealQuestion,
    selected: &[(String, Vec<String>)],
) -> Result<Option<OpportunityId>, StoreError> {
    let place = selected.iter().find(|(key, _)| key == DEAL);
    let place = place.and_then(|(_, options)| options.first()?.parse::<usize>().ok());
    let Some(place) = place.filter(|place| (1..=MOST_OFFERED).contains(place)) else {
        return Ok(None);
    };
    Ok(offered(question)?.into_iter().nth(place - 1))
}

/// Whether nothing was asked about the chat since: an old card decides nothing any more.
async fn is_last(tx: &mut Tx, question: &DealQuestion) -> Result<bool, StoreError> {
    let last = tx.last_deal_question(&question.chat_id).await?;
    Ok(last.is_some_and(|last| last.id == question.id))
}

/// What the card shows from now on; the same at each click that changes nothing.
async fn receipt(
    tx: &mut Tx,
    title: &str,
    question: &DealQuestion,
    chat: &ChatRow,
    person: &Person,
) -> Result<Receipt, StoreError> {
    let mut lines = vec![("客户".to_owned(), chat.customer.clone())];
    if let Some(deal) = &question.went_to {
        lines.push(("已记入".to_owned(), name_of(tx, deal).await?));
    }
    if let Some(deal) = &question.chosen {
        if question.went_to.as_ref() != Some(deal) {
            lines.push(("今后记入".to_owned(), name_of(tx, deal).await?));
        }
        lines.push(("选择人".to_owned(), person.name.clone()));
    }
    lines.extend(question.settled_at.map(at));
    let button = match question.settled_at {
        Some(_) => "已完成",
        None => "未完成",
    };
    Ok(Receipt {
        title: title.to_owned(),
        lines,
        button: button.to_owned(),
    })
}

async fn name_of(tx: &mut Tx, deal: &OpportunityId) -> Result<String, StoreError> {
    let deal = tx.opportunity(deal).await?;
    Ok(deal.map(|deal| deal.name).unwrap_or_default())
}

fn at(moment: Timestamp) -> (String, String) {
    ("时间".to_owned(), moment.for_people())
}

async fn show(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    question: &DealQuestion,
    answer: &Answer<'_>,
    receipt: &Receipt,
) -> Result<(), StoreError> {
    let user_id = &answer.person.wecom_userid;
    let run = card_of(&question.id);
    let order = update_order(shared, user_id, Some(answer.click), &run, receipt);
    let key = format!("which:{}:receipt", answer.cause);
    tx.order(&order.row(&key, shared.clock.now())).await
}
