//! When a director is interrupted, and by how much at once.
//!
//! Every alert waits here first, if only for no time: what several deals raise for one person within
//! a minute arrives as one digest, what isn't at once waits for the end of their quiet hours, and
//! what is over their limit of a day comes at the end of the working day. Nothing is lost: each
//! alert is in the store from the moment it was raised, and has its own lines in the ledger.
//!
//! [`take_in`] holds an alert, [`release_due`] tells what is due; `waiting` knows for how long,
//! `text` what a digest says.

mod text;
mod waiting;

use std::sync::Arc;
use std::time::Duration;

use dingdan_webhooks::dingtalk::link::page_link;

use crate::config::QuietHours;
use crate::domain::{PersonId, Timestamp};
use crate::journal::{AlertBody, alert_order};
use crate::outbox::Order;
use crate::shared::Shared;
use crate::store::{HeldAlert, HeldFor, NewHeldAlert, Person, PersonSetting, StoreError, Tx};

use waiting::{Wishes, end_of_working_day, until};

/// People told in one round.
const PEOPLE_OF_ONE_ROUND: i64 = 100;
/// As many as a message can name.
const ALERTS_OF_ONE_DIGEST: usize = 30;

/// An alert that was raised for somebody.
pub(crate) struct Raised {
    /// Whether it is told at once: that a node opened whose definition wants so.
    pub(crate) is_at_once: bool,
    /// Whether something is late.
    pub(crate) red: bool,
    /// Since when.
    pub(crate) since: Timestamp,
}

/// Holds a stored alert until the person may be interrupted; tells it when that is now.
pub(crate) async fn take_in(
    shared: &Shared,
    tx: &mut Tx,
    alert: &crate::domain::AlertId,
    person: &PersonId,
    raised: &Raised,
    now: Timestamp,
) -> Result<(), StoreError> {
    let wishes = wishes(shared, &tx.person_setting(person).await?);
    let (_, last) = tx.interruptions(person, now.day()).await?;
    let (due_at, why) = until(&wishes, raised.is_at_once, last, now);
    let held = NewHeldAlert {
        alert: alert.clone(),
        person: person.clone(),
        red: raised.red,
        since: raised.since,
        raised_at: now,
        due_at,
        why,
    };
    tx.hold_alert(&held).await?;
    if due_at <= now {
        release(shared, tx, person, now).await?;
    }
    Ok(())
}

/// Tells what waited long enough, each person in a transaction of their own. Returns how many
/// people had something to hear.
///
/// # Errors
/// When the store fails.
pub(crate) async fn release_due(shared: &Arc<Shared>) -> Result<usize, StoreError> {
    let now = shared.clock.now();
    let people = shared
        .store
        .people_to_tell(now, PEOPLE_OF_ONE_ROUND)
        .await?;
    for person in &people {
        let mut tx = shared.store.begin().await?;
        release(shared, &mut tx, person, now).await?;
        tx.commit().await?;
        shared.wake_after_commit();
    }
    Ok(people.len())
}

async fn release(
    shared: &Shared,
    tx: &mut Tx,
    id: &PersonId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let held = tx.alerts_to_tell(id, now).await?;
    let Some(person) = tx.person(id).await?.filter(|_| !held.is_empty()) else {
        return Ok(());
    };
    let wishes = wishes(shared, &tx.person_setting(id).await?);
    let (times, _) = tx.interruptions(id, now.day()).await?;
    let is_last = held.iter().any(|alert| alert.why == HeldFor::Limit);
    if !is_last && wishes.most_a_day.is_some_and(|most| times >= most) {
        let calendar = shared.calendar.load();
        let evening = end_of_working_day(&calendar, now);
        for alert in &held {
            tx.put_off_alert(&alert.alert_id, evening).await?;
        }
        return Ok(());
    }
    for alerts in held.chunks(ALERTS_OF_ONE_DIGEST) {
        tell(shared, tx, &person, alerts, now).await?;
        tx.interrupt(id, now).await?;
    }
    Ok(())
}

/// One message: the alert itself, or a digest of several.
async fn tell(
    shared: &Shared,
    tx: &mut Tx,
    person: &Person,
    alerts: &[HeldAlert],
    now: Timestamp,
) -> Result<(), StoreError> {
    let read = |alert: &HeldAlert| {
        serde_json::from_str::<AlertBody>(&alert.body)
            .map_err(|error| StoreError::Unreadable("an alert", error))
    };
    let Some(first) = alerts.first() else {
        return Ok(());
    };
    let order = if alerts.len() == 1 {
        alert_order(
            shared,
            &first.alert_id,
            &read(first)?,
            &first.region,
            person,
        )
    } else {
        let bodies = alerts.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        digest(shared, alerts, &bodies, person)
    };
    for alert in alerts {
        tx.release_alert(&alert.alert_id).await?;
    }
    tx.order(&order.row(&format!("alert:{}", first.alert_id), now))
        .await
}

fn digest(shared: &Shared, alerts: &[HeldAlert], bodies: &[AlertBody], person: &Person) -> Order {
    let base = &shared.settings.server.public_url;
    let title = text::title(alerts);
    Order::DingtalkDigestV1 {
        alerts: alerts.iter().map(|alert| alert.alert_id.clone()).collect(),
        to: person.dingtalk_userid.clone(),
        // Those of one region may go to its group; of several nobody's group is meant.
        region: alerts
            .first()
            .filter(|first| alerts.iter().all(|alert| alert.region == first.region))
            .map(|first| first.region.clone())
            .unwrap_or_default(),
        markdown: text::markdown(&title, alerts, bodies),
        title,
        url: page_link(&format!("{base}/alerts?via=dingtalk"), true),
        after: None,
        refused: Vec::new(),
    }
}

/// What the person wants, or else the configuration.
fn wishes(shared: &Shared, setting: &PersonSetting) -> Wishes {
    let alerts = &shared.settings.alerts;
    let own = setting.quiet_hours.as_deref().map(QuietHours::or_none);
    Wishes {
        gather: alerts.digest,
        quiet: match own {
            Some(Ok(own)) => own,
            Some(Err(_)) | None => alerts.quiet_hours,
        },
        most_a_day: setting.most_a_day.or(alerts.most_a_day),
    }
}

/// How long what is at once waits for others of the same moment.
const SAME_MOMENT: Duration = Duration::from_secs(5);
