//! A new customer: its name is the rep's next text.

use std::sync::Arc;

use super::{asking, belongs, company_name};
use crate::domain::{CompanyName, CustomerId, Timestamp};
use crate::fresh_id::fresh_id;
use crate::journal;
use crate::shared::Shared;
use crate::store::{ContactQuestion, Customer, Person, StoreError, Tx};

/// A company's name has so many characters.
const SHORTEST_NAME: usize = 2;
/// See [`SHORTEST_NAME`].
pub(crate) const LONGEST_NAME: usize = 60;
const NO_NAME: &str =
    "这不像公司名称。请只回复公司名称，2 到 60 个字、不换行；回复「返回」可以重新选择。";

/// The question whose answer the person's next text is, if it was put after `said`, which is when
/// another question was.
///
/// # Errors
/// When the database fails.
pub(crate) async fn wanted_name(
    tx: &mut Tx,
    person: &Person,
    said: Option<Timestamp>,
) -> Result<Option<ContactQuestion>, StoreError> {
    let question = tx.question_for_a_name(&person.id).await?;
    Ok(question.filter(|question| question.wants_name >= said))
}

/// Takes the text as the new customer's name. One who is known by that name already is no new one.
///
/// # Errors
/// When the database fails.
pub(crate) async fn named(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    question: &ContactQuestion,
    (person, words): (&Person, &str),
    cause: &str,
) -> Result<(), StoreError> {
    let contact = tx.take_contact(&question.contact_id).await?;
    let Some(contact) = contact.filter(crate::store::Standing::is_unknown) else {
        return journal::tell(shared, tx, person, "这位联系人已经登记好了。", cause).await;
    };
    let Some(name) = name_in(words) else {
        return journal::tell(shared, tx, person, NO_NAME, cause).await;
    };
    let (customer, is_new) = new_customer(tx, &name, &person.region).await?;
    belongs(shared, tx, &contact, &customer.id, person.id.as_str()).await?;
    let shown = &customer.name;
    let text = if is_new {
        format!("已新建客户「{shown}」，以后记住这位联系人。")
    } else {
        format!("已对应到已有客户「{shown}」，以后记住这位联系人。")
    };
    journal::tell(shared, tx, person, &text, cause).await
}

/// 返回 instead of a name: the card is sent again.
///
/// # Errors
/// When the database fails.
pub(crate) async fn ask_again(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    question: &ContactQuestion,
    person: &Person,
) -> Result<(), StoreError> {
    let contact = tx.take_contact(&question.contact_id).await?;
    let question = tx.contact_question(&question.id).await?;
    let (Some(contact), Some(mut question)) = (contact, question) else {
        return Ok(());
    };
    if contact.is_unknown() {
        asking::send_card(shared, tx, &mut question, (&contact, person), "").await?;
    }
    Ok(())
}

/// The customer of that name: the one that is known, or a new one. The second says which. Whoever
/// names the same at the same moment waits until this is committed, and finds it.
///
/// # Errors
/// When the database fails.
pub(crate) async fn new_customer(
    tx: &mut Tx,
    name: &str,
    region: &str,
) -> Result<(Customer, bool), StoreError> {
    let wanted = CompanyName::of(name);
    tx.lock_name(&wanted).await?;
    let known = tx.customers_called(&wanted).await?;
    if let Some(customer) = company_name::called(name, &known) {
        return Ok((customer.clone(), false));
    }
    let customer = Customer {
        id: CustomerId::try_from(fresh_id()).expect("a ULID is not empty"),
        name: name.to_owned(),
        industry: String::new(),
        region: region.to_owned(),
    };
    tx.put_customer(&customer).await?;
    Ok((customer, true))
}

/// A name of one line, with letters in it.
pub(crate) fn name_in(words: &str) -> Option<String> {
    let name = words.trim();
    let length = name.chars().count();
    let is_fit = (SHORTEST_NAME..=LONGEST_NAME).contains(&length)
        && !name.contains(char::is_control)
        && name.contains(char::is_alphabetic);
    is_fit.then(|| name.to_owned())
}
