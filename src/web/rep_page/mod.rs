//! 填写页: a rep answers a run's questions, those too that no card and no chat can take.
//!
//! Only the deal's rep has it; for everyone else it isn't there. Each question is a form of its own
//! and is saved at once, so nothing is lost that was filled in, and none needs a script: what a form
//! can't say in HTML isn't asked. What is wrong with an answer, the engine says.

mod answered;
mod posted;
mod sdk;
mod upload;
mod view;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Form, FormConfig, Path, Payload, ServiceConfig, get, post, resource};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::error::PageError;
use super::query::path_of;
use super::respond::{self, Policy};
use super::same_site::require_own_page;
use super::session::{self, Token};
use super::viewer::Viewer;
use super::views::{Place, View};
use crate::domain::{RunId, Timestamp};
use crate::engine::{self, Definitions, FormQuestion, Question, QuestionKind, Run};
use crate::intake::{self, LookedInto};
use crate::journal::{self, Deal};
use crate::shared::Shared;
use answered::Outcome;
use posted::Posted;
use sdk::Sdk;
use upload::{Unread, Uploaded};
use view::{Draft, RepPage};

/// Far more than fifty rows of a table need.
const LARGEST_FORM: usize = 256 * 1024;

/// The routes of the page.
pub(super) fn routes(config: &mut ServiceConfig) {
    let form = FormConfig::default()
        .limit(LARGEST_FORM)
        .error_handler(|_, _| PageError::BadRequest.into());
    config
        .route("/m/runs/{run}", get().to(page))
        .service(
            resource("/m/runs/{run}/questions/{question}")
                .app_data(form)
                .route(get().to(back))
                .route(post().to(answer)),
        )
        .service(
            resource("/m/runs/{run}/questions/{question}/file")
                .route(get().to(back))
                .route(post().to(send_file)),
        );
}

/// A run that its rep has opened.
struct Opened {
    id: RunId,
    deal: Deal,
    definitions: Definitions,
    now: Timestamp,
}

impl Opened {
    fn run(&self) -> Result<&Run, PageError> {
        let run = self.deal.state.runs.get(&self.id);
        run.map(Box::as_ref).ok_or(PageError::NotFound)
    }

    fn form(&self) -> Result<engine::Form<'_>, PageError> {
        let form = self
            .definitions
            .form(&self.deal.context, &self.deal.state, &self.id, self.now);
        form.ok_or(PageError::NotFound)
    }

    fn question(&self, key: &str) -> Result<FormQuestion<'_>, PageError> {
        let questions = self.form()?.questions.into_iter();
        let mut of_key = questions.filter(|asked| asked.question.key == key);
        of_key.next().ok_or(PageError::NotFound)
    }

    fn path(&self) -> String {
        path_of(&["m", "runs", self.id.as_str()])
    }
}

/// `GET /m/runs/{run}`.
async fn page(
    shared: Data<Shared>,
    viewer: Viewer,
    run: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let opened = open(&shared, &viewer, &run).await?;
    let chat = opened.run()?.cause.heard().map(|heard| heard.chat.clone());
    let view = View {
        shared: &shared,
        viewer: &viewer,
        request: &request,
        place: Place::Run,
    };
    view.record(chat, None).await?;
    let sdk = Sdk::of(&shared, &request).await;
    let page = drawn(&shared, &viewer, &opened, None)?.with_sdk(sdk);
    let origin = page.further_origin();
    let policy = origin.as_deref().map_or(Policy::Own, Policy::WithPlatform);
    Ok(respond::with(StatusCode::OK, policy).body(page.render()?))
}

/// A form's address, opened again after a login: to its page.
async fn back(path: Path<(String, String)>) -> HttpResponse {
    let (run, _) = path.into_inner();
    see_other(&path_of(&["m", "runs", &run]))
}

/// `POST /m/runs/{run}/questions/{question}`: choices, words or rows.
async fn answer(
    shared: Data<Shared>,
    viewer: Viewer,
    path: Path<(String, String)>,
    request: HttpRequest,
    fields: Form<Vec<(String, String)>>,
) -> Result<HttpResponse, PageError> {
    let (run, key) = path.into_inner();
    let fields = posted::Fields(fields.into_inner());
    require_own_page(&request, &shared.settings.server.public_url)?;
    if !vouches(&shared, &request, fields.get("csrf")) {
        return Err(PageError::Forged);
    }
    let opened = open(&shared, &viewer, &run).await?;
    let asked = opened.question(&key)?;
    match posted::read(&asked, &opened.id, &viewer.person.id, &fields) {
        Posted::Nothing => Err(PageError::BadRequest),
        Posted::Rows(rows) => {
            let draft = Draft::of_rows(key, rows);
            draw(&shared, &viewer, &opened, Some(&draft), StatusCode::OK)
        }
        Posted::Wrong(sentence) => {
            let draft = Draft::wrong(key, sentence, fields);
            refuse(&shared, &viewer, &opened, &draft)
        }
        Posted::Events(events) => {
            let draft = |sentence| Draft::wrong(key.clone(), sentence, fields);
            let answer = (key.as_str(), events.as_slice(), None);
            take(&shared, &viewer, &opened, answer, draft).await
        }
    }
}

