//! One token for all replicas, in Redis. Of those that need a new one, the one that takes the
//! lock fetches it and the others wait for a moment.

use std::time::{Duration, Instant};

use redis::aio::ConnectionManager;
use redis::{Cmd, FromRedisValue, Script};

use super::super::call::CallError;
use super::issuer::{AccessToken, Held, Issuer};
use crate::clock::Clock;

/// Redis is a convenience here: it is asked for this long, then done without.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_millis(200);
/// Longer than any fetch takes, so that a lock only outlives a replica that died.
const LOCK_EXPIRES: Duration = Duration::from_secs(12);
/// A fetch takes well under a second. Who waited this long fetches for itself.
const PATIENCE: Duration = Duration::from_secs(3);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Tokens in Redis, as JSON under `PREFIX:token:…`, with a lock beside each under `PREFIX:token-lock:…`.
pub(super) struct SharedTokens {
    redis: ConnectionManager,
    prefix: String,
    answer_within: Duration,
    /// Frees a lock if it is still ours.
    unlock: Script,
}

/// Redis does not answer; the caller goes on without it.
struct Absent;

impl SharedTokens {
    pub(super) fn new(redis: ConnectionManager, prefix: &str, answer_within: Duration) -> Self {
        Self {
            redis,
            prefix: prefix.to_owned(),
            answer_within,
            unlock: Script::new(
                "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0",
            ),
        }
    }

    /// A token other than `refused`: another replica's, or a new one.
    pub(super) async fn renew(
        &self,
        issuer: &Issuer,
        refused: Option<AccessToken>,
        clock: &Clock,
    ) -> Result<Held, CallError> {
        match self.others_or_lock(issuer, refused.as_ref(), clock).await {
            Ok(Turn::Others(held)) => Ok(held),
            Ok(Turn::Ours(lock)) => {
                let outcome = issuer.fetch(clock).await;
                if let Ok(held) = &outcome {
                    self.keep(issuer, held, clock).await;
                }
                self.free(issuer, &lock).await;
                outcome
            }
            Ok(Turn::Tired) | Err(Absent) => issuer.fetch(clock).await,
        }
    }

    async fn others_or_lock(
        &self,
        issuer: &Issuer,
        refused: Option<&AccessToken>,
        clock: &Clock,
    ) -> Result<Turn, Absent> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(held) = self.usable(issuer, refused, clock).await? {
                return Ok(Turn::Others(held));
            }
            if let Some(lock) = self.lock(issuer).await? {
                // Somebody may have finished between the look and the lock.
                return Ok(match self.usable(issuer, refused, clock).await? {
                    Some(held) => {
                        self.free(issuer, &lock).await;
                        Turn::Others(held)
                    }
                    None => Turn::Ours(lock),
                });
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(Turn::Tired)
    }

    async fn usable(
        &self,
        issuer: &Issuer,
        refused: Option<&AccessToken>,
        clock: &Clock,
    ) -> Result<Option<Held>, Absent> {
        let stored: Option<String> = self
            .ask(Cmd::new().arg("GET").arg(self.key(issuer)))
            .await?;
        let now = clock.now();
        Ok(stored
            .and_then(|json| serde_json::from_str::<Held>(&json).ok())
            .filter(|held| now < held.renew_at && Some(&held.token) != refused))
    }

    async fn lock(&self, issuer: &Issuer) -> Result<Option<Lock>, Absent> {
        let lock = Lock(format!("{:032x}", rand::random::<u128>()));
        let answer: Option<String> = self
            .ask(
                Cmd::new()
                    .arg("SET")
                    .arg(self.lock_key(issuer))
                    .arg(&lock.0)
                    .arg("NX")
                    .arg("PX")
                    .arg(millis(LOCK_EXPIRES)),
            )
            .await?;
        Ok(answer.map(|_| lock))
    }

    async fn keep(&self, issuer: &Issuer, held: &Held, clock: &Clock) {
        let Ok(json) = serde_json::to_string(held) else {
            return;
        };
        let rest = millis(held.expires_at.since(clock.now())).max(1);
        let kept: Result<(), Absent> = self
            .ask(
                Cmd::new()
                    .arg("SET")
                    .arg(self.key(issuer))
                    .arg(json)
                    .arg("PX")
                    .arg(rest),
            )
            .await;
        if kept.is_err() {
            tracing::warn!("a new access token could not be shared through redis");
        }
    }

    /// A lock that cannot be freed expires by itself.
    async fn free(&self, issuer: &Issuer, lock: &Lock) {
        let mut redis = self.redis.clone();
        let mut invocation = self.unlock.key(self.lock_key(issuer));
        invocation.arg(&lock.0);
        let freed = invocation.invoke_async::<i64>(&mut redis);
        if !matches!(
            tokio::time::timeout(self.answer_within, freed).await,
            Ok(Ok(_))
        ) {
            tracing::debug!("a token lock in redis is left to expire");
        }
    }

    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Absent> {
        let mut redis = self.redis.clone();
        match tokio::time::timeout(self.answer_within, command.query_async(&mut redis)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) | Err(_) => Err(Absent),
        }
    }

    fn key(&self, issuer: &Issuer) -> String {
        format!("{}:token:{{{}}}", self.prefix, issuer.key)
    }

    fn lock_key(&self, issuer: &Issuer) -> String {
        format!("{}:token-lock:{{{}}}", self.prefix, issuer.key)
    }
}

/// What a replica that needs a token does.
enum Turn {
    Others(Held),
    Ours(Lock),
    /// The replica with the lock takes too long.
    Tired,
}

/// The random value by which a lock is ours.
struct Lock(String);

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
