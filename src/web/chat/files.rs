//! Pictures, voice, videos and files of archived messages: shown with their line, and handed out to
//! whom the chat is shown, on record first.

use std::collections::BTreeMap;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::{message_of, view, visible};
use crate::domain::{ChatId, MessageId};
use crate::evidence::FileKind;
use crate::shared::Shared;
use crate::store::ArchiveMedia;
use crate::web::error::PageError;
use crate::web::kept_file;
use crate::web::language::Language;
use crate::web::query::path_of;
use crate::web::viewer::PartViewer;

/// A file of a line.
pub(super) struct Attached {
    /// What it is, in a word.
    pub(super) what: &'static str,
    /// Its name; empty when it has none.
    pub(super) name: String,
    /// How large it is; empty when nobody says.
    pub(super) size: String,
    pub(super) state: State,
}

/// Whether it can be looked at.
pub(super) enum State {
    /// A picture at that path.
    Picture(String),
    /// A voice message or another recording at that path.
    Sound(String),
    /// To be saved from that path.
    File(String),
    /// It is still to be fetched.
    Waiting,
    /// It will not come.
    Lost,
}

/// The files by the message that they belong to.
pub(super) fn by_message(
    chat: &ChatId,
    media: Vec<ArchiveMedia>,
    language: Language,
) -> BTreeMap<MessageId, Vec<Attached>> {
    let mut files: BTreeMap<MessageId, Vec<Attached>> = BTreeMap::new();
    for one in media {
        let attached = attached(chat, &one, language);
        files.entry(one.message_id).or_default().push(attached);
    }
    files
}

fn attached(chat: &ChatId, media: &ArchiveMedia, language: Language) -> Attached {
    let place = media.place.to_string();
    let message = media.message_id.as_str();
    let path = path_of(&["chats", chat.as_str(), "files", message, &place]);
    let state = match (&media.digest, &media.lost, media.kind.as_str()) {
        (None, Some(_), _) => State::Lost,
        (None, None, _) => State::Waiting,
        (Some(_), _, "image" | "emotion") => State::Picture(path),
        (Some(_), _, "voice" | "recording") => State::Sound(path),
        (Some(_), ..) => State::File(path),
    };
    Attached {
        what: match media.kind.as_str() {
            "image" => language.say("图片", "Picture"),
            "emotion" => language.say("表情", "Sticker"),
            "voice" => language.say("语音", "Voice"),
            "recording" => language.say("录音", "Recording"),
            "video" => language.say("视频", "Video"),
            _ => language.say("文件", "File"),
        },
        name: media.name.clone(),
        size: size(media.length.max(media.received)),
        state,
    }
}

/// `12 KB` or `3.4 MB`; empty for nothing.
fn size(bytes: i64) -> String {
    const MEGABYTE: i64 = 1 << 20;
    match bytes {
        ..=0 => String::new(),
        1..MEGABYTE => format!("{} KB", (bytes + 1023) / 1024),
        _ => format!(
            "{}.{} MB",
            bytes / MEGABYTE,
            bytes % MEGABYTE * 10 / MEGABYTE
        ),
    }
}

/// `GET /chats/{chat}/files/{message}/{place}`.
pub(in crate::web) async fn file(
    shared: Data<Shared>,
    part: PartViewer,
    path: Path<(String, String, i64)>,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let (chat, message, place) = path.into_inner();
    let chat = visible(&shared, &part.viewer, &chat).await?;
    let message = message_of(&shared, &chat, &message).await?;
    let media = shared.store.media_of_message(&message.id).await?;
    let media = media.into_iter().find(|media| media.place == place);
    let media = media.ok_or(PageError::NotFound)?;
    let digest = media.digest.as_deref().ok_or(PageError::NotFound)?;
    view(&shared, &part.viewer, &request)
        .record_new([chat.id.clone()])
        .await?;
    let bytes = kept_file::bytes(&shared, digest).await?;
    let name = (media.name.as_str(), part.viewer.look.language);
    kept_file::answer(bytes, name, is_shown).await
}

/// Pictures and sound, which can hold no script; all else is saved.
const fn is_shown(kind: FileKind) -> bool {
    matches!(
        kind,
        FileKind::Jpeg
            | FileKind::Png
            | FileKind::Gif
            | FileKind::Webp
            | FileKind::AmrNarrowband
            | FileKind::AmrWideband
            | FileKind::M4a
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_told_as_people_read_it() {
        for (bytes, told) in [
            (0, ""),
            (1, "1 KB"),
            (1025, "2 KB"),
            (1 << 20, "1.0 MB"),
            ((7 << 20) + (1 << 19), "7.5 MB"),
        ] {
            assert_eq!(size(bytes), told);
        }
    }

    #[test]
    fn only_pictures_and_sound_are_shown() {
        for kind in [FileKind::Jpeg, FileKind::Gif, FileKind::AmrNarrowband] {
            assert!(is_shown(kind));
        }
        for kind in [
            FileKind::Pdf,
            FileKind::Text,
            FileKind::Mp4,
            FileKind::Docx,
            FileKind::Unknown,
        ] {
            assert!(!is_shown(kind));
        }
    }
}
