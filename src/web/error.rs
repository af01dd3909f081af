//! What goes wrong on a page, and what its reader is told. The cause is in the log, under the id
//! that the page shows; the page itself tells nothing about it.

use std::fmt;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{LOCATION, RETRY_AFTER};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, ResponseError};
use askama::Template;
use ulid::Ulid;

use super::language::Language;
use super::look::Look;
use super::next_path::NextPath;
use super::respond::{self, Policy};
use crate::platform::{CallError, Refusal};
use crate::store::StoreError;

/// Why a page is not shown. One variant for each thing its reader can do about it.
#[derive(Debug)]
pub(super) enum PageError {
    /// Nobody is logged in: to the login and back.
    LoginNeeded(NextPath),
    /// Nobody is logged in, and a part of a page asks.
    LoggedOut,
    /// Not there, or not theirs: nobody can tell which.
    NotFound,
    /// The platform knows them and we don't.
    Unregistered,
    /// The change didn't come from one of our pages.
    Forged,
    /// The login took too long, was begun elsewhere, or was used before.
    LoginExpired,
    /// Too many logins from one address.
    TooMany,
    /// The request can't be understood.
    BadRequest,
    /// Something we need is away.
    Unavailable(anyhow::Error),
    /// We are at fault.
    Internal(anyhow::Error),
}

/// The page in place of the page.
#[derive(Clone, Template)]
#[template(path = "error.html")]
pub(super) struct ErrorPage {
    pub(super) status: u16,
    pub(super) title: &'static str,
    pub(super) advice: &'static str,
    pub(super) id: String,
    pub(super) leads_to_login: bool,
    pub(super) look: Look,
}

impl PageError {
    const fn words(&self, language: Language) -> (&'static str, &'static str) {
        let (chinese, english) = match self {
            Self::LoginNeeded(_) | Self::LoggedOut => (
                ("请先登录", "登录已过期，请重新登录。"),
                (
                    "Please log in",
                    "Your session has ended. Please log in again.",
                ),
            ),
            Self::NotFound => (
                ("找不到这个页面", "它不存在，或者不在您可以查看的范围内。"),
                (
                    "There is no such page",
                    "It doesn't exist, or you may not see it.",
                ),
            ),
            Self::Unregistered => (
                (
                    "您还没有开通盯单",
                    "登录成功，但名单里没有您。请联系管理员为您登记后再试。",
                ),
                (
                    "You have no account yet",
                    "You are logged in, but not on our list. Please ask an administrator to add you.",
                ),
            ),
            Self::Forged => (
                (
                    "操作没有执行",
                    "这次操作不是从盯单的页面发出的。请返回页面后重试。",
                ),
                (
                    "Nothing was changed",
                    "This was not sent from one of our pages. Please go back and try again.",
                ),
            ),
            Self::LoginExpired => (
                ("登录没有完成", "登录链接已过期或已使用过，请重新登录。"),
                (
                    "The login was not completed",
                    "Its link has expired or was used before. Please log in again.",
                ),
            ),
            Self::TooMany => (
                ("登录太频繁", "请一分钟后再试。"),
                ("Too many logins", "Please try again in a minute."),
            ),
            Self::BadRequest => (
                ("看不懂这个请求", "请返回后重试。"),
                (
                    "The request can't be understood",
                    "Please go back and try again.",
                ),
            ),
            Self::Unavailable(_) => (
                ("暂时打不开", "系统正在恢复，请稍后刷新。"),
                (
                    "Not available right now",
                    "The system is recovering. Please reload in a moment.",
                ),
            ),
            Self::Internal(_) => (
                (
                    "出错了",
                    "我们这边出了问题。请稍后再试，或把编号告诉管理员。",
                ),
                (
                    "Something went wrong",
                    "The fault is ours. Please try again later, or tell an administrator the number below.",
                ),
            ),
        };
        match language {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }

    fn log(&self, id: &str) {
        let status = self.status_code().as_u16();
        match self {
            Self::Internal(cause) => {
                tracing::error!(error.id = id, error = format!("{cause:#}"), "a page failed")
            }
            Self::Unavailable(cause) => tracing::warn!(
                error.id = id,
                error = format!("{cause:#}"),
                "a page is unavailable"
            ),
            _ => tracing::info!(error.id = id, status, "a page was refused"),
        }
    }
}

impl fmt::Display for PageError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "page refused with {}", self.status_code().as_u16())
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::LoginNeeded(_) => StatusCode::SEE_OTHER,
            Self::LoggedOut => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unregistered | Self::Forged => StatusCode::FORBIDDEN,
            Self::LoginExpired | Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = respond::with(self.status_code(), Policy::Own);
        if let Self::LoginNeeded(next) = self {
            return response
                .insert_header((LOCATION, next.login_page()))
                .finish();
        }
        if let Self::LoggedOut = self {
            // For htmx: the page is opened anew, which leads to the login and back.
            response.insert_header(("hx-refresh", "true"));
        }
        if let Self::TooMany | Self::Unavailable(_) = self {
            response.insert_header((RETRY_AFTER, "60"));
        }
        let id = Ulid::generate().to_string();
        self.log(&id);
        let leads_to_login = matches!(
            self,
            Self::LoggedOut | Self::LoginExpired | Self::Unregistered | Self::TooMany
        );
        let page = |language| {
            let (title, advice) = self.words(language);
            ErrorPage {
                status: self.status_code().as_u16(),
                title,
                advice,
                id: id.clone(),
                leads_to_login,
                look: Look {
                    language,
                    ..Look::default()
                },
            }
        };
        // The request isn't known here: whoever answers it takes the page that is wanted.
        let mut response = response.body(page(Language::Chinese).text());
        let pages = Pages([Language::Chinese, Language::English].map(page));
        response.extensions_mut().insert(pages);
        response
    }
}

