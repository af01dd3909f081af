//! When a director is interrupted, and by how much at once.
//!
//! Every alert waits here first, if only for no time: what several deals raise for one person within
//! a minute arrives as one digest, what isn't at once waits for the end of their quiet hours, and
//! what is over their limit of a day comes at the end of the working day; after that, when work
//! begins next. What is at once counts against the limit and passes it. An escalation waits until
//! those below were told of the same thing, who hear it at once if only their limit held it back.
//! What stopped being true meanwhile is withdrawn. Nothing is lost: each alert is in the store from
//! the moment it was raised, and has its own lines in the ledger.
//!
//! [`take_in`] holds an alert, [`release_due`] tells what is due; `waiting` knows for how long,
//! `review` what is still true, `text` what a digest says.

mod review;
mod text;
mod waiting;

use std::sync::Arc;
use std::time::Duration;

use dingdan_webhooks::dingtalk::link::page_link;

use crate::config::QuietHours;
use crate::domain::{PersonId, Timestamp};
use crate::engine::ESCALATED;
use crate::journal::{AlertBody, alert_order, alert_page};
use crate::outbox::{DirectorMessage, Order, digest_fits};
use crate::shared::Shared;
use crate::store::{HeldAlert, HeldFor, NewHeldAlert, Person, PersonSetting, StoreError, Tx};

use review::review;
use text::Told;
use waiting::{Wishes, end_of_limit, until};

/// People told in one round.
const PEOPLE_OF_ONE_ROUND: i64 = 100;
/// As many as a message can name.
const ALERTS_OF_ONE_DIGEST: usize = 30;

/// How much later than those below somebody hears the same thing.
const AFTER_THOSE_BELOW: Duration = Duration::from_secs(1);

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
        at_once: raised.is_at_once,
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
    let mut told = Vec::new();
    for alert in held {
        if !waits_for_others(tx, id, &alert, now).await? {
            told.extend(review(shared, tx, alert, now).await?);
        }
    }
    let wishes = wishes(shared, &tx.person_setting(id).await?);
    let (times, _) = tx.interruptions(id, now.day()).await?;
    // What comes anyway brings the rest with it: one message is one interruption.
    let comes_anyway = |told: &Told| told.alert.at_once || told.alert.why == HeldFor::Limit;
    let is_over = wishes.most_a_day.is_some_and(|most| times >= most);
    if is_over && !told.iter().any(comes_anyway) {
        let until = end_of_limit(&wishes, &shared.calendar.load(), now);
        for told in &told {
            tx.put_off_alert(&told.alert.alert_id, until).await?;
        }
        return Ok(());
    }
    for told in told.chunks(ALERTS_OF_ONE_DIGEST) {
        tell(shared, tx, &person, told, now).await?;
        tx.interrupt(id, now).await?;
    }
    Ok(())
}

/// Whether those below have to be told first; then it waits for them.
async fn waits_for_others(
    tx: &mut Tx,
    person: &PersonId,
    alert: &HeldAlert,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if alert.reason != ESCALATED {
        return Ok(false);
    }
    let Some(told) = tx.tell_below_first(person, alert, now).await? else {
        return Ok(false);
    };
    let after = told.max(now).plus(AFTER_THOSE_BELOW);
    tx.let_alert_wait(&alert.alert_id, after).await?;
    Ok(true)
}

/// One message: the alert itself, or a digest of several.
async fn tell(
    shared: &Shared,
    tx: &mut Tx,
    person: &Person,
    told: &[Told],
    now: Timestamp,
) -> Result<(), StoreError> {
    let order = match told {
        [] => return Ok(()),
        [Told { alert, body }] => alert_order(shared, &alert.alert_id, body, &alert.region, person),
        several => digest(shared, several, person),
    };
    for told in told {
        tx.release_alert(&told.alert.alert_id).await?;
    }
    let first = &told[0].alert.alert_id;
    tx.order(&order.row(&format!("alert:{first}"), now)).await
}

fn digest(shared: &Shared, told: &[Told], person: &Person) -> Order {
    let base = &shared.settings.server.public_url;
    let title = text::title(told);
    let url = page_link(&format!("{base}/alerts?via=dingtalk"), true);
    let channels = &shared.settings.alerts.channels;
    let page = |body: &AlertBody| alert_page(shared, body);
    let fits = |text: &str| digest_fits(channels, &title, text, &url);
    let region = |told: &Told| told.alert.region.clone();
    Order::DingtalkDigestV1 {
        alerts: told
            .iter()
            .map(|told| told.alert.alert_id.clone())
            .collect(),
        message: DirectorMessage {
            to: person.dingtalk_userid.clone(),
            // Those of one region may go to its group; of several nobody's group is meant.
            region: told
                .first()
                .map(region)
                .filter(|first| told.iter().all(|told| told.alert.region == *first))
                .unwrap_or_default(),
            markdown: text::markdown(&title, told, page, fits),
            title,
            url,
            after: None,
            refused: Vec::new(),
        },
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