/// `POST /m/runs/{run}/questions/{question}/file`.
async fn send_file(
    shared: Data<Shared>,
    viewer: Viewer,
    path: Path<(String, String)>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, PageError> {
    let (run, key) = path.into_inner();
    require_own_page(&request, &shared.settings.server.public_url)?;
    let opened = open(&shared, &viewer, &run).await?;
    let asked = opened.question(&key)?;
    if !view::takes_files(asked.question) {
        return Err(PageError::BadRequest);
    }
    let largest = shared.settings.storage.files.largest_length();
    let vouched = |csrf: &str| vouches(&shared, &request, csrf);
    let refused = |sentence: String| Draft::wrong(key.clone(), sentence, posted::Fields::default());
    let file = match upload::read(&request, payload, largest, vouched).await {
        Ok(file) => file,
        Err(Unread::Forged) => return Err(PageError::Forged),
        Err(Unread::Malformed) => return Err(PageError::BadRequest),
        Err(Unread::NoFile) => {
            let draft = refused(
                viewer
                    .look
                    .say(
                        "还没有选择文件，请选好再上传。",
                        "No file is chosen yet. Please choose one and send it.",
                    )
                    .to_owned(),
            );
            return refuse(&shared, &viewer, &opened, &draft);
        }
        Err(Unread::TooLarge) => {
            let draft = refused(intake::too_large(largest));
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            return draw(&shared, &viewer, &opened, Some(&draft), status);
        }
    };
    prove(&shared, &viewer, &opened, asked.question, file).await
}

/// Looks into a file that came, and lets the engine have what was found.
async fn prove(
    shared: &Arc<Shared>,
    viewer: &Viewer,
    opened: &Opened,
    question: &Question,
    Uploaded { name, bytes }: Uploaded,
) -> Result<HttpResponse, PageError> {
    let key = &question.key;
    let refused = |sentence| Draft::wrong(key.clone(), sentence, posted::Fields::default());
    let customer = &opened.deal.row.customer_id;
    let bought = match question.kind {
        QuestionKind::PartsList { .. } => shared.store.models_bought_by(customer).await?,
        _ => Vec::new(),
    };
    let file = match intake::look_into(shared, question, bought, &name, bytes).await {
        Ok(file) => file,
        Err(sentence) => return refuse(shared, viewer, opened, &refused(sentence)),
    };
    let events = [engine::Event::Proved {
        run: opened.id.clone(),
        question: key.clone(),
        evidence: file.evidence().clone(),
        by: viewer.person.id.clone(),
    }];
    let answer = (key.as_str(), events.as_slice(), Some(file));
    take(shared, viewer, opened, answer, refused).await
}

/// Lets the engine have the answer to a question, and keeps its file. A good one leads back to the page; what is wrong with another
/// is shown where it was given.
async fn take(
    shared: &Arc<Shared>,
    viewer: &Viewer,
    opened: &Opened,
    (key, events, file): (&str, &[engine::Event], Option<LookedInto>),
    refused: impl FnOnce(String) -> Draft,
) -> Result<HttpResponse, PageError> {
    if !opened.run()?.phase.is_unfinished() {
        return Ok(see_other(&opened.path()));
    }
    let (stepped, at) = answered::step(shared, opened, (key, events), file).await?;
    let after = open(shared, viewer, opened.id.as_str()).await?;
    match answered::outcome(&after, key, at, &stepped, viewer.look.language)? {
        Outcome::Kept => Ok(see_other(&after.path())),
        Outcome::Refused(sentence) => refuse(shared, viewer, &after, &refused(sentence)),
    }
}

/// The run, if the viewer is the rep whose deal it is of.
async fn open(shared: &Shared, viewer: &Viewer, run: &str) -> Result<Opened, PageError> {
    let id: RunId = run.parse().map_err(|_| PageError::NotFound)?;
    let deal = journal::deal_of_run(&shared.store, &id, &viewer.person.id).await?;
    Ok(Opened {
        id,
        deal: deal.ok_or(PageError::NotFound)?,
        definitions: shared.definitions(),
        now: shared.clock.now(),
    })
}

/// Whether the form was drawn for this session.
fn vouches(shared: &Shared, request: &HttpRequest, csrf: &str) -> bool {
    let name = session::cookie_name(shared.settings.server.is_secure());
    Token::of(request, name).is_some_and(|token| token.vouches_for(csrf))
}

fn refuse(
    shared: &Shared,
    viewer: &Viewer,
    opened: &Opened,
    draft: &Draft,
) -> Result<HttpResponse, PageError> {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    draw(shared, viewer, opened, Some(draft), status)
}

fn draw(
    shared: &Shared,
    viewer: &Viewer,
    opened: &Opened,
    draft: Option<&Draft>,
    status: StatusCode,
) -> Result<HttpResponse, PageError> {
    let page = drawn(shared, viewer, opened, draft)?;
    Ok(respond::with(status, Policy::Own).body(page.render()?))
}

fn drawn(
    shared: &Shared,
    viewer: &Viewer,
    opened: &Opened,
    draft: Option<&Draft>,
) -> Result<RepPage, PageError> {
    let largest = shared.settings.storage.files.largest;
    let form = opened.form()?;
    RepPage::new(opened, &form, &viewer.csrf, largest, draft, viewer.look)
}

fn see_other(path: &str) -> HttpResponse {
    respond::with(StatusCode::SEE_OTHER, Policy::Own)
        .insert_header((LOCATION, path))
        .finish()
}
