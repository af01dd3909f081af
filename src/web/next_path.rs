//! Where to go after a login: one of our own pages, and nowhere else.

use std::fmt;

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::REFERER;
use reqwest::Url;

/// Longer paths are none of ours.
const LONGEST: usize = 1024;

/// A path of our own with its query: `/chats/c1?message=m1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NextPath(String);

impl NextPath {
    /// The board.
    pub(super) fn home() -> Self {
        Self("/".to_owned())
    }

    /// Takes the text for a path of ours, or leads home. It is resolved as a browser would against
    /// an address that can't exist: whatever leaves that address is not ours.
    pub(super) fn parse(raw: &str) -> Self {
        Self::own(raw).unwrap_or_else(Self::home)
    }

    /// The page that is asked for.
    pub(super) fn asked(request: &HttpRequest) -> Self {
        let asked = request.uri().path_and_query();
        Self::parse(asked.map_or("/", |asked| asked.as_str()))
    }

    /// The page that one is on: the one that is asked for, or the one whose form was sent.
    pub(super) fn here(request: &HttpRequest) -> Self {
        if request.method() == Method::GET {
            return Self::asked(request);
        }
        let from = request.headers().get(REFERER);
        let from = from.and_then(|from| Url::parse(from.to_str().ok()?).ok());
        from.map_or_else(Self::home, |from| match from.query() {
            Some(query) => Self::parse(&format!("{}?{query}", from.path())),
            None => Self::parse(from.path()),
        })
    }

    /// Takes the text for the page to go back to, the login page among them.
    pub(super) fn back(raw: &str) -> Self {
        Self::ours(raw)
            .filter(|path| path.is("/login") || !path.is_of_the_login())
            .unwrap_or_else(Self::home)
    }

    fn own(raw: &str) -> Option<Self> {
        Self::ours(raw).filter(|path| !path.is_of_the_login())
    }

    fn ours(raw: &str) -> Option<Self> {
        let is_plain = raw.len() <= LONGEST
            && raw.starts_with('/')
            && !raw
                .chars()
                .any(|character| character.is_control() || character == '\\');
        let here = Url::parse("https://here.invalid/").ok()?;
        let there = here.join(raw).ok().filter(|_| is_plain)?;
        let path = there.path();
        // A path of two slashes would be another host's as soon as it stands alone.
        let is_ours = there.origin() == here.origin() && !path.starts_with("//");
        is_ours.then(|| {
            Self(match there.query() {
                Some(query) => format!("{path}?{query}"),
                None => path.to_owned(),
            })
        })
    }

    fn is(&self, path: &str) -> bool {
        self.0.split('?').next() == Some(path)
    }

    fn is_of_the_login(&self) -> bool {
        self.is("/login") || self.is("/logout") || self.0.starts_with("/login/")
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the page was opened from a link in a DingTalk message.
    pub(super) fn is_via_dingtalk(&self) -> bool {
        self.0
            .split_once('?')
            .is_some_and(|(_, query)| query.split('&').any(|pair| pair == "via=dingtalk"))
    }

    /// The login page that leads here afterwards.
    pub(super) fn login_page(&self) -> String {
        let mut query = query_of(&[("next", self.as_str())]);
        if self.is_via_dingtalk() {
            query.push_str("&via=dingtalk");
        }
        format!("/login?{query}")
    }
}

impl fmt::Display for NextPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// `name=value&…`, encoded for an address.
pub(super) fn query_of(pairs: &[(&str, &str)]) -> String {
    let mut address = Url::parse("https://here.invalid/").expect("a constant address");
    address.query_pairs_mut().extend_pairs(pairs);
    address.query().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_our_own_pages_are_gone_to() {
        for (raw, leads_to) in [
            ("/", "/"),
            ("/alerts", "/alerts"),
            ("/chats/kf-a-b?message=m1", "/chats/kf-a-b?message=m1"),
            ("/chats/客户", "/chats/%E5%AE%A2%E6%88%B7"),
            ("/a/../alerts", "/alerts"),
            ("/alerts#x", "/alerts"),
            ("", "/"),
            ("alerts", "/"),
            ("https://evil.example/", "/"),
            ("//evil.example/x", "/"),
            ("///evil.example/x", "/"),
            ("/\\evil.example", "/"),
            ("\\\\evil.example", "/"),
            ("/\t/evil.example", "/"),
            ("/\n/evil.example", "/"),
            ("/.//evil.example", "/"),
            ("/a/..//evil.example", "/"),
            ("javascript:alert(1)", "/"),
            (" //evil.example", "/"),
            ("/login?next=/login", "/"),
            ("/login/dingtalk/start", "/"),
            ("/logout", "/"),
        ] {
            assert_eq!(NextPath::parse(raw).as_str(), leads_to, "{raw:?}");
        }
        assert_eq!(
            NextPath::parse(&format!("/{}", "a".repeat(2000))).as_str(),
            "/"
        );
    }

    #[test]
    fn a_switch_leads_back_to_where_one_was_and_only_there() {
        for (raw, leads_to) in [
            ("/alerts?before=1", "/alerts?before=1"),
            (
                "/login?next=%2Falerts&stay=1",
                "/login?next=%2Falerts&stay=1",
            ),
            ("/login", "/login"),
            ("/login/dingtalk/start?next=%2F", "/"),
            ("/logout", "/"),
            ("https://evil.example/login", "/"),
            ("//evil.example/login", "/"),
        ] {
            assert_eq!(NextPath::back(raw).as_str(), leads_to, "{raw:?}");
        }
    }

    #[test]
    fn one_is_on_the_page_whose_form_was_sent() {
        let on = |request: TestRequest| NextPath::here(&request.to_http_request()).to_string();
        let get = TestRequest::get().uri("/alerts?before=1");
        assert_eq!(on(get), "/alerts?before=1");

        let post = || TestRequest::post().uri("/chats/c/corrections");
        let from = |page: &'static str| post().insert_header((REFERER, page));
        assert_eq!(
            on(from("https://d.example/chats/c?message=m")),
            "/chats/c?message=m"
        );
        assert_eq!(on(from("https://d.example/chats/c")), "/chats/c");
        assert_eq!(on(from("not an address")), "/");
        assert_eq!(on(post()), "/");
    }

    #[test]
    fn the_login_page_knows_the_way_back_and_where_it_came_from() {
        let chat = NextPath::parse("/chats/c?message=m&via=dingtalk");

        assert_eq!(
            chat.login_page(),
            "/login?next=%2Fchats%2Fc%3Fmessage%3Dm%26via%3Ddingtalk&via=dingtalk"
        );
        assert_eq!(NextPath::home().login_page(), "/login?next=%2F");
    }
}
