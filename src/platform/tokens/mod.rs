//! Access tokens: fetched once for all who need one, kept until shortly before they expire,
//! shared between replicas through Redis when there is one.
//!
//! WeCom bans an address for an hour that keeps asking with a wrong secret
//! (`developer.work.weixin.qq.com/document/path/91039`), so a failed fetch is remembered and not
//! repeated at once. When the endpoint is down, the old token serves until a call refuses it.

mod issuer;
mod shared;

pub(crate) use issuer::{AccessToken, Issued, Issuer};

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use redis::aio::ConnectionManager;

use super::call::{CallError, Failure};
use crate::clock::Clock;
use crate::domain::Timestamp;
use issuer::Held;
use shared::SharedTokens;

/// The access tokens of all apps. Clones share them.
#[derive(Clone)]
pub struct Tokens(Arc<Inner>);

struct Inner {
    clock: Clock,
    shared: Option<SharedTokens>,
    entries: Mutex<HashMap<String, Entry>>,
}

/// What is known of one app's token.
#[derive(Default)]
struct Entry {
    held: Option<Held>,
    /// The one that the platform refused last, so that it isn't taken back from Redis.
    refused: Option<AccessToken>,
    failure: Option<RecentFailure>,
    /// The fetch under way, while anybody waits for it.
    flight: Option<WeakShared<Flight>>,
}

#[derive(Clone)]
struct RecentFailure {
    error: CallError,
    until: Timestamp,
}

type Flight = BoxFuture<'static, Result<AccessToken, CallError>>;

enum Look {
    Ready(Result<AccessToken, CallError>),
    Await(Shared<Flight>),
}

