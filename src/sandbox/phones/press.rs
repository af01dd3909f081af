//! What is done on the phones.

use std::time::Duration;

use actix_web::cookie::{Cookie, SameSite};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Json, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;

use super::super::Sandbox;
use super::super::actors::{PressError, Selections};
use super::super::login::{USER, host_of, unwrapped};
use super::TimeMove;

/// Someone says something.
#[derive(Deserialize)]
pub(super) struct Says {
    id: String,
    text: String,
}

pub(super) async fn customer_says(sandbox: Data<Sandbox>, body: Json<Says>) -> HttpResponse {
    if sandbox.company().customer(&body.id).is_none() {
        return refuse(StatusCode::NOT_FOUND, "no such customer");
    }
    if body.text.trim().is_empty() {
        return refuse(StatusCode::BAD_REQUEST, "nothing is said");
    }
    sandbox.customer(&body.id).says(&body.text).await;
    done(&sandbox)
}

pub(super) async fn rep_says(sandbox: Data<Sandbox>, body: Json<Says>) -> HttpResponse {
    if sandbox.company().by_wecom(&body.id).is_none() {
        return refuse(StatusCode::NOT_FOUND, "no such rep");
    }
    if body.text.trim().is_empty() {
        return refuse(StatusCode::BAD_REQUEST, "nothing is said");
    }
    sandbox.rep(&body.id).says(&body.text).await;
    done(&sandbox)
}

/// A rep talks for so many seconds.
#[derive(Deserialize)]
pub(super) struct Talks {
    id: String,
    seconds: usize,
}

/// A voice message of WeCom lasts a minute at most.
const LONGEST_VOICE: usize = 60;

pub(super) async fn rep_talks(sandbox: Data<Sandbox>, body: Json<Talks>) -> HttpResponse {
    if sandbox.company().by_wecom(&body.id).is_none() {
        return refuse(StatusCode::NOT_FOUND, "no such rep");
    }
    if !(1..=LONGEST_VOICE).contains(&body.seconds) {
        return refuse(
            StatusCode::BAD_REQUEST,
            "a voice message has 1 to 60 seconds",
        );
    }
    sandbox.rep(&body.id).talks(body.seconds).await;
    done(&sandbox)
}

/// A rep shows a picture that the phone holds.
#[derive(Deserialize)]
pub(super) struct Shows {
    id: String,
}

