//! The way out.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Form, FormConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use crate::shared::Shared;
use crate::web::error::PageError;
use crate::web::respond::{self, Policy};
use crate::web::same_site::require_own_page;
use crate::web::session::{self, Token};

const LARGEST_BODY: usize = 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogOut {
    csrf: String,
}

pub(super) fn form() -> FormConfig {
    FormConfig::default()
        .limit(LARGEST_BODY)
        .error_handler(|_, _| PageError::BadRequest.into())
}

/// `POST /logout`. Whoever has no session any more is out already.
pub(super) async fn log_out(
    shared: Data<Shared>,
    request: HttpRequest,
    form: Form<LogOut>,
) -> Result<HttpResponse, PageError> {
    require_own_page(&request, &shared.settings.server.public_url)?;
    let is_secure = shared.settings.server.is_secure();
    let name = session::cookie_name(is_secure);
    if let Some(token) = Token::of(&request, name) {
        if !token.vouches_for(&form.csrf) {
            return Err(PageError::Forged);
        }
        shared.store.end_session(&token.hash()).await?;
    }
    Ok(respond::with(StatusCode::SEE_OTHER, Policy::Own)
        .cookie(session::no_cookie(name, is_secure))
        .insert_header((LOCATION, "/login?stay=1"))
        .finish())
}
