//! Every card that `message/send` refuses.

use serde_json::{Value, json};

use super::wecom_refusals::{expect_refusals, with, without};
use super::{Peer, button_card, card_message, risk_card};

#[tokio::test]
async fn every_hard_rule_of_an_interaction_card_is_checked() {
    let peer = Peer::start().await;
    let card = |card: Value| card_message("zhao.lei", card);
    let risk = |pointer: &str, value: Value| card(with(risk_card("t"), pointer, value));
    let button = |pointer: &str, value: Value| card(with(button_card("t"), pointer, value));
    let list = |item: Value, times: usize| Value::Array(vec![item; times]);
    let row = json!({ "keyname": "客户" });
    let options = |count: usize| {
        let ids = (0..count).map(|id| json!({ "id": id.to_string(), "text": "x" }));
        Value::Array(ids.collect())
    };
    let two_keys = json!([{ "text": "a", "key": "k" }, { "text": "b", "key": "k" }]);

    expect_refusals(
        &peer,
        vec![
            (
                "unknown card",
                40058,
                risk("/card_type", json!("poem_interaction")),
            ),
            (
                "no task_id",
                42014,
                card(without(risk_card("t"), "/task_id")),
            ),
            ("empty task_id", 42014, risk("/task_id", json!(""))),
            (
                "bad character in task_id",
                42014,
                risk("/task_id", json!("run/1")),
            ),
            ("Chinese task_id", 42014, risk("/task_id", json!("任务"))),
            (
                "long task_id",
                42014,
                risk("/task_id", json!("t".repeat(129))),
            ),
            (
                "no title",
                40058,
                card(without(risk_card("t"), "/main_title/title")),
            ),
            (
                "no title at all",
                40058,
                card(without(button_card("t"), "/main_title")),
            ),
            (
                "colour in a multiple card",
                40058,
                risk("/source/desc_color", json!(1)),
            ),
            (
                "colour out of range",
                40058,
                button("/source", json!({ "desc_color": 4 })),
            ),
            (
                "no questions",
                40058,
                card(without(risk_card("t"), "/select_list")),
            ),
            (
                "four questions",
                40058,
                risk(
                    "/select_list",
                    list(risk_card("t")["select_list"][0].clone(), 4),
                ),
            ),
            (
                "same question twice",
                40058,
                risk("/select_list/1/question_key", json!("risk")),
            ),
            (
                "eleven options",
                40058,
                risk("/select_list/0/option_list", options(11)),
            ),
            (
                "no options",
                40058,
                risk("/select_list/0/option_list", json!([])),
            ),
            (
                "same option twice",
                40058,
                risk("/select_list/0/option_list/1/id", json!("none")),
            ),
            (
                "long option id",
                40058,
                risk("/select_list/0/option_list/1/id", json!("x".repeat(129))),
            ),
            (
                "selected is no option",
                40058,
                risk("/select_list/0/selected_id", json!("moon")),
            ),
            (
                "long question key",
                40058,
                risk("/select_list/0/question_key", json!("x".repeat(1025))),
            ),
            (
                "no submit button",
                40058,
                card(without(risk_card("t"), "/submit_button")),
            ),
            (
                "empty submit key",
                40058,
                risk("/submit_button/key", json!("")),
            ),
            (
                "rows in a multiple card",
                40058,
                risk("/horizontal_content_list", list(row.clone(), 1)),
            ),
            (
                "disable when sent",
                40058,
                risk("/select_list/0/disable", json!(true)),
            ),
            (
                "replace_text when sent",
                40058,
                button("/replace_text", json!("完成")),
            ),
            ("no buttons", 40058, button("/button_list", json!([]))),
            (
                "seven buttons",
                40058,
                button(
                    "/button_list",
                    list(button_card("t")["button_list"][0].clone(), 7),
                ),
            ),
            ("same key twice", 40058, button("/button_list", two_keys)),
            (
                "style out of range",
                40058,
                button("/button_list/0/style", json!(5)),
            ),
            (
                "type out of range",
                40058,
                button("/button_list/0/type", json!(2)),
            ),
            (
                "long key",
                40058,
                button("/button_list/0/key", json!("k".repeat(1025))),
            ),
            (
                "link without scheme",
                40058,
                button("/button_list/1/url", json!("h5.example.com")),
            ),
            (
                "seven rows",
                40058,
                button("/horizontal_content_list", list(row, 7)),
            ),
            (
                "row without a name",
                40058,
                button("/horizontal_content_list", json!([{ "value": "x" }])),
            ),
            (
                "KeyName in JSON",
                40058,
                button("/horizontal_content_list", json!([{ "KeyName": "x" }])),
            ),
            (
                "member row without userid",
                40058,
                button(
                    "/horizontal_content_list",
                    json!([{ "keyname": "x", "type": 3 }]),
                ),
            ),
            (
                "jumps in a button card",
                40058,
                button("/jump_list", json!([{ "title": "x" }])),
            ),
            (
                "four menu entries",
                40058,
                button(
                    "/action_menu",
                    json!({ "action_list": list(json!({ "text": "x", "key": "y" }), 4) }),
                ),
            ),
            (
                "quote without its link",
                40058,
                button("/quote_area", json!({ "type": 1 })),
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn every_hard_rule_of_votes_and_notices_is_checked() {
    let peer = Peer::start().await;
    let vote = json!({
        "card_type": "vote_interaction", "task_id": "v", "main_title": { "title": "选" },
        "checkbox": { "question_key": "q", "mode": 1, "option_list": [{ "id": "a", "text": "甲" }] },
        "submit_button": { "text": "提交", "key": "s" },
    });
    let notice = json!({
        "card_type": "text_notice", "main_title": { "title": "到期" },
        "card_action": { "type": 1, "url": "https://d.example" },
    });
    let news = json!({
        "card_type": "news_notice", "main_title": { "title": "图" },
        "card_image": { "url": "https://d.example/i.png", "aspect_ratio": 1.5 },
        "card_action": { "type": 1, "url": "https://d.example" },
    });
    let card = |base: &Value, pointer: &str, value: Value| {
        card_message("zhao.lei", with(base.clone(), pointer, value))
    };
    let options: Vec<Value> = (0..21)
        .map(|id| json!({ "id": id.to_string(), "text": "x" }))
        .collect();
    let jump = json!({ "title": "x" });

    expect_refusals(
        &peer,
        vec![
            (
                "21 options",
                40058,
                card(&vote, "/checkbox/option_list", json!(options)),
            ),
            (
                "mode out of range",
                40058,
                card(&vote, "/checkbox/mode", json!(2)),
            ),
            (
                "checked as number",
                40058,
                card(&vote, "/checkbox/option_list/0/is_checked", json!(1)),
            ),
            (
                "card_action in a vote",
                40058,
                card(&vote, "/card_action", json!({ "type": 0 })),
            ),
            (
                "neither title nor sub title",
                40058,
                card_message("zhao.lei", without(notice.clone(), "/main_title/title")),
            ),
            (
                "notice without action",
                40058,
                card_message("zhao.lei", without(notice.clone(), "/card_action")),
            ),
            (
                "notice with action 0",
                40058,
                card(&notice, "/card_action/type", json!(0)),
            ),
            (
                "long address",
                40058,
                card(
                    &notice,
                    "/card_action/url",
                    json!(format!("https://d.example/{}", "x".repeat(2048))),
                ),
            ),
            (
                "four jumps",
                40058,
                card(&notice, "/jump_list", json!([jump, jump, jump, jump])),
            ),
            (
                "menu without task_id",
                42014,
                card(
                    &notice,
                    "/action_menu",
                    json!({ "action_list": [{ "text": "x", "key": "y" }] }),
                ),
            ),
            (
                "news without a picture",
                40058,
                card_message("zhao.lei", without(news.clone(), "/card_image")),
            ),
            (
                "wide picture",
                40058,
                card(&news, "/card_image/aspect_ratio", json!(2.3)),
            ),
        ],
    )
    .await;

    for good in [vote, notice, news] {
        let answer = peer.send(&card_message("zhao.lei", good)).await;
        assert_eq!(answer["errcode"], 0, "{answer}");
    }
}

#[tokio::test]
async fn an_app_without_a_callback_can_not_send_cards_that_call_back() {
    let peer = Peer::start().await;
    peer.sandbox
        .set_up(|company| company.apps[0].callback_url = None);

    let answer = peer.send(&card_message("zhao.lei", risk_card("t1"))).await;

    assert_eq!(answer["errcode"], 43012, "{answer}");
}
