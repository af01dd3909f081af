//! Somebody says on a page or through the API whose a contact is.

use std::sync::Arc;

use super::{Outsider, belongs, company_name, is_outsider, naming};
use crate::domain::{CompanyName, ContactId, CustomerId};
use crate::shared::Shared;
use crate::store::{Customer, Person, StoreError};

/// What they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    /// This known customer's.
    Customer(CustomerId),
    /// That of a customer of this name, who is made when nobody is called so.
    New(String),
    /// No customer's.
    Outsider(Outsider),
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decided {
    /// It holds.
    Done,
    /// Nobody has heard of the contact.
    NoContact,
    /// There is no such customer.
    NoCustomer,
    /// The name is none.
    NoName,
}

/// Lets the decision hold, in a transaction of its own. It holds for somebody who is known as well:
/// what they said before then stays where it is.
///
/// # Errors
/// When the database fails, or someone else changed a deal first.
pub(crate) async fn decide(
    shared: &Arc<Shared>,
    contact: &ContactId,
    decision: Decision,
    by: &Person,
) -> Result<Decided, StoreError> {
    let mut tx = shared.store.begin().await?;
    let Some(standing) = tx.take_contact(contact).await? else {
        return Ok(Decided::NoContact);
    };
    let whose = by.id.as_str();
    match decision {
        Decision::Outsider(why) => {
            is_outsider(shared, &mut tx, &standing, why, whose).await?;
        }
        Decision::Customer(customer) => {
            let Some(customer) = tx.customer(&customer).await? else {
                return Ok(Decided::NoCustomer);
            };
            belongs(shared, &mut tx, &standing, &customer.id, whose).await?;
        }
        Decision::New(name) => {
            let Some(name) = naming::name_in(&name) else {
                return Ok(Decided::NoName);
            };
            let (customer, _) = naming::new_customer(&mut tx, &name, &by.region).await?;
            belongs(shared, &mut tx, &standing, &customer.id, whose).await?;
        }
    }
    tx.commit().await?;
    shared.wake_after_commit();
    Ok(Decided::Done)
}

/// The one customer who is called so.
///
/// # Errors
/// When the database fails.
pub(crate) async fn customer_called(
    shared: &Shared,
    name: &str,
) -> Result<Option<Customer>, StoreError> {
    let known = shared
        .store
        .customers_called(&CompanyName::of(name))
        .await?;
    Ok(company_name::called(name, &known).cloned())
}
