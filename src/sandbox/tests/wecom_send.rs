//! What becomes of messages that WeCom accepts.

use serde_json::json;

use super::super::{Endpoint, Outcome, Record};
use super::{HOUR, MINUTE, Peer, card_message, risk_card, text_message};

#[tokio::test]
async fn a_text_is_delivered_and_cut_at_2048_bytes() {
    let peer = Peer::start().await;

    let answer = peer
        .send(&text_message("zhao.lei", &"长".repeat(700)))
        .await;

    assert_eq!(answer["errcode"], 0);
    let inbox = peer.sandbox.ledger().wecom_inbox("zhao.lei");
    assert_eq!(inbox.len(), 1);
    assert_eq!(inbox[0].content["content"], "长".repeat(682));
    assert_eq!(inbox[0].msgid.as_deref(), answer["msgid"].as_str());
    assert_eq!(inbox[0].response_code, None);
}

#[tokio::test]
async fn receivers_out_of_reach_are_named_in_lower_case_and_the_rest_is_served() {
    let peer = Peer::start().await;
    peer.sandbox
        .set_up(|company| company.apps[0].invisible_to.push("sun.hao".into()));

    let answer = peer
        .send(&text_message("qianyue|Sun.Hao|Ghost", "你好"))
        .await;

    assert_eq!(answer["errcode"], 0);
    assert_eq!(answer["invaliduser"], "sun.hao|ghost");
    assert_eq!(peer.sandbox.ledger().wecom_inbox("QianYue").len(), 1);
    assert_eq!(peer.sandbox.ledger().wecom_inbox("sun.hao").len(), 0);
}

#[tokio::test]
async fn a_task_id_is_used_once_per_app() {
    let peer = Peer::start().await;

    let first = peer
        .send(&card_message("zhao.lei", risk_card("run-1@1")))
        .await;
    let again = peer
        .send(&card_message("zhao.lei", risk_card("run-1@1")))
        .await;

    assert_eq!(first["errcode"], 0, "{first}");
    assert!(first["response_code"].is_string());
    assert_eq!(again["errcode"], 42014, "{again}");
}

#[tokio::test]
async fn an_identical_request_within_the_interval_is_not_delivered_again() {
    let peer = Peer::start().await;
    let mut message = text_message("zhao.lei", "同一条");
    message["enable_duplicate_check"] = json!(1);
    message["duplicate_check_interval"] = json!(600);

    peer.send(&message).await;
    peer.later(MINUTE * 9);
    let repeat = peer.send(&message).await;
    peer.later(MINUTE);
    peer.send(&message).await;

    assert_eq!(repeat["errcode"], 0);
    let sent = peer.sandbox.ledger().sent_to("zhao.lei");
    let outcomes: Vec<_> = sent.iter().map(|entry| outcome(&entry.record)).collect();
    assert_eq!(
        outcomes,
        [Outcome::Delivered, Outcome::Duplicate, Outcome::Delivered]
    );
}

#[tokio::test]
async fn without_the_check_the_same_text_arrives_twice() {
    let peer = Peer::start().await;

    peer.send(&text_message("zhao.lei", "同一条")).await;
    peer.send(&text_message("zhao.lei", "同一条")).await;

    assert_eq!(peer.sandbox.ledger().wecom_inbox("zhao.lei").len(), 2);
}

#[tokio::test]
async fn above_thirty_a_minute_messages_vanish_without_an_error() {
    let peer = Peer::start().await;
    for number in 0..30 {
        peer.send(&text_message("zhao.lei", &number.to_string()))
            .await;
    }

    let excess = peer.send(&text_message("ZHAO.LEI", "31")).await;
    let colleague = peer.send(&text_message("sun.hao", "1")).await;
    peer.later(MINUTE);
    peer.send(&text_message("zhao.lei", "32")).await;

    assert_eq!(
        (&excess["errcode"], &colleague["errcode"]),
        (&json!(0), &json!(0))
    );
    let ledger = peer.sandbox.ledger();
    let shown = ledger.wecom_inbox("zhao.lei");
    assert_eq!(shown.len(), 31);
    assert_eq!(shown[30].content["content"], "32");
    assert_eq!(ledger.wecom_inbox("sun.hao").len(), 1);
    let dropped =
        |entry: &super::super::Entry| matches!(outcome(&entry.record), Outcome::Dropped(_));
    assert_eq!(
        ledger
            .sent_to("zhao.lei")
            .iter()
            .filter(|entry| dropped(entry))
            .count(),
        1
    );
}

#[tokio::test]
async fn a_token_is_the_same_while_it_lives_and_then_refused() {
    let peer = Peer::start().await;
    let first = peer.wecom_token().await;
    peer.later(HOUR);
    assert_eq!(peer.wecom_token().await, first);

    peer.later(HOUR);
    let path = format!("/wecom/cgi-bin/getcallbackip?access_token={first}");
    assert_eq!(peer.get(&path).await["errcode"], 42001);
    assert_ne!(peer.wecom_token().await, first);

    for (as_expired, errcode) in [(false, 40014), (true, 42001)] {
        let token = peer.wecom_token().await;
        peer.sandbox.revoke_wecom_tokens(as_expired);
        let path = format!("/wecom/cgi-bin/getcallbackip?access_token={token}");
        assert_eq!(peer.get(&path).await["errcode"], errcode);
    }
}

#[tokio::test]
async fn wrong_credentials_and_tokens_have_their_own_codes() {
    let peer = Peer::start().await;
    let company = peer.company();
    let (corp, secret) = (&company.corp_id, &company.apps[0].secret);
    let cases = [
        (format!("gettoken?corpid={corp}&corpsecret=wrong"), 40001),
        (
            format!("gettoken?corpid=wwother&corpsecret={secret}"),
            40013,
        ),
        (format!("gettoken?corpsecret={secret}"), 41002),
        (format!("gettoken?corpid={corp}"), 41004),
        ("getcallbackip".to_owned(), 41001),
        ("getcallbackip?access_token=made-up".to_owned(), 40014),
    ];

    for (path, errcode) in cases {
        let answer = peer.get(&format!("/wecom/cgi-bin/{path}")).await;
        assert_eq!(answer["errcode"], errcode, "{path}: {answer}");
    }
    assert_eq!(peer.calls(Endpoint::WecomToken), 4);
}

#[tokio::test]
async fn an_api_has_so_many_calls_a_minute() {
    let peer = Peer::start().await;
    peer.sandbox.limit(|limits| limits.wecom_calls_a_minute = 2);
    let token = peer.wecom_token().await;
    let path = format!("/wecom/cgi-bin/getcallbackip?access_token={token}");

    assert_eq!(peer.get(&path).await["errcode"], 0);
    assert_eq!(peer.get(&path).await["errcode"], 0);
    assert_eq!(peer.get(&path).await["errcode"], 45009);
    peer.later(MINUTE);
    assert_eq!(peer.get(&path).await["errcode"], 0);
}

fn outcome(record: &Record) -> Outcome {
    match record {
        Record::Wecom(message) => message.outcome.clone(),
        other => panic!("not a WeCom message: {other:?}"),
    }
}
