//! `GET /runs/{id}`, `POST /runs/{id}/{act}`, and what people report of deals.

use serde_json::json;

use super::{Api, ids};

const RUN: &str = "/api/v1/runs/deal-1-1";

impl Api {
    async fn does(&self, act: &str, body: &serde_json::Value) -> super::Answer {
        self.post(&format!("{RUN}/{act}"), body).await
    }
}

#[actix_web::test]
async fn a_run_is_told_whole_and_the_look_is_recorded() {
    let api = Api::with_deals().await;
    api.hear_tender().await;

    let run = api.get(RUN).await.json;

    assert_eq!(run["heard"]["words"], "要走招标");
    assert_eq!(run["light"], "green");
    assert_eq!(run["clock"][0]["what"], "started");
    assert_eq!(
        (&run["questions"][0]["key"], &run["questions"][0]["answer"]),
        (&json!("risk_type"), &json!(null))
    );
    let chat = "chat-1".parse().unwrap();
    let views = api.shared.store.views_of(&chat, 10).await.unwrap();
    assert_eq!(views.len(), 1);
    assert_eq!(
        (views[0].name.as_str(), views[0].place.as_str()),
        ("reader", "runs")
    );
}

#[actix_web::test]
async fn what_is_missing_or_wrong_is_told_at_once() {
    let api = Api::with_deals().await;
    api.hear_tender().await;

    let bare = api.does("waive", &json!({})).await;
    let detail = bare.problem(400, "wrong-fields").to_owned();
    assert!(
        detail.contains("by:") && detail.contains("reason:"),
        "{detail}"
    );
    for (act, body, kind, status) in [
        (
            "extend",
            json!({ "by": "d-zhou", "reason": "x" }),
            "wrong-fields",
            400,
        ),
        (
            "extend",
            json!({ "by": "d-zhou", "reason": "x", "hours": 0 }),
            "wrong-fields",
            400,
        ),
        (
            "urge",
            json!({ "by": "d-zhou", "reason": "x" }),
            "wrong-fields",
            400,
        ),
        ("urge", json!({ "by": "nobody" }), "unknown-reference", 422),
        ("urge", json!({ "by": "r-zhao" }), "unknown-reference", 422),
        ("forget", json!({ "by": "d-zhou" }), "not-found", 404),
        ("resume", json!({ "by": "d-zhou" }), "makes-no-sense", 409),
        (
            "acknowledge",
            json!({ "by": "d-zhou" }),
            "makes-no-sense",
            409,
        ),
    ] {
        api.does(act, &body).await.problem(status, kind);
    }
    api.post("/api/v1/runs/run-9/urge", &json!({ "by": "d-zhou" }))
        .await
        .problem(404, "not-found");
}

#[actix_web::test]
async fn a_waived_run_is_counted_apart() {
    let api = Api::with_deals().await;
    api.hear_tender().await;

    let waived = api
        .does(
            "waive",
            &json!({ "by": "d-zhou", "reason": "客户自有标准流程" }),
        )
        .await;

    assert_eq!(waived.json["status"], "waived", "{}", waived.json);
    assert_eq!(waived.json["decided"]["why"], "客户自有标准流程");
    assert_eq!(
        ids(&api.items("/api/v1/runs?status=waived").await),
        ["deal-1-1"]
    );
    let again = api
        .does("dismiss", &json!({ "by": "d-zhou", "reason": "再来一次" }))
        .await;
    assert!(again.problem(409, "makes-no-sense").contains("finished"));
}

#[actix_web::test]
async fn reports_of_a_deal_are_on_record() {
    let api = Api::with_deals().await;
    let deal = "/api/v1/opportunities/deal-1";

    let fact = json!({ "fact": "roi_signed", "by": "r-zhao" });
    assert_eq!(api.post(&format!("{deal}/facts"), &fact).await.status, 200);
    let visit = json!({ "kind": "visit", "by": "r-zhao" });
    assert_eq!(
        api.post(&format!("{deal}/contacts"), &visit).await.status,
        200
    );
    let node = json!({ "node": "needs_clarification", "by": "r-zhao" });
    let opened = api.post(&format!("{deal}/nodes"), &node).await;
    assert_eq!(
        (&opened.json["node"], &opened.json["why"]),
        (&json!("needs_clarification"), &json!("名r-zhao发起"))
    );

    for (path, body, status, kind) in [
        (
            "nodes",
            json!({ "node": "nothing", "by": "r-zhao" }),
            422,
            "unknown-node",
        ),
        (
            "nodes",
            json!({ "node": "risk_registration", "by": "r-zhao" }),
            409,
            "makes-no-sense",
        ),
        (
            "contacts",
            json!({ "kind": "letter", "by": "r-zhao" }),
            400,
            "wrong-fields",
        ),
        (
            "facts",
            json!({ "fact": "ROI 签署", "by": "r-zhao" }),
            400,
            "wrong-fields",
        ),
        (
            "facts",
            json!({ "fact": "roi_signed", "by": "x" }),
            422,
            "unknown-reference",
        ),
    ] {
        api.post(&format!("{deal}/{path}"), &body)
            .await
            .problem(status, kind);
    }
}
