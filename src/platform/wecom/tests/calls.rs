//! What goes out by each call, and what comes back.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::super::{CallError, Refusal, SyncMsgRequest, Wecom};
use super::{APP, client, hello, platform, settings, token, tokens};
use crate::platform::tests::{Nowhere, Platform, Reply, Seen, impatient, patient};

#[tokio::test]
async fn a_message_goes_out_as_it_stands_with_the_token_in_the_query() {
    let answer = json!({ "errcode": 0, "errmsg": "ok", "msgid": "m1", "response_code": "rc1" });
    let (platform, wecom) = platform(Reply::json(&answer)).await;

    let sent = wecom.send(APP, &hello()).await.expect("it is sent");

    assert_eq!(
        (sent.msgid.as_str(), sent.response_code.as_str()),
        ("m1", "rc1")
    );
    let request = &platform.seen("/cgi-bin/message/send")[0];
    assert_eq!(request.method, "POST");
    assert_eq!(request.body, hello().to_string());
    assert_eq!(request.query("access_token").as_deref(), Some("T+/=1"));
    let fetched = &platform.seen("/cgi-bin/gettoken")[0];
    assert_eq!(
        fetched.query("corpid").as_deref(),
        Some("ww0f6d7c5b4a392817")
    );
    assert_eq!(fetched.query("corpsecret").as_deref(), Some("app-secret"));
}

#[tokio::test]
async fn a_hundred_sends_fetch_one_token() {
    let (platform, wecom) = platform(Reply::json(&json!({ "errcode": 0 }))).await;

    let sends = join_all((0..100).map(async |_| wecom.send(APP, &hello()).await)).await;

    assert!(sends.iter().all(Result::is_ok));
    assert_eq!(platform.seen("/cgi-bin/gettoken").len(), 1);
    assert_eq!(platform.seen("/cgi-bin/message/send").len(), 100);
}

