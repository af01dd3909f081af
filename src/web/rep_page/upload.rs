//! A file as a form sends it: read within bounds, and only from a form of ours.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::HttpRequest;
use actix_web::web::Payload;
use futures_util::TryStreamExt;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// So many files are held in memory at once, on their way to where they are kept.
const AT_ONCE: usize = 6;
/// Longer than 20 MB take over a poor connection.
const LONGEST: Duration = Duration::from_secs(180);
const LONGEST_CSRF: usize = 256;
const MOST_FIELDS: usize = 4;
/// A file that is too large is read on, up to so many times the limit, and thrown away: a browser
/// that is cut off shows an error of its own in place of ours.
const READ_ON: usize = 8;

static UPLOADS: Semaphore = Semaphore::const_new(AT_ONCE);

/// A file that came.
pub(super) struct Uploaded {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Why none did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// The form is not one of ours.
    Forged,
    /// It is no form with a file.
    Malformed,
    /// Its file was left out.
    NoFile,
    /// Its file is too large.
    TooLarge,
}

/// Reads the file of a form whose first field vouches for it.
pub(super) async fn read(
    request: &HttpRequest,
    payload: Payload,
    largest: usize,
    vouches: impl Fn(&str) -> bool,
) -> Result<Uploaded, Unread> {
    let reading = async {
        // Never closed.
        let _permit = UPLOADS.acquire().await;
        let parts = Multipart::new(request.headers(), payload);
        read_fields(parts, largest, vouches).await
    };
    timeout(LONGEST, reading)
        .await
        .unwrap_or(Err(Unread::Malformed))
}

async fn read_fields(
    mut parts: Multipart,
    largest: usize,
    vouches: impl Fn(&str) -> bool,
) -> Result<Uploaded, Unread> {
    let mut is_ours = false;
    for _ in 0..MOST_FIELDS {
        let next = parts.try_next().await.map_err(|_| Unread::Malformed)?;
        let Some(mut field) = next else {
            break;
        };
        match field.name() {
            Some("csrf") => {
                let text = collect(&mut field, LONGEST_CSRF).await?;
                is_ours = vouches(std::str::from_utf8(&text).unwrap_or_default());
            }
            Some("file") if is_ours => {
                let disposition = field.content_disposition();
                let name = disposition.and_then(|named| named.get_filename());
                let name = name.unwrap_or_default().to_owned();
                let bytes = collect(&mut field, largest).await?;
                if bytes.is_empty() && name.is_empty() {
                    return Err(Unread::NoFile);
                }
                return Ok(Uploaded { name, bytes });
            }
            _ => return Err(Unread::Forged),
        }
    }
    Err(if is_ours {
        Unread::NoFile
    } else {
        Unread::Forged
    })
}

/// The field's bytes, of which there may be so many.
async fn collect(field: &mut Field, most: usize) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    while let Some(chunk) = field.try_next().await.map_err(|_| Unread::Malformed)? {
        length = length.saturating_add(chunk.len());
        if length > most.saturating_mul(READ_ON) {
            break;
        }
        if length > most {
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    if length > most {
        Err(Unread::TooLarge)
    } else {
        Ok(bytes)
    }
}
