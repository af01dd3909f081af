//! Everything that `message/send` refuses, with WeCom's own codes.

use serde_json::{Value, json};

use super::{AGENT, Peer, text_message};

/// The message with one place changed.
pub(super) fn with(mut message: Value, pointer: &str, value: Value) -> Value {
    match message.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            message.pointer_mut(parent).unwrap()[key] = value;
        }
    }
    message
}

/// The message with one place taken out.
pub(super) fn without(mut message: Value, pointer: &str) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = message.pointer_mut(parent).unwrap();
    parent.as_object_mut().unwrap().remove(key).unwrap();
    message
}

pub(super) async fn expect_refusals(peer: &Peer, cases: Vec<(&str, i64, Value)>) {
    for (what, errcode, message) in cases {
        let answer = peer.send(&message).await;
        assert_eq!(answer["errcode"], errcode, "{what}: {answer}");
        assert!(answer.get("msgid").is_none(), "{what}");
    }
}

#[tokio::test]
async fn a_wrong_envelope_is_refused() {
    let peer = Peer::start().await;
    let good = || text_message("zhao.lei", "你好");
    let many = vec!["u"; 1001].join("|");

    expect_refusals(
        &peer,
        vec![
            ("no receiver", 82001, without(good(), "/touser")),
            (
                "empty receivers",
                82001,
                with(good(), "/touser", json!("|")),
            ),
            (
                "too many receivers",
                40032,
                with(good(), "/touser", json!(many)),
            ),
            (
                "receivers as a list",
                40058,
                with(good(), "/touser", json!(["zhao.lei"])),
            ),
            (
                "nobody known",
                81013,
                with(good(), "/touser", json!("nobody|ghost")),
            ),
            ("no agent", 40056, without(good(), "/agentid")),
            (
                "agent as text",
                40056,
                with(good(), "/agentid", json!("1000002")),
            ),
            (
                "another agent",
                301_002,
                with(good(), "/agentid", json!(1_000_003)),
            ),
            ("no type", 40008, without(good(), "/msgtype")),
            (
                "unknown type",
                40008,
                with(good(), "/msgtype", json!("poem")),
            ),
            ("no body", 40063, without(good(), "/text")),
            (
                "empty text",
                44004,
                with(good(), "/text/content", json!("")),
            ),
            (
                "a misspelt field",
                40058,
                with(good(), "/text/contents", json!("x")),
            ),
            (
                "a misspelt option",
                40058,
                with(good(), "/enableDuplicateCheck", json!(1)),
            ),
            ("safe out of range", 40058, with(good(), "/safe", json!(3))),
            (
                "interval too long",
                40058,
                with(good(), "/duplicate_check_interval", json!(14_401)),
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_body_that_is_not_raw_json_is_refused() {
    let peer = Peer::start().await;
    let token = peer.wecom_token().await;
    let url = format!(
        "{}/sandbox/wecom/cgi-bin/message/send?access_token={token}",
        peer.base
    );
    let escaped =
        r#"{"touser":"zhao.lei","msgtype":"text","agentid":1000002,"text":{"content":"\u4f60"}}"#;

    for (body, errcode) in [("{", 40058), (escaped, 40033)] {
        let response = peer.http.post(&url).body(body).send().await.unwrap();
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["errcode"], errcode, "{answer}");
    }

    let answer: Value = peer
        .http
        .get(&url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(answer["errcode"], 40058, "GET instead of POST");
}

#[tokio::test]
async fn markdown_and_textcard_have_limits() {
    let peer = Peer::start().await;
    let message = |kind: &str, body: Value| json!({ "touser": "zhao.lei", "msgtype": kind, "agentid": AGENT, kind: body });
    let good = json!({ "title": "到期", "description": "今天", "url": "https://d.example/1" });
    let textcard =
        |pointer: &str, value: Value| message("textcard", with(good.clone(), pointer, value));

    expect_refusals(
        &peer,
        vec![
            (
                "long markdown",
                45002,
                message("markdown", json!({ "content": "长".repeat(683) })),
            ),
            (
                "empty markdown",
                44004,
                message("markdown", json!({ "content": "" })),
            ),
            (
                "long title",
                40058,
                textcard("/title", json!("长".repeat(129))),
            ),
            (
                "long description",
                40058,
                textcard("/description", json!("长".repeat(513))),
            ),
            ("no scheme", 40058, textcard("/url", json!("d.example/1"))),
            (
                "long button",
                40058,
                textcard("/btntxt", json!("查看更多吧")),
            ),
        ],
    )
    .await;

    let accepted = peer.send(&message("textcard", good.clone())).await;
    assert_eq!(accepted["errcode"], 0, "{accepted}");
}
