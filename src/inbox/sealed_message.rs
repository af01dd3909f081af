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
        let (received_at, position) = (row.received_at, row.position);
        let name = row.account.as_str().into();
        let (crypto, is_bot) = self.crypto_of(&row.account).ok_or(WorkError::Unreadable(
            "its app or bot is not in the configuration any more",
        ))?;
        let message = crypto.decrypt(&row.payload).map_err(|_| {
            WorkError::Unreadable("it can't be decrypted: check encoding_aes_key and corp_id, then `dingdan inbox retry`")
        })?;
        let opened = match is_bot {
            true => arrival::to_bot(&name, message, received_at, position),
            false => arrival::opened(&name, message, received_at, position),
        };
        let mut tx = self.shared.store.begin().await?;
        tx.store_arrivals(vec![opened]).await?;
        self.finish(tx, row, lease, Payload::KeptElsewhere).await
    }

    /// What opens the callbacks under that name, and whether they are a bot's.
    fn crypto_of(&self, name: &str) -> Option<(Crypto, bool)> {
        let wecom = &self.shared.settings.wecom;
        if let Some(bot) = wecom.bot(name) {
            let (token, key) = (bot.token.clone(), bot.encoding_aes_key.clone());
            return Some((Crypto::new(token, key, bot.receive_id.clone()), true));
        }
        let (token, key) = wecom.callback_keys(name)?;
        let crypto = Crypto::new(token.clone(), key.clone(), wecom.corp_id.clone());
        Some((crypto, false))
    }
}
