//! A person is asked before the boss is told, unless the node says at once.

use std::time::Duration;

use dingdan::sandbox::Record;
use serde_json::json;

use crate::app::{CUSTOMER, DIRECTOR, REP, TestApp};

const HALF_A_DAY: Duration = Duration::from_secs(12 * 3600);

/// What reached the two phones, in its order: who, and the words.
fn arrivals(app: &TestApp) -> Vec<(String, String)> {
    let entries = app.sandbox.ledger().all().into_iter();
    let arrived = entries.filter_map(|entry| match entry.record {
        Record::Wecom(message) => Some((message.to, message.content.to_string())),
        Record::Dingtalk(message) => Some((message.to, message.content.to_string())),
        _ => None,
    });
    arrived.collect()
}

/// Where in that order somebody first read of something.
fn first(arrivals: &[(String, String)], who: &str, what: &str) -> usize {
    let mut all = arrivals.iter();
    let place = all.position(|(to, text)| to == who && text.contains(what));
    place.unwrap_or_else(|| panic!("{who} never heard of {what}: {arrivals:?}"))
}

#[tokio::test]
async fn whatever_is_late_was_asked_of_the_rep_before_the_director_hears_of_it() {
    let app = TestApp::start().await;
    for words in ["给我来二十台变频器", "西门子也给我们报了价"] {
        app.sandbox.customer(CUSTOMER).says(words).await;
    }
    app.settle().await;
    let to_the_end = json!({ "stage": "contract" });
    let path = "opportunities/deal-yunshan/stage";
    assert_eq!(app.post_api(path, &to_the_end).await.0, 409);
    let by_hand = json!({ "node": "decision_chain", "by": "rep-zhao" });
    let path = "opportunities/deal-yunshan/nodes";
    assert_eq!(app.post_api(path, &by_hand).await.0, 200);
    app.settle().await;
    let before = arrivals(&app);
    assert!(before.iter().all(|(to, _)| to == REP), "{before:?}");

    for _ in 0..20 {
        app.advance(HALF_A_DAY).await;
    }

    let all = arrivals(&app);
    for node in [
        "首次需求澄清",
        "方案匹配验证",
        "竞品应对备案",
        "决策链穿透",
        "合同条款共识",
        "方案演示",
    ] {
        assert!(
            first(&all, REP, node) < first(&all, DIRECTOR, node),
            "{node}"
        );
    }
}

#[tokio::test]
async fn a_node_that_says_at_once_tells_both() {
    let app = TestApp::start().await;

    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;

    let all = arrivals(&app);
    first(&all, REP, "风险预判登记");
    first(&all, DIRECTOR, "风险预判登记");
}
