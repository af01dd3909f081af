//! WeCom is asked who a contact is, in lanes of its own.

use dingdan_webhooks::wecom::callback::{CustomerChange, CustomerChangeKind};

use super::worker::{WorkError, Worker};
use crate::domain::ContactId;
use crate::platform::CallError;
use crate::store::{InboxRow, Payload};
use crate::who_is_it;

/// After so many tries WeCom is not asked before the contact speaks again, much later.
const MOST_TRIES: i64 = 12;

impl Worker {
    /// Asks, and takes the answer. Without one the rep is asked at once, and WeCom again later.
    pub(super) async fn look_up(&self, row: &InboxRow, lease: &str) -> Result<(), WorkError> {
        let contact: ContactId = row
            .payload
            .parse()
            .map_err(|_| WorkError::Unreadable("it names no contact"))?;
        let answer = self
            .shared
            .wecom
            .external_contact(&row.account, contact.as_str())
            .await;
        let mut tx = self.shared.store.begin().await?;
        match answer {
            Ok(profile) => who_is_it::found(&self.shared, &mut tx, &contact, &profile).await?,
            Err(error) => {
                who_is_it::not_found(&self.shared, &mut tx, &contact).await?;
                if is_worth_another_try(&error) && row.attempts < MOST_TRIES {
                    tx.commit().await?;
                    self.shared.wake_after_commit();
                    return Err(error.into());
                }
                tracing::warn!(row = %row.mark(), error = %error, "inbox: WeCom did not say who a contact is; their rep is asked");
            }
        }
        self.finish(tx, row, lease, Payload::KeptElsewhere).await
    }

    /// A member changed what is noted of a contact: WeCom is asked again, if they ever spoke here.
    pub(super) async fn customer_changed(
        &self,
        row: &InboxRow,
        lease: &str,
        change: &CustomerChange,
    ) -> Result<(), WorkError> {
        let tells_more = matches!(
            change.kind,
            CustomerChangeKind::Added { .. }
                | CustomerChangeKind::HalfAdded { .. }
                | CustomerChangeKind::Edited
        );
        let mut tx = self.shared.store.begin().await?;
        let id = change.external_user_id.parse::<ContactId>().ok();
        let known = match id.filter(|_| tells_more && self.shared.settings.contacts.look_up) {
            Some(id) => tx.standing(&id).await?,
            None => None,
        };
        if let Some(contact) = known {
            let arrival = who_is_it::lookup_row(&self.shared, &contact.id, &row.key);
            tx.store_arrivals(vec![arrival]).await?;
        }
        self.finish(tx, row, lease, Payload::OnlyCopy).await?;
        self.arrived.lookups.notify_one();
        Ok(())
    }
}

fn is_worth_another_try(error: &CallError) -> bool {
    matches!(error, CallError::Later { .. } | CallError::Unknown { .. })
}
