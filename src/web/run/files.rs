//! The files of a run, as reps gave them: handed out to whom the run is shown, on record first.
//!
//! They are what a stranger may have made, so a browser is told what they are by their content, not
//! by their name, shows only what can hold no script, and runs nothing of it.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, Charset, ContentDisposition, DispositionParam, DispositionType,
    ExtendedValue,
};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::visible;
use crate::domain::RunId;
use crate::engine::{Evidence, Given, Run};
use crate::evidence::depot::{DepotError, Digest};
use crate::evidence::{FileKind, sniff};
use crate::shared::Shared;
use crate::store::NewFileView;
use crate::web::client_address::client_address;
use crate::web::error::PageError;
use crate::web::query::path_of;
use crate::web::respond::{self, Policy};
use crate::web::viewer::Viewer;
use crate::web::views::unrecorded;

/// Longer names are cut.
const LONGEST_NAME: usize = 100;

/// Where the file is that was given, if a file was.
pub(in crate::web) fn path(run: &RunId, given: &Given) -> Option<String> {
    let evidence = kept(given)?;
    Some(path_of(&["runs", run.as_str(), "files", &evidence.sha256]))
}

fn kept(given: &Given) -> Option<&Evidence> {
    match given {
        Given::Evidence { evidence } if !evidence.sha256.is_empty() => Some(evidence),
        _ => None,
    }
}

/// The file that was given for the run, now or formerly.
fn given(run: &Run, sha256: &str) -> Option<Evidence> {
    let now = run.answers.values();
    let all = now.chain(run.past.iter().map(|past| &past.answer));
    all.filter_map(|answer| kept(&answer.given))
        .find(|evidence| evidence.sha256 == sha256)
        .cloned()
}

/// What people call the file of that run.
pub(super) fn name(run: &Run, sha256: &str) -> Option<String> {
    given(run, sha256).map(|evidence| evidence.name)
}

/// `GET /runs/{run}/files/{file}`.
pub(in crate::web) async fn file(
    shared: Data<Shared>,
    viewer: Viewer,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let (run, sha256) = path.into_inner();
    let found = visible(&shared, &viewer, &run).await?;
    let evidence = given(&found.run, &sha256).ok_or(PageError::NotFound)?;
    let digest: Digest = sha256.parse().map_err(|_| PageError::NotFound)?;
    let bytes = shared.depot.get(digest).await.map_err(unavailable)?;
    let proxies = &shared.settings.server.trusted_proxies;
    let address = client_address(&request, proxies).map(|address| address.to_string());
    let view = NewFileView {
        person: &viewer.person.id,
        session: &viewer.session,
        run: &found.row.id,
        sha256: &sha256,
        at: shared.clock.now(),
        address: address.as_deref().unwrap_or_default(),
    };
    let recorded = shared.store.record_file_view(&view).await;
    recorded.map_err(unrecorded)?;
    let sniffed = actix_web::web::block(move || (sniff(&bytes), bytes)).await;
    let (kind, bytes) = sniffed.map_err(|error| PageError::Internal(error.into()))?;
    Ok(respond::with(StatusCode::OK, Policy::Own)
        .content_type(kind.mime())
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header(disposition(kind, &evidence.name))
        .body(bytes))
}

fn unavailable(error: DepotError) -> PageError {
    let error = anyhow::Error::new(error).context("get a file out of where it is kept");
    PageError::Unavailable(error)
}

/// Nothing of it runs, loads anything or stands in a frame.
const POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

fn disposition(kind: FileKind, name: &str) -> ContentDisposition {
    let is_shown = matches!(kind, FileKind::Pdf | FileKind::Png | FileKind::Jpeg);
    let name = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: saved_as(kind, name).into_bytes(),
    };
    ContentDisposition {
        disposition: if is_shown {
            DispositionType::Inline
        } else {
            DispositionType::Attachment
        },
        parameters: vec![DispositionParam::FilenameExt(name)],
    }
}

/// The sender's name for it, with the ending of what it is: what is saved opens as that.
fn saved_as(kind: FileKind, name: &str) -> String {
    let is_plain =
        |character: &char| !character.is_control() && !r#"/\:*?"<>|"#.contains(*character);
    let name: String = name.chars().filter(is_plain).take(LONGEST_NAME).collect();
    let name = match name.trim_matches(['.', ' ']) {
        "" => "附件",
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
            assert_eq!(saved_as(kind, name), saved);
        }
    }

    #[test]
    fn only_what_holds_no_script_is_shown() {
        for kind in [FileKind::Pdf, FileKind::Png, FileKind::Jpeg] {
            assert_eq!(disposition(kind, "a").disposition, DispositionType::Inline);
        }
        for kind in [
            FileKind::Text,
            FileKind::Csv,
            FileKind::Webp,
            FileKind::Unknown,
        ] {
            let disposition = disposition(kind, "a").disposition;
            assert_eq!(disposition, DispositionType::Attachment);
        }
    }
}
