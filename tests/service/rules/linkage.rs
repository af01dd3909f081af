//! What is known of a customer changes what is required.

use dingdan::domain::Timestamp;
use serde_json::{Value, json};

use crate::app::{CUSTOMER, REP, START, Setup, TestApp, World};
use crate::customers::is_of;
use crate::sightings::texts;

const GOLDEN_SIX: &str = include_str!("../../../config/processes/golden-six.toml");

/// 方案匹配验证 is asked for; its questions.
async fn asked_for(app: &TestApp) -> Vec<String> {
    let body = json!({ "stage": "proposal" });
    let path = "opportunities/deal-yunshan/stage";
    let (status, refusal) = app.post_api(path, &body).await;
    assert_eq!(status, 409);
    app.settle().await;
    let id = refusal["missing"][0]["id"].as_str().unwrap();
    let run = app.api(&format!("runs/{id}")).await;
    let key = |question: &Value| question["key"].as_str().unwrap().to_owned();
    run["questions"]
        .as_array()
        .unwrap()
        .iter()
        .map(key)
        .collect()
}

fn was_told_of(app: &TestApp, part: &str) -> usize {
    let said = texts(app, REP).into_iter();
    said.filter(|text| text.contains(part)).count()
}

#[tokio::test]
async fn a_car_parts_factory_needs_its_takt_from_the_moment_it_is_known_to_be_one() {
    let app = TestApp::start().await;
    assert_eq!(asked_for(&app).await, ["parts"]);

    is_of(&app, "yunshan", "汽车零部件厂").await;

    assert_eq!(asked_for(&app).await, ["parts", "takt"]);
    is_of(&app, "yunshan", "机械").await;
    assert_eq!(asked_for(&app).await, ["parts"]);
    assert_eq!(was_told_of(&app, "卫生认证文件包"), 0);
}

#[tokio::test]
async fn a_food_packaging_factory_is_reminded_of_its_certificates_once() {
    let app = TestApp::start().await;
    is_of(&app, "yunshan", "食品包装厂").await;

    assert_eq!(asked_for(&app).await, ["parts"]);

    assert_eq!(
        was_told_of(&app, "云杉机械是食品包装厂：请先下载《卫生认证文件包》"),
        1
    );
    asked_for(&app).await;
    assert_eq!(was_told_of(&app, "卫生认证文件包"), 1);
}

#[tokio::test]
async fn any_field_of_a_customer_may_require_something_at_any_node() {
    let world = World::at(Timestamp::parse_rfc3339(START).unwrap()).await;
    let text = GOLDEN_SIX.replacen(
        "title = \"语音小结\"\n",
        "title = \"语音小结\"\nwhen = '\"等级\" in customer.fields && customer.fields[\"等级\"] == \"A\"'\n",
        1,
    );
    assert!(text.contains("等级"));
    std::fs::write(world.folder().join("by-grade.toml"), text).unwrap();
    let setup = Setup {
        change: |text| text + "[process]\nfile = \"by-grade.toml\"\n",
        ..Setup::default()
    };
    let app = TestApp::start_in(world, setup).await;
    let mut tx = app.store.begin().await.unwrap();
    let fields = [("等级".to_owned(), "A".to_owned())].into();
    let customer = "yunshan".parse().unwrap();
    tx.put_customer_fields(&customer, &fields).await.unwrap();
    tx.commit().await.unwrap();

    for contact in [CUSTOMER, "wmHuafengLin003"] {
        app.sandbox
            .customer(contact)
            .says("给我来二十台变频器")
            .await;
    }
    app.settle().await;

    for run in app.items("runs").await {
        let id = run["id"].as_str().unwrap();
        let questions = app.api(&format!("runs/{id}")).await["questions"].clone();
        let expected = if run["opportunity_id"] == "deal-yunshan" {
            2
        } else {
            1
        };
        assert_eq!(questions.as_array().unwrap().len(), expected, "{questions}");
    }
}
