//! One service a SQLite file: its board, its leases and its group commit take it for theirs alone.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::StoreError;

/// Takes the file for this process, until the returned lock file is unlocked or closed; a process
/// that dies lets go of it. Commands that only look in or add something don't ask for it.
pub(super) fn take(database: &Path) -> Result<File, StoreError> {
    let place = beside(database);
    let cannot = |error| StoreError::Open(format!("can't lock {}: {error}", place.display()));
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&place)
        .map_err(cannot)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(database.to_owned())),
        Err(TryLockError::Error(error)) => Err(cannot(error)),
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut name: OsString = database.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}
