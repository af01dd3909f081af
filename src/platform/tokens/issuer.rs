//! One app's token, and where it comes from.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::call::CallError;
use crate::clock::Clock;
use crate::domain::Timestamp;

/// An access token. Shows nothing of itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct AccessToken(Arc<str>);

impl AccessToken {
    pub(crate) fn new(token: &str) -> Self {
        Self(token.into())
    }

    /// The token itself, for the request that needs it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("AccessToken(…)")
    }
}

/// What a platform gave.
pub(crate) struct Issued {
    pub(crate) token: AccessToken,
    pub(crate) lifetime: Duration,
}

/// A token with its times.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Held {
    pub(super) token: AccessToken,
    /// From then on a new one is fetched.
    pub(super) renew_at: Timestamp,
    /// From then on the platform refuses it.
    pub(super) expires_at: Timestamp,
}

/// Where one app's token comes from.
pub(crate) struct Issuer {
    /// Platform and app; the secret goes in as a hash, so a new secret means a new token.
    pub(super) key: String,
    /// How long before its end a token is renewed.
    margin: Duration,
    fetch: Box<dyn Fn() -> BoxFuture<'static, Result<Issued, CallError>> + Send + Sync>,
}

impl Issuer {
    pub(crate) fn new(
        platform: &'static str,
        id: &str,
        secret: &str,
        margin: Duration,
        fetch: impl Fn() -> BoxFuture<'static, Result<Issued, CallError>> + Send + Sync + 'static,
    ) -> Self {
        let hash = Sha256::new()
            .chain_update(id)
            .chain_update([0])
            .chain_update(secret)
            .finalize();
        let fingerprint: String = hash[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            key: format!("{platform}:{fingerprint}"),
            margin,
            fetch: Box::new(fetch),
        }
    }

    pub(super) async fn fetch(&self, clock: &Clock) -> Result<Held, CallError> {
        let asked_at = clock.now();
        let issued = (self.fetch)().await?;
        // A lifetime shorter than the margin would mean a fetch for every call.
        let fresh_for = match issued.lifetime.checked_sub(self.margin) {
            Some(rest) if !rest.is_zero() => rest,
            _ => issued.lifetime / 2,
        };
        Ok(Held {
            token: issued.token,
            renew_at: asked_at.plus(fresh_for),
            expires_at: asked_at.plus(issued.lifetime),
        })
    }
}
