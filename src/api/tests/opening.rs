//! `POST /opportunities`.

use serde_json::json;

use super::Api;

#[actix_web::test]
async fn a_deal_is_opened_once_however_often_it_is_sent() {
    let api = Api::with_deals().await;
    let wanted =
        json!({ "customer_id": "c-1", "rep_id": "r-zhao", "name": "二期 改造", "id": "crm/42" });

    let first = api.post("/api/v1/opportunities", &wanted).await;
    let second = api.post("/api/v1/opportunities", &wanted).await;

    assert_eq!((first.status.as_u16(), second.status.as_u16()), (201, 200));
    assert_eq!(first.json, second.json);
    assert_eq!(first.json["stage"], "lead");
    assert_eq!(first.json["opened_at"], "2026-11-23T12:00:00.000+08:00");
    let place = first.headers.get("location").unwrap().to_str().unwrap();
    assert_eq!(place, "/api/v1/opportunities/crm%2F42");
    assert_eq!(api.get(place).await.json, first.json);
    let another =
        json!({ "customer_id": "c-2", "rep_id": "r-zhao", "name": "二期 改造", "id": "crm/42" });
    api.post("/api/v1/opportunities", &another)
        .await
        .problem(409, "id-taken");
}

#[actix_web::test]
async fn a_deal_without_an_id_gets_one() {
    let api = Api::with_deals().await;
    let wanted = json!({ "customer_id": "c-1", "rep_id": "r-zhao", "name": "新", "stage": null });

    let first = api.post("/api/v1/opportunities", &wanted).await;
    let second = api.post("/api/v1/opportunities", &wanted).await;

    assert_eq!((first.status.as_u16(), second.status.as_u16()), (201, 201));
    assert_ne!(first.json["id"], second.json["id"]);
}

#[actix_web::test]
async fn a_deal_may_begin_in_a_later_stage_and_the_engine_knows() {
    let api = Api::with_deals().await;
    let wanted = |id: &str, stage: &str| json!({ "customer_id": "c-1", "rep_id": "r-zhao", "name": "新", "stage": stage, "id": id });

    let later = api
        .post("/api/v1/opportunities", &wanted("later", "proposal"))
        .await;
    let over = api
        .post("/api/v1/opportunities", &wanted("over", "won"))
        .await;

    assert_eq!(
        (&later.json["stage"], &later.json["closed_at"]),
        (&json!("proposal"), &json!(null))
    );
    assert_eq!(over.json["closed_at"], "2026-11-23T12:00:00.000+08:00");
    let mut tx = api.shared.store.begin().await.unwrap();
    let later = tx.opportunity(&"later".parse().unwrap()).await;
    let later = later.unwrap().unwrap();
    let state: crate::engine::State = serde_json::from_str(&later.state).unwrap();
    assert_eq!(state.stage.as_deref(), Some("proposal"));
}

#[actix_web::test]
async fn unknown_customers_reps_and_stages_are_refused() {
    let api = Api::with_deals().await;

    for (customer, rep, stage, kind, said) in [
        ("c-9", "r-zhao", "lead", "unknown-reference", "customer_id"),
        ("c-1", "r-9", "lead", "unknown-reference", "rep_id"),
        ("c-1", "r-zhao", "leed", "unknown-stage", "lead, discovery"),
    ] {
        let wanted =
            json!({ "customer_id": customer, "rep_id": rep, "name": "新", "stage": stage });
        let refused = api.post("/api/v1/opportunities", &wanted).await;
        assert!(
            refused.problem(422, kind).contains(said),
            "{}",
            refused.json
        );
    }
    assert_eq!(api.items("/api/v1/opportunities").await.len(), 2);
}
