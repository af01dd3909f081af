//! People of customers.

use std::collections::HashMap;

use super::customers::Known;
use super::names::Rows;
use crate::domain::{ContactId, CustomerId};
use crate::exchange::ImportError;
use crate::exchange::cell::shown;
use crate::exchange::import::Intake;
use crate::exchange::table::Row;
use crate::store::{Contact, Store, StoreError};

const PAGE: i64 = 1_000;

pub(in crate::exchange) async fn take_in(intake: &mut Intake<'_>) -> Result<(), ImportError> {
    let customers = Known::read(intake.store).await?;
    let stored = stored(intake.store).await?;
    let mut ids = Rows::default();
    for row in &intake.table.rows {
        let id = id_of(intake, &mut ids, row);
        let stored = stored.get(row.text("id"));
        let customer_id = customer_of(intake, &customers, row, stored);
        let (Some(id), Some(customer_id)) = (id, customer_id) else {
            continue;
        };
        let name = match row.cell("name") {
            Some(name) => name.to_owned(),
            None => stored.map(|stored| stored.name.clone()).unwrap_or_default(),
        };
        let wanted = Contact {
            id,
            customer_id,
            name,
        };
        if intake.differs(stored, &wanted) && intake.is_clean() {
            intake.tx.put_contact(&wanted).await?;
        }
    }
    Ok(())
}

fn id_of(intake: &mut Intake<'_>, ids: &mut Rows, row: &Row) -> Option<ContactId> {
    let Ok(id) = row.text("id").parse() else {
        intake.refuse(row.number, "id", "nothing", "the contact's external_userid");
        return None;
    };
    if let Some(first) = ids.repeated(row.text("id"), row.number) {
        let found = format!("the contact of row {first} again");
        intake.refuse(row.number, "id", found, "each contact once");
        return None;
    }
    Some(id)
}

/// The customer to be stored, who may be none.
fn customer_of(
    intake: &mut Intake<'_>,
    customers: &Known,
    row: &Row,
    stored: Option<&Contact>,
) -> Option<Option<CustomerId>> {
    match row.cell("customer") {
        None => Some(stored.and_then(|stored| stored.customer_id.clone())),
        Some("") => Some(None),
        Some(text) => match customers.find(text) {
            Ok(customer) => Some(Some(customer)),
            Err(expected) => {
                intake.refuse(row.number, "customer", shown(text), expected);
                None
            }
        },
    }
}

async fn stored(store: &Store) -> Result<HashMap<String, Contact>, StoreError> {
    let mut contacts = HashMap::new();
    let mut after = String::new();
    loop {
        let page = store.contacts(&after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(contacts);
        };
        last.id.as_str().clone_into(&mut after);
        contacts.extend(
            page.into_iter()
                .map(|contact| (contact.id.as_str().to_owned(), contact)),
        );
    }
}
