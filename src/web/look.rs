//! How pages look to one browser: in which language, light or dark. Two cookies remember it, so it
//! holds before a login too, and a page comes as it is wanted without a script.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::cookie::Cookie;
use actix_web::cookie::time::Duration;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Form, ServiceConfig, post, resource};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Deserialize;

use super::error::PageError;
use super::form;
use super::language::Language;
use super::next_path::NextPath;
use super::respond::{self, Policy};
use super::same_site::require_own_page;
use super::session;
use crate::shared::Shared;

/// What one browser remembers.
#[derive(Debug, Clone, Copy)]
enum Remembered {
    Language,
    Theme,
}

impl Remembered {
    /// The name of its cookie; as with the session's, `__Host-` keeps other hosts out of it.
    const fn cookie_name(self, is_secure: bool) -> &'static str {
        match (self, is_secure) {
            (Self::Language, true) => "__Host-dingdan-language",
            (Self::Language, false) => "dingdan-language",
            (Self::Theme, true) => "__Host-dingdan-theme",
            (Self::Theme, false) => "dingdan-theme",
        }
    }

    fn cookie(self, value: &'static str, is_secure: bool) -> Cookie<'static> {
        let name = self.cookie_name(is_secure);
        let mut cookie = session::cookie(name, value.to_owned(), is_secure);
        cookie.set_max_age(REMEMBERED);
        cookie
    }
}

const REMEMBERED: Duration = Duration::days(365);

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Theme {
    /// As the system is set.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Chosen by that word of a form or a cookie.
    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == word)
    }

    /// The word that chooses it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What the browser's own parts may look like.
    pub(super) const fn schemes(self) -> &'static str {
        match self {
            Self::System => "light dark",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// When the dark colours hold.
    pub(super) const fn dark_when(self) -> Option<&'static str> {
        match self {
            Self::System => Some("(prefers-color-scheme: dark)"),
            Self::Light => None,
            Self::Dark => Some("all"),
        }
    }
}

/// What one browser wants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) language: Language,
    pub(super) theme: Theme,
}

impl Look {
    pub(super) fn of(request: &HttpRequest) -> Self {
        let shared = request.app_data::<Data<Shared>>();
        let is_secure = shared.is_some_and(|shared| shared.settings.server.is_secure());
        let word = |of: Remembered| {
            let cookie = request.cookie(of.cookie_name(is_secure))?;
            Some(cookie.value().to_owned())
        };
        let language = word(Remembered::Language).and_then(|word| Language::of(&word));
        let theme = word(Remembered::Theme).and_then(|word| Theme::of(&word));
        Self {
            language: language.unwrap_or_default(),
            theme: theme.unwrap_or_default(),
        }
    }

    /// The wording in the language that is wanted.
    pub(super) const fn say(&self, chinese: &'static str, english: &'static str) -> &'static str {
        self.language.say(chinese, english)
    }

    /// What may be chosen.
    pub(super) const fn themes(&self) -> [Theme; 3] {
        Theme::ALL
    }

    pub(super) fn is_theme(&self, theme: &Theme) -> bool {
        self.theme == *theme
    }

    /// What a theme's button says.
    pub(super) const fn theme_name(&self, theme: &Theme) -> &'static str {
        match theme {
            Theme::System => self.say("跟随系统", "Auto"),
            Theme::Light => self.say("浅色", "Light"),
            Theme::Dark => self.say("深色", "Dark"),
        }
    }
}

impl FromRequest for Look {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

/// The routes of the switches. Both are open.
pub(super) fn routes(config: &mut ServiceConfig) {
    let language = resource("/language").app_data(form());
    let theme = resource("/theme").app_data(form());
    config
        .service(language.route(post().to(choose_language)))
        .service(theme.route(post().to(choose_theme)));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WantedLanguage {
    language: String,
    next: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WantedTheme {
    theme: String,
    next: String,
}

/// `POST /language`.
async fn choose_language(
    shared: Data<Shared>,
    request: HttpRequest,
    form: Form<WantedLanguage>,
) -> Result<HttpResponse, PageError> {
    let language = Language::of(&form.language).ok_or(PageError::BadRequest)?;
    let chosen = (Remembered::Language, language.as_str());
    remembered(&shared, &request, chosen, &form.next)
}

/// `POST /theme`.
async fn choose_theme(
    shared: Data<Shared>,
    request: HttpRequest,
    form: Form<WantedTheme>,
) -> Result<HttpResponse, PageError> {
    let theme = Theme::of(&form.theme).ok_or(PageError::BadRequest)?;
    let chosen = (Remembered::Theme, theme.as_str());
    remembered(&shared, &request, chosen, &form.next)
}

/// Where the page that one came from is shown again, as it is wanted now. Nothing but the cookie
/// changes, so it is enough that one of our own pages asks, from before a login too.
fn remembered(
    shared: &Shared,
    request: &HttpRequest,
    (of, value): (Remembered, &'static str),
    next: &str,
) -> Result<HttpResponse, PageError> {
    require_own_page(request, &shared.settings.server.public_url)?;
    let is_secure = shared.settings.server.is_secure();
    Ok(respond::with(StatusCode::SEE_OTHER, Policy::Own)
        .cookie(of.cookie(value, is_secure))
        .insert_header((LOCATION, NextPath::back(next).as_str()))
        .finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_ours_alone_and_bound_to_tls_where_there_is_tls() {
        assert_eq!(
            Remembered::Language.cookie("en", true).to_string(),
            "__Host-dingdan-language=en; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=31536000"
        );
        assert_eq!(
            Remembered::Theme.cookie("dark", false).to_string(),
            "dingdan-theme=dark; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000"
        );
    }
}
