//! Login: inside DingTalk by its script, in a browser by DingTalk's or WeCom's login page.
//!
//! Every login under way is bound to the browser that began it, works once, and ends by itself. A
//! preview service that follows a link has none of the browser's cookies, so it consumes nothing.
//! Sources: `open.dingtalk.com/document/orgapp/jsapi-request-auth-code`,
//! `open.dingtalk.com/document/orgapp/sso-overview`,
//! `developer.work.weixin.qq.com/document/path/91022`.

mod attempt;
mod dingtalk;
mod limit;
mod logout;
mod oauth;
mod wecom;

use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::http::header::{LOCATION, USER_AGENT};
use actix_web::web::{Data, ServiceConfig, get, post, resource};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::error::PageError;
use super::look::Look;
use super::next_path::{NextPath, query_of};
use super::query::Parameters;
use super::respond::{self, Policy};
use super::same_site::own_origin;
use super::session::{self, Token};
use crate::config::DingtalkSettings;
use crate::shared::Shared;
use crate::store::Person;
use attempt::Browser;
use limit::{LoginLimit, admit};

/// The login page.
#[derive(Template)]
#[template(path = "login.html")]
pub(super) struct LoginPage {
    pub(super) dingtalk: Option<String>,
    pub(super) wecom: Option<String>,
    /// WeCom's button comes first.
    pub(super) is_in_wecom: bool,
    pub(super) in_app: Option<InApp>,
    pub(super) look: Look,
    /// This page's own address.
    pub(super) here: String,
}

/// What the page needs to ask DingTalk who is looking at it.
pub(super) struct InApp {
    pub(super) script: String,
    pub(super) corp_id: String,
    pub(super) client_id: String,
    pub(super) state: String,
}

/// The routes of the login. All of them are open.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .app_data(Data::new(LoginLimit::default()))
        .route("/login", get().to(page))
        .service(
            resource("/login/dingtalk")
                .app_data(dingtalk::in_app_body())
                .route(post().to(dingtalk::in_app)),
        )
        .route("/login/dingtalk/start", get().to(dingtalk::start))
        .route("/login/dingtalk/return", get().to(dingtalk::come_back))
        .route("/login/wecom/start", get().to(wecom::start))
        .route("/login/wecom/return", get().to(wecom::come_back))
        .service(
            resource("/logout")
                .app_data(logout::form())
                .route(post().to(logout::log_out)),
        );
}

/// `GET /login?next=…[&via=dingtalk][&stay=1]`.
async fn page(
    shared: Data<Shared>,
    limit: Data<LoginLimit>,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let asked = Parameters::of(request.query_string());
    let next = NextPath::parse(asked.get("next").unwrap_or("/"));
    let client = Client::of(&request, &asked);
    let start = |way: &str| {
        format!(
            "/login/{way}/start?{}",
            query_of(&[("next", next.as_str())])
        )
    };
    // Whoever has just logged out doesn't want to be logged in by the page itself.
    let goes_by_itself = asked.get("stay").is_none();
    if client == Client::Wecom && goes_by_itself {
        return Ok(respond::with(StatusCode::SEE_OTHER, Policy::Own)
            .insert_header((LOCATION, start("wecom")))
            .finish());
    }
    let browser = Browser::of(&shared, &request);
    let dingtalk = shared.settings.dingtalk.as_ref();
    let in_app = dingtalk.filter(|_| client == Client::Dingtalk && goes_by_itself);
    let origin = in_app.and_then(|dingtalk| own_origin(&dingtalk.jsapi_url));
    if in_app.is_some() {
        admit(&shared, &limit, &request)?;
    }
    let page = LoginPage {
        dingtalk: dingtalk.map(|_| start("dingtalk")),
        wecom: Some(start("wecom")),
        is_in_wecom: client == Client::Wecom,
        in_app: asks_dingtalk(&shared, in_app, &browser, &next).await?,
        look: Look::of(&request),
        here: NextPath::back(&request.uri().to_string()).to_string(),
    };
    let policy = origin.as_deref().map_or(Policy::Own, Policy::WithPlatform);
    Ok(respond::with(StatusCode::OK, policy)
        .cookie(browser.cookie())
        .body(page.render()?))
}

/// Begins a login inside the client, where that is set up.
async fn asks_dingtalk(
    shared: &Shared,
    dingtalk: Option<&DingtalkSettings>,
    browser: &Browser,
    next: &NextPath,
) -> Result<Option<InApp>, PageError> {
    let with_corp = dingtalk.and_then(|dingtalk| Some((dingtalk, dingtalk.corp_id.clone()?)));
    let Some((dingtalk, corp_id)) = with_corp else {
        return Ok(None);
    };
    Ok(Some(InApp {
        script: dingtalk.jsapi_url.clone(),
        corp_id,
        client_id: dingtalk.app_key.clone(),
        state: attempt::remember(shared, browser, next).await?,
    }))
}

/// Whose browser it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Client {
    Dingtalk,
    Wecom,
    Other,
}

impl Client {
    fn of(request: &HttpRequest, asked: &Parameters) -> Self {
        let agent = request
            .headers()
            .get(USER_AGENT)
            .and_then(|agent| agent.to_str().ok());
        Self::told_by(
            agent.unwrap_or_default(),
            asked.get("via") == Some("dingtalk"),
        )
    }

    fn told_by(agent: &str, is_via_dingtalk: bool) -> Self {
        let agent = agent.to_lowercase();
        if agent.contains("wxwork") {
            Self::Wecom
        } else if is_via_dingtalk || agent.contains("dingtalk") {
            Self::Dingtalk
        } else {
            Self::Other
        }
    }
}

/// Whether a page is opened inside WeCom.
pub(super) fn is_in_wecom(request: &HttpRequest) -> bool {
    Client::of(request, &Parameters::of("")) == Client::Wecom
}

/// Begins a session for a person whom a platform vouches for; the one before ends.
///
/// # Errors
/// [`PageError::Unregistered`] when we don't know them, and when the store fails.
async fn log_in(
    shared: &Shared,
    request: &HttpRequest,
    person: Option<Person>,
    way: &'static str,
) -> Result<Cookie<'static>, PageError> {
    let person = person.ok_or(PageError::Unregistered)?;
    let is_secure = shared.settings.server.is_secure();
    let name = session::cookie_name(is_secure);
    if let Some(before) = Token::of(request, name) {
        shared.store.end_session(&before.hash()).await?;
    }
    let token = session::begin(shared, &person.id).await?;
    tracing::info!(person.id = %person.id, way, "logged in");
    Ok(session::cookie(name, token.expose().to_owned(), is_secure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_is_known_by_its_name_or_by_the_link() {
        for (agent, is_via_dingtalk, expected) in [
            (
                "Mozilla/5.0 … AliApp(DingTalk/7.6.0) …",
                false,
                Client::Dingtalk,
            ),
            (
                "Mozilla/5.0 … dingtalk-win/1.0.0 …",
                false,
                Client::Dingtalk,
            ),
            ("Mozilla/5.0 … Chrome/140", true, Client::Dingtalk),
            (
                "Mozilla/5.0 … wxwork/4.1 MicroMessenger/7.0",
                false,
                Client::Wecom,
            ),
            (
                "Mozilla/5.0 … wxwork/4.1 MicroMessenger/7.0",
                true,
                Client::Wecom,
            ),
            ("Mozilla/5.0 … Chrome/140", false, Client::Other),
            ("", false, Client::Other),
        ] {
            assert_eq!(Client::told_by(agent, is_via_dingtalk), expected, "{agent}");
        }
    }
}
