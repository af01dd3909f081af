//! People of customers.

use std::collections::HashMap;

use super::customers::Known;
use super::names::Rows;
use crate::exchange::ImportError;
use crate::exchange::cell::shown;
use crate::exchange::import::Intake;
use crate::store::{Contact, Store, StoreError};

const PAGE: i64 = 1_000;

pub(in crate::exchange) async fn take_in(intake: &mut Intake<'_>) -> Result<(), ImportError> {
    let customers = Known::read(intake.store).await?;
    let stored = stored(intake.store).await?;
    let mut ids = Rows::default();
    for row in &intake.table.rows {
        let Ok(id) = row.text("id").parse() else {
            intake.refuse(row.number, "id", "nothing", "the contact's external_userid");
            continue;
        };
        if let Some(first) = ids.repeated(row.text("id"), row.number) {
            intake.refuse(
                row.number,
                "id",
                format!("the contact of row {first} again"),
                "each contact once",
            );
            continue;
        }
        let stored = stored.get(row.text("id"));
        let customer_id = match row.cell("customer") {
            None => stored.and_then(|stored| stored.customer_id.clone()),
            Some("") => None,
            Some(text) => match customers.find(text) {
                Ok(customer) => Some(customer),
                Err(expected) => {
                    intake.refuse(row.number, "customer", shown(text), expected);
                    continue;
                }
            },
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
