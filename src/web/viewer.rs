//! Who looks at a page, and what they may see. The only way to a viewer is a session that holds,
//! and every page that shows anything asks for one.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use super::error::PageError;
use super::language::say;
use super::look::Look;
use super::moments::Now;
use super::next_path::NextPath;
use super::session::{self, Token, VIEWS};
use crate::shared::Shared;
use crate::store::{Person, SessionRow, ViewScope};

/// Somebody who is logged in and opens a page. Nobody is led to the login.
pub(super) struct Viewer {
    /// Who.
    pub(super) person: Person,
    /// What they may see; goes into every question to the store.
    pub(super) scope: ViewScope,
    /// What their forms have to carry.
    pub(super) csrf: String,
    token: Token,
    /// Names the session in the record of views; nobody gets back to its cookie.
    pub(super) session: String,
    /// How they want their pages.
    pub(super) look: Look,
    /// The page that they are on.
    pub(super) here: NextPath,
}

/// Somebody who is logged in and whose page asks for a part of itself. Nobody gets a 401, since a
/// login page in place of a part helps nobody. It doesn't keep the session alive.
pub(super) struct PartViewer {
    pub(super) viewer: Viewer,
    token: Token,
    session: SessionRow,
}

impl Viewer {
    fn new(person: Person, token: &Token, request: &HttpRequest) -> Self {
        Self {
            scope: ViewScope::of(&person),
            csrf: token.form_token(),
            token: token.clone(),
            session: token.derived(VIEWS),
            look: Look::of(request),
            here: NextPath::here(request),
            person,
        }
    }

    /// Whether they answer for reps: administrators and directors.
    pub(super) const fn is_supervisor(&self) -> bool {
        !matches!(self.scope, ViewScope::Rep(_))
    }

    /// Refuses a form that doesn't carry what ours do, compared in constant time.
    ///
    /// # Errors
    /// [`PageError::Forged`].
    pub(super) fn require_own_form(&self, csrf: &str) -> Result<(), PageError> {
        if self.token.vouches_for(csrf) {
            Ok(())
        } else {
            Err(PageError::Forged)
        }
    }

    /// This moment, as they are told of it.
    pub(super) fn now(&self, shared: &Shared) -> Now {
        Now {
            at: shared.clock.now(),
            language: self.look.language,
        }
    }

    /// What is said beside the name: which part of the company they see.
    pub(super) fn sees(&self) -> String {
        let language = self.look.language;
        match &self.scope {
            ViewScope::All => language
                .say("管理员 · 全部区域", "Administrator · all regions")
                .to_owned(),
            ViewScope::Director { region, .. } if region.is_empty() => language
                .say("总监 · 本团队", "Director · own team")
                .to_owned(),
            ViewScope::Director { region, .. } => {
                say!(language, "总监 · {region}", "Director · {region}")
            }
            ViewScope::Rep(_) => language.say("销售 · 本人", "Sales rep · own").to_owned(),
        }
    }
}

impl PartViewer {
    /// The part was asked for by hand, so it counts as use.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn note_use(&self, shared: &Shared) -> Result<(), PageError> {
        Ok(session::note_use(shared, &self.token, &self.session).await?)
    }
}

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, PageError>>>>;

impl FromRequest for Viewer {
    type Error = PageError;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let shared = shared_of(&request)?;
            let Some(found) = logged_in(&shared, &request).await? else {
                // A script that asks for some of a page has no use for the login in its place.
                return Err(if request.headers().contains_key("hx-request") {
                    PageError::LoggedOut
                } else {
                    PageError::LoginNeeded(NextPath::asked(&request))
                });
            };
            found.note_use(&shared).await?;
            Ok(found.viewer)
        })
    }
}

impl FromRequest for PartViewer {
    type Error = PageError;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let shared = shared_of(&request)?;
            logged_in(&shared, &request)
                .await?
                .ok_or(PageError::LoggedOut)
        })
    }
}

async fn logged_in(
    shared: &Shared,
    request: &HttpRequest,
) -> Result<Option<PartViewer>, PageError> {
    let name = session::cookie_name(shared.settings.server.is_secure());
    let Some(token) = Token::of(request, name) else {
        return Ok(None);
    };
    let Some(session) = session::person_of(shared, &token).await? else {
        return Ok(None);
    };
    // Read anew each time: a role or region that was taken away is gone at once.
    let person = shared.store.person(&session.person_id).await?;
    Ok(person.map(|person| PartViewer {
        viewer: Viewer::new(person, &token, request),
        token,
        session,
    }))
}

fn shared_of(request: &HttpRequest) -> Result<Data<Shared>, PageError> {
    let shared = request.app_data::<Data<Shared>>().cloned();
    shared.ok_or_else(|| {
        PageError::Internal(anyhow::anyhow!("the pages were not given what they share"))
    })
}
