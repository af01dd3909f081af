//! Who somebody is, and what becomes of those who are nobody here.

use serde_json::{Value, json};

use super::super::{CallError, Refusal};
use super::{Reply, answering, platform, refusal};

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
