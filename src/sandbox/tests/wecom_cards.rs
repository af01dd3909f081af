//! Cards: pressed, updated, used up.

use serde_json::{Value, json};

use super::super::PressError;
use super::receiver::{Receiver, inside};
use super::{AGENT, DAY, Peer, button_card, card_message, risk_card, text};

fn closing(code: &str) -> Value {
    json!({ "userids": ["zhao.lei"], "agentid": AGENT, "response_code": code,
            "button": { "replace_name": "已提交" } })
}

#[tokio::test]
async fn a_press_tells_the_service_what_was_chosen() {
    let peer = Peer::start().await;
    let service = Receiver::start(&peer).await;
    peer.send(&card_message("QIANYUE", risk_card("run-1")))
        .await;

    let rep = peer.sandbox.rep("qianyue");
    rep.clicks("run-1", "submit", &[("risk", &["price"])])
        .await
        .unwrap();

    let event = service.received().pop().unwrap();
    assert_eq!(inside(&event, "FromUserName"), "QianYue");
    assert_eq!(inside(&event, "Event"), "template_card_event");
    assert_eq!(inside(&event, "EventKey"), "submit");
    assert_eq!(inside(&event, "TaskId"), "run-1");
    assert_eq!(inside(&event, "CardType"), "multiple_interaction");
    assert!(event.contains(
        "<QuestionKey><![CDATA[risk]]></QuestionKey><OptionIds><OptionId><![CDATA[price]]>"
    ));
    // Untouched, and still indistinguishable from a choice.
    assert!(event.contains(
        "<QuestionKey><![CDATA[strategy]]></QuestionKey><OptionIds><OptionId><![CDATA[roi]]>"
    ));
}

#[tokio::test]
async fn a_phone_lets_nobody_press_what_is_not_there() {
    let peer = Peer::start().await;
    let _service = Receiver::start(&peer).await;
    peer.send(&card_message("zhao.lei", risk_card("run-1")))
        .await;
    peer.send(&card_message("zhao.lei", button_card("run-2")))
        .await;
    let rep = peer.sandbox.rep("zhao.lei");

    assert_eq!(
        rep.clicks("run-9", "submit", &[]).await,
        Err(PressError::NoSuchCard)
    );
    assert_eq!(
        peer.sandbox
            .rep("sun.hao")
            .clicks("run-1", "submit", &[])
            .await,
        Err(PressError::NoSuchCard)
    );
    assert_eq!(
        rep.clicks("run-1", "other", &[]).await,
        Err(PressError::NoSuchButton)
    );
    assert_eq!(
        rep.clicks("run-1", "submit", &[("moon", &["x"])]).await,
        Err(PressError::NoSuchOption)
    );
    assert_eq!(
        rep.clicks("run-1", "submit", &[("risk", &["moon"])]).await,
        Err(PressError::NoSuchOption)
    );
    assert_eq!(
        rep.clicks("run-1", "submit", &[("risk", &["none", "price"])])
            .await,
        Err(PressError::NoSuchOption)
    );
    assert_eq!(rep.clicks("run-2", "done", &[]).await, Ok(()));
    assert_eq!(
        rep.clicks("run-2", "done", &[]).await,
        Err(PressError::NotOpen)
    );
    assert_eq!(rep.clicks_again("run-2", "done", &[]).await, Ok(()));
}

#[tokio::test]
async fn each_response_code_changes_the_card_once() {
    let peer = Peer::start().await;
    let service = Receiver::start(&peer).await;
    let sent = peer
        .send(&card_message("zhao.lei", risk_card("run-1")))
        .await;
    let rep = peer.sandbox.rep("zhao.lei");
    rep.clicks("run-1", "submit", &[]).await.unwrap();
    let from_send = text(&sent["response_code"]);
    let from_press = service.newest("ResponseCode");

    for code in [&from_press, &from_send] {
        assert_eq!(peer.update(&closing(code)).await["errcode"], 0);
        assert_eq!(peer.update(&closing(code)).await["errcode"], 60140);
    }
    assert_eq!(
        rep.clicks("run-1", "submit", &[]).await,
        Err(PressError::NotOpen)
    );
}

#[tokio::test]
async fn a_response_code_ends_after_72_hours() {
    let peer = Peer::start().await;
    let sent = peer
        .send(&card_message("zhao.lei", risk_card("run-1")))
        .await;

    peer.later(DAY * 3);

    let answer = peer.update(&closing(&text(&sent["response_code"]))).await;
    assert_eq!(answer["errcode"], 60140);
}

#[tokio::test]
async fn a_new_card_can_be_pressed_again_and_a_receipt_can_not() {
    let peer = Peer::start().await;
    let service = Receiver::start(&peer).await;
    let rep = peer.sandbox.rep("zhao.lei");
    let sent = peer
        .send(&card_message("zhao.lei", risk_card("run-1")))
        .await;
    let change = |code: String, card: Value| json!({ "atall": 1, "agentid": AGENT, "response_code": code, "template_card": card });

    let mut next = button_card("");
    next.as_object_mut().unwrap().remove("task_id");
    let answer = peer
        .update(&change(text(&sent["response_code"]), next))
        .await;
    assert_eq!(answer["errcode"], 0, "{answer}");
    rep.clicks("run-1", "done", &[]).await.unwrap();

    let receipt = json!({
        "card_type": "text_notice", "main_title": { "title": "已登记" },
        "card_action": { "type": 1, "url": "https://d.example" },
    });
    let answer = peer
        .update(&change(service.newest("ResponseCode"), receipt))
        .await;
    assert_eq!(answer["errcode"], 0, "{answer}");
    assert_eq!(
        rep.clicks("run-1", "done", &[]).await,
        Err(PressError::NotOpen)
    );
}

#[tokio::test]
async fn wrong_changes_are_refused_and_use_nothing_up() {
    let peer = Peer::start().await;
    let sent = peer
        .send(&card_message("zhao.lei", risk_card("run-1")))
        .await;
    let code = text(&sent["response_code"]);
    let good = closing(&code);
    let with = |key: &str, value: Value| {
        let mut change = good.clone();
        change[key] = value;
        change
    };
    let cases = [
        (
            "unknown code",
            60140,
            with("response_code", json!("made-up")),
        ),
        ("no code", 40058, with("response_code", json!(""))),
        ("another agent", 301_002, with("agentid", json!(5))),
        ("nobody", 40058, with("userids", json!([]))),
        (
            "receivers as text",
            40058,
            with("userids", json!("zhao.lei")),
        ),
        ("too many", 40058, with("userids", json!(vec!["u"; 1001]))),
        ("both", 40058, with("template_card", risk_card("run-1"))),
        (
            "no name",
            40058,
            with("button", json!({ "replace_name": "" })),
        ),
    ];

    for (what, errcode, change) in cases {
        let answer = peer.update(&change).await;
        assert_eq!(answer["errcode"], errcode, "{what}: {answer}");
    }
    let answer = peer
        .update(&with("userids", json!(["zhao.lei", "ghost"])))
        .await;
    assert_eq!(answer["errcode"], 0, "{answer}");
    assert_eq!(answer["invaliduser"], json!(["ghost"]));
}
