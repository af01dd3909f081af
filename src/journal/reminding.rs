//! Reps are reminded in working time. What falls due at night, on a weekend or in a break waits for
//! work to begin, unless it was settled by then.

use std::sync::Arc;

use super::ordering::{Ordering, send_order, spoken};
use super::{Deal, load};
use crate::domain::{OpportunityId, RunId, Timestamp};
use crate::shared::Shared;
use crate::store::{HeldReminder, StoreError, Tx};

/// Deals in one round.
const DEALS_OF_ONE_ROUND: i64 = 100;
const PASSED: &str = "\n截止时间已过，请尽快完成。";

/// Says what nobody but the clock gave reason for: at once in working time, else when that goes on.
pub(super) async fn remind(
    ordering: &Ordering<'_>,
    tx: &mut Tx,
    (run, text): (Option<&RunId>, &str),
    key: &str,
) -> Result<(), StoreError> {
    let now = ordering.now;
    let due_at = ordering.shared.calendar.load().next_working(now);
    if due_at <= now {
        return ordering.say(tx, text, key).await;
    }
    let held = HeldReminder {
        order_key: key.to_owned(),
        opportunity_id: ordering.deal.row.id.clone(),
        run_id: run.cloned(),
        words: text.to_owned(),
        raised_at: now,
        due_at,
    };
    tx.hold_reminder(&held).await?;
    ordering.shared.wake_after_commit();
    Ok(())
}

/// Says what waited for working time, each deal in a transaction of its own. Returns how many deals
/// there were.
///
/// # Errors
/// When the store fails.
pub(crate) async fn remind_due(shared: &Arc<Shared>) -> Result<usize, StoreError> {
    let now = shared.clock.now();
    let deals = shared
        .store
        .deals_to_remind(now, DEALS_OF_ONE_ROUND)
        .await?;
    for id in &deals {
        remind_of(shared, id, now).await?;
    }
    Ok(deals.len())
}

async fn remind_of(
    shared: &Arc<Shared>,
    id: &OpportunityId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut tx = shared.store.begin().await?;
    let deal = load(&mut tx, id).await?.map(|(deal, _)| deal);
    for held in tx.release_reminders(id, now).await? {
        let Some(deal) = &deal else { continue };
        let Some(text) = still_meant(deal, &held, now) else {
            continue;
        };
        let body = spoken(&text, &held.order_key);
        let order = send_order(shared, &deal.rep.wecom_userid, body, None);
        tx.order(&order.row(&held.order_key, now)).await?;
    }
    tx.commit().await?;
    shared.wake_after_commit();
    Ok(())
}

/// What is said by now; `None` when it was settled meanwhile.
fn still_meant(deal: &Deal, held: &HeldReminder, now: Timestamp) -> Option<String> {
    let Some(run) = &held.run_id else {
        let stands = deal.state.stage_since <= held.raised_at;
        return stands.then(|| held.words.clone());
    };
    let phase = &deal.state.runs.get(run)?.phase;
    if !phase.is_running() {
        return None;
    }
    let passed = if phase.due() <= now { PASSED } else { "" };
    Some(format!("{}{passed}", held.words))
}
