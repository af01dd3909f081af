//! Server-sent events: a page is told that something changed, and asks for it itself, so that a
//! stream carries nothing worth reading and every part is checked against the viewer anew.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, ContentEncoding, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Proxies close what is silent for longer.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A stream ends by itself after this, so that its reader is checked again when the browser
/// comes back for the next one.
const LONGEST: Duration = Duration::from_secs(600);

/// Sends `changed` for each change, until there are no more, the service stops, or it is time to
/// ask again who is reading.
pub(super) fn answer(
    changes: impl Stream<Item = ()> + 'static,
    stop: CancellationToken,
) -> HttpResponse {
    let open = Open {
        changes: Box::pin(changes),
        stop,
        ends: Instant::now() + LONGEST,
        greeted: false,
    };
    HttpResponse::Ok()
        .content_type("text/event-stream; charset=utf-8")
        // Compress would hold events back until its block is full, and nginx its buffer.
        .insert_header(ContentEncoding::Identity)
        .insert_header(("x-accel-buffering", "no"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .streaming(stream::unfold(open, next))
}

struct Open {
    changes: Pin<Box<dyn Stream<Item = ()>>>,
    stop: CancellationToken,
    ends: Instant,
    greeted: bool,
}

async fn next(mut open: Open) -> Option<(Result<Bytes, Infallible>, Open)> {
    let frame = if open.greeted {
        tokio::select! {
            biased;
            () = open.stop.cancelled() => return None,
            () = tokio::time::sleep_until(open.ends) => return None,
            change = open.changes.next() => change.map(|()| "event: changed\ndata: 1\n\n")?,
            () = tokio::time::sleep(HEARTBEAT) => ": still here\n\n",
        }
    } else {
        open.greeted = true;
        "retry: 3000\n: open\n\n"
    };
    Some((Ok(Bytes::from_static(frame.as_bytes())), open))
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::http::header::CONTENT_ENCODING;

    use super::*;

    #[actix_web::test]
    async fn each_change_is_told_and_the_end_of_changes_ends_the_stream() {
        let response = answer(stream::iter([(), ()]), CancellationToken::new());

        assert_eq!(
            response.headers().get(CONTENT_ENCODING).unwrap(),
            "identity"
        );
        let body = to_bytes(response.into_body()).await.unwrap();
        assert_eq!(
            body.as_ref(),
            b"retry: 3000\n: open\n\nevent: changed\ndata: 1\n\nevent: changed\ndata: 1\n\n"
        );
    }

    #[actix_web::test]
    async fn a_stopping_service_ends_its_streams() {
        let stop = CancellationToken::new();
        let response = answer(stream::pending(), stop.clone());
        stop.cancel();

        let body = to_bytes(response.into_body()).await.unwrap();
        assert_eq!(body.as_ref(), b"retry: 3000\n: open\n\n");
    }
}
