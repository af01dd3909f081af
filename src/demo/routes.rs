//! `/demo`: the page, and the little it needs besides the phones.
//!
//! | request | does |
//! | --- | --- |
//! | `GET /demo` | the page |
//! | `GET /demo/assets/{name}` | its styles and scripts |
//! | `GET /demo/files`, `/demo/files/{id}` | the files on the rep's phone |
//! | `GET /demo/open?as=…&url=…` | opens a link on someone's phone, as someone else than before if need be |
//! | `GET /demo/api/state` | clock, who is concerned with which customer, story, protocol |
//! | `GET /demo/api/clock` | the clock alone |
//! | `POST /demo/api/advance` | `{"ms":3600000}` or `{"to":"next_deadline"}`: moves time |
//! | `POST /demo/api/story` | `{"do":"play"}` or `{"do":"stop"}` |
//!
//! Whatever changes something wants JSON, which other sites' pages can't send without being asked.

use std::time::Duration;

use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, IF_NONE_MATCH, LOCATION, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Url;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;
use serde_json::{Value, json};

use super::stage::Stage;
use super::story::{Pace, Roles, start};
use super::{cast, protocol, samples, time};
use crate::sandbox::TimeMove;

#[derive(RustEmbed)]
#[folder = "src/demo/page"]
struct Assets;

/// Everything comes from here; what is shown in frames does too.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";
/// The cookie that says whose phone was used last; see [`crate::sandbox::phones`].
const LAST_PHONE: &str = "sandbox_user";
/// The service's session. Three phones share one browser here, so whoever takes up another phone
/// must not go on as the one before.
const SESSION: &str = "dingdan";

/// Mounts the page and its API.
pub(super) fn routes(stage: Stage) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        config.service(
            web::scope("/demo")
                .app_data(Data::new(stage))
                .route("", web::get().to(page))
                .route("/assets/{name}", web::get().to(asset))
                .route("/files", web::get().to(samples::list))
                .route("/files/{id}", web::get().to(samples::file))
                .route("/open", web::get().to(open))
                .route("/api/state", web::get().to(state))
                .route("/api/clock", web::get().to(clock))
                .route("/api/advance", web::post().to(advance))
                .route("/api/story", web::post().to(story)),
        );
    }
}

/// The page. `localhost` is led to the address that links in messages have, since a phone opens
/// links to its own host only.
async fn page(stage: Data<Stage>, request: HttpRequest) -> HttpResponse {
    let public_url = &stage.shared().settings.server.public_url;
    let port = Url::parse(public_url).ok().and_then(|url| url.port());
    let is_by_name =
        port.is_some_and(|port| request.connection_info().host() == format!("localhost:{port}"));
    if is_by_name {
        return HttpResponse::Found()
            .insert_header((LOCATION, format!("{public_url}/demo")))
            .finish();
    }
    file(&request, "index.html")
}

async fn asset(request: HttpRequest, name: Path<String>) -> HttpResponse {
    file(&request, &name)
}

