//! A file on its way in: counted and hashed as it passes.

use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::{DepotError, Digest, Kept};

const AT_ONCE: usize = 64 * 1024;

/// Copies the file into `place`, which takes the blame for what it can't take.
///
/// # Errors
/// When the file has more than `most` bytes, can't be read, or can't be written.
pub(super) async fn copy(
    mut file: impl AsyncRead + Unpin,
    place: &mut (impl AsyncWrite + Unpin),
    most: u64,
) -> Result<Kept, DepotError> {
    let mut hasher = Sha256::new();
    let mut length = 0;
    let mut part = vec![0; AT_ONCE];
    loop {
        let read = file.read(&mut part).await.map_err(DepotError::Source)?;
        if read == 0 {
            break;
        }
        length += read as u64;
        if length > most {
            return Err(DepotError::TooLarge { most });
        }
        hasher.update(&part[..read]);
        place
            .write_all(&part[..read])
            .await
            .map_err(DepotError::Folder)?;
    }
    place.flush().await.map_err(DepotError::Folder)?;
    let digest = Digest::finished(hasher);
    Ok(Kept { digest, length })
}
