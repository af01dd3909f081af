//! What the login pages show when they don't redirect.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::USER;
use super::link::with_parameters;

/// A link per person, to this same page with the person chosen.
pub(super) fn choose(request: &HttpRequest, people: &[(String, String)]) -> HttpResponse {
    let links: String = people
        .iter()
        .filter_map(|(id, name)| {
            let link = with_parameters(request.full_url().as_ref(), &[(USER, id)])?;
            let (link, name) = (escaped(&link), escaped(name));
            Some(format!("<li><a href=\"{link}\">{name}</a></li>"))
        })
        .collect();
    answer(
        StatusCode::OK,
        &format!("<h1>登录</h1><p>以谁的身份登录?</p><ul>{links}</ul>"),
    )
}

/// The platform's own error page.
pub(super) fn refuse(what: &str) -> HttpResponse {
    let what = escaped(what);
    answer(
        StatusCode::BAD_REQUEST,
        &format!("<h1>无法登录</h1><p>{what}</p>"),
    )
}

fn answer(status: StatusCode, body: &str) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(format!(
            "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>登录</title>{body}</html>"
        ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
