//! Sentences that a customer sends in pieces, and lines that take their sense from the minute before.

use std::time::Duration;

use serde_json::{Value, json};

use crate::app::{CUSTOMER, REP, TestApp};
use crate::sightings::cards;

const ACCOUNT: &str = "wkZhaoLei0001";
/// A contact whose company has no deal.
const WITHOUT_DEAL: &str = "wmBeichenLiu002";
const SECOND: Duration = Duration::from_secs(1);

/// Says the lines with so many seconds before each.
async fn says(app: &TestApp, contact: &str, lines: &[(u64, &str)]) {
    for (seconds, words) in lines {
        app.advance(SECOND * u32::try_from(*seconds).unwrap()).await;
        app.sandbox.customer(contact).says(words).await;
        app.settle().await;
    }
}

/// A line as the platform lists it, sent so many seconds after the beginning.
fn item(msgid: &str, seconds: i64, words: &str) -> Value {
    json!({
        "msgid": msgid, "open_kfid": ACCOUNT, "external_userid": CUSTOMER, "origin": 3,
        "send_time": 1_795_397_400 + seconds, "msgtype": "text", "text": {"content": words},
    })
}

async fn totals(app: &TestApp) -> Value {
    app.api("board").await["totals"].clone()
}

#[tokio::test]
async fn pieces_of_a_sentence_are_one_signal_marked_where_it_was_complete() {
    let app = TestApp::start().await;

    says(&app, CUSTOMER, &[(0, "太"), (2, "贵"), (2, "了")]).await;

    let signals = app.items("signals").await;
    assert_eq!(signals.len(), 1, "{signals:?}");
    let line = app
        .api(&format!(
            "messages/{}",
            signals[0]["message_id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(
        (&line["text"], &signals[0]["words"]),
        (&json!("贵"), &json!("贵"))
    );
    assert_eq!(signals[0]["why"], "连发的几句合起来是「太贵」");
    assert_eq!(totals(&app).await, json!({"PRICE": 1}));
}

#[tokio::test]
async fn the_card_tells_the_whole_utterance() {
    let app = TestApp::start().await;

    says(&app, CUSTOMER, &[(0, "今年要走"), (2, "招标")]).await;

    let cards = cards(&app, REP);
    assert_eq!(cards.len(), 1);
    let shown = cards[0].content.to_string();
    assert!(shown.contains("今年要走招标"), "{shown}");
}

#[tokio::test]
async fn pieces_that_come_in_another_order_and_several_times_come_to_the_same() {
    let pieces = [("p1", 0, "太"), ("p2", 2, "贵"), ("p3", 4, "了")];
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
        let app = TestApp::start().await;
        for turn in order.into_iter().chain(order) {
            let (msgid, at, words) = pieces[turn];
            app.sandbox
                .customer(CUSTOMER)
                .causes(item(msgid, at, words))
                .await;
            app.settle().await;
        }

        let signals = app.items("signals?dismissed=false").await;
        let heard: Vec<_> = signals.iter().map(|signal| &signal["label"]).collect();
        assert_eq!(heard, ["PRICE"], "{order:?}");
        assert_eq!(totals(&app).await, json!({"PRICE": 1}), "{order:?}");
    }
}

#[tokio::test]
async fn what_is_denied_by_the_piece_before_is_no_signal() {
    let app = TestApp::start().await;

    says(&app, CUSTOMER, &[(0, "不"), (2, "贵")]).await;

    assert_eq!(app.items("signals").await, Vec::<Value>::new());
    assert_eq!(cards(&app, REP).len(), 0);
}

#[tokio::test]
async fn a_signal_that_is_taken_back_before_a_deal_heard_of_it_counts_no_more() {
    let app = TestApp::start().await;
    says(&app, WITHOUT_DEAL, &[(0, "你们太贵了")]).await;
    assert_eq!(totals(&app).await, json!({"PRICE": 1}));

    says(&app, WITHOUT_DEAL, &[(3, "开玩笑的")]).await;

    assert_eq!(totals(&app).await, json!({}));
    let signals = app.items("signals").await;
    assert_eq!(signals[0]["dismissed_by"], "burst");
    app.shared.board_keeper.rebuild().await.unwrap();
    assert_eq!(totals(&app).await, json!({}));
}

#[tokio::test]
async fn a_signal_that_opened_a_node_is_not_unsaid() {
    let app = TestApp::start().await;

    says(&app, CUSTOMER, &[(0, "今年要走招标"), (3, "开玩笑的")]).await;

    assert_eq!(app.items("signals").await[0]["dismissed_at"], Value::Null);
    assert_eq!(totals(&app).await, json!({"TENDER": 1}));
    assert_eq!(app.items("runs").await.len(), 1);
}

#[tokio::test]
async fn a_question_waits_for_its_answer_past_what_says_nothing() {
    let app = TestApp::start().await;
    app.sandbox
        .rep(REP)
        .replies_to(CUSTOMER, "今年预算呢？")
        .await;
    app.settle().await;

    says(&app, CUSTOMER, &[(5, "嗯"), (20, "没有")]).await;

    let signals = app.items("signals").await;
    assert_eq!(signals.len(), 1, "{signals:?}");
    assert_eq!(
        (&signals[0]["label"], &signals[0]["words"]),
        (&json!("BUDGET"), &json!("没有"))
    );
}

#[tokio::test]
async fn what_was_taken_back_means_something_again_when_a_late_line_parts_the_two() {
    let app = TestApp::start().await;
    // Of three lines the second arrives last: only then is it known that the rep spoke in between.
    let of = |msgid: &str, seconds: i64, words: &str, contact: &str, origin: i64| {
        let mut line = item(msgid, seconds, words);
        line["external_userid"] = json!(contact);
        line["origin"] = json!(origin);
        line
    };
    let lines = [
        of("q1", 0, "你们太贵了", WITHOUT_DEAL, 3),
        of("q3", 6, "开玩笑的", WITHOUT_DEAL, 3),
    ];
    for line in lines {
        app.sandbox.customer(WITHOUT_DEAL).causes(line).await;
        app.settle().await;
    }
    assert_eq!(totals(&app).await, json!({}), "it is taken back");

    let mut between = of("q2", 3, "那您看多少合适", WITHOUT_DEAL, 5);
    between["servicer_userid"] = json!(REP);
    app.sandbox.customer(WITHOUT_DEAL).causes(between).await;
    app.settle().await;

    let signals = app.items("signals").await;
    assert_eq!(signals[0]["dismissed_at"], Value::Null, "{signals:?}");
    assert_eq!(totals(&app).await, json!({"PRICE": 1}));
    app.shared.board_keeper.rebuild().await.unwrap();
    assert_eq!(totals(&app).await, json!({"PRICE": 1}));
}