fn file(request: &HttpRequest, name: &str) -> HttpResponse {
    let Some(EmbeddedFile { data, metadata }) = Assets::get(name) else {
        return HttpResponse::NotFound().finish();
    };
    let tag = format!(
        "\"{}\"",
        URL_SAFE_NO_PAD.encode(&metadata.sha256_hash()[..9])
    );
    let is_known = request
        .headers()
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((ETAG, tag))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((REFERRER_POLICY, "same-origin"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if is_known {
        return response.finish();
    }
    response
        .content_type(content_type(name))
        .body(data.into_owned())
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[derive(Deserialize)]
struct Opens {
    #[serde(rename = "as")]
    user: String,
    url: String,
}

async fn open(request: HttpRequest, query: Query<Opens>) -> HttpResponse {
    let parameters = [("as", &query.user), ("url", &query.url)];
    let Ok(url) = Url::parse_with_params("http://phone.invalid/sandbox/phones/open", parameters)
    else {
        return HttpResponse::BadRequest().finish();
    };
    let mut response = HttpResponse::Found();
    response.insert_header((
        LOCATION,
        format!("{}?{}", url.path(), url.query().unwrap_or_default()),
    ));
    let is_same_person = request
        .cookie(LAST_PHONE)
        .is_some_and(|last| last.value() == query.user);
    if !is_same_person {
        end_session(&mut response);
    }
    response.finish()
}

fn end_session(response: &mut HttpResponseBuilder) {
    let mut session = Cookie::build(SESSION, "")
        .path("/")
        .http_only(true)
        .finish();
    session.make_removal();
    response.cookie(session);
}

async fn state(stage: Data<Stage>) -> HttpResponse {
    let ledger = stage.sandbox().ledger().all();
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({
            "clock": clock_face(&stage).await,
            "concerned": cast::concerned(),
            "story": stage.teller().progress(),
            "protocol": protocol::newest(&ledger),
        }))
}

async fn clock(stage: Data<Stage>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(clock_face(&stage).await)
}

async fn clock_face(stage: &Stage) -> Value {
    let now = stage.shared().clock.now();
    let next = stage.shared().store.nearest_moment().await.ok().flatten();
    json!({
        "now_ms": now.0,
        "now": now.rfc3339(),
        "speed": stage.speed(),
        "next_deadline_ms": next.map(|due| due.0),
    })
}

#[derive(Deserialize)]
struct Advance {
    ms: Option<u64>,
    to: Option<String>,
}

async fn advance(stage: Data<Stage>, body: Json<Advance>) -> HttpResponse {
    let furthest = u64::try_from(time::FURTHEST_MOVE.as_millis()).unwrap_or(u64::MAX);
    let wanted = match (body.ms, body.to.as_deref()) {
        (Some(millis), None) if millis <= furthest => TimeMove::By(Duration::from_millis(millis)),
        (None, Some("next_deadline")) => TimeMove::ToNextDeadline,
        _ => return refuse(StatusCode::BAD_REQUEST, "一次最多拨快 31 天"),
    };
    if stage.move_time(wanted).await {
        HttpResponse::Ok().json(clock_face(&stage).await)
    } else {
        refuse(StatusCode::CONFLICT, "现在没有等待中的截止时间")
    }
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "lowercase")]
enum Direct {
    Play,
    Stop,
}

async fn story(stage: Data<Stage>, body: Json<Direct>) -> HttpResponse {
    if matches!(*body, Direct::Stop) {
        stage.teller().stop();
        return HttpResponse::Ok().json(stage.teller().progress());
    }
    let roles = match Roles::free(&stage.shared().store).await {
        Ok(Some(roles)) => roles,
        Ok(None) => {
            return refuse(
                StatusCode::CONFLICT,
                "每位客户都演过了。重新启动演示，就可以从头再来",
            );
        }
        Err(error) => {
            tracing::error!(error = %error, "demo: the deals could not be read");
            return refuse(StatusCode::SERVICE_UNAVAILABLE, "存储没有回答");
        }
    };
    if start(&stage, roles, Pace::ForReaders).is_some() {
        HttpResponse::Accepted().json(stage.teller().progress())
    } else {
        refuse(StatusCode::CONFLICT, "剧情正在播放")
    }
}

fn refuse(status: StatusCode, what: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({ "error": what }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_only_files_that_are_inside_the_binary() {
        let page = Assets::get("index.html").expect("the page");
        let page = String::from_utf8(page.data.into_owned()).expect("text");

        let named: Vec<&str> = page
            .split("/demo/assets/")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert!(named.len() >= 2);
        for name in named {
            assert!(Assets::get(name).is_some(), "{name}");
            assert_ne!(content_type(name), "application/octet-stream", "{name}");
        }
        assert!(
            !page.contains("<style") && !page.contains(" style=") && !page.contains("<script>")
        );
    }
}
