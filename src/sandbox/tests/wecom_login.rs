//! WeCom's login.

use super::{MINUTE, Peer};

const STATE: &str = "a1B2c3";

fn page(peer: &Peer, redirect: &str, more: &str) -> String {
    let corp = &peer.company().corp_id;
    format!(
        "{}/sandbox/wecom/connect/oauth2/authorize?appid={corp}&redirect_uri={redirect}\
         &response_type=code&scope=snsapi_base&state={STATE}&agentid=1000002{more}",
        peer.base
    )
}

async fn who_is(peer: &Peer, code: &str) -> serde_json::Value {
    let token = peer.wecom_token().await;
    peer.get(&format!(
        "/wecom/cgi-bin/auth/getuserinfo?access_token={token}&code={code}"
    ))
    .await
}

#[tokio::test]
async fn the_login_page_sends_the_person_of_the_phone_back_with_a_code() {
    let peer = Peer::start().await;
    let url = page(
        &peer,
        "http%3A%2F%2F127.0.0.1%3A9%2Flogin",
        "&sandbox_user=qianyue",
    );

    let response = peer.http.get(url).send().await.unwrap();

    assert_eq!(response.status(), 302);
    let back = response.headers()["location"].to_str().unwrap().to_owned();
    let rest = back.strip_prefix("http://127.0.0.1:9/login?code=").unwrap();
    let (code, state) = rest.split_once("&state=").unwrap();
    assert_eq!(state, STATE);
    assert_eq!(who_is(&peer, code).await["userid"], "QianYue");
    assert_eq!(
        who_is(&peer, code).await["errcode"],
        42022,
        "a code works once"
    );
}

#[tokio::test]
async fn the_login_page_asks_when_it_does_not_know_who_it_is() {
    let peer = Peer::start().await;
    let url = page(&peer, "http%3A%2F%2F127.0.0.1%3A9%2Flogin", "");

    let response = peer.http.get(url).send().await.unwrap();

    assert_eq!(response.status(), 200);
    let body = response.text().await.unwrap();
    assert!(body.contains("sandbox_user=zhao.lei"), "{body}");
    assert!(
        body.contains("模拟登录页"),
        "nobody takes it for the real one"
    );
}

#[tokio::test]
async fn the_login_page_refuses_an_address_that_is_not_trusted() {
    let peer = Peer::start().await;

    for redirect in [
        "http%3A%2F%2F127.0.0.1%3A10%2F",
        "http%3A%2F%2Fevil.example%2F",
        "javascript%3A1",
    ] {
        let url = page(&peer, redirect, "&sandbox_user=zhao.lei");
        let response = peer.http.get(url).send().await.unwrap();
        assert_eq!(response.status(), 400, "{redirect}");
    }
}

#[tokio::test]
async fn codes_are_unknown_or_expire() {
    let peer = Peer::start().await;
    let code = peer.sandbox.rep("zhao.lei").login_code();

    peer.later(MINUTE * 5);

    assert_eq!(who_is(&peer, &code).await["errcode"], 42003);
    assert_eq!(who_is(&peer, "made-up").await["errcode"], 40029);
}
