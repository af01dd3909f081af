//! The way of every API call: fault, work, ledger, answer.

use std::collections::BTreeMap;
use std::net::IpAddr;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::endpoint::Family;
use super::faults::Fault;
use super::record::{Call, Record};
use super::server::Cut;
use super::{Endpoint, Refusal, Sandbox, dingtalk, wecom};

/// A call as it arrived.
pub(super) struct Incoming {
    pub(super) is_get: bool,
    pub(super) is_put: bool,
    /// The whole path, as it was sent.
    pub(super) path: String,
    pub(super) query: BTreeMap<String, String>,
    /// `x-acs-dingtalk-access-token`.
    pub(super) token_header: Option<String>,
    pub(super) content_type: String,
    /// What the chat archive library says: headers that begin with `x-`.
    library: BTreeMap<String, String>,
    pub(super) peer: Option<IpAddr>,
    pub(super) body: Bytes,
}

impl Incoming {
    fn new(request: &HttpRequest, body: Bytes) -> Self {
        let header = |name: &str| {
            request
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        Self {
            is_get: request.method() == actix_web::http::Method::GET,
            is_put: request.method() == actix_web::http::Method::PUT,
            path: request.path().to_owned(),
            query: Query::from_query(request.query_string())
                .map(Query::into_inner)
                .unwrap_or_default(),
            token_header: header("x-acs-dingtalk-access-token"),
            content_type: header("content-type").unwrap_or_default(),
            library: request
                .headers()
                .iter()
                .filter(|(name, _)| name.as_str().starts_with("x-"))
                .filter_map(|(name, value)| {
                    Some((name.to_string(), value.to_str().ok()?.to_owned()))
                })
                .collect(),
            peer: request.peer_addr().map(|address| address.ip()),
            body,
        }
    }

    /// A query parameter; an empty one counts as absent.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// What the chat archive library says under that name; empty when it doesn't.
    pub(super) fn header(&self, name: &str) -> &str {
        self.library.get(name).map_or("", String::as_str)
    }

    /// The body as JSON, if it is JSON.
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// Serves every endpoint of both platforms.
pub(super) async fn call(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    body: Bytes,
) -> HttpResponse {
    let path = request.path();
    let below = path
        .find("/sandbox")
        .map_or(path, |at| &path[at + "/sandbox".len()..]);
    let Some(endpoint) = Endpoint::at(below) else {
        return HttpResponse::NotFound().finish();
    };
    let fault = sandbox.with(|state| state.faults.take(endpoint));
    let incoming = Incoming::new(&request, body);
    match fault {
        None => answer(&sandbox, endpoint, &incoming, None),
        Some(fault) => fail(&sandbox, endpoint, &incoming, &fault, &request).await,
    }
}

/// Does the work and says what came of it.
fn answer(
    sandbox: &Sandbox,
    endpoint: Endpoint,
    incoming: &Incoming,
    fault: Option<&Fault>,
) -> HttpResponse {
    let result = sandbox.with(|state| {
        let result = match endpoint.family() {
            Family::Wecom | Family::Library => wecom::handle(endpoint, state, incoming),
            Family::DingtalkOld | Family::DingtalkNew => {
                dingtalk::handle(endpoint, state, incoming)
            }
        };
        let refusal = result.as_ref().err().cloned();
        state.record(called(endpoint, refusal, fault));
        result
    });
    match result {
        Ok(named) if endpoint == Endpoint::WecomMedia => {
            sandbox.with_quietly(|state| wecom::file(state, &named))
        }
        Ok(named) if endpoint.family() == Family::Library => {
            sandbox.with_quietly(|state| wecom::library_answer(state, &named))
        }
        Ok(answer) => HttpResponse::Ok().json(complete(endpoint, answer)),
        Err(refusal) => refuse(endpoint, &refusal),
    }
}

async fn fail(
    sandbox: &Sandbox,
    endpoint: Endpoint,
    incoming: &Incoming,
    fault: &Fault,
    request: &HttpRequest,
) -> HttpResponse {
    let not_carried_out = || {
        sandbox.with(|state| state.record(called(endpoint, fault.refusal(), Some(fault))));
    };
    match fault {
        Fault::Delay(delay) => {
            let answered = answer(sandbox, endpoint, incoming, Some(fault));
            tokio::time::sleep(*delay).await;
            answered
        }
        Fault::ResetAfterReading => {
            answer(sandbox, endpoint, incoming, Some(fault));
            cut(request).await
        }
        Fault::SilenceAfterReading => {
            answer(sandbox, endpoint, incoming, Some(fault));
            std::future::pending().await
        }
        Fault::ResetBeforeReading => {
            not_carried_out();
            cut(request).await
        }
        Fault::NeverAnswer => {
            not_carried_out();
            std::future::pending().await
        }
        Fault::Html => {
            not_carried_out();
            HttpResponse::Ok()
                .content_type("text/html; charset=utf-8")
                .body("<html><body><h1>deny</h1></body></html>")
        }
        Fault::Http(status) => {
            not_carried_out();
            HttpResponse::new(status_code(*status))
        }
        Fault::Errcode(errcode, message) => {
            not_carried_out();
            refuse(endpoint, &Refusal::number(*errcode, *message))
        }
        Fault::Word(status, code, message) => {
            not_carried_out();
            refuse(endpoint, &Refusal::word(*status, *code, *message))
        }
    }
}

fn called(endpoint: Endpoint, refusal: Option<Refusal>, fault: Option<&Fault>) -> Record {
    Record::Call(Call {
        endpoint,
        refusal,
        fault: fault.map(|fault| format!("{fault:?}")),
    })
}

/// Cuts the connection. Where the server does not hand its connections over, the caller is left
/// without an answer instead, which has the same unknown outcome.
async fn cut(request: &HttpRequest) -> HttpResponse {
    match request.conn_data::<Cut>() {
        Some(connection) => {
            connection.now();
            HttpResponse::InternalServerError().finish()
        }
        None => std::future::pending().await,
    }
}

/// Adds what every success of the family carries.
fn complete(endpoint: Endpoint, mut answer: Value) -> Value {
    if let (Family::Wecom | Family::DingtalkOld, Some(object)) =
        (endpoint.family(), answer.as_object_mut())
    {
        object.insert("errcode".into(), 0.into());
        object.insert("errmsg".into(), "ok".into());
    }
    answer
}

fn refuse(endpoint: Endpoint, refusal: &Refusal) -> HttpResponse {
    let mut response = HttpResponse::build(status_code(refusal.status));
    match endpoint.family() {
        Family::Wecom => response.json(json!({
            "errcode": refusal.errcode(), "errmsg": refusal.message,
        })),
        Family::Library => response
            .insert_header(("x-code", refusal.errcode().to_string()))
            .finish(),
        Family::DingtalkOld => response.json(json!({
            "errcode": refusal.errcode(), "errmsg": refusal.message, "request_id": "sandbox",
        })),
        Family::DingtalkNew => response.json(json!({
            "code": refusal.code, "message": refusal.message, "requestid": "sandbox",
        })),
    }
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
