//! Where files are kept: by what they are. A file's name is its SHA-256, so the same file is kept
//! once, nothing that a sender chose becomes part of a path, and what comes back is checked.
//!
//! Start at [`Depot::put`] and [`Depot::get`]. Nothing is tried twice here;
//! [`DepotError::is_worth_a_retry`] says what is worth it.

mod bucket;
mod digest;
mod folder;
mod incoming;
#[cfg(test)]
mod tests;

use tokio::io::AsyncRead;

use crate::config::{FilePlace, FileSettings};

pub use bucket::Bucket;
pub use digest::{Digest, NoDigest};
pub use folder::Folder;

/// Keeps files. Clones share what they need.
#[derive(Debug, Clone)]
pub enum Depot {
    /// On this machine.
    Folder(Folder),
    /// In an object storage that speaks S3.
    S3(Bucket),
}

/// A file that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// What it is found by.
    pub digest: Digest,
    /// In bytes.
    pub length: u64,
}

/// Why a file isn't kept, or not given back.
#[derive(Debug, thiserror::Error)]
pub enum DepotError {
    /// It is larger than allowed; the rest of it was not read.
    #[error("the file is larger than {most} bytes")]
    TooLarge {
        /// In bytes.
        most: u64,
    },
    /// No such file is kept.
    #[error("no such file is kept")]
    Missing,
    /// What came back is not what was put: a disk or a person changed it.
    #[error("the file that is kept was changed")]
    Changed,
    /// The bytes to keep could not be read.
    #[error("the file to keep could not be read")]
    Source(#[source] std::io::Error),
    /// The folder can't be written or read.
    #[error("the folder of files can't be used")]
    Folder(#[source] std::io::Error),
    /// The object storage refuses us: keys, bucket, region, or the time of this machine.
    #[error("the object storage refuses: HTTP {status} {code}")]
    Refused {
        /// Of HTTP.
        status: u16,
        /// In its own words, such as `InvalidAccessKeyId`; may be empty.
        code: String,
    },
    /// The object storage did not answer, or is in trouble itself.
    #[error("the object storage does not answer: {0}")]
    Unanswered(String),
    /// What is configured can't be an object storage.
    #[error("[storage.s3] {0}")]
    Unusable(String),
}

impl DepotError {
    /// Whether the same may succeed a little later.
    #[must_use]
    pub const fn is_worth_a_retry(&self) -> bool {
        matches!(self, Self::Folder(_) | Self::Unanswered(_))
    }
}

impl Depot {
    /// The place that is configured. A folder is made when the first file comes; an object storage
    /// is asked then.
    ///
    /// # Errors
    /// When no client for the object storage can be set up.
    pub fn new(settings: &FileSettings) -> Result<Self, DepotError> {
        Ok(match &settings.place {
            FilePlace::Folder(path) => Self::Folder(Folder::new(path.clone(), settings.largest)),
            FilePlace::S3(s3) => Self::S3(Bucket::new(s3, settings.largest)?),
        })
    }

    /// Keeps all that `file` gives. A file that is kept already stays as it is.
    ///
    /// # Errors
    /// When it is too large or can't be read, or the place can't take it. Nothing is kept then.
    pub async fn put(&self, file: impl AsyncRead + Unpin) -> Result<Kept, DepotError> {
        match self {
            Self::Folder(folder) => folder.put(file).await,
            Self::S3(bucket) => bucket.put(file).await,
        }
    }

    /// Asks whether files could be read. Says nothing of a folder, which is made when it is needed.
    ///
    /// # Errors
    /// Why an object storage gives none.
    pub async fn check(&self) -> Result<(), DepotError> {
        let Self::S3(bucket) = self else {
            return Ok(());
        };
        match bucket.get(Digest::of(b"")).await {
            Ok(_) | Err(DepotError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Gives back a file, whole and unchanged.
    ///
    /// # Errors
    /// When there is no such file, it was changed, or the place can't be read.
    pub async fn get(&self, digest: Digest) -> Result<Vec<u8>, DepotError> {
        match self {
            Self::Folder(folder) => folder.get(digest).await,
            Self::S3(bucket) => bucket.get(digest).await,
        }
    }
}
