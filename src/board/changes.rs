//! Telling open pages that the board has changed.

use tokio::sync::watch;

/// Yields when the board has changed. Changes that nobody has taken yet are one change, so a slow
/// page holds nothing up and nothing piles up.
#[derive(Debug)]
pub struct BoardChanges(watch::Receiver<()>);

impl BoardChanges {
    pub(super) fn of(changed: &watch::Sender<()>) -> Self {
        Self(changed.subscribe())
    }

    /// Waits until something has changed since the last call, or for the first call since
    /// [`Board::changes`](super::Board::changes). After Redis was away it yields once, since
    /// nobody heard what changed meanwhile. `None` when the last clone of the board is gone.
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<()> {
        self.0.changed().await.ok()
    }
}