impl Tokens {
    /// The present moment, by the clock that the tokens' lives are measured by.
    pub(super) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Kept in this process only.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self::with(clock, None)
    }

    /// Shared with the other replicas under keys that begin with `prefix`. Redis may be absent or
    /// silent at any time; each replica then fetches for itself.
    #[must_use]
    pub fn shared(clock: Clock, redis: ConnectionManager, prefix: &str) -> Self {
        Self::shared_within(clock, redis, prefix, shared::ANSWER_WITHIN)
    }

    /// As [`Tokens::shared`], with another patience for each question to Redis.
    pub(super) fn shared_within(
        clock: Clock,
        redis: ConnectionManager,
        prefix: &str,
        answer_within: Duration,
    ) -> Self {
        let shared = SharedTokens::new(redis, prefix, answer_within);
        Self::with(clock, Some(shared))
    }

    fn with(clock: Clock, shared: Option<SharedTokens>) -> Self {
        let entries = Mutex::default();
        Self(Arc::new(Inner {
            clock,
            shared,
            entries,
        }))
    }

    /// Makes a call with a token. When the platform refuses the token, a new one is fetched once
    /// and the call repeated once.
    pub(crate) async fn with_token<T, F>(
        &self,
        issuer: &Arc<Issuer>,
        call: impl Fn(AccessToken) -> F,
    ) -> Result<T, CallError>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let token = self.token(issuer).await?;
        match call(token.clone()).await {
            Err(Failure::TokenRefused(code)) => {
                tracing::info!(code, "an access token was refused before it expired");
            }
            Err(Failure::Final(error)) => return Err(error),
            Ok(answer) => return Ok(answer),
        }
        self.refuse(issuer, token);
        let token = self.token(issuer).await?;
        call(token.clone()).await.map_err(|failure| match failure {
            Failure::Final(error) => error,
            Failure::TokenRefused(code) => {
                self.refuse(issuer, token);
                let why = format!("{code}: a freshly fetched access token is refused too");
                CallError::later(AFTER_REFUSED_TWICE, why)
            }
        })
    }

    /// A token that should be good, fetched if necessary.
    pub(crate) async fn token(&self, issuer: &Arc<Issuer>) -> Result<AccessToken, CallError> {
        match self.look(issuer) {
            Look::Ready(result) => result,
            Look::Await(flight) => flight.await,
        }
    }

    /// Drops `token`, unless another has taken its place meanwhile.
    fn refuse(&self, issuer: &Issuer, token: AccessToken) {
        let mut entries = self.entries();
        let entry = entries.entry(issuer.key.clone()).or_default();
        if entry.held.as_ref().is_some_and(|held| held.token == token) {
            entry.held = None;
            entry.refused = Some(token);
        }
    }

    fn look(&self, issuer: &Arc<Issuer>) -> Look {
        let now = self.0.clock.now();
        let mut entries = self.entries();
        let entry = entries.entry(issuer.key.clone()).or_default();
        if let Some(held) = entry.held.as_ref().filter(|held| now < held.renew_at) {
            return Look::Ready(Ok(held.token.clone()));
        }
        if let Some(failure) = entry.failure.as_ref().filter(|failure| now < failure.until) {
            return Look::Ready(match &entry.held {
                Some(held) => Ok(held.token.clone()),
                None => Err(failure.again(now)),
            });
        }
        if let Some(flight) = entry.flight.as_ref().and_then(WeakShared::upgrade) {
            return match entry.held.as_ref().filter(|held| now < held.expires_at) {
                Some(held) => Look::Ready(Ok(held.token.clone())),
                None => Look::Await(flight),
            };
        }
        let flight = renew(self.clone(), Arc::clone(issuer)).boxed().shared();
        entry.flight = flight.downgrade();
        Look::Await(flight)
    }

    fn refused(&self, issuer: &Issuer) -> Option<AccessToken> {
        self.entries()
            .get(&issuer.key)
            .and_then(|entry| entry.refused.clone())
    }

    /// Notes how a fetch ended, and says what its waiters get.
    fn settle(
        &self,
        issuer: &Issuer,
        outcome: Result<Held, CallError>,
    ) -> Result<AccessToken, CallError> {
        let now = self.0.clock.now();
        let mut entries = self.entries();
        let entry = entries.entry(issuer.key.clone()).or_default();
        entry.flight = None;
        match outcome {
            Ok(held) => {
                let token = held.token.clone();
                entry.held = Some(held);
                entry.failure = None;
                Ok(token)
            }
            Err(error) => {
                let until = now.plus(quiet_time(&error));
                entry.failure = Some(RecentFailure {
                    error: error.clone(),
                    until,
                });
                entry
                    .held
                    .as_ref()
                    .map(|held| held.token.clone())
                    .ok_or(error)
            }
        }
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.0
            .entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

async fn renew(tokens: Tokens, issuer: Arc<Issuer>) -> Result<AccessToken, CallError> {
    let clock = &tokens.0.clock;
    let outcome = match &tokens.0.shared {
        Some(shared) => shared.renew(&issuer, tokens.refused(&issuer), clock).await,
        None => issuer.fetch(clock).await,
    };
    tokens.settle(&issuer, outcome)
}

/// How long nobody asks again after a failure.
fn quiet_time(error: &CallError) -> Duration {
    match error {
        CallError::Refused { .. } => AFTER_REFUSAL,
        CallError::Later { after, .. } => AFTER_TROUBLE.max(*after),
        CallError::Unknown { .. } => AFTER_TROUBLE,
    }
}

/// Every repetition with a wrong secret brings the ban closer.
const AFTER_REFUSAL: Duration = Duration::from_secs(60);
/// At most four fetches a minute while the endpoint is down.
const AFTER_TROUBLE: Duration = Duration::from_secs(15);
const AFTER_REFUSED_TWICE: Duration = Duration::from_secs(60);

impl RecentFailure {
    fn again(&self, now: Timestamp) -> CallError {
        match &self.error {
            CallError::Refused { .. } => self.error.clone(),
            CallError::Later { why, .. } | CallError::Unknown { why } => {
                CallError::later(self.until.since(now), why.clone())
            }
        }
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Tokens")
            .field("shared", &self.0.shared.is_some())
            .finish_non_exhaustive()
    }
}
