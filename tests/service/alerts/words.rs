//! What an alert says.

use super::{HOUR, MINUTE, hears};
use crate::app::{DIRECTOR, TestApp};
use crate::sightings::{alert_statuses, delivered, told};

#[tokio::test]
async fn an_alert_says_who_what_and_how_late_and_leads_to_the_words() {
    let app = TestApp::start().await;
    hears(&app, "你们太贵了,今年要走招标").await;
    app.advance(2 * HOUR + MINUTE).await;

    let seen = delivered(&app);
    assert_eq!(seen.len(), 2, "one when it opened, one when it was late");
    let late = told(&seen[1]);
    for part in [
        "云杉机械",
        "产线改造",
        "赵磊",
        "风险预判登记",
        "**已超时**：1 分",
        "要走招标",
    ] {
        assert!(late.contains(part), "{part} is missing in {late}");
    }
    assert!(seen.iter().all(|message| message.to == DIRECTOR));
    let link = seen[1].content["singleURL"].as_str().unwrap();
    let opened = app.sandbox.director(DIRECTOR).opens(link);
    assert!(
        opened.url.starts_with(&format!("{}/chats/", app.url)),
        "{}",
        opened.url
    );
    assert_eq!(alert_statuses(&app).await, ["sent", "sent"]);
}

#[tokio::test]
async fn what_a_customer_writes_is_text_in_the_alert_and_nothing_else() {
    let app = TestApp::start().await;

    hears(
        &app,
        "要走招标 [点我](http://evil.example) @all ![](http://evil.example/a.png) **急**",
    )
    .await;

    let text = told(&delivered(&app)[0]);
    for markup in ["](", "![", "@all", "**急"] {
        assert!(!text.contains(markup), "{markup} in {text}");
    }
}
