//! `/api/openapi.json`: the API described in OpenAPI 3.1 (spec.openapis.org/oas/v3.1.1).
//!
//! Written by hand, since it is read by hand: `paths` has one entry a route, `schemas` one a shape.
//! Tests compare it with the mounted routes and with real answers.

mod contacts;
mod deals;
mod paths;
mod run;
mod schemas;
mod shapes;
mod tallies;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Value, json};

use crate::shared::Shared;

/// Needs no token: it tells nothing of what is stored.
pub(super) async fn describe(shared: Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(document(&shared.settings.server.public_url))
}

pub(super) fn document(public_url: &str) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "盯单 Dingdan",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "What customers said, what it meant, what had to be done, and whether it was done.",
            "description": "Lists are pages: as long as `next_cursor` is not null, send it as `cursor` with the same \
                parameters for the page after. Times are RFC 3339 with offset; in parameters a day such as \
                2026-11-23 stands for its first moment in China. Unknown parameters and members are refused. \
                Members may be added to answers; none is taken away.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
        },
        "servers": [{ "url": format!("{public_url}/api/v1") }],
        "security": [{ "token": [] }],
        "paths": paths::all(),
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "One of [api] tokens. GET needs scope \"read\" or \"write\", everything else \"write\"."
                }
            },
            "schemas": schemas::all(),
        }
    })
}
