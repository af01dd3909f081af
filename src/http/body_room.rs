//! Room for the bodies that are being read or wait to be stored: bounded for all requests together,
//! since anyone may open many connections and send a little less than is refused.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Of all bodies together; the largest that is taken fits many times.
const ROOM: usize = 64 * 1024 * 1024;

/// Counts the bytes that are held. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct BodyRoom(Arc<Semaphore>);

impl BodyRoom {
    pub(super) fn of(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes)))
    }

    /// Room for so many bytes until the permit is dropped, if there is that much.
    pub(super) fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let bytes = u32::try_from(bytes).ok()?;
        Arc::clone(&self.0).try_acquire_many_owned(bytes).ok()
    }
}

impl Default for BodyRoom {
    fn default() -> Self {
        Self::of(ROOM)
    }
}
