//! A rep says by a click whose a contact is.

use std::sync::Arc;

use super::asking::{self, MOST_OFFERED, NEW, WHOSE, card_of};
use super::{Outsider, belongs, is_outsider, offered};
use crate::domain::CustomerId;
use crate::engine::Receipt;
use crate::journal::{self, Click, update_order};
use crate::outbox::card;
use crate::shared::Shared;
use crate::store::{ContactQuestion, Person, Standing, StoreError, Tx};

const ASK_NAME: &str =
    "请直接回复这家新客户的公司名称（营业执照上的全称最好）。回复「返回」可以重新选择。";

/// A click on a card that asks whose a contact is.
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

/// What a card can say.
enum Choice {
    Customer(CustomerId),
    New,
    Outsider(Outsider),
}

/// The question and the number of its card that a task id names.
///
/// # Errors
/// When the database fails.
pub(crate) async fn question_of(
    tx: &mut Tx,
    task_id: &str,
) -> Result<Option<(ContactQuestion, i64)>, StoreError> {
    let Some((id, number)) = card::named_by(task_id) else {
        return Ok(None);
    };
    let question = tx.contact_question(&id).await?;
    Ok(question.map(|question| (question, number)))
}

/// Takes the answer of the one who was asked, and turns the card into what it came to.
///
/// # Errors
/// When the database fails.
pub(crate) async fn answer(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    question: ContactQuestion,
    answer: Answer<'_>,
) -> Result<(), StoreError> {
    let contact = tx.take_contact(&question.contact_id).await?;
    // Looked at again, now that nobody else can answer.
    let question = tx.contact_question(&question.id).await?;
    let (Some(contact), Some(mut question)) = (contact, question) else {
        return Ok(());
    };
    let is_newest = answer.number == question.cards;
    let is_open = contact.is_unknown() && question.answered_at.is_none();
    let choice = chosen(&question, answer.selected)?;
    let by = answer.person.id.as_str();
    match choice {
        Some(choice) if is_open && is_newest => match choice {
            Choice::Customer(customer) => belongs(shared, tx, &contact, &customer, by).await?,
            Choice::Outsider(why) => is_outsider(shared, tx, &contact, why, by).await?,
            Choice::New => {
                question.wants_name = Some(shared.clock.now());
                tx.keep_contact_question(&question).await?;
                let key = format!("{}:who", answer.cause);
                journal::tell(shared, tx, answer.person, ASK_NAME, &key).await?;
            }
        },
        None if is_open && is_newest => {
            let whom = (&contact, answer.person);
            asking::send_card(shared, tx, &mut question, whom, "").await?;
        }
        _ => {}
    }
    let receipt = receipt(tx, &question, is_newest, answer.person).await?;
    show(shared, tx, &question, &answer, &receipt).await
}

fn chosen(
    question: &ContactQuestion,
    selected: &[(String, Vec<String>)],
) -> Result<Option<Choice>, StoreError> {
    let chosen = selected.iter().find(|(key, _)| key == WHOSE);
    let Some(option) = chosen.and_then(|(_, options)| options.first()) else {
        return Ok(None);
    };
    if option == NEW {
        return Ok(Some(Choice::New));
    }
    if let Some(why) = Outsider::of(option) {
        return Ok(Some(Choice::Outsider(why)));
    }
    let place = option.parse::<usize>().ok();
    let Some(place) = place.filter(|place| (1..=MOST_OFFERED).contains(place)) else {
        return Ok(None);
    };
    let customer = offered(question)?.into_iter().nth(place - 1);
    Ok(customer.map(Choice::Customer))
}

/// What the card shows from now on: whose the contact is, whoever said it.
async fn receipt(
    tx: &mut Tx,
    question: &ContactQuestion,
    is_newest: bool,
    person: &Person,
) -> Result<Receipt, StoreError> {
    let contact = tx.standing(&question.contact_id).await?;
    let question = tx.contact_question(&question.id).await?;
    let wants_name = question.is_some_and(|question| question.wants_name.is_some());
    let mut lines = Vec::new();
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            lines.push((name.to_owned(), value));
        }
    };
    let shown = |contact: &Standing| contact.name.clone();
    line("联系人", contact.as_ref().map(shown).unwrap_or_default());
    let known = contact.filter(|contact| !contact.is_unknown());
    let (title, button) = match &known {
        Some(contact) if contact.customer_id.is_some() => {
            line("客户", contact.customer.clone());
            ("已登记所属客户", "已完成")
        }
        Some(contact) => {
            let why = Outsider::of(&contact.outsider).map_or("其他", Outsider::name);
            line("登记为", why.to_owned());
            ("已登记：不是客户", "已完成")
        }
        None if wants_name => {
            line("下一步", "在聊天里回复公司名称".to_owned());
            ("新客户", "等公司名称")
        }
        None if !is_newest => ("请看最新的卡片", "未完成"),
        None => ("还没有选择客户", "未完成"),
    };
    if known.is_some() {
        line("选择人", person.name.clone());
    }
    Ok(Receipt {
        title: title.to_owned(),
        lines,
        button: button.to_owned(),
    })
}

async fn show(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    question: &ContactQuestion,
    answer: &Answer<'_>,
    receipt: &Receipt,
) -> Result<(), StoreError> {
    let user_id = &answer.person.wecom_userid;
    let run = card_of(&question.id);
    let order = update_order(shared, user_id, Some(answer.click), &run, receipt);
    let key = format!("who:{}:receipt", answer.cause);
    tx.order(&order.row(&key, shared.clock.now())).await
}
