//! The headers that every answer of the pages carries.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use actix_web::{HttpResponse, HttpResponseBuilder};
use askama::Template;

use super::error::PageError;

/// Whose scripts a page may run.
#[derive(Debug, Clone, Copy)]
pub(super) enum Policy<'a> {
    /// Ours.
    Own,
    /// Ours and a platform's, from this origin: the login page inside DingTalk, and the rep's page
    /// inside WeCom.
    WithPlatform(&'a str),
}

impl Policy<'_> {
    fn header(self) -> String {
        let further = match self {
            Self::Own => String::new(),
            Self::WithPlatform(origin) => {
                format!("; script-src 'self' {origin}; connect-src 'self' {origin}")
            }
        };
        format!(
            "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
             frame-ancestors 'self'{further}"
        )
    }
}

/// Begins an answer in HTML that is kept nowhere.
pub(super) fn with(status: StatusCode, policy: Policy<'_>) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, policy.header()))
        .insert_header((X_FRAME_OPTIONS, "SAMEORIGIN"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REFERRER_POLICY, "same-origin"))
        .insert_header((CACHE_CONTROL, "no-store"));
    response
}

/// A page or a part of one.
///
/// # Errors
/// When it can't be rendered.
pub(super) fn page(template: &impl Template) -> Result<HttpResponse, PageError> {
    Ok(with(StatusCode::OK, Policy::Own).body(template.render()?))
}

/// What a workbook is.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A workbook to be kept.
pub(super) fn workbook(name: &str, bytes: Vec<u8>) -> HttpResponse {
    with(StatusCode::OK, Policy::Own)
        .content_type(XLSX)
        .insert_header((
            "content-disposition",
            format!("attachment; filename=\"{name}\""),
        ))
        .body(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_inside_a_client_runs_a_script_that_is_not_ours() {
        assert!(!Policy::Own.header().contains("script-src"));

        let login = Policy::WithPlatform("https://g.alicdn.com").header();
        assert!(login.contains("script-src 'self' https://g.alicdn.com;"));
        assert!(!login.contains("unsafe"));
    }
}
