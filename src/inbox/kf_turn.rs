//! The rows by which each service account of 微信客服 is asked for messages without a notice.

use super::kf_pull::{LANE, TIMER};
use crate::domain::Timestamp;
use crate::shared::Shared;
use crate::store::{Arrival, StoreError};

/// A row for each account. It waits in the lane of the account's notices, so that one worker at a time
/// pulls.
pub(super) async fn rows(
    shared: &Shared,
    turn: &str,
    now: Timestamp,
) -> Result<Vec<Arrival>, StoreError> {
    let main_app = &shared.settings.wecom.main_app().name;
    let accounts = shared.store.accounts_to_pull().await?;
    let rows = accounts.into_iter().map(|(account, app)| Arrival {
        key: format!("{TIMER}:{account}:{turn}"),
        source: TIMER,
        account: app.as_deref().unwrap_or(main_app).into(),
        lane: format!("{LANE}{account}"),
        received_at: now,
        position: 0,
        payload: String::new(),
        set_aside: None,
    });
    Ok(rows.collect())
}
