//! WeCom's login page (`developer.work.weixin.qq.com/document/path/91022`).

use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::super::Sandbox;
use super::super::company::Company;
use super::link::{host_of, parameters, with_parameters};
use super::page::{self, Platform};
use super::person;

/// `connect/oauth2/authorize`.
pub(super) async fn authorize(sandbox: Data<Sandbox>, request: HttpRequest) -> HttpResponse {
    let company = sandbox.company();
    let query = parameters(request.query_string());
    let parameter = |name: &str| query.get(name).map_or("", String::as_str);
    if let Err(what) = check(&company, &parameter) {
        return page::refuse(Platform::Wecom, what);
    }
    let Some(userid) = person(&company, &request).and_then(|person| person.wecom.clone()) else {
        let members = company.people.into_iter();
        let members: Vec<_> = members
            .filter_map(|person| Some((person.wecom?, person.name)))
            .collect();
        return page::choose(&request, Platform::Wecom, &members);
    };
    let code = sandbox.with(|state| {
        let (code, now) = (state.dice.word(43), state.now());
        state.wecom.codes.issue(&code, &userid, now);
        code
    });
    let answer = [("code", code.as_str()), ("state", parameter("state"))];
    match with_parameters(parameter("redirect_uri"), &answer) {
        Some(back) => HttpResponse::Found()
            .insert_header((LOCATION, back))
            .finish(),
        None => page::refuse(Platform::Wecom, "50001: redirect_uri is no address"),
    }
}

fn check<'a>(company: &Company, parameter: &dyn Fn(&str) -> &'a str) -> Result<(), &'static str> {
    if parameter("appid") != company.corp_id {
        return Err("40013: invalid appid");
    }
    if parameter("response_type") != "code" {
        return Err("response_type is not code");
    }
    if !matches!(parameter("scope"), "snsapi_base" | "snsapi_privateinfo") {
        return Err("invalid scope");
    }
    let state = parameter("state");
    if state.len() > 128 || !state.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err("invalid state: letters and digits, at most 128 bytes");
    }
    let host = host_of(parameter("redirect_uri"));
    let trusted = company
        .apps
        .iter()
        .filter_map(|app| host_of(app.callback_url.as_deref()?));
    match host {
        Some(host) if trusted.into_iter().any(|own| own == host) => Ok(()),
        _ => Err("50001: redirect_uri unauthorized"),
    }
}
