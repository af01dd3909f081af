//! DingTalk's tokens, logins and contacts.

use serde_json::{Value, json};

use super::super::DirectorActor;
use super::{HOUR, MINUTE, Peer, text};

const INFO: &str = "/topapi/v2/user/getuserinfo";

fn director(peer: &Peer) -> DirectorActor {
    peer.sandbox.director("dd-zhou-min")
}

#[tokio::test]
async fn an_in_app_code_tells_who_it_is_once() {
    let peer = Peer::start().await;
    let opened = director(&peer).opens(
        "dingtalk://dingtalkclient/page/link?url=https%3A%2F%2Fd.example%2Fchat&pc_slide=true",
    );
    assert_eq!(opened.url, "https://d.example/chat");

    let code = json!({ "code": opened.auth_code });
    let known = peer.oapi(INFO, &code).await;
    assert_eq!(known["result"]["userid"], "dd-zhou-min");
    assert_eq!(peer.oapi(INFO, &code).await["errcode"], 40078, "used");

    let old = json!({ "code": director(&peer).auth_code() });
    peer.later(MINUTE * 5);
    assert_eq!(peer.oapi(INFO, &old).await["errcode"], 40078, "expired");
    let other = json!({ "code": director(&peer).browser_code() });
    assert_eq!(
        peer.oapi(INFO, &other).await["errcode"],
        40078,
        "another kind"
    );
}

#[tokio::test]
async fn a_browser_login_ends_in_a_userid() {
    let peer = Peer::start().await;
    let app = peer.company().dingtalk;
    let url = format!(
        "{}/sandbox/dingtalk/login/oauth2/auth?redirect_uri=http%3A%2F%2Fd.example%2Fin&response_type=code\
         &client_id={}&scope=openid&state=s1&prompt=consent",
        peer.base, app.app_key
    );

    let cookie = "sandbox_user=dd-zhou-min";
    let response = peer
        .http
        .get(url)
        .header("cookie", cookie)
        .send()
        .await
        .unwrap();
    let back = response.headers()["location"].to_str().unwrap().to_owned();
    let rest = back.strip_prefix("http://d.example/in?authCode=").unwrap();
    let code = rest.strip_suffix("&state=s1").unwrap();

    let wanted = json!({
        "clientId": app.app_key, "clientSecret": app.app_secret,
        "code": code, "grantType": "authorization_code",
    });
    let (status, token) = peer
        .post_new("/v1.0/oauth2/userAccessToken", "", &wanted)
        .await;
    assert_eq!(status, 200, "{token}");
    let (status, _) = peer
        .post_new("/v1.0/oauth2/userAccessToken", "", &wanted)
        .await;
    assert_eq!(status, 400, "a code works once");

    let me = peer.http.get(format!(
        "{}/sandbox/dingtalk/api/v1.0/contact/users/me",
        peer.base
    ));
    let me = me.header("x-acs-dingtalk-access-token", text(&token["accessToken"]));
    let me: Value = me.send().await.unwrap().json().await.unwrap();
    let found = peer
        .oapi(
            "/topapi/user/getbyunionid",
            &json!({ "unionid": me["unionId"] }),
        )
        .await;
    assert_eq!(found["result"]["userid"], "dd-zhou-min");
}

#[tokio::test]
async fn the_login_page_checks_what_it_is_asked() {
    let peer = Peer::start().await;
    let good = [
        ("redirect_uri", "http://d.example/in"),
        ("response_type", "code"),
        ("client_id", "dingk3x8w1q7z5v9"),
        ("scope", "openid"),
        ("prompt", "consent"),
        ("sandbox_user", "dd-wu-jun"),
    ];
    let url = format!("{}/sandbox/dingtalk/login/oauth2/auth", peer.base);

    for left_out in 0..5 {
        let mut query = good.to_vec();
        query.remove(left_out);
        let response = peer.http.get(&url).query(&query).send().await.unwrap();
        assert_eq!(response.status(), 400, "without {}", good[left_out].0);
    }
    peer.sandbox.set_up(|company| {
        company
            .dingtalk
            .redirect_prefixes
            .push("https://ours.example/".into())
    });
    let response = peer.http.get(&url).query(&good).send().await.unwrap();
    assert_eq!(response.status(), 400, "not registered");
}

#[tokio::test]
async fn the_script_for_pages_knows_whose_phone_it_is_on() {
    let peer = Peer::start().await;
    let script = async |cookie: &str| {
        let url = format!("{}/sandbox/dingtalk/dingtalk.js", peer.base);
        let request = peer.http.get(url).header("cookie", cookie);
        request.send().await.unwrap().text().await.unwrap()
    };
    assert!(
        script("sandbox_user=dd-wu-jun")
            .await
            .contains("const user = \"dd-wu-jun\"")
    );
    assert!(
        script("sandbox_user=zhao.lei")
            .await
            .contains("const user = null"),
        "WeCom's id"
    );

    let app = peer.company().dingtalk;
    let path = |key: &str| {
        format!(
            "/dingtalk/jsapi/code?corpId={}&clientId={key}&sandbox_user=dd-wu-jun",
            app.corp_id
        )
    };
    let answer = peer.get(&path(&app.app_key)).await;
    let known = peer.oapi(INFO, &json!({ "code": answer["code"] })).await;
    assert_eq!(known["result"]["userid"], "dd-wu-jun");
    assert!(peer.get(&path("other")).await["errorCode"].is_string());
}

#[tokio::test]
async fn a_token_is_renewed_by_asking_and_works_for_both_families() {
    let peer = Peer::start().await;
    let app = peer.company().dingtalk;
    let first = peer.dingtalk_token().await;
    peer.later(HOUR);
    let wanted = json!({ "appKey": app.app_key, "appSecret": app.app_secret });
    let (_, same) = peer.post_new("/v1.0/oauth2/accessToken", "", &wanted).await;
    assert_eq!(same["accessToken"], first);

    let path = format!("/dingtalk/oapi/topapi/user/getbyunionid?access_token={first}");
    let nobody = json!({ "unionid": "x" });
    peer.later(HOUR);
    assert_eq!(
        peer.post(&path, &nobody).await["errcode"],
        60121,
        "the second asking extended it"
    );
    peer.later(HOUR);
    assert_eq!(peer.post(&path, &nobody).await["errcode"], 42001);
    peer.sandbox.revoke_dingtalk_tokens();
    assert_eq!(peer.post(&path, &nobody).await["errcode"], 40014);
}

#[tokio::test]
async fn wrong_secrets_and_unknown_people_have_their_codes() {
    let peer = Peer::start().await;

    let answer = peer
        .get("/dingtalk/oapi/gettoken?appkey=x&appsecret=y")
        .await;
    assert_eq!(answer["errcode"], 40096);
    let (status, answer) = peer
        .post_new("/v1.0/oauth2/accessToken", "", &json!({}))
        .await;
    assert_eq!(
        (status, &answer["code"]),
        (400, &json!("invalidClientIdOrSecret"))
    );
    for (mobile, errcode) in [("138", 40104), ("13900000000", 60121)] {
        let answer = peer
            .oapi("/topapi/v2/user/getbymobile", &json!({ "mobile": mobile }))
            .await;
        assert_eq!(answer["errcode"], errcode);
    }
}
