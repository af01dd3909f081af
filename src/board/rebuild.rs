//! Filling the board anew from the store while it is read and recorded on.

use std::sync::Arc;

use super::in_process::{Draft, InProcess};
use super::in_redis::{Generation, InRedis};
use super::{BoardError, Hit, Place};

/// A new board in the making, which nobody sees until [`Rebuild::finish`]. What is recorded
/// meanwhile counts on both. Dropping it leaves the old board in place.
pub struct Rebuild {
    making: Making,
    counted: usize,
}

enum Making {
    InProcess(Arc<InProcess>, Arc<Draft>),
    InRedis(Arc<InRedis>, Generation),
}

impl Rebuild {
    pub(super) async fn begin(place: &Place) -> Result<Self, BoardError> {
        let making = match place {
            Place::InProcess(board) => Making::InProcess(Arc::clone(board), board.begin()),
            Place::InRedis(board) => Making::InRedis(Arc::clone(board), board.begin().await?),
        };
        Ok(Self { making, counted: 0 })
    }

    /// Counts hits on the new board; those that are there already count no second time.
    ///
    /// # Errors
    /// [`BoardError::RebuildLapsed`] when a minute went by since the last call; else Redis is away
    /// or refuses, and the same call may be made again.
    pub async fn add(&mut self, hits: &[Hit]) -> Result<(), BoardError> {
        self.counted += match &self.making {
            Making::InProcess(_, draft) => draft.add(hits),
            Making::InRedis(board, generation) => board.add(generation, hits).await?,
        };
        Ok(())
    }

    /// Takes hits off the new board that turned out to be none since they were read from the store.
    ///
    /// # Errors
    /// As [`Rebuild::add`].
    pub async fn remove(&mut self, hits: &[Hit]) -> Result<(), BoardError> {
        let removed = match &self.making {
            Making::InProcess(_, draft) => draft.remove(hits),
            Making::InRedis(board, generation) => board.remove(generation, hits).await?,
        };
        self.counted = self.counted.saturating_sub(removed);
        Ok(())
    }

    /// Puts the new board in the old one's place, for all readers at once, tells them, and answers
    /// how many hits `add` counted.
    ///
    /// # Errors
    /// As [`Rebuild::add`]. After [`BoardError::Unavailable`] either board may stand.
    pub async fn finish(self) -> Result<usize, BoardError> {
        match self.making {
            Making::InProcess(board, draft) => board.finish(&draft),
            Making::InRedis(board, generation) => board.finish(generation).await?,
        }
        Ok(self.counted)
    }
}
