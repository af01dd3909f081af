//! What people send to an app, fetched by `media/get`
//! (`developer.work.weixin.qq.com/document/path/90254`).

use std::collections::BTreeMap;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use serde_json::{Value, json};

use super::super::Refusal;
use super::super::api::Incoming;
use super::super::state::State;
use crate::domain::Timestamp;

/// So long the platform keeps them.
const LIVES: Duration = Duration::from_secs(3 * 24 * 3600);

/// Media by their id.
#[derive(Default)]
pub(in crate::sandbox) struct MediaStore(BTreeMap<String, (Media, Timestamp)>);

/// What somebody sent.
#[derive(Clone)]
pub(in crate::sandbox) struct Media {
    /// Its `Content-Type`.
    pub(in crate::sandbox) content_type: &'static str,
    /// What the platform calls it.
    pub(in crate::sandbox) name: &'static str,
    /// Its content.
    pub(in crate::sandbox) bytes: Vec<u8>,
}

impl MediaStore {
    pub(in crate::sandbox) fn keep(&mut self, id: &str, media: Media, now: Timestamp) {
        self.0.insert(id.to_owned(), (media, now));
    }

    fn get(&self, id: &str, now: Timestamp) -> Option<&Media> {
        let (media, since) = self.0.get(id)?;
        (now.since(*since) < LIVES).then_some(media)
    }
}

/// Whether there is such media still; names it for [`file()`].
pub(super) fn check(state: &State, incoming: &Incoming) -> Result<Value, Refusal> {
    let Some(id) = incoming.parameter("media_id") else {
        return Err(Refusal::number(41006, "missing media_id"));
    };
    match state.wecom.media.get(id, state.now()) {
        Some(_) => Ok(json!({ "media_id": id })),
        None => Err(Refusal::number(40007, "invalid media_id")),
    }
}

/// The file itself, which is what a success answers with.
pub(in crate::sandbox) fn file(state: &State, named: &Value) -> HttpResponse {
    let id = named["media_id"].as_str().unwrap_or_default();
    let Some(media) = state.wecom.media.get(id, state.now()) else {
        return HttpResponse::NotFound().finish();
    };
    let disposition = format!("attachment; filename=\"{}\"", media.name);
    HttpResponse::Ok()
        .content_type(media.content_type)
        .insert_header((CONTENT_DISPOSITION, disposition))
        .body(media.bytes.clone())
}
