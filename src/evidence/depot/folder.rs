//! Files in a folder of this machine, which only the service's user may enter.
//!
//! `incoming/` holds what is being written; what a crash leaves there may be removed while the
//! service is stopped.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::{self, DirBuilder, File, OpenOptions};
use tokio::io::AsyncRead;

use super::{DepotError, Digest, Kept, incoming};
use crate::fresh_id::fresh_id;

/// A folder of files.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    largest: u64,
}

/// A file that is being written. Is removed when it isn't kept.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It was moved to its place, or there is nobody to tell.
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Folder {
    /// A folder, there or not, for files of at most so many bytes.
    #[must_use]
    pub const fn new(path: PathBuf, largest: u64) -> Self {
        Self { path, largest }
    }

    /// A file is whole and on disk before it has its name, so that a crash leaves all of it or
    /// nothing.
    pub(super) async fn put(&self, file: impl AsyncRead + Unpin) -> Result<Kept, DepotError> {
        let incoming = self.path.join("incoming");
        make(&incoming).await.map_err(DepotError::Folder)?;
        let unfinished = Unfinished(incoming.join(fresh_id()));
        let mut place = create(&unfinished.0).await.map_err(DepotError::Folder)?;
        let kept = incoming::copy(file, &mut place, self.largest).await?;
        place.sync_all().await.map_err(DepotError::Folder)?;
        let target = self.path.join(kept.digest.path());
        settle(&unfinished.0, &target)
            .await
            .map_err(DepotError::Folder)?;
        Ok(kept)
    }

    pub(super) async fn get(&self, digest: Digest) -> Result<Vec<u8>, DepotError> {
        let bytes = fs::read(self.path.join(digest.path()))
            .await
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => DepotError::Missing,
                _ => DepotError::Folder(error),
            })?;
        if Digest::of(&bytes) == digest {
            Ok(bytes)
        } else {
            Err(DepotError::Changed)
        }
    }
}

/// Gives a finished file its name, and writes both folders' new entries to disk.
async fn settle(finished: &Path, target: &Path) -> io::Result<()> {
    let folder = target.parent().unwrap_or(target);
    make(folder).await?;
    fs::rename(finished, target).await?;
    // The folder, and the two above it, which may be new.
    for folder in folder.ancestors().take(3) {
        File::open(folder).await?.sync_all().await?;
    }
    Ok(())
}

async fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(folder).await
}

async fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path).await
}
