//! Who is it? A contact is a stranger until somebody says whose they are: WeCom, an import, their
//! rep by a card, or a director on the page of those who wait.
//!
//! What a stranger says is stored and heard as everybody's. [`spoke`] lets WeCom be asked (by
//! `inbox/lookup`, in lanes of its own) and, once a signal was heard, the rep. [`found`] takes what
//! WeCom says; [`answer`] the rep's click and [`named`] the name of a new customer. They all end in
//! [`belongs`] or [`is_outsider`], in one transaction with whatever led there: the contact's signals
//! get their customer, and what was said of late is told to the customer's deal, once, the oldest
//! first, with deadlines as of now. An import makes contacts known from outside of the service;
//! [`judge_known`] then does the rest.

mod answering;
mod asking;
mod company_name;
mod deciding;
mod knowing;
mod looking_up;
mod naming;

use std::sync::Arc;

use crate::domain::{CompanyName, CustomerId};
use crate::shared::Shared;
use crate::store::{ChatRow, ContactQuestion, Customer, Standing, StoreError, Tx};

pub(crate) use answering::{Answer, answer, question_of};
pub(crate) use deciding::{Decided, Decision, customer_called, decide};
pub(crate) use knowing::{Outsider, belongs, is_outsider, judge_known};
pub(crate) use looking_up::{SOURCE as LOOKUP, arrival as lookup_row, found, look_up, not_found};
pub(crate) use naming::{LONGEST_NAME, ask_again as ask_for_choice, named, wanted_name};

/// A contact whom nobody knows said something.
pub(crate) struct Said<'a> {
    /// Where.
    pub(crate) chat: &'a ChatRow,
    /// Whether it is worth asking the rep for it: a signal was heard.
    pub(crate) is_signal: bool,
    /// The words, for the card.
    pub(crate) words: &'a str,
    /// When it was said.
    pub(crate) at: crate::domain::Timestamp,
}

/// Notes that a contact spoke whom nobody knows; to be called with the contact taken. WeCom is asked
/// when they are new, and the rep when they said something that counts; once WeCom was asked, that
/// is, since its answer may make the question needless.
///
/// # Errors
/// When the database fails.
pub(crate) async fn spoke(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    contact: &Standing,
    said: Said<'_>,
) -> Result<(), StoreError> {
    tx.note_unknown_line(&contact.id, &said.chat.id, said.at)
        .await?;
    let is_asked = look_up(shared, tx, contact).await?;
    let waits_for_wecom = is_asked && contact.tried_at.is_none();
    if said.is_signal && !waits_for_wecom {
        asking::ask(shared, tx, contact, said.chat, said.words).await?;
    }
    Ok(())
}

/// The customers that the names can mean without doubt.
async fn customers_meant(tx: &mut Tx, names: &[String]) -> Result<Vec<Customer>, StoreError> {
    let mut found = Vec::new();
    for name in names {
        add_new(
            &mut found,
            tx.customers_of_core(&CompanyName::of(name)).await?,
        );
    }
    Ok(found)
}

/// As [`customers_meant`], with those whose names only look alike.
async fn customers_alike(tx: &mut Tx, names: &[String]) -> Result<Vec<Customer>, StoreError> {
    let mut found = customers_meant(tx, names).await?;
    for name in names {
        add_new(&mut found, tx.customers_like(&CompanyName::of(name)).await?);
    }
    Ok(found)
}

fn add_new(known: &mut Vec<Customer>, more: Vec<Customer>) {
    for customer in more {
        if known.iter().all(|one| one.id != customer.id) {
            known.push(customer);
        }
    }
}

/// The companies that WeCom named for the contact.
fn companies(contact: &Standing) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(&contact.companies)
        .map_err(|error| StoreError::Unreadable("a contact's companies", error))
}

/// The customers that the question offered, in its order.
fn offered(question: &ContactQuestion) -> Result<Vec<CustomerId>, StoreError> {
    serde_json::from_str(&question.offered)
        .map_err(|error| StoreError::Unreadable("the offered customers", error))
}
