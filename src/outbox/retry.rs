//! What was given up goes out again, because a person says so.

use super::{DUPLICATE_CHECK, Order};
use crate::domain::{OutboxId, Timestamp};
use crate::store::{AlertStatus, Store, StoreError};

/// Lets given-up orders go out again: one, or all. Their alerts are queued again. Returns how many.
///
/// # Errors
/// When the database fails.
pub async fn retry(
    store: &Store,
    id: Option<&OutboxId>,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut tx = store.begin().await?;
    let payloads = tx.retry_orders(id, now, now.minus(DUPLICATE_CHECK)).await?;
    for payload in &payloads {
        let Ok(order) = serde_json::from_str::<Order>(payload) else {
            continue;
        };
        // The question what became of one changes nothing of how it stands.
        if matches!(order, Order::DingtalkSendResultV1 { .. }) {
            continue;
        }
        for alert in order.alerts() {
            tx.set_alert_status(alert, AlertStatus::Queued, None, "", now)
                .await?;
        }
    }
    tx.commit().await?;
    Ok(payloads.len())
}
