//! Who may ask, and how mistakes are told.

use actix_web::http::Method;
use actix_web::http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use actix_web::test::TestRequest;
use serde_json::json;

use super::{Api, READER, WRITER};

#[actix_web::test]
async fn without_a_known_token_nothing_is_said_not_even_what_exists() {
    let api = Api::empty().await;

    for path in [
        "/api/v1/reps",
        "/api/v1/board",
        "/api/v1/nothing",
        "/api/v1",
    ] {
        let stranger = api.ask(Method::GET, path, None, None).await;
        stranger.problem(401, "unauthorized");
        assert_eq!(
            stranger.headers.get(WWW_AUTHENTICATE).unwrap(),
            "Bearer realm=\"dingdan\""
        );

        let guesser = api
            .ask(
                Method::GET,
                path,
                Some("reader-0123456789-012345678X"),
                None,
            )
            .await;
        guesser.problem(401, "unauthorized");
        assert!(
            guesser
                .headers
                .get(WWW_AUTHENTICATE)
                .unwrap()
                .to_str()
                .unwrap()
                .contains("invalid_token")
        );
    }
    for header in ["Basic dTpw", "Bearer", "Bearer ", READER] {
        let request = TestRequest::with_uri("/api/v1/reps").insert_header((AUTHORIZATION, header));
        api.send(request).await.problem(401, "unauthorized");
    }
    let lower_case = TestRequest::with_uri("/api/v1/reps")
        .insert_header((AUTHORIZATION, format!("bearer {READER}")));
    assert_eq!(api.send(lower_case).await.status, 200);
}

#[actix_web::test]
async fn a_token_that_may_read_may_not_write() {
    let api = Api::with_deals().await;

    let refused = api
        .ask(
            Method::POST,
            "/api/v1/opportunities/deal-1/stage",
            Some(READER),
            Some("{}".to_owned()),
        )
        .await;

    refused.problem(403, "insufficient-scope");
    assert!(
        refused
            .headers
            .get(WWW_AUTHENTICATE)
            .unwrap()
            .to_str()
            .unwrap()
            .contains("scope=\"write\"")
    );
    assert_eq!(
        api.ask(Method::GET, "/api/v1/reps", Some(WRITER), None)
            .await
            .status,
        200
    );
}

#[actix_web::test]
async fn paths_and_methods_that_are_not_there_are_told() {
    let api = Api::empty().await;

    api.get("/api/v1/nothing").await.problem(404, "not-found");
    api.get("/api/v1/messages/m-0")
        .await
        .problem(404, "not-found");
    api.get("/api/v1/opportunities/deal-0")
        .await
        .problem(404, "not-found");
    let wrong_method = api
        .ask(Method::DELETE, "/api/v1/opportunities", Some(WRITER), None)
        .await;
    wrong_method.problem(405, "method-not-allowed");
    assert_eq!(wrong_method.headers.get(ALLOW).unwrap(), "GET, POST");
}

#[actix_web::test]
async fn wrong_parameters_are_told_all_at_once() {
    let api = Api::empty().await;

    for (path, fields) in [
        ("/api/v1/reps?limit=0", &["limit"][..]),
        (
            "/api/v1/reps?limit=201&role=boss&colour=red",
            &["role", "limit", "colour"],
        ),
        ("/api/v1/reps?limit=many", &["limit"]),
        ("/api/v1/customers?cursor=abc", &["cursor"]),
        (
            "/api/v1/messages?from=yesterday&to=2026-11-23T09:00:00",
            &["from", "to"],
        ),
        ("/api/v1/messages?chat=a&chat=b", &["chat"]),
        ("/api/v1/signals?label=price", &["label"]),
        ("/api/v1/runs?status=late", &["status"]),
        ("/api/v1/alerts?status=lost", &["status"]),
        ("/api/v1/compliance?from=2026-11-02&to=2026-11-01", &["to"]),
        ("/api/v1/board?period=year", &["period"]),
        ("/api/v1/board?period=week&from=2026-11-01", &["period"]),
        ("/api/v1/board?from=2026-11-02&to=2026-11-01", &["to"]),
        ("/api/v1/board?from=2020-01-01&to=2026-11-01", &["to"]),
        ("/api/v1/messages/m-1?x=1", &["x"]),
    ] {
        let answer = api.get(path).await;
        answer.problem(400, "wrong-fields");
        let errors = answer.json["errors"].as_array().unwrap();
        let told: Vec<&str> = errors
            .iter()
            .map(|error| error["field"].as_str().unwrap())
            .collect();
        assert_eq!(told, fields, "{path}: {}", answer.json);
    }
}

#[actix_web::test]
async fn bodies_that_cannot_be_read_are_refused_for_what_they_are() {
    let api = Api::with_deals().await;
    let post = |body: String| {
        api.ask(
            Method::POST,
            "/api/v1/opportunities",
            Some(WRITER),
            Some(body),
        )
    };

    post("{".to_owned()).await.problem(400, "malformed");
    post("[]".to_owned()).await.problem(400, "malformed");
    post(format!("{{\"name\":\"{}\"}}", "x".repeat(64 * 1024)))
        .await
        .problem(413, "too-large");
    let form = TestRequest::post()
        .uri("/api/v1/opportunities")
        .insert_header((AUTHORIZATION, format!("Bearer {WRITER}")))
        .insert_header((CONTENT_TYPE, "application/x-www-form-urlencoded"))
        .set_payload("name=x");
    api.send(form).await.problem(415, "not-json");

    let wrong = api
        .post(
            "/api/v1/opportunities",
            &json!({ "rep_id": 7, "name": " ", "stagee": "lead" }),
        )
        .await;
    wrong.problem(400, "wrong-fields");
    let errors = wrong.json["errors"].as_array().unwrap();
    let told: Vec<_> = errors
        .iter()
        .map(|error| {
            (
                error["field"].as_str().unwrap(),
                error["found"].as_str().unwrap(),
            )
        })
        .collect();
    let blank = "a text that is blank, too long or of several lines";
    assert_eq!(
        told,
        [
            ("customer_id", "nothing"),
            ("rep_id", "a number"),
            ("name", blank),
            ("stagee", "an unknown member")
        ]
    );
}

#[actix_web::test]
async fn a_member_that_is_there_twice_is_refused_by_name() {
    let api = Api::with_deals().await;
    let path = "/api/v1/opportunities/deal-1/stage";
    let ask = async |body: &str| {
        let body = Some(body.to_owned());
        api.ask(Method::POST, path, Some(WRITER), body).await
    };

    let refused = ask(r#"{"stage":"won","reason":"x","st\u0061ge":"lost","colour":1}"#).await;

    let detail = refused.problem(400, "wrong-fields");
    assert!(detail.contains("stage: found it twice, expected it once"));
    assert!(detail.contains("colour"), "other mistakes are told too");
    assert_eq!(refused.json["errors"][0]["field"], "stage");
    let deal = api.get("/api/v1/opportunities/deal-1").await;
    assert_eq!(deal.json["stage"], "lead", "nothing was done");
}

#[actix_web::test]
async fn answers_are_not_to_be_kept() {
    let api = Api::empty().await;

    for answer in [
        api.get("/api/v1/reps").await,
        api.ask(Method::GET, "/api/v1/reps", None, None).await,
    ] {
        assert_eq!(answer.headers.get("cache-control").unwrap(), "no-store");
    }
}
