//! 微信客服 accounts and the reps who serve them.

use std::collections::HashMap;

use super::names::Rows;
use super::people::People;
use crate::domain::PersonId;
use crate::exchange::ImportError;
use crate::exchange::cell::shown;
use crate::exchange::import::Intake;
use crate::exchange::table::Row;

pub(in crate::exchange) async fn take_in(intake: &mut Intake<'_>) -> Result<(), ImportError> {
    let people = People::of(intake.store.people().await?.iter());
    let stored = intake.store.service_accounts().await?;
    let stored: HashMap<String, Option<PersonId>> = stored
        .into_iter()
        .map(|account| (account.id, account.rep_id))
        .collect();
    let mut ids = Rows::default();
    for row in &intake.table.rows {
        let id = id_of(intake, &mut ids, row);
        let stored = stored.get(row.text("open_kfid"));
        let rep = rep_of(intake, &people, row, stored);
        let (Some(id), Some(rep)) = (id, rep) else {
            continue;
        };
        if intake.differs(stored, &rep) && intake.is_clean() {
            intake.tx.put_service_account(id, rep.as_ref()).await?;
        }
    }
    Ok(())
}

fn id_of<'r>(intake: &mut Intake<'_>, ids: &mut Rows, row: &'r Row) -> Option<&'r str> {
    const ID: &str = "open_kfid";
    let id = row.text(ID);
    if id.is_empty() {
        intake.refuse(row.number, ID, "nothing", "the account's open_kfid");
        return None;
    }
    if let Some(first) = ids.repeated(id, row.number) {
        let found = format!("the account of row {first} again");
        intake.refuse(row.number, ID, found, "each account once");
        return None;
    }
    Some(id)
}

/// The rep to be stored, who may be none.
fn rep_of(
    intake: &mut Intake<'_>,
    people: &People,
    row: &Row,
    stored: Option<&Option<PersonId>>,
) -> Option<Option<PersonId>> {
    match row.cell("rep") {
        None => Some(stored.cloned().flatten()),
        Some("") => Some(None),
        Some(text) => match people.find(text) {
            Ok(rep) => Some(Some(rep)),
            Err(expected) => {
                intake.refuse(row.number, "rep", shown(text), expected);
                None
            }
        },
    }
}
