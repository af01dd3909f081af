//! DingTalk's literal answers, and what becomes of them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::super::tests::{Platform, Reply, Seen, patient};
use super::*;
use crate::clock::Clock;
use crate::config::Secret;

const TOKEN: &str = "/v1.0/oauth2/accessToken";
const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

fn client(base: &str) -> Dingtalk {
    let settings = DingtalkSettings {
        api_base: base.to_owned(),
        oapi_base: base.to_owned(),
        login_base: base.to_owned(),
        jsapi_url: base.to_owned(),
        corp_id: "ding1".to_owned(),
        app_key: "dingkey".to_owned(),
        app_secret: "app-secret".parse::<Secret>().expect("a secret"),
        agent_id: 42,
        robot_code: "dingkey".to_owned(),
        monthly_calls: 5_000,
        monthly_webhooks: 3_000,
        robots: Vec::new(),
    };
    Dingtalk::new(&settings, Tokens::new(Clock::frozen_at(NOW)), patient())
}

/// Gives a token, and answers everything else by `script`.
async fn platform(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> (Platform, Dingtalk) {
    let platform = Platform::play(move |seen: &Seen| match seen.path() {
        TOKEN => Reply::json(&json!({ "accessToken": "T1", "expireIn": 7200 })),
        _ => script(seen),
    })
    .await;
    let dingtalk = client(&platform.base);
    (platform, dingtalk)
}

async fn answering(status: u16, body: &str) -> (Platform, Dingtalk) {
    let reply = Reply::Body(status, body.to_owned());
    platform(move |_| reply.clone()).await
}

fn card() -> ActionCard {
    ActionCard {
        title: "节点超时".to_owned(),
        markdown: "### 风险预判登记\n\n甲公司 已超 30 分钟".to_owned(),
        button: "看原始聊天".to_owned(),
        url: "https://d.example.com/chat/1".to_owned(),
    }
}

fn robot(base: &str, secret: Option<&str>, keyword: Option<&str>) -> GroupRobot {
    GroupRobot {
        name: "directors".to_owned(),
        webhook: format!("{base}/robot/send?access_token=RT")
            .parse()
            .expect("a secret"),
        secret: secret.map(|secret| secret.parse().expect("a secret")),
        keyword: keyword.map(str::to_owned),
        regions: Vec::new(),
    }
}

fn refusal(error: &CallError) -> Option<Refusal> {
    match error {
        CallError::Refused { refusal, .. } => Some(*refusal),
        _ => None,
    }
}

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
async fn a_login_inside_dingtalk_gives_the_userid() {
    let body = json!({ "errcode": 0, "result": { "userid": "u1", "unionid": "x" } });
    let (_platform, dingtalk) = answering(200, &body.to_string()).await;
    assert_eq!(dingtalk.user_of_app_code("c1").await.as_deref(), Ok("u1"));

    let body = json!({ "errcode": 40078, "errmsg": "" });
    let (_platform, dingtalk) = answering(200, &body.to_string()).await;
    let error = dingtalk.user_of_app_code("c1").await.expect_err("used");
    assert_eq!(refusal(&error), Some(Refusal::LoginCode));
}

/// A browser login in which the last step answers `person`.
async fn browser_login(person: Value) -> Result<String, CallError> {
    let (platform, dingtalk) = platform(move |seen| match seen.path() {
        "/v1.0/oauth2/userAccessToken" if seen.json()["code"] != "good" => Reply::Body(
            400,
            r#"{"code":"invalidParameter.authCode.notFound"}"#.to_owned(),
        ),
        "/v1.0/oauth2/userAccessToken" => Reply::json(&json!({ "accessToken": "UT" })),
        "/v1.0/contact/users/me" if seen.head.contains("token: UT") => {
            Reply::json(&json!({ "unionId": "union-1" }))
        }
        "/topapi/user/getbyunionid" if seen.json()["unionid"] == "union-1" => Reply::json(&person),
        _ => Reply::Body(404, String::new()),
    })
    .await;
    let error = dingtalk
        .user_of_oauth_code("bad")
        .await
        .expect_err("a bad code");
    assert_eq!(refusal(&error), Some(Refusal::LoginCode));
    let user = dingtalk.user_of_oauth_code("good").await;
    assert_eq!(platform.seen("/v1.0/contact/users/me")[0].method, "GET");
    user
}

#[tokio::test]
async fn a_login_in_a_browser_gives_the_userid_of_members_only() {
    let member =
        browser_login(json!({ "errcode": 0, "result": { "contact_type": 0, "userid": "u1" } }));
    assert_eq!(member.await.as_deref(), Ok("u1"));

    for person in [
        json!({ "errcode": 0, "result": { "contact_type": 1, "userid": "x" } }),
        json!({ "errcode": 60121, "errmsg": "user not found" }),
    ] {
        let error = browser_login(person).await.expect_err("no member");
        assert_eq!(refusal(&error), Some(Refusal::UnknownReceiver));
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
