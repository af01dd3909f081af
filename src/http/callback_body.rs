//! A callback's body: bounded in size and time, and taken as it came. Nothing is inflated, so a
//! few bytes can't become many.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::StreamExt;
use tokio::sync::OwnedSemaphorePermit;

use super::body_room::BodyRoom;

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
    /// All bodies together are more than may be held.
    NoRoom,
}

/// A body, and its part of the room for all of them.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) bytes: Bytes,
    _room: Option<OwnedSemaphorePermit>,
}

/// Reads the whole body, or no more of it than may be kept.
///
/// # Errors
/// [`NotRead`]. By its declared length a body is refused before any of it is read.
pub(super) async fn read(
    request: &HttpRequest,
    payload: Payload,
    room: &BodyRoom,
) -> Result<Body, NotRead> {
    if declared_length(request) > LARGEST {
        return Err(NotRead::TooLarge);
    }
    tokio::time::timeout(READ_WITHIN, gather(payload, room))
        .await
        .unwrap_or(Err(NotRead::CutShort))
}

/// 0 when none is declared: then it is counted as it comes.
fn declared_length(request: &HttpRequest) -> usize {
    let declared = request.headers().get(CONTENT_LENGTH);
    let length = declared.and_then(|length| length.to_str().ok()?.parse().ok());
    length.unwrap_or(0)
}

async fn gather(mut payload: Payload, room: &BodyRoom) -> Result<Body, NotRead> {
    let mut whole = Bytes::new();
    let mut taken: Option<OwnedSemaphorePermit> = None;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| NotRead::CutShort)?;
        if whole.len() + chunk.len() > LARGEST {
            return Err(NotRead::TooLarge);
        }
        // By what has come, not by what was announced: that costs its sender nothing.
        let more = room.take(chunk.len()).ok_or(NotRead::NoRoom)?;
        match &mut taken {
            Some(taken) => taken.merge(more),
            None => taken = Some(more),
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
    Ok(Body {
        bytes: whole,
        _room: taken,
    })
}

#[cfg(test)]
mod tests {
    use actix_web::FromRequest as _;
    use actix_web::test::TestRequest;

    use super::*;

    async fn read_one(body: &'static [u8], room: &BodyRoom) -> Result<Body, NotRead> {
        let posted = TestRequest::post().set_payload(body);
        let (request, mut payload) = posted.to_http_parts();
        let payload = Payload::from_request(&request, &mut payload).await.unwrap();
        read(&request, payload, room).await
    }

    #[actix_web::test]
    async fn all_bodies_that_are_held_share_one_room() {
        let room = BodyRoom::of(100);
        let first = read_one(&[b'a'; 60], &room).await.unwrap();
        let second = read_one(&[b'b'; 40], &room).await.unwrap();

        let refused = read_one(b"c", &room).await.unwrap_err();
        assert_eq!(refused, NotRead::NoRoom);
        drop(second);
        assert_eq!(read_one(b"c", &room).await.unwrap().bytes.as_ref(), b"c");
        drop(first);
        assert!(read_one(&[b'd'; 100], &room).await.is_ok());
    }
}
