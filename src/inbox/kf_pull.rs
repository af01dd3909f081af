//! 微信客服: a notice says that there is something; `kf/sync_msg` says what.
//! Source: `developer.work.weixin.qq.com/document/path/94670`.

use std::time::Duration;

use dingdan_webhooks::wecom::kf::{KfMessage, SyncMsgRequest, SyncMsgResponse};
use serde_json::Value;

use super::arrival::without_nul;
use super::worker::{WorkError, Worker};
use crate::domain::Timestamp;
use crate::platform::{CallError, Refusal};
use crate::store::{Arrival, InboxRow, Payload, Pulled, Tx};

/// The source of rows that no notice led to ([`super::PullTimer`]).
pub(super) const TIMER: &str = "kf_timer";
/// The lane of a service account's notices begins with this; all lanes of the inbox that do so
/// come before the others ([`super::worker`]).
pub(super) const LANE: &str = "account:";
/// More lines than are pulled in that time.
const PLACES_OF_ONE_MILLISECOND: i64 = 1000;
/// Pages pulled for one notice, before the lease is asked for again.
const PAGES: usize = 100;
/// A notice's token works for 10 minutes from when it was made. Without one the platform answers
/// too, but seldom.
const TOKEN_LIVES: Duration = Duration::from_secs(590);

impl Worker {
    /// Pulls what notices may have been lost for. When the platform refuses or is away, the next
    /// notice or the next turn of the timer comes anyway.
    pub(super) async fn reconcile(&self, row: &InboxRow, lease: &str) -> Result<(), WorkError> {
        let account = row.lane.strip_prefix(LANE).unwrap_or_default();
        match self.pull_messages(row, lease, account, "").await {
            Err(WorkError::Platform(error)) => {
                tracing::warn!(error = %error, account, "inbox: a service account could not be asked for messages without a notice");
                let tx = self.shared.store.begin().await?;
                self.finish(tx, row, lease, Payload::KeptElsewhere).await
            }
            other => other,
        }
    }

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
        let mut pulled = self.pulled(account).await?;
        for _ in 0..PAGES {
            let app = &row.account;
            let page = self
                .page_by_either(app, account, &pulled.cursor, &mut token)
                .await?;
            let mut tx = self.shared.store.begin().await?;
            pulled = self
                .store_page(&mut tx, row, account, &page, pulled)
                .await?;
            if !page.has_more {
                self.finish(tx, row, lease, Payload::KeptElsewhere).await?;
                self.arrived.messages.notify_one();
                return Ok(());
            }
            tx.commit().await?;
            self.arrived.messages.notify_one();
        }
        // So much that others should have a turn: the notice is taken again where it stopped.
        Ok(self
            .shared
            .store
            .postpone_arrival(&row.key, lease, self.shared.clock.now())
            .await?)
    }

    /// Stores a page's lines behind all that were pulled before, whoever pulled them and whatever
    /// their clock says, and moves the cursor on.
    async fn store_page(
        &self,
        tx: &mut Tx,
        row: &InboxRow,
        account: &str,
        page: &SyncMsgResponse,
        pulled: Pulled,
    ) -> Result<Pulled, WorkError> {
        let now = self.shared.clock.now();
        let first = (pulled.last_place + 1).max(now.0.saturating_mul(PLACES_OF_ONE_MILLISECOND));
        let received_at = Timestamp(first / PLACES_OF_ONE_MILLISECOND);
        let arrivals: Vec<Arrival> = page
            .msg_list
            .iter()
            .zip(first..)
            .map(|(message, place)| arrival(message, account, received_at, place))
            .collect();
        let last = arrivals.last().map(|last| last.position);
        tx.store_arrivals(arrivals).await?;
        let next = Pulled {
            app: Some(row.account.clone()),
            cursor: match page.next_cursor.as_str() {
                "" => pulled.cursor.clone(),
                cursor => cursor.to_owned(),
            },
            last_place: last.unwrap_or(pulled.last_place),
        };
        if next != pulled && !tx.move_cursor(account, &pulled, &next).await? {
            return Err(WorkError::LeaseLost);
        }
        Ok(next)
    }

    /// The page after the cursor, with the notice's token or, once that is over, without.
    async fn page_by_either(
        &self,
        app: &str,
        account: &str,
        cursor: &str,
        token: &mut &str,
    ) -> Result<SyncMsgResponse, WorkError> {
        let page = match self.page(app, account, cursor, token).await {
            // Such as 95007: the notice was late itself, and its token is over.
            Err(CallError::Refused { refusal, .. })
                if refusal == Refusal::Other && !token.is_empty() =>
            {
                *token = "";
                self.page(app, account, cursor, token).await?
            }
            page => page?,
        };
        let has_new_cursor = !page.next_cursor.is_empty() && page.next_cursor != cursor;
        if page.has_more && !has_new_cursor {
            return Err(WorkError::Unreadable(
                "kf/sync_msg says there is more, but gives no new cursor",
            ));
        }
        Ok(page)
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

    async fn pulled(&self, account: &str) -> Result<Pulled, WorkError> {
        if let Some(known) = self.shared.store.pulled(account).await? {
            return Ok(known);
        }
        let mut tx = self.shared.store.begin().await?;
        tx.service_account(account).await?;
        tx.commit().await?;
        Ok(Pulled::default())
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
pub(super) fn cleaned(item: Value) -> Value {
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
