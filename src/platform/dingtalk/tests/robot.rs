//! The custom robot in a group.

use std::time::Duration;

use serde_json::json;

use super::super::{CallError, Refusal};
use super::{NOW, answering, card, refusal, robot};

#[tokio::test]
async fn a_robot_signs_each_request_anew_and_calls_by_name() {
    let (platform, dingtalk) = answering(200, r#"{"errcode":0,"errmsg":"ok"}"#).await;
    let robot = robot(&platform.base, Some("SECabc"), Some("盯单"));
    let later = NOW.plus(Duration::from_secs(5));

    for now in [NOW, later] {
        let sent = dingtalk
            .group(&robot, &card(), Some("u1"), "alert-7", now)
            .await;
        assert_eq!(sent.as_deref(), Ok("alert-7"));
    }

    for (request, now) in platform.seen("/robot/send").iter().zip([NOW, later]) {
        let sign = dingdan_webhooks::dingtalk::robot::sign(now.0, "SECabc");
        assert_eq!(request.query("access_token").as_deref(), Some("RT"));
        assert_eq!(request.query("timestamp"), Some(now.0.to_string()));
        assert_eq!(request.query("sign"), Some(sign));
        assert_eq!(request.url.query_pairs().count(), 3);
        let body = request.json();
        assert_eq!(body["msgUuid"], "alert-7");
        assert_eq!(body["at"]["atUserIds"], json!(["u1"]));
        let text = body["actionCard"]["text"].as_str().expect("a text");
        assert!(text.ends_with("\n\n@u1\n\n盯单"), "{text}");
    }
}

#[tokio::test]
async fn a_blocked_robot_rests_for_ten_minutes() {
    for (status, body) in [
        (200, r#"{"errcode":130101,"errmsg":"send too fast"}"#),
        (200, r#"{"errcode":410100,"errmsg":"send too fast"}"#),
        (200, r#"{"errcode":302,"errmsg":"blocked"}"#),
        (302, ""),
    ] {
        let (platform, dingtalk) = answering(status, body).await;
        let robot = robot(&platform.base, None, None);
        let result = dingtalk.group(&robot, &card(), None, "alert-7", NOW).await;
        assert!(
            matches!(result, Err(CallError::Later { after, .. }) if after.as_secs() == 600),
            "{body}: {result:?}"
        );
    }
}

#[tokio::test]
async fn a_robots_security_settings_are_a_matter_of_configuration() {
    for (errmsg, hint) in [
        ("keywords not in content", "keyword"),
        ("invalid timestamp", "clock"),
        ("sign not match", "加签"),
        ("ip 203.0.113.7 not in whitelist", "addresses"),
    ] {
        let body = json!({ "errcode": 310_000, "errmsg": errmsg }).to_string();
        let (platform, dingtalk) = answering(200, &body).await;
        let robot = robot(&platform.base, None, None);
        let result = dingtalk.group(&robot, &card(), None, "alert-7", NOW).await;
        let error = result.expect_err("it is refused");
        assert_eq!(refusal(&error), Some(Refusal::Configuration));
        assert!(error.to_string().contains(hint), "{error}");
    }
    let (platform, dingtalk) = answering(200, r#"{"errcode":-1,"errmsg":"busy"}"#).await;
    let robot = robot(&platform.base, None, None);
    let busy = dingtalk.group(&robot, &card(), None, "alert-7", NOW).await;
    assert!(
        matches!(busy, Err(CallError::Later { .. })),
        "the key makes a repeat safe: {busy:?}"
    );
}
