//! DingTalk: by the code of its script inside the client, by OAuth in a browser.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Json, JsonConfig};
use actix_web::{HttpRequest, HttpResponse};
use dingdan_webhooks::dingtalk::link::oauth_url;
use serde::{Deserialize, Serialize};

use super::attempt::{self, Browser};
use super::limit::{LoginLimit, admit};
use super::log_in;
use super::oauth::{self, Way};
use crate::platform::{CallError, Dingtalk, Refusal};
use crate::shared::Shared;
use crate::web::error::PageError;
use crate::web::same_site::require_own_page;

const LARGEST_BODY: usize = 4096;

/// What the page inside DingTalk sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InAppLogin {
    code: String,
    state: String,
}

/// What it is answered: where to go, or the state of another try, for which a fresh code may do.
#[derive(Serialize)]
#[serde(untagged)]
enum InAppAnswer {
    Next { next: String },
    Again { again: String },
}

pub(super) fn in_app_body() -> JsonConfig {
    JsonConfig::default()
        .limit(LARGEST_BODY)
        .error_handler(|_, _| PageError::BadRequest.into())
}

/// `POST /login/dingtalk`. A code that is spent is answered with 409: the page then fetches
/// another, once, and comes back with the state of the answer.
pub(super) async fn in_app(
    shared: Data<Shared>,
    limit: Data<LoginLimit>,
    request: HttpRequest,
    login: Json<InAppLogin>,
) -> Result<HttpResponse, PageError> {
    admit(&shared, &limit, &request)?;
    require_own_page(&request, &shared.settings.server.public_url)?;
    let browser = Browser::known(&shared, &request)?;
    let next = attempt::take(&shared, &browser, &login.state).await?;
    let user_id = match dingtalk(&shared)?.user_of_app_code(&login.code).await {
        Err(CallError::Refused {
            refusal: Refusal::LoginCode,
            ..
        }) => {
            let again = attempt::remember(&shared, &browser, &next).await?;
            return Ok(HttpResponse::Conflict().json(InAppAnswer::Again { again }));
        }
        user_id => user_id?,
    };
    let person = shared.store.person_in_dingtalk(&user_id).await?;
    let session = log_in(&shared, &request, person, "dingtalk_app").await?;
    Ok(HttpResponse::Ok()
        .cookie(session)
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(InAppAnswer::Next {
            next: next.to_string(),
        }))
}

/// `GET /login/dingtalk/start?next=…`.
pub(super) async fn start(
    shared: Data<Shared>,
    limit: Data<LoginLimit>,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let settings = shared.settings.dingtalk.as_ref();
    let settings = settings.ok_or(PageError::NotFound)?;
    let address =
        |back: &str, state: &str| oauth_url(&settings.login_base, &settings.app_key, back, state);
    oauth::start(&shared, &limit, &request, "dingtalk", address).await
}

/// `GET /login/dingtalk/return?authCode=…&state=…`.
pub(super) async fn come_back(
    shared: Data<Shared>,
    limit: Data<LoginLimit>,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let person = async |code: String| {
        let user_id = dingtalk(&shared)?.user_of_oauth_code(&code).await?;
        Ok(shared.store.person_in_dingtalk(&user_id).await?)
    };
    let way = Way {
        code: "authCode",
        name: "dingtalk_browser",
    };
    oauth::come_back(&shared, &limit, &request, way, person).await
}

fn dingtalk(shared: &Shared) -> Result<&Dingtalk, PageError> {
    shared.dingtalk.as_ref().ok_or(PageError::NotFound)
}
