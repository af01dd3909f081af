//! Gated transitions: refused with the missing run named, wherever they are asked for, until the
//! run is done or a director lets it off.

use serde_json::{Value, json};

use crate::app::{API_TOKEN, DIRECTOR, TestApp};
use crate::sightings::texts;

const DEAL: &str = "opportunities/deal-yunshan";

impl TestApp {
    /// Sends a body to the API: the status, and what it answered.
    pub async fn post_api(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.http.post(format!("{}/api/v1/{path}", self.url));
        let answer = request.bearer_auth(API_TOKEN).json(body).send().await;
        let answer = answer.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap())
    }
}

async fn asks_for(app: &TestApp, stage: &str) -> (u16, Value) {
    let body = json!({ "stage": stage, "by": "rep-zhao" });
    app.post_api(&format!("{DEAL}/stage"), &body).await
}

#[tokio::test]
async fn a_gate_opens_its_run_once_and_names_it() {
    let app = TestApp::start().await;

    let (status, refusal) = asks_for(&app, "proposal").await;
    app.settle().await;

    assert_eq!(status, 409, "{refusal}");
    assert_eq!(refusal["type"], "urn:problem-type:dingdan:gated");
    assert!(
        refusal["detail"].as_str().unwrap().contains("方案匹配验证"),
        "{refusal}"
    );
    assert_eq!(refusal["missing"][0]["node"], "solution_match");
    let run = refusal["missing"][0]["id"].as_str().unwrap();
    assert_eq!(app.api(DEAL).await["stage"], "demo");
    assert_eq!(app.api(&format!("runs/{run}")).await["light"], "green");
    let asked = texts(&app, "zhao.lei");
    assert!(
        asked.iter().any(|text| text.contains("物料清单")),
        "the rep was asked: {asked:?}"
    );

    let (_, again) = asks_for(&app, "negotiation").await;
    assert_eq!(again["missing"][0]["id"], run, "skipping a stage is no way");
    assert_eq!(app.items("runs?node=solution_match").await.len(), 1);
}

#[tokio::test]
async fn a_waived_run_lets_the_deal_pass_and_is_counted_apart() {
    let app = TestApp::start().await;
    let (_, refusal) = asks_for(&app, "proposal").await;
    let run = refusal["missing"][0]["id"].as_str().unwrap().to_owned();
    let waiver = |by: &str| json!({ "by": by, "reason": "客户指定型号，无需匹配" });

    let (by_the_rep, _) = app
        .post_api(&format!("runs/{run}/waive"), &waiver("rep-zhao"))
        .await;
    let (by_another, _) = app
        .post_api(&format!("runs/{run}/waive"), &waiver("director-north"))
        .await;
    assert_eq!((by_the_rep, by_another), (422, 422));
    assert_eq!(asks_for(&app, "proposal").await.0, 409);
    let (waived, whole) = app
        .post_api(&format!("runs/{run}/waive"), &waiver("director-east"))
        .await;
    assert_eq!(waived, 200, "{whole}");
    assert_eq!(whole["decided"]["why"], "客户指定型号，无需匹配");
    let stands = app
        .store
        .stages_of(&"deal-yunshan".parse().unwrap())
        .await
        .unwrap();
    assert!(stands.is_empty(), "it has left no stage yet");
    let (moved, deal) = asks_for(&app, "proposal").await;
    let left = app
        .store
        .stages_of(&"deal-yunshan".parse().unwrap())
        .await
        .unwrap();
    assert_eq!((left.len(), left[0].key.as_str()), (1, "demo"));

    assert_eq!((moved, &deal["stage"]), (200, &json!("proposal")), "{deal}");
    app.advance(std::time::Duration::from_secs(5 * 24 * 3600))
        .await;
    let figures = app.api("compliance").await;
    let total = &figures["total"];
    assert_eq!(
        (&total["waived"], &total["due"]),
        (&json!(1), &json!(0)),
        "{figures}"
    );
    let record = app.store.journal(&"deal-yunshan".parse().unwrap()).await;
    let record = record.unwrap();
    assert!(
        record
            .iter()
            .any(|entry| { entry.event.contains("\"waived\"") && entry.cause == "api:tests" })
    );
}

#[tokio::test]
async fn the_page_refuses_as_the_api_does_with_links_to_the_runs() {
    let app = TestApp::start().await;
    let mut browser = app.logged_in(DIRECTOR).await;
    let page = browser.get("/deals/deal-yunshan").await;
    assert_eq!(page.status, 200, "{}", page.text);
    let csrf = page.csrf();

    let refused = browser
        .post_form(
            "/deals/deal-yunshan",
            &[("csrf", &csrf), ("stage", "proposal")],
        )
        .await;

    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains("方案匹配验证"), "{}", refused.text);
    assert!(refused.text.contains("href=\"/runs/"), "{}", refused.text);
    let moved = browser
        .post_form(
            "/deals/deal-yunshan",
            &[("csrf", &csrf), ("stage", "discovery")],
        )
        .await;
    assert_eq!(moved.status, 303, "{}", moved.text);
    assert_eq!(app.api(DEAL).await["stage"], "discovery");
    let forged = browser
        .post_form(
            "/deals/deal-yunshan",
            &[("csrf", "guessed"), ("stage", "lead")],
        )
        .await;
    assert_eq!(forged.status, 403);
    assert_eq!(app.api(DEAL).await["stage"], "discovery");
}
