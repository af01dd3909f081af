//! Custom robots, signed for by the crate that the real service signs with.

use dingdan_webhooks::dingtalk::robot::sign as sign_at;
use serde_json::{Value, json};

use super::super::{Outcome, Record, Security};
use super::{HOUR, MINUTE, Peer};

fn sign(secret: &str, timestamp: &str) -> String {
    sign_at(timestamp.parse().unwrap(), secret)
}

/// Sends to the first robot, signed when it wants that.
async fn send(peer: &Peer, message: &Value) -> Value {
    let robot = peer.company().robots[0].clone();
    let mut query = vec![("access_token", robot.access_token.clone())];
    if let Security::Sign(secret) = &robot.security {
        let timestamp = peer.sandbox.clock().now().0.to_string();
        query.push(("sign", sign(secret, &timestamp)));
        query.push(("timestamp", timestamp));
    }
    post(peer, &query, message).await
}

async fn post(peer: &Peer, query: &[(&str, String)], message: &Value) -> Value {
    let url = format!("{}/sandbox/dingtalk/oapi/robot/send", peer.base);
    let request = peer.http.post(url).query(query).json(message);
    request.send().await.unwrap().json().await.unwrap()
}

fn hello() -> Value {
    json!({ "msgtype": "text", "text": { "content": "节点超时" } })
}

#[tokio::test]
async fn a_signed_message_reaches_the_whole_group() {
    let peer = Peer::start().await;

    let answer = send(&peer, &hello()).await;

    assert_eq!(answer["errcode"], 0, "{answer}");
    for member in ["dd-zhou-min", "dd-wu-jun"] {
        assert_eq!(peer.sandbox.director(member).inbox().len(), 1);
    }
    assert_eq!(peer.sandbox.director("dd-zhao-lei").inbox().len(), 0);
}

#[tokio::test]
async fn a_signature_is_right_and_at_most_an_hour_old() {
    let peer = Peer::start().await;
    let robot = peer.company().robots[0].clone();
    let Security::Sign(secret) = &robot.security else {
        panic!("the sample robot signs");
    };
    let now = peer.sandbox.clock().now().0.to_string();
    let signature = sign(secret, &now);
    let query = |timestamp: &str, sign: &str| {
        vec![
            ("access_token", robot.access_token.clone()),
            ("timestamp", timestamp.to_owned()),
            ("sign", sign.to_owned()),
        ]
    };

    assert_eq!(
        post(&peer, &query(&now, &signature), &hello()).await["errcode"],
        0
    );
    let twice_encoded = signature.replace('=', "%3D");
    for (query, message) in [
        (query(&now, &twice_encoded), "sign not match"),
        (query(&now[..10], &signature), "invalid timestamp"),
        (query("", &signature), "invalid timestamp"),
    ] {
        let answer = post(&peer, &query, &hello()).await;
        assert_eq!(answer["errcode"], 310_000);
        assert_eq!(answer["errmsg"], message);
    }
    peer.later(HOUR + MINUTE);
    assert_eq!(
        post(&peer, &query(&now, &signature), &hello()).await["errcode"],
        310_000
    );
}

#[tokio::test]
async fn keywords_and_addresses_can_guard_a_robot_too() {
    let peer = Peer::start().await;
    let secure = |security: Security| {
        peer.sandbox
            .set_up(|company| company.robots[0].security = security);
    };

    for (security, errcode) in [
        (Security::Keywords(vec!["超时".into()]), 0),
        (Security::Keywords(vec!["报价".into()]), 310_000),
        (Security::Addresses(vec!["127.0.0.0/8".into()]), 0),
        (Security::Addresses(vec!["10.0.0.1".into()]), 310_000),
    ] {
        secure(security);
        assert_eq!(send(&peer, &hello()).await["errcode"], errcode);
    }
}

