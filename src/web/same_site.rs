//! Whether a change comes from one of our own pages.

use actix_web::HttpRequest;
use actix_web::http::header::ORIGIN;
use reqwest::Url;

use super::error::PageError;

/// Refuses what another site's page sends. A browser's own word (`Sec-Fetch-Site`) decides; older
/// ones only tell the origin, which then has to be ours.
///
/// # Errors
/// [`PageError::Forged`].
pub(super) fn require_own_page(request: &HttpRequest, public_url: &str) -> Result<(), PageError> {
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap_or("?"))
    };
    if is_own(
        header("sec-fetch-site"),
        header(ORIGIN.as_str()),
        public_url,
    ) {
        Ok(())
    } else {
        Err(PageError::Forged)
    }
}

fn is_own(fetch_site: Option<&str>, origin: Option<&str>, public_url: &str) -> bool {
    match (fetch_site, origin) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => own_origin(public_url).is_some_and(|own| own == origin),
        (None, None) => false,
    }
}

/// `https://host:port` of an address.
pub(super) fn own_origin(address: &str) -> Option<String> {
    let origin = Url::parse(address).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_comes_from_our_own_page_or_not_at_all() {
        const OURS: &str = "https://dingdan.example.com/below";
        for (fetch_site, origin, expected) in [
            (
                Some("same-origin"),
                Some("https://dingdan.example.com"),
                true,
            ),
            (Some("same-origin"), Some("null"), true),
            (Some("same-origin"), None, true),
            (
                Some("same-site"),
                Some("https://dingdan.example.com"),
                false,
            ),
            (
                Some("cross-site"),
                Some("https://dingdan.example.com"),
                false,
            ),
            (Some("none"), None, false),
            (Some(""), Some("https://dingdan.example.com"), false),
            (None, Some("https://dingdan.example.com"), true),
            (None, Some("https://dingdan.example.com:8443"), false),
            (None, Some("http://dingdan.example.com"), false),
            (
                None,
                Some("https://dingdan.example.com.evil.example"),
                false,
            ),
            (None, Some("null"), false),
            (None, None, false),
        ] {
            assert_eq!(
                is_own(fetch_site, origin, OURS),
                expected,
                "{fetch_site:?} {origin:?}"
            );
        }
    }
}
