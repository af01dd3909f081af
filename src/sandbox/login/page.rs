//! What the login pages show when they don't redirect.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::USER;
use super::link::with_parameters;

/// Whose login page it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Platform {
    Wecom,
    Dingtalk,
}

impl Platform {
    const fn name(self) -> &'static str {
        match self {
            Self::Wecom => "企业微信",
            Self::Dingtalk => "钉钉",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Wecom => "wecom",
            Self::Dingtalk => "dingtalk",
        }
    }
}

/// A link per person, to this same page with the person chosen.
pub(super) fn choose(
    request: &HttpRequest,
    platform: Platform,
    people: &[(String, String)],
) -> HttpResponse {
    let address = request.full_url();
    let links: String = people
        .iter()
        .filter_map(|(id, name)| {
            let link = escaped(&with_parameters(address.as_ref(), &[(USER, id)])?);
            let (name, initials) = (escaped(name), escaped(&initials(name)));
            Some(format!(
                "<li><a href=\"{link}\"><span aria-hidden=\"true\">{initials}</span>{name}\
                 <i aria-hidden=\"true\"></i></a></li>"
            ))
        })
        .collect();
    answer(
        StatusCode::OK,
        platform,
        &format!(
            "<h1>选择登录账号</h1><p>「盯单」申请使用您的{}身份登录</p><ul>{links}</ul>\
             <p class=\"note\">真实的登录页要扫码或输入密码；这里是模拟平台，点谁就以谁的身份登录。</p>",
            platform.name()
        ),
    )
}

/// The platform's own error page.
pub(super) fn refuse(platform: Platform, what: &str) -> HttpResponse {
    let what = escaped(what);
    answer(
        StatusCode::BAD_REQUEST,
        platform,
        &format!("<h1>无法登录</h1><p>{what}</p>"),
    )
}

fn answer(status: StatusCode, platform: Platform, body: &str) -> HttpResponse {
    let (name, class) = (platform.name(), platform.class());
    let style = include_str!("page.css");
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(format!(
            "<!doctype html><html lang=\"zh-CN\" class=\"{class}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" href=\"data:,\">\
             <title>{name}登录（模拟）</title><style>{style}</style></head>\
             <body><main><p class=\"brand\"><b>{name}</b>模拟登录页</p>{body}</main></body></html>"
        ))
}

/// The last letters of a name: what stands in its picture.
fn initials(name: &str) -> String {
    let length = name.chars().count();
    name.chars().skip(length.saturating_sub(2)).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
