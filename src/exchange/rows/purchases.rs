//! What customers bought before.

use std::collections::{BTreeMap, HashMap};

use super::customers::Known;
use super::moment;
use crate::domain::{CustomerId, ModelCode, Timestamp};
use crate::exchange::ImportError;
use crate::exchange::cell::shown;
use crate::exchange::import::Intake;
use crate::exchange::table::Row;
use crate::store::{Purchase, Store, StoreError};

const PAGE: i64 = 1_000;
/// More pieces than anybody buys in a day.
const MOST_PIECES: i64 = 1_000_000_000;

type Key = (CustomerId, String, Timestamp);

pub(in crate::exchange) async fn take_in(intake: &mut Intake<'_>) -> Result<(), ImportError> {
    let customers = Known::read(intake.store).await?;
    let stored = stored(intake.store).await?;
    let mut wanted: BTreeMap<Key, Purchase> = BTreeMap::new();
    for row in &intake.table.rows {
        let customer = customer_of(intake, &customers, row);
        let model = model_of(intake, row);
        let bought_at = bought_at(intake, row);
        let quantity = quantity_of(intake, row);
        let (Some(customer_id), Some(model), Some(bought_at), Some(quantity)) =
            (customer, model, bought_at, quantity)
        else {
            continue;
        };
        let bought = Purchase {
            customer_id,
            folded: model.folded().to_owned(),
            bought_at,
            model: model.written().to_owned(),
            quantity,
        };
        // Two lines of one order may name the same model.
        wanted
            .entry(bought.key())
            .and_modify(|first| first.quantity = first.quantity.saturating_add(quantity))
            .or_insert(bought);
    }
    for (key, bought) in &wanted {
        if intake.differs(stored.get(key), bought) && intake.is_clean() {
            intake.tx.put_purchase(bought).await?;
        }
    }
    Ok(())
}

fn customer_of(intake: &mut Intake<'_>, customers: &Known, row: &Row) -> Option<CustomerId> {
    match customers.find(row.text("customer")) {
        Ok(customer) => Some(customer),
        Err(expected) => {
            let found = shown(row.text("customer"));
            intake.refuse(row.number, "customer", found, expected);
            None
        }
    }
}

fn model_of(intake: &mut Intake<'_>, row: &Row) -> Option<ModelCode> {
    let model = ModelCode::new(row.text("model"));
    if model.is_none() {
        let found = shown(row.text("model"));
        intake.refuse(
            row.number,
            "model",
            found,
            "a model code with letters or digits",
        );
    }
    model
}

fn bought_at(intake: &mut Intake<'_>, row: &Row) -> Option<Timestamp> {
    let at = moment::parse(row.text("bought_at"));
    if at.is_none() {
        let found = shown(row.text("bought_at"));
        intake.refuse(row.number, "bought_at", found, "a day such as 2026-11-23");
    }
    at
}

/// One, where the file doesn't say.
fn quantity_of(intake: &mut Intake<'_>, row: &Row) -> Option<i64> {
    let text = row.text("quantity");
    if text.is_empty() {
        return Some(1);
    }
    let quantity = text.parse().ok();
    let quantity = quantity.filter(|pieces| (1..=MOST_PIECES).contains(pieces));
    if quantity.is_none() {
        intake.refuse(row.number, "quantity", shown(text), "a whole number from 1");
    }
    quantity
}

async fn stored(store: &Store) -> Result<HashMap<Key, Purchase>, StoreError> {
    let mut stored = HashMap::new();
    let mut after: Option<Purchase> = None;
    loop {
        let page = store.purchases(after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(stored);
        };
        after = Some(last.clone());
        stored.extend(page.into_iter().map(|bought| (bought.key(), bought)));
    }
}
