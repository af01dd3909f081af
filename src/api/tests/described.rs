//! `/api/openapi.json` and the API are one.

use std::collections::BTreeSet;

use actix_web::http::Method;
use serde_json::{Map, Value, json};

use super::Api;
use crate::api::{ENDPOINTS, openapi};

#[actix_web::test]
async fn the_description_needs_no_token() {
    let api = Api::empty().await;

    let description = api.ask(Method::GET, "/api/openapi.json", None, None).await;

    assert_eq!(description.status, 200);
    assert_eq!(description.json["openapi"], "3.1.0");
    assert_eq!(
        description.json["servers"][0]["url"],
        "http://dingdan.test/api/v1"
    );
}

#[test]
fn every_mounted_route_is_described_and_the_reverse() {
    let document = openapi::document("");
    let described: BTreeSet<(String, String)> = members(&document["paths"])
        .iter()
        .flat_map(|(path, methods)| {
            members(methods)
                .keys()
                .map(|method| (path.clone(), method.to_uppercase()))
        })
        .collect();

    let mounted: BTreeSet<(String, String)> = ENDPOINTS
        .iter()
        .map(|endpoint| (endpoint.path.to_owned(), endpoint.method.to_string()))
        .collect();

    assert_eq!(mounted, described);
}

#[actix_web::test]
async fn every_answer_is_as_it_is_described() {
    let api = Api::with_deals().await;
    api.hear_tender().await;
    let document = openapi::document("");

    for (path, asked) in [
        ("/board", "/board"),
        ("/messages", "/messages"),
        ("/messages/{id}", "/messages/m-1"),
        ("/signals", "/signals"),
        ("/corrections", "/corrections"),
        ("/opportunities", "/opportunities"),
        ("/opportunities/{id}", "/opportunities/deal-1"),
        ("/runs", "/runs"),
        ("/runs/{id}", "/runs/deal-1-1"),
        ("/alerts", "/alerts"),
        ("/compliance", "/compliance"),
        ("/health", "/health"),
        ("/attribution", "/attribution"),
        ("/reps", "/reps"),
        ("/customers", "/customers"),
        ("/contacts", "/contacts"),
    ] {
        let answer = api.get(&format!("/api/v1{asked}")).await;
        assert_eq!(answer.status, 200, "{asked}");
        let schema = &document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
            ["schema"];
        fits(&document, schema, &answer.json, asked);
    }
    let asked: usize = ENDPOINTS
        .iter()
        .filter(|endpoint| endpoint.method == Method::GET)
        .count();
    // The workbook is no JSON.
    assert_eq!(asked, 17, "an endpoint is missing above");
    let problem = api.get("/api/v1/reps?limit=0").await;
    fits(
        &document,
        &json!({ "$ref": "#/components/schemas/Problem" }),
        &problem.json,
        "problem",
    );
}

#[actix_web::test]
async fn every_described_parameter_is_known() {
    let api = Api::with_deals().await;
    let document = openapi::document("");

    for (path, methods) in members(&document["paths"]) {
        for parameter in methods["get"]["parameters"]
            .as_array()
            .into_iter()
            .flatten()
        {
            if parameter["in"] != "query" || parameter["name"] == "cursor" {
                continue;
            }
            let value = match (
                parameter["name"].as_str().unwrap(),
                &parameter["schema"]["enum"][0],
            ) {
                (_, Value::String(word)) => word.as_str(),
                ("from" | "to", _) => "2026-11-01",
                ("label", _) => "PRICE",
                ("limit", _) => "7",
                _ => "any",
            };
            let asked = format!(
                "/api/v1{path}?{}={value}",
                parameter["name"].as_str().unwrap()
            );
            assert_eq!(api.status(&asked).await, 200, "{asked}");
        }
    }
}

/// Checks a value against as much of JSON Schema as the document uses. Members that aren't
/// described don't fit.
#[track_caller]
fn fits(document: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        return fits(
            document,
            document.pointer(pointer).expect(reference),
            value,
            place,
        );
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    assert!(
        types.contains(&kind(value)) || (types.contains(&"number") && value.is_number()),
        "{place}: {value} is none of {types:?}"
    );
    if let Some(words) = schema["enum"].as_array() {
        assert!(
            words.contains(value),
            "{place}: {value} is none of {words:?}"
        );
    }
    if schema["format"] == "date-time" && value.is_string() {
        assert!(
            chrono::DateTime::parse_from_rfc3339(value.as_str().unwrap()).is_ok(),
            "{place}: {value}"
        );
    }
    for item in value.as_array().into_iter().flatten() {
        fits(document, &schema["items"], item, &format!("{place}[]"));
    }
    if let Some(object) = value.as_object() {
        for required in schema["required"].as_array().into_iter().flatten() {
            assert!(
                object.contains_key(required.as_str().unwrap()),
                "{place}: {required} is missing"
            );
        }
        for (name, member) in object {
            let place = format!("{place}.{name}");
            let described = schema["properties"]
                .get(name)
                .or_else(|| schema.get("additionalProperties"));
            fits(
                document,
                described.unwrap_or_else(|| panic!("{place} isn't described")),
                member,
                &place,
            );
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn members(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}
