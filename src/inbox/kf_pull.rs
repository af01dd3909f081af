//! 微信客服: a notice says that there is something; `kf/sync_msg` says what.
//! Source: `developer.work.weixin.qq.com/document/path/94670`.

use std::time::Duration;

use dingdan_webhooks::wecom::kf::{KfMessage, SyncMsgRequest, SyncMsgResponse};
use serde_json::Value;

use super::arrival::without_nul;
use super::worker::{WorkError, Worker};
use crate::domain::Timestamp;
use crate::platform::{CallError, Refusal};
use crate::store::{Arrival, InboxRow};

/// Pages pulled for one notice, before the lease is asked for again.
const PAGES: usize = 100;
/// A notice's token works for 10 minutes from when it was made. Without one the platform answers
/// too, but seldom.
const TOKEN_LIVES: Duration = Duration::from_secs(590);

impl Worker {
    /// Pulls page after page until there is no more, each page and the cursor after it in one commit.
    pub(super) async fn pull_messages(
        &self,
        row: &InboxRow,
        lease: &str,
        account: &str,
        token: &str,
    ) -> Result<(), WorkError> {
        let mut token = token;
        if self.shared.clock.now().since(row.received_at) >= TOKEN_LIVES {
            token = "";
        }
        let mut cursor = self.cursor(account).await?;
        for _ in 0..PAGES {
            let page = match self.page(&row.account, account, &cursor, token).await {
                // Such as 95007: the notice was late itself, and its token is over.
                Err(CallError::Refused { refusal, .. })
                    if refusal == Refusal::Other && !token.is_empty() =>
                {
                    token = "";
                    self.page(&row.account, account, &cursor, token).await?
                }
                page => page?,
            };
            let now = self.shared.clock.now();
            let places = self.places(now, page.msg_list.len())..;
            let arrivals: Vec<Arrival> = page
                .msg_list
                .iter()
                .zip(places)
                .map(|(message, place)| arrival(message, account, now, place))
                .collect();

            let mut tx = self.shared.store.begin().await?;
            tx.store_arrivals(arrivals).await?;
            if !page.next_cursor.is_empty() && page.next_cursor != cursor {
                if !tx.move_cursor(account, &cursor, &page.next_cursor).await? {
                    return Err(WorkError::LeaseLost);
                }
                cursor = page.next_cursor;
            } else if page.has_more {
                return Err(WorkError::Unreadable(
                    "kf/sync_msg says there is more, but gives no new cursor",
                ));
            }
            if !page.has_more {
                return self.finish(tx, row, lease).await;
            }
            tx.commit().await?;
        }
        // So much that others should have a turn: the notice is taken again where it stopped.
        Ok(self
            .shared
            .store
            .postpone_arrival(&row.key, lease, self.shared.clock.now())
            .await?)
    }

    async fn page(
        &self,
        app: &str,
        account: &str,
        cursor: &str,
        token: &str,
    ) -> Result<SyncMsgResponse, CallError> {
        let request = SyncMsgRequest {
            cursor: cursor.to_owned(),
            token: token.to_owned(),
            limit: Some(1000),
            open_kfid: account.to_owned(),
            ..SyncMsgRequest::default()
        };
        self.shared.wecom.sync_messages(app, &request).await
    }

    async fn cursor(&self, account: &str) -> Result<String, WorkError> {
        if let Some(known) = self.shared.store.service_account(account).await? {
            return Ok(known.cursor);
        }
        let mut tx = self.shared.store.begin().await?;
        let made = tx.service_account(account).await?;
        tx.commit().await?;
        Ok(made.cursor)
    }
}

fn arrival(message: &KfMessage, account: &str, now: Timestamp, place: i64) -> Arrival {
    let message = &KfMessage::from_raw(cleaned(message.raw.clone()));
    let contact = message.external_userid.as_deref().unwrap_or_default();
    Arrival {
        key: message.message_key().into_string(),
        source: "kf",
        account: account.into(),
        lane: format!("chat:{account}:{contact}"),
        received_at: now,
        position: place,
        payload: message.raw.to_string(),
        set_aside: None,
    }
}

/// The item with all its texts as [`without_nul`].
fn cleaned(item: Value) -> Value {
    match item {
        Value::String(text) => Value::String(without_nul(text)),
        Value::Array(items) => items.into_iter().map(cleaned).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (without_nul(name), cleaned(value)))
            .collect(),
        other => other,
    }
}
