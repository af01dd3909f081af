//! 微信客服 accounts and the reps who serve them.

use std::collections::HashMap;

use super::names::Rows;
use super::people::People;
use crate::domain::PersonId;
use crate::exchange::ImportError;
use crate::exchange::cell::shown;
use crate::exchange::import::Intake;

pub(in crate::exchange) async fn take_in(intake: &mut Intake<'_>) -> Result<(), ImportError> {
    let people = People::of(intake.store.people().await?.iter());
    let stored = intake.store.service_accounts().await?;
    let stored: HashMap<String, Option<PersonId>> = stored
        .into_iter()
        .map(|account| (account.id, account.rep_id))
        .collect();
    let mut ids = Rows::default();
    for row in &intake.table.rows {
        let id = row.text("open_kfid");
        if id.is_empty() {
            intake.refuse(
                row.number,
                "open_kfid",
                "nothing",
                "the account's open_kfid",
            );
            continue;
        }
        if let Some(first) = ids.repeated(id, row.number) {
            intake.refuse(
                row.number,
                "open_kfid",
                format!("the account of row {first} again"),
                "each account once",
            );
            continue;
        }
        let stored = stored.get(id);
        let rep = match row.cell("rep") {
            None => stored.cloned().flatten(),
            Some("") => None,
            Some(text) => match people.find(text) {
                Ok(rep) => Some(rep),
                Err(expected) => {
                    intake.refuse(row.number, "rep", shown(text), expected);
                    continue;
                }
            },
        };
        if intake.differs(stored, &rep) && intake.is_clean() {
            intake.tx.put_service_account(id, rep.as_ref()).await?;
        }
    }
    Ok(())
}
