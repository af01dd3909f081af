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
            &json!({ "stage": "proposal", "reason": "客户已确认", "by": "d-zhou" }),
        )
        .await;
    let again = api.post(STAGE, &json!({ "stage": "proposal" })).await;
    let over = api.post(STAGE, &json!({ "stage": "won" })).await;

    assert_eq!(
        (moved.status.as_u16(), &moved.json["stage"]),
        (200, &json!("proposal"))
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
                json!({ "event": "stage_moved", "to": "proposal", "by": "d-zhou" }),
                "api:writer: 客户已确认"
            ),
            (
                json!({ "event": "stage_moved", "to": "won", "by": "r-zhao" }),
                "api:writer"
            ),
        ]
    );
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
