//! `POST /opportunities/{id}/stage`.

use serde_json::{Value, json};

use super::Api;

const STAGE: &str = "/api/v1/opportunities/deal-1/stage";

#[actix_web::test]
async fn a_move_is_on_record_with_who_asked_and_why() {
    let api = Api::with_deals().await;

    let moved = api
        .post(
            STAGE,
            &json!({ "stage": "discovery", "reason": "客户已确认", "by": "d-zhou" }),
        )
        .await;
    let again = api.post(STAGE, &json!({ "stage": "discovery" })).await;
    let over = api.post(STAGE, &json!({ "stage": "lost" })).await;

    assert_eq!(
        (moved.status.as_u16(), &moved.json["stage"]),
        (200, &json!("discovery"))
    );
    assert_eq!(again.json, moved.json);
    assert_eq!(over.json["closed_at"], "2026-11-23T12:00:00.000+08:00");
    let journal = api
        .shared
        .store
        .journal(&"deal-1".parse().unwrap())
        .await
        .unwrap();
    let record: Vec<(Value, &str)> = journal
        .iter()
        .map(|entry| {
            (
                serde_json::from_str(&entry.event).unwrap(),
                entry.cause.as_str(),
            )
        })
        .collect();
    assert_eq!(
        record,
        [
            (
                json!({ "event": "stage_asked", "to": "discovery", "by": { "id": "d-zhou", "name": "名d-zhou" } }),
                "api:writer: 客户已确认"
            ),
            (
                json!({ "event": "stage_asked", "to": "lost", "by": { "id": "r-zhao", "name": "名r-zhao" } }),
                "api:writer"
            ),
        ]
    );
}

#[actix_web::test]
async fn a_gated_move_is_refused_with_the_runs_that_it_waits_for() {
    let api = Api::with_deals().await;

    let refused = api.post(STAGE, &json!({ "stage": "proposal" })).await;

    let detail = refused.problem(409, "gated");
    assert!(detail.contains("方案匹配验证"), "{detail}");
    assert_eq!(
        refused.json["missing"],
        json!([{
            "id": "deal-1-1",
            "node": "solution_match",
            "title": "方案匹配验证",
            "status": "open",
            "due_at": "2026-11-26T12:00:00.000+08:00",
        }])
    );
    let deal = api.get("/api/v1/opportunities/deal-1").await;
    assert_eq!(deal.json["stage"], "lead");
    let open = api.items("/api/v1/runs?node=solution_match").await;
    assert_eq!(open.len(), 1, "asking opened it");
    let again = api.post(STAGE, &json!({ "stage": "proposal" })).await;
    assert_eq!(again.json["missing"], refused.json["missing"]);
}

#[actix_web::test]
async fn unknown_stages_people_and_deals_are_refused() {
    let api = Api::with_deals().await;

    let stage = api.post(STAGE, &json!({ "stage": "closing" })).await;
    assert!(stage.problem(422, "unknown-stage").contains("closing"));
    let known = stage.json["known_stages"].as_array().unwrap();
    assert!(known.contains(&json!("lead")) && known.contains(&json!("won")));
    api.post(STAGE, &json!({ "stage": "won", "by": "nobody" }))
        .await
        .problem(422, "unknown-reference");
    api.post(
        "/api/v1/opportunities/deal-0/stage",
        &json!({ "stage": "won" }),
    )
    .await
    .problem(404, "not-found");
    api.post(STAGE, &json!({}))
        .await
        .problem(400, "wrong-fields");

    let journal = api
        .shared
        .store
        .journal(&"deal-1".parse().unwrap())
        .await
        .unwrap();
    assert!(journal.is_empty());
}
