//! Companies.

use std::collections::{BTreeMap, HashMap};

use ulid::Ulid;

use super::names::{Names, Rows};
use crate::domain::CustomerId;
use crate::exchange::ImportError;
use crate::exchange::cell::shown;
use crate::exchange::import::Intake;
use crate::exchange::table::Row;
use crate::store::{Customer, Fields, Store, StoreError};

const PAGE: i64 = 1_000;

/// Customers that are stored.
pub(super) struct Known {
    pub(super) by_id: HashMap<String, Customer>,
    names: Names,
    fields: BTreeMap<String, Fields>,
}

impl Known {
    pub(super) async fn read(store: &Store) -> Result<Self, StoreError> {
        let mut known = Self {
            by_id: HashMap::new(),
            names: Names::of("customer"),
            fields: store.customers_fields().await?,
        };
        let mut after = String::new();
        loop {
            let page = store.customers(&after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(known);
            };
            last.id.as_str().clone_into(&mut after);
            for customer in page {
                let id = customer.id.as_str().to_owned();
                known.names.add_key(id.as_str(), &id);
                known.names.add_name(customer.name.as_str(), &id);
                known.by_id.insert(id, customer);
            }
        }
    }

    /// # Errors
    /// What was expected instead.
    pub(super) fn find(&self, text: &str) -> Result<CustomerId, String> {
        let found = self.names.find(text).map_err(|unknown| unknown.expected)?;
        Ok(found.parse().expect("a known id is not empty"))
    }
}

pub(in crate::exchange) async fn take_in(intake: &mut Intake<'_>) -> Result<(), ImportError> {
    let known = Known::read(intake.store).await?;
    let (mut ids, mut names) = (Rows::default(), Rows::default());
    for row in &intake.table.rows {
        let name = row.text("name");
        if name.is_empty() {
            intake.refuse(row.number, "name", "nothing", "the company's name");
        }
        let Some(id) = id_of(intake, &known, row, name) else {
            continue;
        };
        let same_name = Some(name).filter(|name| row.text("id").is_empty() && !name.is_empty());
        let same_name = same_name.and_then(|name| names.repeated(name, row.number));
        if let Some(first) = same_name.or_else(|| ids.repeated(id.as_str(), row.number)) {
            let found = format!("the customer of row {first} again");
            intake.refuse(row.number, "", found, "each customer once");
            continue;
        }
        let stored = known.by_id.get(id.as_str());
        let kept = |code: &str, stored: Option<&String>| match row.cell(code) {
            Some(text) => text.to_owned(),
            None => stored.cloned().unwrap_or_default(),
        };
        let had = known.fields.get(id.as_str()).cloned().unwrap_or_default();
        let fields = merged(had.clone(), row);
        let wanted = Customer {
            industry: kept("industry", stored.map(|stored| &stored.industry)),
            region: kept("region", stored.map(|stored| &stored.region)),
            name: name.to_owned(),
            id,
        };
        let stored = stored.map(|stored| (stored.clone(), had));
        let wanted = (wanted, fields);
        if intake.differs(stored.as_ref(), &wanted) && intake.is_clean() {
            let (customer, fields) = &wanted;
            intake.tx.put_customer(customer).await?;
            intake.tx.put_customer_fields(&customer.id, fields).await?;
        }
    }
    Ok(())
}

/// A further column that the file leaves out keeps what is stored; an empty cell clears it.
fn merged(mut fields: Fields, row: &Row) -> Fields {
    for (header, text) in &row.further {
        if text.is_empty() {
            fields.remove(header);
        } else {
            fields.insert(header.clone(), text.clone());
        }
    }
    fields
}

/// The given id; else that of the one customer of this name; else a new one.
fn id_of(intake: &mut Intake<'_>, known: &Known, row: &Row, name: &str) -> Option<CustomerId> {
    let id = match (row.text("id"), known.names.of_name(name)) {
        ("", []) => Ulid::generate().to_string(),
        ("", [one]) => one.clone(),
        ("", several) => {
            let expected = format!(
                "an id, since {} are called so: {}",
                several.len(),
                several.join(", ")
            );
            let found = format!("none for {}", shown(name));
            intake.refuse(row.number, "id", found, expected);
            return None;
        }
        (given, _) => given.to_owned(),
    };
    id.parse().ok()
}
