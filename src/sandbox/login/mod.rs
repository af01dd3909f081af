//! The login pages of both platforms, and DingTalk's script for pages.
//!
//! Who logs in is the person whose phone was last used (cookie `sandbox_user`, set by
//! `/sandbox/phones/open`), or the query parameter of that name; otherwise the page asks.

mod dingtalk;
mod jssdk;
mod link;
mod page;
mod wecom;

use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

pub(super) use link::{host_of, unwrapped};

use super::company::{Company, Person, same_userid};

/// The cookie and the query parameter that say whose phone this is.
pub(super) const USER: &str = "sandbox_user";

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route(
            "/wecom/connect/oauth2/authorize",
            web::get().to(wecom::authorize),
        )
        .route(
            "/dingtalk/login/oauth2/auth",
            web::get().to(dingtalk::authorize),
        )
        .route("/wecom/jssdk.js", web::get().to(jssdk::script))
        .route("/wecom/jssdk/check", web::get().to(jssdk::check))
        .route("/dingtalk/dingtalk.js", web::get().to(dingtalk::script))
        .route("/dingtalk/jsapi/code", web::get().to(dingtalk::code));
}

/// The person whose phone a request comes from, by their id on either platform.
fn person<'a>(company: &'a Company, request: &HttpRequest) -> Option<&'a Person> {
    let query = link::parameters(request.query_string());
    let cookie = request.cookie(USER);
    let id = query
        .get(USER)
        .map(String::as_str)
        .or_else(|| cookie.as_ref().map(|cookie| cookie.value()))?;
    company.people.iter().find(|person| {
        let in_wecom = person
            .wecom
            .as_deref()
            .is_some_and(|own| same_userid(own, id));
        let in_dingtalk = person.dingtalk.as_ref().is_some_and(|ids| ids.userid == id);
        in_wecom || in_dingtalk
    })
}
