//! Tells open pages that something has changed.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::web::{Bytes, Data};
use futures_util::stream;

use super::super::Sandbox;

/// The present version at once, then each new one. Versions that come faster than they can be
/// written are skipped.
pub(super) async fn events(sandbox: Data<Sandbox>) -> HttpResponse {
    let mut changes = sandbox.changes();
    changes.mark_changed();
    let lines = stream::unfold(changes, |mut changes| async move {
        changes.changed().await.ok()?;
        let version = *changes.borrow_and_update();
        let line = Bytes::from(format!("data: {{\"version\":{version}}}\n\n"));
        Some((Ok::<_, actix_web::Error>(line), changes))
    });
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(lines)
}
