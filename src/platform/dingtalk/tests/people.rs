//! Messages to one person, in both families, and the token of both.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::super::{CallError, Refusal, WorkNotificationResult};
use super::{Platform, Reply, Seen, TOKEN, answering, card, client, refusal};

#[tokio::test]
async fn the_robot_speaks_to_one_person() {
    let (platform, dingtalk) = answering(200, r#"{"processQueryKey":"pq1"}"#).await;

    let key = dingtalk.one_to_one("u1", &card()).await;

    assert_eq!(key.as_deref(), Ok("pq1"));
    let request = &platform.seen("/v1.0/robot/oToMessages/batchSend")[0];
    assert!(request.head.contains("x-acs-dingtalk-access-token: T1"));
    let body = request.json();
    assert_eq!(body["robotCode"], "dingkey");
    assert_eq!(body["userIds"], json!(["u1"]));
    assert_eq!(body["msgKey"], "sampleActionCard");
    let param: Value =
        serde_json::from_str(body["msgParam"].as_str().expect("a string")).expect("JSON");
    assert_eq!(param["singleURL"], "https://d.example.com/chat/1");
    let fetched = platform.seen(TOKEN)[0].json();
    assert_eq!(
        fetched,
        json!({ "appKey": "dingkey", "appSecret": "app-secret" })
    );
}

#[tokio::test]
async fn success_may_still_name_people_who_got_nothing() {
    let (_platform, dingtalk) = answering(
        200,
        r#"{"processQueryKey":"p","invalidStaffIdList":["u1"]}"#,
    )
    .await;
    let error = dingtalk
        .one_to_one("u1", &card())
        .await
        .expect_err("nobody got it");
    assert_eq!(refusal(&error), Some(Refusal::UnknownReceiver));

    let (_platform, dingtalk) = answering(
        200,
        r#"{"processQueryKey":"p","flowControlledStaffIdList":["u1"]}"#,
    )
    .await;
    let error = dingtalk
        .one_to_one("u1", &card())
        .await
        .expect_err("nobody got it");
    assert!(matches!(error, CallError::Later { .. }), "{error:?}");
}

#[tokio::test]
async fn each_word_of_the_new_family_leads_to_its_outcome() {
    use Refusal::{Configuration, Other, QuotaSpent, UnknownReceiver};
    const DENIED: &str = "Forbidden.AccessDenied";
    let table = [
        (400, "staffId.notExisted".to_owned(), UnknownReceiver),
        (400, "robot.oto.notExist".to_owned(), Configuration),
        (403, format!("{DENIED}.IpNotInWhiteList"), Configuration),
        (
            403,
            format!("{DENIED}.AccessTokenPermissionDenied"),
            Configuration,
        ),
        (403, format!("{DENIED}.ApiCountLimitForOrg"), QuotaSpent),
        (400, "invalidParameter.msgParam".to_owned(), Other),
    ];
    for (status, code, expected) in table {
        let body = json!({ "code": code, "message": "somebody 203.0.113.7", "requestid": "r",
            "accessdenieddetail": { "requiredScopes": ["qyapi_robot_sendmsg"] } });
        let (_platform, dingtalk) = answering(status, &body.to_string()).await;
        let error = dingtalk
            .one_to_one("u1", &card())
            .await
            .expect_err("it fails");
        assert_eq!(refusal(&error), Some(expected), "{code}");
        assert!(!error.to_string().contains("somebody"), "{error}");
        if code.ends_with("IpNotInWhiteList") {
            assert!(error.to_string().ends_with("enter 203.0.113.7"), "{error}");
        }
        if code.ends_with("PermissionDenied") {
            assert!(
                error.to_string().ends_with("it needs qyapi_robot_sendmsg"),
                "{error}"
            );
        }
    }
    for (status, code, seconds) in [
        (429, "system.busy".to_owned(), 4),
        (403, format!("{DENIED}.QpsLimitForAppkeyAndApi"), 1),
        (400, "send.too.fast".to_owned(), 60),
    ] {
        let body = json!({ "code": code, "message": "" }).to_string();
        let (_platform, dingtalk) = answering(status, &body).await;
        let result = dingtalk.one_to_one("u1", &card()).await;
        assert!(
            matches!(result, Err(CallError::Later { after, .. }) if after.as_secs() == seconds),
            "{code}: {result:?}"
        );
    }
}

#[tokio::test]
async fn what_would_double_is_unknown_unless_it_was_surely_refused() {
    for (status, body) in [
        (500, r#"{"code":"system.error","message":""}"#),
        (503, "<html>"),
        (200, "<html>"),
        (200, "{}"),
    ] {
        let (_platform, dingtalk) = answering(status, body).await;
        let result = dingtalk.one_to_one("u1", &card()).await;
        assert!(
            matches!(result, Err(CallError::Unknown { .. })),
            "{status} {body}: {result:?}"
        );
    }
    let (_platform, dingtalk) = answering(200, r#"{"errcode":-1,"errmsg":"busy"}"#).await;
    let result = dingtalk.work_notification("u1", &card()).await;
    assert!(
        matches!(result, Err(CallError::Unknown { .. })),
        "{result:?}"
    );

    for (status, body) in [(403, "<html>"), (200, r#"{"status":1111,"punish":"deny"}"#)] {
        let (_platform, dingtalk) = answering(status, body).await;
        let result = dingtalk.one_to_one("u1", &card()).await;
        assert!(
            matches!(result, Err(CallError::Later { after, .. }) if after.as_secs() == 300),
            "{body}: {result:?}"
        );
    }
}

#[tokio::test]
async fn a_token_refused_in_either_family_is_replaced_once() {
    let given = AtomicUsize::new(0);
    let platform = Platform::play(move |seen: &Seen| {
        let old = seen.query("access_token");
        match seen.path() {
            TOKEN => {
                let number = given.fetch_add(1, Ordering::SeqCst) + 1;
                let token = format!("T{number}");
                Reply::json(&json!({ "accessToken": token, "expireIn": 7200 }))
            }
            _ if old.as_deref() == Some("T1") => {
                Reply::json(&json!({ "errcode": "42001", "errmsg": "expired" }))
            }
            _ if seen.head.contains("token: T2") => Reply::Body(
                400,
                json!({ "code": "InvalidAuthentication", "message": "" }).to_string(),
            ),
            _ if old.is_some() => {
                Reply::json(&json!({ "errcode": 0, "task_id": 256_271_667_526i64 }))
            }
            _ => Reply::json(&json!({ "processQueryKey": "pq1" })),
        }
    })
    .await;
    let dingtalk = client(&platform.base);

    let task = dingtalk.work_notification("u1", &card()).await;
    let key = dingtalk.one_to_one("u1", &card()).await;

    assert_eq!(task.as_deref(), Ok("256271667526"));
    assert_eq!(key.as_deref(), Ok("pq1"));
    assert_eq!(platform.seen(TOKEN).len(), 3);
}

#[tokio::test]
async fn silent_drops_are_learnt_of() {
    let drops = json!({ "forbidden_list": [{ "code": 143_106, "count": 1, "userid": "u1" }] });
    let cases = [
        (json!({}), WorkNotificationResult::Pending),
        (
            json!({ "unread_user_id_list": ["u1"], "read_user_id_list": [] }),
            WorkNotificationResult::Delivered { is_read: false },
        ),
        (
            json!({ "read_user_id_list": ["u1"] }),
            WorkNotificationResult::Delivered { is_read: true },
        ),
        (
            drops,
            WorkNotificationResult::Dropped {
                why: "143106: this person got the same content today".to_owned(),
            },
        ),
    ];
    for (send_result, expected) in cases {
        let body = json!({ "errcode": 0, "send_result": send_result });
        let (platform, dingtalk) = answering(200, &body.to_string()).await;
        assert_eq!(dingtalk.send_result("77").await, Ok(expected));
        let path = "/topapi/message/corpconversation/getsendresult";
        let request = platform.seen(path)[0].json();
        assert_eq!(request, json!({ "agent_id": 42, "task_id": 77 }));
    }
}

#[tokio::test]
async fn a_wrong_app_secret_is_a_matter_of_configuration() {
    let platform = Platform::play(|_| {
        Reply::Body(
            400,
            r#"{"code":"invalidClientIdOrSecret","message":""}"#.to_owned(),
        )
    })
    .await;
    let dingtalk = client(&platform.base);

    for _ in 0..3 {
        let error = dingtalk.check_token().await.expect_err("it is refused");
        assert_eq!(refusal(&error), Some(Refusal::Configuration));
    }
    assert_eq!(platform.seen(TOKEN).len(), 1);
}
