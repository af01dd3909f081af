//! DingTalk's login page, and its script for pages inside the client.

use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, LOCATION};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::super::Sandbox;
use super::super::actors::issue;
use super::super::company::Company;
use super::super::dingtalk::CodeKind;
use super::link::{parameters, with_parameters};
use super::page::{self, Platform};
use super::{USER, person};

/// `oauth2/auth`.
pub(super) async fn authorize(sandbox: Data<Sandbox>, request: HttpRequest) -> HttpResponse {
    let company = sandbox.company();
    let query = parameters(request.query_string());
    let parameter = |name: &str| query.get(name).map_or("", String::as_str);
    if let Err(what) = check(&company, &parameter) {
        return page::refuse(Platform::Dingtalk, what);
    }
    let ids = person(&company, &request).and_then(|person| person.dingtalk.clone());
    let Some(ids) = ids else {
        let people = company.people.into_iter();
        let people: Vec<_> = people
            .filter_map(|person| Some((person.dingtalk?.userid, person.name)))
            .collect();
        return page::choose(&request, Platform::Dingtalk, &people);
    };
    let code = sandbox.with(|state| issue(state, &ids.userid, CodeKind::Browser));
    let answer = [("authCode", code.as_str()), ("state", parameter("state"))];
    match with_parameters(parameter("redirect_uri"), &answer) {
        Some(back) => HttpResponse::Found()
            .insert_header((LOCATION, back))
            .finish(),
        None => page::refuse(Platform::Dingtalk, "redirect_uri is no address"),
    }
}

fn check<'a>(company: &Company, parameter: &dyn Fn(&str) -> &'a str) -> Result<(), &'static str> {
    let app = &company.dingtalk;
    if parameter("client_id") != app.app_key {
        return Err("invalid client_id");
    }
    if parameter("response_type") != "code" {
        return Err("response_type is not code");
    }
    if !matches!(parameter("scope"), "openid" | "openid corpid") {
        return Err("invalid scope");
    }
    if parameter("prompt") != "consent" {
        return Err("prompt is not consent");
    }
    let redirect = parameter("redirect_uri");
    let prefixes = &app.redirect_prefixes;
    let is_trusted = prefixes.iter().any(|prefix| redirect.starts_with(prefix));
    if prefixes.is_empty() || is_trusted {
        Ok(())
    } else {
        Err("redirect_uri is not registered")
    }
}

/// `dingtalk.js`: defines `dd`. Outside of a director's phone it says `notInDingTalk`.
pub(super) async fn script(sandbox: Data<Sandbox>, request: HttpRequest) -> HttpResponse {
    let company = sandbox.company();
    let opened_as = request.cookie(USER).map(|cookie| cookie.value().to_owned());
    let user = opened_as.filter(|id| company.by_dingtalk(id).is_some());
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(include_str!("dingtalk.js").replace("\"__USER__\"", &json!(user).to_string()))
}

/// A code for `dd.requestAuthCode`.
pub(super) async fn code(sandbox: Data<Sandbox>, request: HttpRequest) -> HttpResponse {
    let company = sandbox.company();
    let query = parameters(request.query_string());
    let is = |name: &str, own: &str| query.get(name).is_some_and(|given| given == own);
    let app = &company.dingtalk;
    let is_app = is("corpId", &app.corp_id) && is("clientId", &app.app_key);
    let ids = person(&company, &request).and_then(|person| person.dingtalk.as_ref());
    let answer = match ids {
        Some(ids) if is_app => {
            let code = sandbox.with(|state| issue(state, &ids.userid, CodeKind::InApp));
            json!({ "code": code })
        }
        Some(_) => json!({ "errorCode": "9", "errorMessage": "corpId or clientId is wrong" }),
        None => json!({ "errorCode": "3", "errorMessage": "nobody is logged in" }),
    };
    HttpResponse::Ok()
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(answer)
}
