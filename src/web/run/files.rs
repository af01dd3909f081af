//! The files of a run, as reps gave them: handed out to whom the run is shown, on record first.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::visible;
use crate::domain::RunId;
use crate::engine::{Evidence, Given, Run};
use crate::evidence::FileKind;
use crate::shared::Shared;
use crate::store::NewFileView;
use crate::web::client_address::client_address;
use crate::web::error::PageError;
use crate::web::kept_file;
use crate::web::query::path_of;
use crate::web::viewer::Viewer;
use crate::web::views::unrecorded;

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
    let bytes = kept_file::bytes(&shared, &sha256).await?;
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
    let name = (evidence.name.as_str(), viewer.look.language);
    kept_file::answer(bytes, name, is_shown).await
}

/// What can hold no script, and documents, for which browsers have a reader of their own.
const fn is_shown(kind: FileKind) -> bool {
    matches!(kind, FileKind::Pdf | FileKind::Png | FileKind::Jpeg)
}
