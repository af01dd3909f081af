//! A login under way: bound to the browser that began it, good for five minutes and once.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;

use crate::shared::Shared;
use crate::store::StoreError;
use crate::web::error::PageError;
use crate::web::next_path::NextPath;
use crate::web::query::Parameters;
use crate::web::respond::{self, Policy};
use crate::web::session::{self, Token};

/// Longer than anyone needs to say yes.
const GOOD_FOR: Duration = Duration::from_secs(5 * 60);
/// What the platforms' codes are shorter than.
const LONGEST_CODE: usize = 512;

const BOUND: &str = "login under way";

/// A browser, known by a cookie from the login page on. Nothing of it is stored before a login begins.
pub(super) struct Browser {
    token: Token,
    is_secure: bool,
}

impl Browser {
    /// The browser of the request, known or new.
    pub(super) fn of(shared: &Shared, request: &HttpRequest) -> Self {
        let is_secure = shared.settings.server.is_secure();
        let token = Token::of(request, session::login_cookie_name(is_secure));
        Self {
            token: token.unwrap_or_else(Token::random),
            is_secure,
        }
    }

    /// The browser of the request, if it is known.
    pub(super) fn known(shared: &Shared, request: &HttpRequest) -> Result<Self, PageError> {
        let is_secure = shared.settings.server.is_secure();
        let token = Token::of(request, session::login_cookie_name(is_secure));
        token
            .map(|token| Self { token, is_secure })
            .ok_or(PageError::LoginExpired)
    }

    pub(super) fn cookie(&self) -> Cookie<'static> {
        let name = session::login_cookie_name(self.is_secure);
        session::cookie(name, self.token.expose().to_owned(), self.is_secure)
    }

    /// What a login under way is bound to.
    fn bound(&self) -> String {
        self.token.derived(BOUND)
    }
}

/// Remembers a login of that browser; the state to come back with.
///
/// # Errors
/// When the store fails.
pub(super) async fn remember(
    shared: &Shared,
    browser: &Browser,
    next: &NextPath,
) -> Result<String, StoreError> {
    // Letters and digits only: WeCom takes nothing else for a state (91022).
    let state: String = rand::random::<[u8; 16]>()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let now = shared.clock.now();
    let oldest = now.minus(GOOD_FOR);
    shared
        .store
        .begin_login(&hash(&state), &browser.bound(), next.as_str(), now, oldest)
        .await?;
    Ok(state)
}

/// Takes the login that the browser comes back with, once: where to go.
///
/// # Errors
/// [`PageError::LoginExpired`] when there is none any more, and when the store fails.
pub(super) async fn take(
    shared: &Shared,
    browser: &Browser,
    state: &str,
) -> Result<NextPath, PageError> {
    let begun = shared
        .store
        .take_login(&hash(state), &browser.bound())
        .await?;
    let (next, since) = begun.ok_or(PageError::LoginExpired)?;
    if shared.clock.now().since(since) >= GOOD_FOR {
        return Err(PageError::LoginExpired);
    }
    Ok(NextPath::parse(&next))
}

/// Remembers a login under way, and sends the browser to the platform's page at `address(state)`.
///
/// # Errors
/// When the store fails.
pub(super) async fn begin(
    shared: &Shared,
    request: &HttpRequest,
    address: impl FnOnce(&str) -> String,
) -> Result<HttpResponse, PageError> {
    let asked = Parameters::of(request.query_string());
    let next = NextPath::parse(asked.get("next").unwrap_or("/"));
    let browser = Browser::of(shared, request);
    let state = remember(shared, &browser, &next).await?;
    Ok(respond::with(StatusCode::SEE_OTHER, Policy::Own)
        .cookie(browser.cookie())
        .insert_header((LOCATION, address(&state)))
        .finish())
}

/// Takes the login under way that the browser comes back with: the platform's code, and where to go.
///
/// # Errors
/// [`PageError::LoginExpired`] when there is none, and when the store fails.
pub(super) async fn finish(
    shared: &Shared,
    request: &HttpRequest,
    code: &str,
) -> Result<(String, NextPath), PageError> {
    let browser = Browser::known(shared, request)?;
    let asked = Parameters::of(request.query_string());
    let (Some(code), Some(state)) = (asked.get(code), asked.get("state")) else {
        return Err(PageError::LoginExpired);
    };
    let next = take(shared, &browser, state).await?;
    if code.len() > LONGEST_CODE {
        return Err(PageError::LoginExpired);
    }
    Ok((code.to_owned(), next))
}

fn hash(state: &str) -> String {
    use base64::Engine as _;
    use sha2::{Digest, Sha256};
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(Sha256::digest(state))
}
