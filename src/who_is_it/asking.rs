//! The card that asks a rep whose a contact is.

use std::sync::Arc;

use dingdan_webhooks::wecom::message::Body;

use super::company_name::{self, Meant};
use super::{Outsider, companies, customers_alike};
use crate::domain::{ContactQuestionId, CustomerId, RunId, stored_number};
use crate::engine::{CardPrompt, ChoicePrompt, NONE_CHOSEN};
use crate::fresh_id::fresh_id;
use crate::journal::send_order;
use crate::outbox::card;
use crate::shared::Shared;
use crate::store::{ChatRow, ContactQuestion, Person, Standing, StoreError, Tx};

/// The card's one question.
pub(super) const WHOSE: &str = "customer";
/// The choice that leads to the name of a new customer.
pub(super) const NEW: &str = "new";
/// A drop-down has ten entries: the first chooses nothing, and four stand at the end.
pub(super) const MOST_OFFERED: usize = 5;
const OPTION_CHARACTERS: usize = 16;
/// Leaves room for the lines below it.
const QUOTE_CHARACTERS: usize = 40;
const NAME_CHARACTERS: usize = 16;

/// Asks the rep of the chat, unless they were asked before; after the time that the configuration
/// sets, the one who didn't answer is asked once more. Without a rep the contact waits in the list.
pub(super) async fn ask(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    contact: &Standing,
    chat: &ChatRow,
    words: &str,
) -> Result<(), StoreError> {
    let now = shared.clock.now();
    let known = tx.question_about(&contact.id).await?;
    if let Some(known) = &known {
        let again = shared.settings.contacts.ask_again;
        let is_due = again.is_some_and(|again| now >= known.asked_at.plus(again));
        if known.wants_name.is_some() || !is_due {
            return Ok(());
        }
    }
    let Some(rep) = whom(tx, chat).await? else {
        tracing::warn!(chat.id = %chat.id, "who is it: a contact whom nobody knows waits in the list; the chat has no rep to be asked");
        return Ok(());
    };
    let mut question = known.unwrap_or_else(|| ContactQuestion {
        id: ContactQuestionId::try_from(fresh_id()).expect("a ULID is not empty"),
        contact_id: contact.id.clone(),
        chat_id: chat.id.clone(),
        person_id: rep.id.clone(),
        offered: String::new(),
        cards: 0,
        asked_at: now,
        answered_at: None,
        wants_name: None,
    });
    question.chat_id = chat.id.clone();
    question.person_id = rep.id.clone();
    question.answered_at = None;
    send_card(shared, tx, &mut question, (contact, &rep), words).await
}

async fn whom(tx: &mut Tx, chat: &ChatRow) -> Result<Option<Person>, StoreError> {
    let Some(rep) = &chat.rep_id else {
        return Ok(None);
    };
    let rep = tx.person(rep).await?;
    Ok(rep.filter(|rep| !rep.wecom_userid.is_empty()))
}

/// Sends the question's next card; the one before decides nothing any more.
pub(super) async fn send_card(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    question: &mut ContactQuestion,
    (contact, rep): (&Standing, &Person),
    words: &str,
) -> Result<(), StoreError> {
    let now = shared.clock.now();
    let companies = companies(contact)?;
    let offered = offers(tx, &companies, rep).await?;
    let ids: Vec<&CustomerId> = offered.iter().map(|(id, _)| id).collect();
    question.offered = serde_json::to_string(&ids).expect("a list of ids is always valid JSON");
    question.cards += 1;
    question.asked_at = now;
    question.wants_name = None;
    tx.keep_contact_question(question).await?;

    let run = card_of(&question.id);
    let number = u32::try_from(question.cards).unwrap_or(u32::MAX);
    let task_id = card::task_id(&run, number);
    let asked = CardPrompt {
        run,
        number,
        title: "这位联系人是哪家客户？".to_owned(),
        lines: lines(contact, &companies, words),
        questions: vec![ChoicePrompt {
            key: WHOSE.to_owned(),
            title: "客户".to_owned(),
            several: false,
            options: options(&offered),
        }],
        submit: "确定".to_owned(),
        may_be_false: false,
    };
    let body = Body::TemplateCard(Box::new(card::prompt(&asked, &task_id)));
    let order = send_order(shared, &rep.wecom_userid, body, Some(task_id.clone()));
    tx.order(&order.row(&format!("who:{task_id}"), now)).await
}

/// Cards are named after runs; a question's are named after the question.
pub(super) fn card_of(question: &ContactQuestionId) -> RunId {
    RunId::try_from(question.as_str().to_owned()).expect("a question's id is not empty")
}

/// Customers whose names are like what WeCom says, then those whom the rep serves.
async fn offers(
    tx: &mut Tx,
    companies: &[String],
    rep: &Person,
) -> Result<Vec<(CustomerId, String)>, StoreError> {
    let known = customers_alike(tx, companies).await?;
    let Meant { one, alike } = company_name::meant(companies, &known);
    let named = one.into_iter().chain(alike);
    let named = named.map(|customer| (customer.id.clone(), customer.name.clone()));
    let limit = stored_number(MOST_OFFERED);
    let served = tx.customers_of_rep(&rep.id, limit).await?;
    let mut offered: Vec<(CustomerId, String)> = Vec::new();
    for (id, name) in named.chain(served) {
        if offered.iter().all(|(known, _)| *known != id) {
            offered.push((id, name));
        }
    }
    offered.truncate(MOST_OFFERED);
    Ok(offered)
}

fn lines(contact: &Standing, companies: &[String], words: &str) -> Vec<(String, String)> {
    let name = match contact.name.as_str() {
        "" => contact.id.as_str(),
        name => name,
    };
    let company = companies.first().map(String::as_str).unwrap_or_default();
    [
        ("联系人", card::cut(name, NAME_CHARACTERS)),
        ("企业", card::cut(company, NAME_CHARACTERS)),
        ("原话", card::cut(words, QUOTE_CHARACTERS)),
        ("说明", "选一次就记住，之前的话会补记到商机。".to_owned()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// 请选择, then the customers by their place in the list, then what else somebody may be.
fn options(offered: &[(CustomerId, String)]) -> Vec<(String, String)> {
    let none = (NONE_CHOSEN.to_owned(), "请选择".to_owned());
    let places = offered.iter().zip(1..);
    let customers = places.map(|((_, name), place): (_, usize)| {
        (place.to_string(), card::cut(name, OPTION_CHARACTERS))
    });
    let new = (NEW.to_owned(), "新客户".to_owned());
    let outsiders = Outsider::ALL.map(|why| {
        let text = format!("不是客户：{}", why.name());
        (why.word().to_owned(), text)
    });
    let last = std::iter::once(new).chain(outsiders);
    std::iter::once(none).chain(customers).chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_never_longer_than_a_card_takes() {
        let offered: Vec<(CustomerId, String)> = (0..MOST_OFFERED)
            .map(|number| (format!("c{number}").parse().unwrap(), "名".repeat(30)))
            .collect();

        let shown = options(&offered);

        assert_eq!(shown.len(), 10);
        assert_eq!(shown[1].0, "1");
        assert_eq!(shown[6], ("new".to_owned(), "新客户".to_owned()));
        assert!(
            shown
                .iter()
                .all(|(_, text)| text.chars().count() <= OPTION_CHARACTERS)
        );
    }
}
