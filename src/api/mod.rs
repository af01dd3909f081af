//! The HTTP API for scripts: `/api/v1/…` with a bearer token, described by `/api/openapi.json`.
//!
//! Everything under `/api/v1` goes through `access` first, known path or not. Lists are pages of
//! `{"items": […], "next_cursor": …}`, times are RFC 3339 with China's offset, and every refusal is
//! `application/problem+json` (RFC 9457) that says what was found and what was expected. To add a
//! route: a handler in the file of its subject, a line in `ENDPOINTS`, its description in
//! `openapi`; tests fail when one of them is missing.

mod access;
mod alerts;
mod answer;
mod board;
mod body;
mod compliance;
mod contacts;
mod corrections;
mod happenings;
mod health;
mod messages;
mod openapi;
mod opportunities;
mod page;
mod parameters;
mod people;
mod problem;
mod rules;
mod run;
mod runs;
mod signals;
mod stage;
mod supervising;
mod tallies;
#[cfg(test)]
mod tests;
mod views;

use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::web::{self, PayloadConfig, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Route};

use problem::Problem;

/// Larger bodies aren't read.
const LARGEST_BODY: usize = 64 * 1024;

/// One thing that can be asked for.
struct Endpoint {
    method: Method,
    /// Below `/api/v1`.
    path: &'static str,
    route: fn() -> Route,
}

const fn get(path: &'static str, route: fn() -> Route) -> Endpoint {
    Endpoint {
        method: Method::GET,
        path,
        route,
    }
}

const fn post(path: &'static str, route: fn() -> Route) -> Endpoint {
    Endpoint {
        method: Method::POST,
        path,
        route,
    }
}

/// Everything under `/api/v1`.
static ENDPOINTS: [Endpoint; 27] = [
    get("/board", || web::get().to(board::board)),
    get("/board/top3.xlsx", || web::get().to(board::workbook)),
    get("/messages", || web::get().to(messages::messages)),
    get("/messages/{id}", || web::get().to(messages::message)),
    get("/signals", || web::get().to(signals::signals)),
    get("/corrections", || web::get().to(corrections::corrections)),
    post("/corrections", || web::post().to(corrections::say)),
    post("/corrections/{id}/{act}", || {
        web::post().to(corrections::decide)
    }),
    get("/opportunities", || {
        web::get().to(opportunities::opportunities)
    }),
    post("/opportunities", || web::post().to(opportunities::create)),
    get("/opportunities/{id}", || {
        web::get().to(opportunities::opportunity)
    }),
    post("/opportunities/{id}/stage", || {
        web::post().to(stage::move_to)
    }),
    post("/opportunities/{id}/contacts", || {
        web::post().to(happenings::contact)
    }),
    post("/opportunities/{id}/facts", || {
        web::post().to(happenings::fact)
    }),
    post("/opportunities/{id}/nodes", || {
        web::post().to(happenings::node)
    }),
    post("/opportunities/{id}/rules/{rule}/acknowledge", || {
        web::post().to(rules::acknowledge)
    }),
    get("/runs", || web::get().to(runs::runs)),
    get("/runs/{id}", || web::get().to(run::run)),
    post("/runs/{id}/{act}", || {
        web::post().to(supervising::supervise)
    }),
    get("/alerts", || web::get().to(alerts::alerts)),
    get("/compliance", || web::get().to(compliance::compliance)),
    get("/health", || web::get().to(health::health)),
    get("/attribution", || web::get().to(health::attribution)),
    get("/reps", || web::get().to(people::reps)),
    get("/customers", || web::get().to(people::customers)),
    get("/contacts", || web::get().to(contacts::contacts)),
    post("/contacts/{id}/customer", || web::post().to(contacts::tell)),
];

/// Mounts the API. Handlers find what they need in `Data<Shared>`.
pub fn routes(config: &mut ServiceConfig) {
    let mut scope = web::scope("/api/v1").app_data(PayloadConfig::new(LARGEST_BODY));
    for endpoint in &ENDPOINTS {
        let is_first = ENDPOINTS
            .iter()
            .find(|other| other.path == endpoint.path)
            .is_some_and(|first| first.method == endpoint.method);
        if is_first {
            scope = scope.service(resource(endpoint.path));
        }
    }
    let headers = DefaultHeaders::new()
        .add((CACHE_CONTROL, "no-store"))
        .add((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    config
        .route("/api/openapi.json", web::get().to(openapi::describe))
        .service(
            scope
                .default_service(web::to(unknown_path))
                .wrap(from_fn(access::check))
                .wrap(headers),
        );
}

/// All methods of one path; others are answered with those that it has.
fn resource(path: &'static str) -> actix_web::Resource {
    let of_path: Vec<&Endpoint> = ENDPOINTS
        .iter()
        .filter(|endpoint| endpoint.path == path)
        .collect();
    let allowed: Vec<&str> = of_path
        .iter()
        .map(|endpoint| endpoint.method.as_str())
        .collect();
    let allowed = allowed.join(", ");
    let refuse = move || {
        let refusal = Problem::wrong_method(&allowed);
        async move { Err::<HttpResponse, Problem>(refusal) }
    };
    of_path
        .iter()
        .fold(web::resource(path), |resource, endpoint| {
            resource.route((endpoint.route)())
        })
        .default_service(web::to(refuse))
}

async fn unknown_path(request: HttpRequest) -> Result<HttpResponse, Problem> {
    Err(Problem::not_found(format!(
        "nothing is at {}; /api/openapi.json lists what is",
        request.path()
    )))
}
