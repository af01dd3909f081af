//! What could not be decrypted when it came, tried again with the keys of now.

use dingdan_webhooks::wecom::crypto::Crypto;

use super::arrival;
use super::worker::{WorkError, Worker};
use crate::store::{InboxRow, Payload};

impl Worker {
    /// Puts the opened message into the inbox in the sealed one's place.
    pub(super) async fn sealed_message(
        &self,
        row: &InboxRow,
        lease: &str,
    ) -> Result<(), WorkError> {
        let wecom = &self.shared.settings.wecom;
        let app = wecom.app(&row.account).ok_or(WorkError::Unreadable(
            "its app is not in the configuration any more",
        ))?;
        let crypto = Crypto::new(
            app.token.clone(),
            app.encoding_aes_key.clone(),
            wecom.corp_id.clone(),
        );
        let message = crypto.decrypt(&row.payload).map_err(|_| {
            WorkError::Unreadable("it can't be decrypted: check encoding_aes_key and corp_id, then `dingdan inbox retry`")
        })?;
        let app = app.name.as_str().into();
        let opened = arrival::opened(&app, message, row.received_at, row.position);
        let mut tx = self.shared.store.begin().await?;
        tx.store_arrivals(vec![opened]).await?;
        self.finish(tx, row, lease, Payload::KeptElsewhere).await
    }
}
