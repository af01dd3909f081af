//! WeCom's JS-SDK for pages inside the client
//! (`developer.work.weixin.qq.com/document/path/90514`).

use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::super::Sandbox;
use super::super::company::Company;
use super::super::wecom::{Config, verify};
use super::USER;
use super::link::parameters;

/// `jssdk.js`: defines `ww`. Outside of a member's phone no signature is asked for.
pub(super) async fn script(sandbox: Data<Sandbox>, request: HttpRequest) -> HttpResponse {
    let company = sandbox.company();
    let opened_as = request.cookie(USER).map(|cookie| cookie.value().to_owned());
    let is_member = opened_as.is_some_and(|id| {
        let mut people = company.people.iter();
        people.any(|person| person.wecom.as_deref() == Some(id.as_str()))
    });
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(include_str!("jssdk.js").replace("\"__INSIDE__\"", &json!(is_member).to_string()))
}

/// The client's look at what a page was signed with: `config` without `agentId`, else
/// `agentConfig`.
pub(super) async fn check(sandbox: Data<Sandbox>, request: HttpRequest) -> HttpResponse {
    let query = parameters(request.query_string());
    let parameter = |name: &str| query.get(name).map_or("", String::as_str);
    let agent = query.get("agentId").map(String::as_str);
    let name = if agent.is_some() {
        "agentConfig"
    } else {
        "config"
    };
    let checked = is_known(&sandbox.company(), parameter("corpId"), agent).and_then(|agent_id| {
        let config = Config {
            agent_id,
            timestamp: parameter("timestamp"),
            nonce: parameter("nonceStr"),
            signature: parameter("signature"),
            url: parameter("url"),
        };
        sandbox.with_quietly(|state| verify(state, &config))
    });
    let told = match checked {
        Ok(()) => format!("{name}:ok"),
        Err(what) => format!("{name}:fail {what}"),
    };
    HttpResponse::Ok()
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "errMsg": told }))
}

fn is_known(
    company: &Company,
    corp_id: &str,
    agent: Option<&str>,
) -> Result<Option<i64>, &'static str> {
    if corp_id != company.corp_id {
        return Err("40013: invalid corpid");
    }
    let Some(agent) = agent else {
        return Ok(None);
    };
    let agent = agent.parse().ok();
    let known = company.apps.iter().any(|app| Some(app.agent_id) == agent);
    if known {
        Ok(agent)
    } else {
        Err("40056: invalid agentid")
    }
}