#[tokio::test]
async fn a_send_without_an_answer_is_unknown_and_one_that_never_left_is_for_later() {
    let platform = Platform::play(|seen: &Seen| match seen.path() {
        "/cgi-bin/gettoken" => Reply::json(&token()),
        _ => Reply::Silence,
    })
    .await;
    // On a busy machine the token itself could take longer than that.
    let tokens = tokens();
    let patient_one = Wecom::new(&settings(&platform.base), tokens.clone(), patient());
    patient_one.check_token(APP).await.expect("a token");
    let wecom = Wecom::new(&settings(&platform.base), tokens, impatient());
    let timed_out = wecom.send(APP, &hello()).await;
    assert!(
        matches!(timed_out, Err(CallError::Unknown { .. })),
        "{timed_out:?}"
    );

    let nowhere = Nowhere::take();
    let wecom = client(&nowhere.base, patient());
    let refused = wecom.send(APP, &hello()).await;
    assert!(
        matches!(refused, Err(CallError::Later { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_wrong_secret_is_the_configurations_fault_and_asked_once() {
    let platform = Platform::play(|_| {
        Reply::json(&json!({ "errcode": 40001, "errmsg": "invalid credential" }))
    })
    .await;
    let wecom = client(&platform.base, patient());

    for _ in 0..5 {
        let error = wecom.check_token(APP).await.expect_err("it is refused");
        let refusal = Refusal::Configuration;
        assert!(matches!(&error, CallError::Refused { refusal: found, .. } if *found == refusal));
    }

    assert_eq!(platform.seen("/cgi-bin/gettoken").len(), 1);
}

#[tokio::test]
async fn a_login_gives_the_member_and_nobody_else() {
    let logs_in = async |answer: Value| {
        let (platform, wecom) = platform(Reply::json(&answer)).await;
        let user = wecom.user_of_code(APP, "code+1").await;
        let request = &platform.seen("/cgi-bin/auth/getuserinfo")[0];
        assert_eq!(request.query("code").as_deref(), Some("code+1"));
        user
    };

    let member = logs_in(json!({ "errcode": 0, "userid": "zhao.lei" })).await;
    assert_eq!(member.as_deref(), Ok("zhao.lei"));

    let stranger = logs_in(json!({ "errcode": 0, "openid": "o1" })).await;
    let refusal = Refusal::UnknownReceiver;
    assert!(matches!(stranger, Err(CallError::Refused { refusal: found, .. }) if found == refusal));

    for errcode in [40029, 42003, 42022] {
        let refused = logs_in(json!({ "errcode": errcode, "errmsg": "code" })).await;
        let refusal = Refusal::LoginCode;
        assert!(
            matches!(refused, Err(CallError::Refused { refusal: found, .. }) if found == refusal)
        );
    }
}

#[tokio::test]
async fn messages_are_pulled_and_a_failed_pull_may_be_repeated() {
    let answer = json!({ "errcode": 0, "next_cursor": "c2", "has_more": 1, "msg_list": [
        { "msgid": "k1", "open_kfid": "wk1", "external_userid": "wm1", "send_time": 1_741_300_001,
          "origin": 3, "msgtype": "text", "text": { "content": "太贵" } }] });
    let (_platform, wecom) = platform(Reply::json(&answer)).await;
    let request = SyncMsgRequest {
        open_kfid: "wk1".to_owned(),
        ..SyncMsgRequest::default()
    };
    let pulled = wecom.sync_messages(APP, &request).await.expect("messages");
    assert_eq!((pulled.next_cursor.as_str(), pulled.has_more), ("c2", true));
    assert_eq!(pulled.msg_list.len(), 1);

    let (_platform, wecom) = platform(Reply::Broken).await;
    let error = wecom.sync_messages(APP, &request).await;
    assert!(
        matches!(error, Err(CallError::Later { .. })),
        "it may be repeated"
    );
}

#[tokio::test]
async fn a_spent_response_code_and_an_unknown_app_are_told_apart() {
    let body = json!({ "errcode": 60140, "errmsg": "invalid response_code" });
    let (platform, wecom) = platform(Reply::json(&body)).await;

    let spent = wecom
        .update_card(APP, &json!({ "response_code": "rc1" }))
        .await;
    let unknown = wecom.update_card("nobody", &json!({})).await;

    let refusal = Refusal::ResponseCodeSpent;
    assert!(matches!(spent, Err(CallError::Refused { refusal: found, .. }) if found == refusal));
    let refusal = Refusal::Configuration;
    assert!(matches!(unknown, Err(CallError::Refused { refusal: found, .. }) if found == refusal));
    assert_eq!(
        platform.seen("/cgi-bin/message/update_template_card").len(),
        1
    );
}

#[tokio::test]
async fn calls_can_move_between_threads() {
    let nowhere = Nowhere::take();
    let wecom = client(&nowhere.base, patient());
    let sent = tokio::spawn(async move { wecom.send(APP, &hello()).await });
    assert!(sent.await.expect("the task ends").is_err());
}

#[tokio::test]
async fn a_contact_of_many_members_is_read_page_by_page() {
    let platform = Platform::play(|seen: &Seen| match seen.path() {
        "/cgi-bin/gettoken" => Reply::json(&token()),
        _ => {
            let (next, member) = match seen.query("cursor").as_deref() {
                None => ("p2", "a"),
                Some("p2") => ("", "b"),
                Some(_) => ("", "?"),
            };
            Reply::json(&json!({
                "errcode": 0, "external_contact": { "name": "陈立" }, "next_cursor": next,
                "follow_user": [{ "userid": member, "remark_corp_name": "云杉机械" }],
            }))
        }
    })
    .await;
    let wecom = client(&platform.base, patient());

    let found = wecom
        .external_contact(APP, "wm1")
        .await
        .expect("it is told");

    let members: Vec<&str> = found
        .follow_user
        .iter()
        .map(|user| user.userid.as_str())
        .collect();
    assert_eq!(members, ["a", "b"]);
    assert_eq!(found.companies("b"), ["云杉机械"]);
    let asked = platform.seen("/cgi-bin/externalcontact/get");
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].query("external_userid").as_deref(), Some("wm1"));
    assert_eq!(asked[0].query("cursor"), None);
}

#[tokio::test]
async fn somebody_who_is_nobodys_customer_is_refused() {
    let (_platform, wecom) = platform(Reply::json(&json!({ "errcode": 84061 }))).await;

    let refused = wecom.external_contact(APP, "wm1").await;

    assert!(
        matches!(
            refused,
            Err(CallError::Refused {
                refusal: Refusal::UnknownReceiver,
                ..
            })
        ),
        "{refused:?}"
    );
}
