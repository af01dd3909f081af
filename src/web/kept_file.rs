//! A file that a stranger may have made, handed out: a browser is told what it is by its content, not by
//! its name, shows only what can hold no script, and runs nothing of it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, Charset, ContentDisposition, DispositionParam, DispositionType,
    ExtendedValue,
};

use super::error::PageError;
use super::language::Language;
use super::respond::{self, Policy};
use crate::evidence::depot::{DepotError, Digest};
use crate::evidence::{FileKind, sniff};
use crate::shared::Shared;

/// Longer names are cut.
const LONGEST_NAME: usize = 100;
/// Nothing of it runs, loads anything or stands in a frame.
const POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// The file of that digest.
///
/// # Errors
/// When the depot doesn't give it.
pub(super) async fn bytes(shared: &Shared, digest: &str) -> Result<Vec<u8>, PageError> {
    let digest: Digest = digest.parse().map_err(|_| PageError::NotFound)?;
    let unavailable = |error: DepotError| {
        let error = anyhow::Error::new(error).context("get a file out of where it is kept");
        PageError::Unavailable(error)
    };
    shared.depot.get(digest).await.map_err(unavailable)
}

/// Hands it out; `is_shown` says of which kinds a browser may show it instead of saving it.
///
/// # Errors
/// When it can't be looked into.
pub(super) async fn answer(
    bytes: Vec<u8>,
    (name, language): (&str, Language),
    is_shown: fn(FileKind) -> bool,
) -> Result<HttpResponse, PageError> {
    let sniffed = actix_web::web::block(move || (sniff(&bytes), bytes)).await;
    let (kind, bytes) = sniffed.map_err(|error| PageError::Internal(error.into()))?;
    Ok(respond::with(StatusCode::OK, Policy::Own)
        .content_type(kind.mime())
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header(disposition(kind, &saved_as(kind, name, language), is_shown))
        .body(bytes))
}

fn disposition(kind: FileKind, name: &str, is_shown: fn(FileKind) -> bool) -> ContentDisposition {
    let name = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: name.as_bytes().to_vec(),
    };
    ContentDisposition {
        disposition: if is_shown(kind) {
            DispositionType::Inline
        } else {
            DispositionType::Attachment
        },
        parameters: vec![DispositionParam::FilenameExt(name)],
    }
}

/// The sender's name for it, with the ending of what it is: what is saved opens as that.
fn saved_as(kind: FileKind, name: &str, language: Language) -> String {
    let is_plain =
        |character: &char| !character.is_control() && !r#"/\:*?"<>|"#.contains(*character);
    let name: String = name.chars().filter(is_plain).take(LONGEST_NAME).collect();
    let name = match name.trim_matches(['.', ' ']) {
        "" => language.say("附件", "attachment"),
        name => name,
    };
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_lowercase());
    match ending.as_deref() {
        Some("jpeg") if kind == FileKind::Jpeg => name.to_owned(),
        Some(ending) if ending == kind.extension() => name.to_owned(),
        _ => format!("{name}.{}", kind.extension()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_file_opens_as_what_it_is() {
        for (kind, name, saved) in [
            (FileKind::Pdf, "需求确认单.pdf", "需求确认单.pdf"),
            (FileKind::Pdf, "需求确认单.PDF", "需求确认单.PDF"),
            (FileKind::Jpeg, "a.jpeg", "a.jpeg"),
            (FileKind::Text, "page.html", "page.html.txt"),
            (FileKind::Unknown, "setup.exe", "setup.exe.bin"),
            (FileKind::Png, "../../etc/passwd\r\n", "etcpasswd.png"),
            (FileKind::AmrNarrowband, "", "附件.amr"),
        ] {
            assert_eq!(saved_as(kind, name, Language::Chinese), saved);
        }
        let unnamed = saved_as(FileKind::Pdf, "", Language::English);
        assert_eq!(unnamed, "attachment.pdf");
    }

    #[test]
    fn only_what_is_to_be_shown_is_not_saved() {
        let is_shown = |kind| matches!(kind, FileKind::Png);
        let shown = disposition(FileKind::Png, "a", is_shown).disposition;
        assert_eq!(shown, DispositionType::Inline);
        for kind in [
            FileKind::Text,
            FileKind::Csv,
            FileKind::Webp,
            FileKind::Unknown,
        ] {
            let disposition = disposition(kind, "a", is_shown).disposition;
            assert_eq!(disposition, DispositionType::Attachment);
        }
    }
}