#[tokio::test]
async fn the_21st_message_of_a_minute_silences_the_robot_for_ten() {
    let peer = Peer::start().await;
    for _ in 0..20 {
        assert_eq!(send(&peer, &hello()).await["errcode"], 0);
    }

    assert_eq!(send(&peer, &hello()).await["errcode"], 410_100);
    peer.later(MINUTE * 9);
    assert_eq!(send(&peer, &hello()).await["errcode"], 410_100);
    peer.later(MINUTE);
    assert_eq!(send(&peer, &hello()).await["errcode"], 0);
}

#[tokio::test]
async fn the_same_uuid_is_shown_once() {
    let peer = Peer::start().await;
    let mut message = hello();
    message["msgUuid"] = json!("run-1-1");

    send(&peer, &message).await;
    let again = send(&peer, &message).await;

    assert_eq!(again["errcode"], 0);
    assert_eq!(peer.sandbox.director("dd-wu-jun").inbox().len(), 1);
    let sent = peer.sandbox.ledger().sent_to("盯单 · 主管群");
    let last = sent.last().map(|entry| entry.record.clone());
    assert!(
        matches!(last, Some(Record::Dingtalk(message)) if message.outcome == Outcome::Duplicate)
    );
}

#[tokio::test]
async fn every_wrong_message_is_refused() {
    let peer = Peer::start().await;
    let card = |card: Value| json!({ "msgtype": "actionCard", "actionCard": card });
    let link = "https://d.example";
    let cases = [
        (
            "unknown type",
            400_105,
            json!({ "msgtype": "poem", "poem": {} }),
        ),
        (
            "no content",
            40035,
            json!({ "msgtype": "text", "text": {} }),
        ),
        (
            "no title",
            40035,
            json!({ "msgtype": "markdown", "markdown": { "text": "x" } }),
        ),
        (
            "link in the feed's spelling",
            40035,
            json!({ "msgtype": "link", "link": { "title": "x", "text": "x", "messageURL": link } }),
        ),
        (
            "feed in the link's spelling",
            40035,
            json!({ "msgtype": "feedCard", "feedCard": { "links": [{ "title": "x", "messageUrl": link, "picUrl": link }] } }),
        ),
        (
            "card without buttons",
            40035,
            card(json!({ "title": "x", "text": "x" })),
        ),
        (
            "single title without address",
            40035,
            card(json!({ "title": "x", "text": "x", "singleTitle": "x" })),
        ),
        (
            "orientation as number",
            40035,
            card(
                json!({ "title": "x", "text": "x", "btnOrientation": 0, "btns": [{ "title": "x", "actionURL": link }] }),
            ),
        ),
        (
            "51 people",
            40035,
            json!({ "msgtype": "text", "text": { "content": "x" }, "at": { "atUserIds": vec!["u"; 51] } }),
        ),
        (
            "over 20000 bytes",
            460_101,
            json!({ "msgtype": "text", "text": { "content": "长".repeat(6700) } }),
        ),
    ];

    for (what, errcode, message) in cases {
        let answer = send(&peer, &message).await;
        assert_eq!(answer["errcode"], errcode, "{what}: {answer}");
    }
}

#[tokio::test]
async fn unknown_and_stopped_robots_and_wrong_requests_have_their_codes() {
    let peer = Peer::start().await;
    let url = format!("{}/sandbox/dingtalk/oapi/robot/send", peer.base);
    let token = peer.company().robots[0].access_token.clone();
    let known = [("access_token", token.clone())];
    let errcode = async |request: reqwest::RequestBuilder| -> Value {
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["errcode"].clone()
    };

    assert_eq!(post(&peer, &[], &hello()).await["errcode"], 400_101);
    let plain = peer.http.post(&url).query(&known).body("{}");
    assert_eq!(errcode(plain).await, 43004);
    let broken = peer.http.post(&url).query(&known).body("{");
    let broken = broken.header("content-type", "application/json");
    assert_eq!(errcode(broken).await, 40035);
    peer.sandbox
        .set_up(|company| company.robots[0].stopped = true);
    assert_eq!(send(&peer, &hello()).await["errcode"], 400_102);
}
