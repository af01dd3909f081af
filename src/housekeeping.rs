//! Forgets what nobody needs any more: what came in and was worked on, what was sent, sessions and
//! logins that are over. Chat lines, the journal and the ledger of attempts stay for ever, and so does
//! what came in and stands in no other table.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::shared::Shared;
use crate::store::{Outdated, StoreError};

const EVERY: Duration = Duration::from_secs(3600);
/// Rows of a table forgotten in one commit: few, since on SQLite everyone else waits meanwhile.
const ROWS_AT_A_TIME: i64 = 200;
/// Between two commits others have their turn.
const BREATH: Duration = Duration::from_millis(50);
/// Longer than any session or login lives.
const SESSIONS_END: Duration = Duration::from_secs(24 * 3600);

/// Forgets until told to stop.
pub async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let next = shared.clock.now().plus(EVERY);
        match forget_all(&shared, &stop).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "housekeeping: rows that were done with are gone"),
            Err(error) => {
                tracing::warn!(error = %error, "housekeeping: it failed; trying again later")
            }
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = shared.clock.sleep_until(next) => {}
        }
    }
}

async fn forget_all(shared: &Shared, stop: &CancellationToken) -> Result<u64, StoreError> {
    let mut rows = 0;
    while !stop.is_cancelled() {
        let forgotten = round(shared).await?;
        if forgotten == 0 {
            break;
        }
        rows += forgotten;
        tokio::time::sleep(BREATH).await;
    }
    Ok(rows)
}

/// Forgets some rows of each table. Returns how many; 0 when nothing is left to forget.
///
/// # Errors
/// When the store fails.
pub async fn round(shared: &Shared) -> Result<u64, StoreError> {
    let now = shared.clock.now();
    let storage = &shared.settings.storage;
    let ends = [
        (Outdated::DoneArrivals, storage.keep_done),
        (Outdated::SentOrders, storage.keep_sent),
        (Outdated::Sessions, SESSIONS_END),
        (Outdated::Logins, SESSIONS_END),
    ];
    let mut rows = 0;
    for (what, kept) in ends {
        rows += shared
            .store
            .forget(what, now.minus(kept), ROWS_AT_A_TIME)
            .await?;
    }
    Ok(rows)
}
