//! A callback's body: bounded in size and time, and taken as it came. Nothing is inflated, so a
//! few bytes can't become many.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::StreamExt;

/// Genuine callbacks are a few kilobytes; nothing larger is read.
const LARGEST: usize = 1024 * 1024;
/// WeCom hangs up by then (`developer.work.weixin.qq.com/document/path/90238`).
const READ_WITHIN: Duration = Duration::from_secs(5);

/// The body is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotRead {
    /// It is, or says it is, larger than any genuine one.
    TooLarge,
    /// It ended before its declared length, or came too slowly.
    CutShort,
}

/// Reads the whole body, or no more of it than may be kept.
///
/// # Errors
/// [`NotRead`]. By its declared length a body is refused before any of it is read.
pub(super) async fn read(request: &HttpRequest, payload: Payload) -> Result<Bytes, NotRead> {
    if declared_length(request) > LARGEST {
        return Err(NotRead::TooLarge);
    }
    tokio::time::timeout(READ_WITHIN, gather(payload))
        .await
        .unwrap_or(Err(NotRead::CutShort))
}

/// 0 when none is declared: then it is counted as it comes.
fn declared_length(request: &HttpRequest) -> usize {
    let declared = request.headers().get(CONTENT_LENGTH);
    let length = declared.and_then(|length| length.to_str().ok()?.parse().ok());
    length.unwrap_or(0)
}

async fn gather(mut payload: Payload) -> Result<Bytes, NotRead> {
    let mut whole = Bytes::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| NotRead::CutShort)?;
        if whole.len() + chunk.len() > LARGEST {
            return Err(NotRead::TooLarge);
        }
        // Nearly every callback comes in one piece, which is not copied.
        whole = if whole.is_empty() {
            chunk
        } else {
            let mut joined = BytesMut::from(whole);
            joined.extend_from_slice(&chunk);
            joined.freeze()
        };
    }
    Ok(whole)
}
