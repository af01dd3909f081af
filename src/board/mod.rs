//! The board (看板): what customers object to, how often, where, and to whom they said it.
//!
//! A projection: the store is the truth, and [`Board::rebuild`] makes the board again from it, so
//! losing Redis costs minutes, not data. It counts one hit per message and label, whatever is
//! delivered again. It holds ids and counts: no words, no names of people or customers.
//!
//! It lives in this process ([`Board::in_process`]) or in Redis, shared by all replicas
//! ([`Board::redis`]); both answer alike, and one suite runs on both. What lies in Redis, under
//! which name, and how it grows is told in `in_redis/keys.rs`, the only place that spells key
//! names. Start at [`Board::record`] and [`Board::snapshot`].
//!
//! When the board fails, nothing else has to: a caller of `record` goes on, since the failure
//! makes [`Board::needs_rebuild`] true, and a page says that its figures are away.

mod change;
mod changes;
mod hit;
mod in_process;
mod in_redis;
mod question;
mod rebuild;
mod snapshot;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use change::Change;
pub use changes::BoardChanges;
pub use hit::Hit;
pub use question::Question;
pub use rebuild::Rebuild;
pub use snapshot::{Counts, NewestHit, Snapshot, SnapshotSum};

use in_process::InProcess;
use in_redis::InRedis;

/// The board holds the newest this many days that have hits. In Redis a day is also dropped this
/// many days after its last hit was counted.
pub const DAYS_KEPT: usize = 400;

/// How many hits [`Board::replace`] counts at a time.
const REPLACE_BATCH: usize = 256;

/// The counts of what customers object to. Clones share them.
#[derive(Clone)]
pub struct Board(Place);

#[derive(Clone)]
enum Place {
    InProcess(Arc<InProcess>),
    InRedis(Arc<InRedis>),
}

impl Board {
    /// A board that lives and ends with this process.
    #[must_use]
    pub fn in_process() -> Self {
        Self(Place::InProcess(Arc::default()))
    }

    /// A board in Redis (6 or newer), which has to answer now. Boards with the same `prefix` on
    /// one server are one board.
    ///
    /// # Errors
    /// As [`Board::redis_lazy`] and [`Board::ping`].
    pub async fn redis(url: &str, prefix: &str) -> Result<Self, BoardError> {
        let board = Self::redis_lazy(url, prefix)?;
        board.ping().await?;
        Ok(board)
    }

    /// A board in Redis that is connected to when first used, and again whenever it was away.
    ///
    /// # Errors
    /// [`BoardError::Setting`] when the URL can't be read or the prefix is empty or holds a brace.
    pub fn redis_lazy(url: &str, prefix: &str) -> Result<Self, BoardError> {
        let board = InRedis::new(url, prefix)?;
        Ok(Self(Place::InRedis(Arc::new(board))))
    }

    /// Counts the hits that weren't counted yet, and answers how many those were (fewer, when the
    /// connection broke between Redis's counting and its answer).
    ///
    /// # Errors
    /// Redis is away or refuses. Some of the hits may have been counted; recording them again is
    /// safe, and until a rebuild [`Board::needs_rebuild`] says that something may be missing.
    pub async fn record(&self, hits: &[Hit]) -> Result<usize, BoardError> {
        match &self.0 {
            Place::InProcess(board) => Ok(board.record(hits)),
            Place::InRedis(board) => board.record(hits).await,
        }
    }

    /// Takes hits off that turned out to be none, each as it was recorded, and answers how many stood
    /// there. What was not counted, or counted as somebody else's, changes nothing.
    ///
    /// # Errors
    /// As [`Board::record`]; doing it again is safe.
    pub async fn withdraw(&self, hits: &[Hit]) -> Result<usize, BoardError> {
        match &self.0 {
            Place::InProcess(board) => Ok(board.withdraw(hits)),
            Place::InRedis(board) => board.withdraw(hits).await,
        }
    }

    /// Answers a question with everything that a page of the board shows.
    ///
    /// # Errors
    /// Redis is away, refuses, or holds what isn't ours.
    pub async fn snapshot(&self, question: &Question) -> Result<Snapshot, BoardError> {
        match &self.0 {
            Place::InProcess(board) => Ok(board.snapshot(question)),
            Place::InRedis(board) => board.snapshot(question).await,
        }
    }

    /// Begins to fill the board anew. What is recorded from now on counts on the old board and on
    /// the new one, so the hits are to be read from the store after this returned.
    ///
    /// # Errors
    /// Redis is away or refuses.
    pub async fn rebuild(&self) -> Result<Rebuild, BoardError> {
        Rebuild::begin(&self.0).await
    }

    /// Puts `hits` in the place of what the board holds, as one [`Board::rebuild`], and answers how
    /// many were counted. Only right when no hit that `hits` lacks was recorded before this call.
    ///
    /// # Errors
    /// As [`Rebuild::add`] and [`Rebuild::finish`]; the old board then stays.
    pub async fn replace(
        &self,
        hits: impl Iterator<Item = Hit> + Send,
    ) -> Result<usize, BoardError> {
        let mut rebuild = self.rebuild().await?;
        let mut hits = hits.fuse();
        loop {
            let batch: Vec<Hit> = hits.by_ref().take(REPLACE_BATCH).collect();
            if batch.is_empty() {
                return rebuild.finish().await;
            }
            rebuild.add(&batch).await?;
        }
    }

    /// Whether the board has to be filled from the store: no rebuild ever filled it, Redis came
    /// back without it, or this process failed to record a hit since the last rebuild. Hits that
    /// are recorded on a board that was lost don't hide the loss.
    ///
    /// # Errors
    /// Redis is away or refuses.
    pub async fn needs_rebuild(&self) -> Result<bool, BoardError> {
        match &self.0 {
            Place::InProcess(board) => Ok(board.needs_rebuild()),
            Place::InRedis(board) => board.needs_rebuild().await,
        }
    }

    /// Tells from now on when anything has changed, here or in another replica. Has to be called
    /// within a tokio runtime.
    #[must_use]
    pub fn changes(&self) -> BoardChanges {
        match &self.0 {
            Place::InProcess(board) => board.changes(),
            Place::InRedis(board) => board.changes(),
        }
    }

    /// Asks whether the board answers.
    ///
    /// # Errors
    /// Redis is away or refuses.
    pub async fn ping(&self) -> Result<(), BoardError> {
        match &self.0 {
            Place::InProcess(_) => Ok(()),
            Place::InRedis(board) => board.ping().await,
        }
    }
}

impl fmt::Debug for Board {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match &self.0 {
            Place::InProcess(_) => "Board(in process)",
            Place::InRedis(_) => "Board(in Redis)",
        })
    }
}

/// Why the board didn't answer. One variant for each reaction.
#[derive(Debug, thiserror::Error)]
pub enum BoardError {
    /// A setting is wrong. Only another setting helps.
    #[error("the board's Redis: {0}")]
    Setting(String),
    /// Redis is away, hangs or is starting. The same call may work later; do without until then.
    #[error("the board's Redis doesn't answer")]
    Unavailable(#[source] anyhow::Error),
    /// Redis answers and refuses: a password, a right or memory is missing. An operator has to act.
    #[error("the board's Redis refuses")]
    Refused(#[source] redis::RedisError),
    /// A rebuild paused for so long that it was given up. Begin another.
    #[error("the rebuild of the board paused for too long")]
    RebuildLapsed,
    /// Under the board's keys lies what the board didn't write. A rebuild puts it right.
    #[error("the board holds what it can't read: {0}")]
    Unreadable(String),
}

/// Takes a lock that guards plain data, which a panic elsewhere leaves whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