/// The smallest picture that a browser shows: one grey pixel.
pub(crate) const PICTURE: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\
    \0\0\0\nIDATx\x9cch\0\0\0\x82\0\x81w\xcdr\xb6\0\0\0\0IEND\xaeB`\x82";

pub(super) async fn rep_shows(sandbox: Data<Sandbox>, body: Json<Shows>) -> HttpResponse {
    if sandbox.company().by_wecom(&body.id).is_none() {
        return refuse(StatusCode::NOT_FOUND, "no such rep");
    }
    sandbox.rep(&body.id).sends_picture(PICTURE.to_vec()).await;
    done(&sandbox)
}

/// A rep sends a place.
#[derive(Deserialize)]
pub(super) struct Stands {
    id: String,
    latitude: f64,
    longitude: f64,
    #[serde(default)]
    label: String,
}

pub(super) async fn rep_stands(sandbox: Data<Sandbox>, body: Json<Stands>) -> HttpResponse {
    if sandbox.company().by_wecom(&body.id).is_none() {
        return refuse(StatusCode::NOT_FOUND, "no such rep");
    }
    if body.latitude.abs() > 90.0 || body.longitude.abs() > 180.0 {
        return refuse(StatusCode::BAD_REQUEST, "there is no such place");
    }
    let at = (body.latitude, body.longitude);
    sandbox.rep(&body.id).sends_place(at, &body.label).await;
    done(&sandbox)
}

/// A customer takes a line back.
#[derive(Deserialize)]
pub(super) struct Recalls {
    id: String,
    line: String,
}

pub(super) async fn customer_recalls(sandbox: Data<Sandbox>, body: Json<Recalls>) -> HttpResponse {
    if sandbox.company().customer(&body.id).is_none() {
        return refuse(StatusCode::NOT_FOUND, "no such customer");
    }
    sandbox.customer(&body.id).recalls(&body.line).await;
    done(&sandbox)
}

/// A rep writes to a customer.
#[derive(Deserialize)]
pub(super) struct Replies {
    id: String,
    customer: String,
    text: String,
}

pub(super) async fn rep_replies(sandbox: Data<Sandbox>, body: Json<Replies>) -> HttpResponse {
    let company = sandbox.company();
    if company.by_wecom(&body.id).is_none() || company.customer(&body.customer).is_none() {
        return refuse(StatusCode::NOT_FOUND, "no such rep or customer");
    }
    let rep = sandbox.rep(&body.id);
    rep.replies_to(&body.customer, &body.text).await;
    done(&sandbox)
}

/// A rep presses a card.
#[derive(Deserialize)]
pub(super) struct Presses {
    id: String,
    task_id: String,
    key: String,
    #[serde(default)]
    selections: Selections,
    #[serde(default)]
    again: bool,
}

pub(super) async fn rep_presses(sandbox: Data<Sandbox>, body: Json<Presses>) -> HttpResponse {
    let rep = sandbox.rep(&body.id);
    let pressed = rep
        .press(&body.task_id, &body.key, &body.selections, body.again)
        .await;
    match pressed {
        Ok(()) => done(&sandbox),
        Err(problem @ PressError::NoSuchCard) => {
            refuse(StatusCode::NOT_FOUND, &problem.to_string())
        }
        Err(problem) => refuse(StatusCode::CONFLICT, &problem.to_string()),
    }
}

/// A director ticks a to-do off.
#[derive(Deserialize)]
pub(super) struct Ticks {
    id: String,
    todo: String,
}

pub(super) async fn director_ticks(sandbox: Data<Sandbox>, body: Json<Ticks>) -> HttpResponse {
    if sandbox.company().by_dingtalk(&body.id).is_none() {
        return refuse(StatusCode::NOT_FOUND, "no such director");
    }
    if sandbox.director(&body.id).ticks(&body.todo).await {
        done(&sandbox)
    } else {
        refuse(StatusCode::CONFLICT, "there is no such open to-do")
    }
}

/// Time shall move.
#[derive(Deserialize)]
pub(super) struct Moves {
    advance_ms: Option<u64>,
    to: Option<String>,
}

pub(super) async fn clock(sandbox: Data<Sandbox>, body: Json<Moves>) -> HttpResponse {
    let wanted = match (body.advance_ms, body.to.as_deref()) {
        (Some(millis), None) => TimeMove::By(Duration::from_millis(millis)),
        (None, Some("next_deadline")) => TimeMove::ToNextDeadline,
        _ => {
            let what = "expected advance_ms or to: next_deadline";
            return refuse(StatusCode::BAD_REQUEST, what);
        }
    };
    if sandbox.move_time(wanted).await {
        sandbox.with(|_| ());
        done(&sandbox)
    } else {
        refuse(StatusCode::CONFLICT, "there is no deadline ahead")
    }
}

/// A link on a phone.
#[derive(Deserialize)]
pub(super) struct Opens {
    #[serde(rename = "as")]
    user: String,
    url: String,
}

pub(super) async fn open(request: HttpRequest, query: Query<Opens>) -> HttpResponse {
    let url = unwrapped(&query.url);
    // A link in a message leads to the service; any other would make this page a way out for
    // whoever can get someone to press a link.
    let here = request.connection_info().host().to_owned();
    if host_of(&url).is_none_or(|host| host != here) {
        return refuse(StatusCode::BAD_REQUEST, "the link leads elsewhere");
    }
    let cookie = Cookie::build(USER, query.user.clone())
        .path("/")
        .same_site(SameSite::Lax)
        .finish();
    HttpResponse::Found()
        .cookie(cookie)
        .insert_header((LOCATION, url))
        .finish()
}

/// The answer to a body or query that is not as described.
pub(super) fn unreadable() -> actix_web::Error {
    let answer = refuse(StatusCode::BAD_REQUEST, "the request is not as described");
    InternalError::from_response("unreadable request", answer).into()
}

fn done(sandbox: &Sandbox) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "version": sandbox.version() }))
}

fn refuse(status: StatusCode, what: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({ "error": what }))
}
