//! What has become of an alert while it waited: nobody is told what isn't true any more.

use crate::domain::Timestamp;
use crate::engine::{Retold, Waited};
use crate::journal::{self, AlertBody};
use crate::shared::Shared;
use crate::store::{AlertStatus, HeldAlert, StoreError, Tx};

use super::text::Told;

/// What stands beside an opened node that was settled since.
const SINCE: &str = "现状";

/// The alert as it is told now. One that isn't true any more waits no longer and is marked as
/// withdrawn, with the reason: the pages go on showing it.
pub(super) async fn review(
    shared: &Shared,
    tx: &mut Tx,
    alert: HeldAlert,
    now: Timestamp,
) -> Result<Option<Told>, StoreError> {
    let mut body: AlertBody = serde_json::from_str(&alert.body)
        .map_err(|error| StoreError::Unreadable("an alert", error))?;
    match retold(shared, tx, &alert, now).await? {
        Retold::Unchanged => return Ok(Some(Told { alert, body })),
        Retold::Withdrawn(why) => {
            let status = AlertStatus::Withdrawn;
            tx.set_alert_status(&alert.alert_id, status, None, &why, now)
                .await?;
            tx.release_alert(&alert.alert_id).await?;
            return Ok(None);
        }
        Retold::Settled(how) => body.lines.push((SINCE.to_owned(), how)),
        Retold::Anew(text) => {
            body.title = text.title;
            body.lines = text.lines;
        }
    }
    let json = serde_json::to_string(&body).expect("an alert is always valid JSON");
    tx.rewrite_alert(&alert.alert_id, &json).await?;
    Ok(Some(Told { alert, body }))
}

async fn retold(
    shared: &Shared,
    tx: &mut Tx,
    alert: &HeldAlert,
    now: Timestamp,
) -> Result<Retold, StoreError> {
    // Raised by the step that is under way: the deal is not stored yet as the alert knows it.
    if alert.raised_at == now {
        return Ok(Retold::Unchanged);
    }
    let Some(deal) = journal::look_at(tx, &alert.opportunity_id).await? else {
        return Ok(Retold::Unchanged);
    };
    let rule = alert.run_id.as_str().strip_prefix("rule:");
    let waited = Waited {
        reason: &alert.reason,
        run: rule.is_none().then_some(&alert.run_id),
        rule,
        raised_at: alert.raised_at,
    };
    let definitions = shared.definitions();
    Ok(definitions.retell(&deal.state, &deal.context, waited, now))
}
