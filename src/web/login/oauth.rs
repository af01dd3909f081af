//! What OAuth has in common on both platforms: out to the platform's page, and back with its code.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse};

use super::limit::{LoginLimit, admit};
use super::{attempt, log_in};
use crate::shared::Shared;
use crate::store::Person;
use crate::web::error::PageError;
use crate::web::respond::{self, Policy};

/// How a platform comes back.
pub(super) struct Way {
    /// The parameter that carries its code.
    pub(super) code: &'static str,
    /// What the log calls it.
    pub(super) name: &'static str,
}

/// Sends the browser to the platform's page, at `address(where to come back, state)`.
///
/// # Errors
/// When there were too many logins from there, and when the store fails.
pub(super) async fn start(
    shared: &Shared,
    limit: &LoginLimit,
    request: &HttpRequest,
    platform: &str,
    address: impl FnOnce(&str, &str) -> String,
) -> Result<HttpResponse, PageError> {
    admit(shared, limit, request)?;
    let back = format!(
        "{}/login/{platform}/return",
        shared.settings.server.public_url
    );
    attempt::begin(shared, request, |state| address(&back, state)).await
}

/// Logs in the person whom the platform names for its code, and goes on to where the login began.
///
/// # Errors
/// When the login isn't under way in that browser, nobody is known by the code, or something fails.
pub(super) async fn come_back(
    shared: &Shared,
    limit: &LoginLimit,
    request: &HttpRequest,
    way: Way,
    person: impl AsyncFnOnce(String) -> Result<Option<Person>, PageError>,
) -> Result<HttpResponse, PageError> {
    admit(shared, limit, request)?;
    let (code, next) = attempt::finish(shared, request, way.code).await?;
    let person = person(code).await?;
    let session = log_in(shared, request, person, way.name).await?;
    Ok(respond::with(StatusCode::SEE_OTHER, Policy::Own)
        .cookie(session)
        .insert_header((LOCATION, next.as_str()))
        .finish())
}
