//! 节点: one run whole, and what its supervisors may do with it. Reps see theirs and change nothing.

mod acting;
mod clock;
mod drawn;
pub(super) mod files;
#[cfg(test)]
mod tests;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Form, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::error::PageError;
use super::frame::{Frame, Tab};
use super::query::path_of;
use super::respond::{self, Policy};
use super::same_site::require_own_page;
use super::standing::Light;
use super::viewer::Viewer;
use super::views::{Place, View};
use crate::journal::{self, Outcome};
use crate::shared::Shared;
use crate::standing_run::{StandingRun, standing_run};
use acting::{Can, Wanted};
pub(super) use drawn::given_told;
use drawn::{Question, Quote, Waiting};

/// So many looks at files are shown.
const LOOKS: i64 = 20;

#[derive(Template)]
#[template(path = "run.html")]
struct RunPage {
    frame: Frame,
    path: String,
    title: String,
    customer: String,
    deal: String,
    deal_path: String,
    rep: String,
    light: Light,
    when: String,
    why: String,
    quote: Option<Quote>,
    /// What was decided, in a sentence each: waived, returned, looked at.
    decisions: Vec<String>,
    questions: Vec<Question>,
    clock: Vec<(String, String)>,
    /// Who opened which file, and when.
    looks: Vec<(String, String, String)>,
    can: Can,
    /// What waits for a look.
    waiting: Vec<Waiting>,
    /// Why what was wanted was not done.
    refusal: Option<String>,
}

/// `GET /runs/{run}`.
pub(super) async fn page(
    shared: Data<Shared>,
    viewer: Viewer,
    run: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let found = visible(&shared, &viewer, &run).await?;
    let page = drawn_for(&shared, &viewer, &request, &found).await?;
    respond::page(&page)
}

/// `POST /runs/{run}`: what a supervisor wants.
pub(super) async fn act(
    shared: Data<Shared>,
    viewer: Viewer,
    run: Path<String>,
    request: HttpRequest,
    form: Form<Wanted>,
) -> Result<HttpResponse, PageError> {
    require_own_page(&request, &shared.settings.server.public_url)?;
    viewer.require_own_form(&form.csrf)?;
    let found = visible(&shared, &viewer, &run).await?;
    let language = viewer.look.language;
    let act = match form.act(language)? {
        Ok(act) => act,
        Err(refusal) => return refused(&shared, &viewer, &request, &found, refusal).await,
    };
    let cause = format!("page:{}", viewer.person.id);
    match journal::supervise(&shared, &found.row.id, &viewer.person, act, &cause).await? {
        Outcome::Done => {
            let back = form.back().unwrap_or_else(|| path_of(&["runs", &run]));
            Ok(respond::with(StatusCode::SEE_OTHER, Policy::Own)
                .insert_header((LOCATION, back))
                .finish())
        }
        Outcome::Senseless(why) => {
            let found = visible(&shared, &viewer, &run).await?;
            let why = language.say(why.chinese(), why.page_english()).to_owned();
            refused(&shared, &viewer, &request, &found, why).await
        }
        Outcome::NotTheirs | Outcome::Unknown => Err(PageError::NotFound),
    }
}

/// The page again, with a sentence why nothing was done.
async fn refused(
    shared: &Shared,
    viewer: &Viewer,
    request: &HttpRequest,
    found: &StandingRun,
    why: String,
) -> Result<HttpResponse, PageError> {
    let mut page = drawn_for(shared, viewer, request, found).await?;
    page.refusal = Some(why);
    Ok(respond::with(StatusCode::CONFLICT, Policy::Own).body(page.render()?))
}

/// The run, if its deal is one that the viewer may see.
async fn visible(shared: &Shared, viewer: &Viewer, run: &str) -> Result<StandingRun, PageError> {
    let row = shared.store.run_in(&viewer.scope, run).await?;
    let found = standing_run(shared, row.ok_or(PageError::NotFound)?).await?;
    found.ok_or(PageError::NotFound)
}

/// It tells customers' words, so the look is recorded first.
async fn drawn_for(
    shared: &Shared,
    viewer: &Viewer,
    request: &HttpRequest,
    found: &StandingRun,
) -> Result<RunPage, PageError> {
    let view = View {
        shared,
        viewer,
        request,
        place: Place::Run,
    };
    let heard = found.run.cause.heard();
    view.record(found.chats(), heard.map(|heard| &heard.message))
        .await?;
    let frame = Frame::new(Tab::None, viewer);
    let is_own = viewer.person.id == found.deal.rep_id;
    let is_supervisor = viewer.is_supervisor() && !is_own;
    let (definitions, now) = (shared.definitions(), viewer.now(shared));
    let looks = shared.store.file_views_of(&found.row.id, LOOKS).await?;
    let mut page = drawn::page(frame, found, &definitions, is_supervisor, now);
    page.looks = drawn::looks(&found.run, looks, now);
    page.clock = clock::lines(shared, found, |change| drawn::told(change, now), now).await?;
    Ok(page)
}
