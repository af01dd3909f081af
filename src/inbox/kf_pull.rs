//! 微信客服: a notice says that there is something; `kf/sync_msg` says what.
//! Source: `developer.work.weixin.qq.com/document/path/94670`.

use dingdan_webhooks::wecom::kf::{KfMessage, SyncMsgRequest};

use super::worker::{WorkError, Worker};
use crate::domain::Timestamp;
use crate::store::{Arrival, InboxRow};

/// Pages pulled for one notice, before the lease is asked for again.
const PAGES: usize = 100;

impl Worker {
    /// Pulls page after page until there is no more, each page and the cursor after it in one commit.
    pub(super) async fn pull_messages(
        &self,
        row: &InboxRow,
        lease: &str,
        account: &str,
        token: &str,
    ) -> Result<(), WorkError> {
        // The token lives 10 minutes; without one the platform's rate limit is strict, but it answers.
        let is_fresh = self.shared.clock.now().since(row.received_at).as_secs() < 590;
        let mut cursor = self.cursor(account).await?;
        for _ in 0..PAGES {
            let request = SyncMsgRequest {
                cursor: cursor.clone(),
                token: if is_fresh {
                    token.to_owned()
                } else {
                    String::new()
                },
                limit: Some(1000),
                open_kfid: account.to_owned(),
                ..SyncMsgRequest::default()
            };
            let page = self
                .shared
                .wecom
                .sync_messages(&row.account, &request)
                .await?;
            let now = self.shared.clock.now();
            let arrivals: Vec<Arrival> = page
                .msg_list
                .iter()
                .enumerate()
                .map(|(position, message)| arrival(message, account, now, position))
                .collect();

            let mut tx = self.shared.store.begin().await?;
            tx.store_arrivals(&arrivals).await?;
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

fn arrival(message: &KfMessage, account: &str, now: Timestamp, position: usize) -> Arrival {
    let contact = message.external_userid.as_deref().unwrap_or_default();
    Arrival {
        key: message.message_key().into_string(),
        source: "kf",
        account: account.to_owned(),
        lane: format!("chat:{account}:{contact}"),
        received_at: now,
        position: i64::try_from(position).unwrap_or(i64::MAX),
        payload: message.raw.to_string(),
        set_aside: None,
    }
}