impl ErrorPage {
    fn text(&self) -> String {
        self.render().unwrap_or_else(|_| self.title.to_owned())
    }
}

/// An error's page in both languages.
struct Pages([ErrorPage; 2]);

/// Tells each error in the language, and in the colours, that its reader wants.
///
/// # Errors
/// What the pages couldn't answer themselves.
pub(super) async fn told_as_wanted(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let look = Look::of(request.request());
    let mut response = next.call(request).await?.map_into_boxed_body();
    let pages = response.response_mut().extensions_mut().remove::<Pages>();
    let page = pages.and_then(|Pages(pages)| {
        let mut pages = pages.into_iter();
        pages.find(|page| page.look.language == look.language)
    });
    Ok(match page {
        Some(page) => response.map_body(|_, _| BoxBody::new(ErrorPage { look, ..page }.text())),
        None => response,
    })
}

/// A store that fails is away as far as a reader is concerned; what it holds unreadably is our fault.
impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unreadable(..) => Self::Internal(error.into()),
            _ => Self::Unavailable(error.into()),
        }
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        Self::Internal(anyhow::Error::new(error).context("render a page"))
    }
}

/// What a platform answers to a login code.
impl From<CallError> for PageError {
    fn from(error: CallError) -> Self {
        match &error {
            CallError::Refused {
                refusal: Refusal::LoginCode,
                ..
            } => Self::LoginExpired,
            CallError::Refused {
                refusal: Refusal::UnknownReceiver,
                ..
            } => Self::Unregistered,
            CallError::Refused { .. } => {
                Self::Internal(anyhow::Error::new(error).context("log in"))
            }
            CallError::Later { .. } | CallError::Unknown { .. } => {
                Self::Unavailable(anyhow::Error::new(error).context("log in"))
            }
        }
    }
}

/// The answer to every address that is none of ours.
pub(super) async fn not_found() -> Result<HttpResponse, PageError> {
    Err(PageError::NotFound)
}
