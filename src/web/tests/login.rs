//! Logins by each way, with the platforms' own codes, and what goes wrong with them.

use std::time::Duration;

use reqwest::Url;
use serde_json::json;

use super::browser::{Browser, Page};
use super::site::{EAST, Site};

const DIRECTOR: &str = "dd-zhou-min";

fn data<'a>(html: &'a str, name: &str) -> &'a str {
    html.split(&format!("data-{name}=\""))
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
}

fn parameter(address: &str, name: &str) -> String {
    let address = Url::parse(address).unwrap();
    address
        .query_pairs()
        .find(|(known, _)| known == name)
        .unwrap()
        .1
        .into_owned()
}

async fn log_in_app(browser: &mut Browser, code: &str) -> Page {
    let page = browser.get("/login?next=%2Falerts&via=dingtalk").await;
    let state = data(&page.text, "state").to_owned();
    browser
        .post_json("/login/dingtalk", &json!({ "code": code, "state": state }))
        .await
}

#[actix_web::test]
async fn inside_dingtalk_the_client_says_who_is_looking() {
    let site = Site::open().await;
    let mut browser = site.stranger();
    let link = format!("/chats/{EAST}?message={EAST}-0&via=dingtalk");

    let sent = browser.get(&link).await.header("location").to_owned();
    let page = browser.get(&sent).await;
    assert!(page.header("content-security-policy").contains(&format!(
            "script-src 'self' {}",
            Url::parse(&site.shared.settings.dingtalk.as_ref().unwrap().jsapi_url)
                .unwrap()
                .origin()
                .ascii_serialization()
        )));
    let login = json!({ "code": site.sandbox.director(DIRECTOR).auth_code(), "state": data(&page.text, "state") });
    let answer = browser.post_json("/login/dingtalk", &login).await;

    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&answer.text).unwrap()["next"],
        link
    );
    assert_eq!(browser.get(&link).await.status, 200);
}

#[actix_web::test]
async fn a_spent_code_asks_for_another() {
    let site = Site::open().await;
    let code = site.sandbox.director(DIRECTOR).auth_code();

    assert_eq!(log_in_app(&mut site.stranger(), &code).await.status, 200);
    let mut browser = site.stranger();
    let again = log_in_app(&mut browser, &code).await;
    assert_eq!(again.status, 409);
    let state = serde_json::from_str::<serde_json::Value>(&again.text).unwrap()["again"].clone();
    let fresh = json!({ "code": site.sandbox.director(DIRECTOR).auth_code(), "state": state });
    let answer = browser.post_json("/login/dingtalk", &fresh).await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (200, "{\"next\":\"/alerts\"}")
    );
}

#[actix_web::test]
async fn inside_dingtalk_a_login_works_once_and_for_five_minutes() {
    let site = Site::open().await;
    let code = || site.sandbox.director(DIRECTOR).auth_code();
    let begin = async |browser: &mut Browser| {
        let page = browser.get("/login?via=dingtalk").await;
        data(&page.text, "state").to_owned()
    };
    let log_in = async |browser: &mut Browser, state: &str| {
        let login = json!({ "code": code(), "state": state });
        browser.post_json("/login/dingtalk", &login).await.status
    };
    let mut browser = site.stranger();

    let state = begin(&mut browser).await;
    assert_eq!(log_in(&mut browser, &state).await, 200);
    assert_eq!(log_in(&mut browser, &state).await, 400, "used");

    let state = begin(&mut browser).await;
    assert_ne!(state, begin(&mut browser).await, "each login has its own");
    site.clock.advance(Duration::from_secs(300));
    assert_eq!(log_in(&mut browser, &state).await, 400, "too old");
}

#[actix_web::test]
async fn a_login_from_elsewhere_is_refused() {
    let site = Site::open().await;
    let code = || site.sandbox.director(DIRECTOR).auth_code();
    let login = |state: &str| json!({ "code": code(), "state": state });
    let state = |page: &Page| data(&page.text, "state").to_owned();

    let mut other = site.stranger();
    let others = state(&other.get("/login?via=dingtalk").await);
    let mut browser = site.stranger();
    assert_eq!(
        browser
            .post_json("/login/dingtalk", &login(&others))
            .await
            .status,
        400,
        "no browser cookie"
    );
    browser.get("/login").await;
    assert_eq!(
        browser
            .post_json("/login/dingtalk", &login(&others))
            .await
            .status,
        400,
        "another browser's state"
    );
    let mut unknown = login(&others);
    unknown["extra"] = json!(1);
    assert_eq!(
        other.post_json("/login/dingtalk", &unknown).await.status,
        400,
        "an unknown key"
    );
    assert_eq!(
        other
            .post("/login/dingtalk", "same-origin", &[("code", "x")])
            .await
            .status,
        400,
        "a form"
    );
}

#[actix_web::test]
async fn in_a_browser_each_platform_vouches_for_its_people() {
    let site = Site::open().await;
    let dingtalk = || site.sandbox.director(DIRECTOR).browser_code();
    let wecom = || site.sandbox.rep("zhao.lei").login_code();
    for (way, name, code) in [
        ("dingtalk", "authCode", dingtalk()),
        ("wecom", "code", wecom()),
    ] {
        let mut browser = site.stranger();
        let start = browser
            .get(&format!("/login/{way}/start?next=%2Falerts"))
            .await;
        assert_eq!(start.status, 303);
        let address = start.header("location").to_owned();
        assert_eq!(
            parameter(&address, "redirect_uri"),
            format!("{}/login/{way}/return", site.url)
        );
        let back = format!(
            "/login/{way}/return?{name}={code}&state={}",
            parameter(&address, "state")
        );

        let preview = site.stranger().get(&back).await;
        assert_eq!(
            preview.status, 400,
            "{way}: a preview service spends nothing"
        );
        let done = browser.get(&back).await;
        assert_eq!(
            (done.status, done.header("location")),
            (303, "/alerts"),
            "{way}: {}",
            done.text
        );
        assert_eq!(browser.get("/alerts").await.status, 200, "{way}");
        assert_eq!(browser.get(&back).await.status, 400, "{way}: once");
    }
}

#[actix_web::test]
async fn a_login_takes_five_minutes_at_most() {
    let site = Site::open().await;
    let mut browser = site.stranger();
    let start = browser
        .get("/login/wecom/start")
        .await
        .header("location")
        .to_owned();
    let state = parameter(&start, "state");
    assert!(state.bytes().all(|byte| byte.is_ascii_alphanumeric()));

    site.clock.advance(Duration::from_secs(300));
    let code = site.sandbox.rep("zhao.lei").login_code();
    let back = format!("/login/wecom/return?code={code}&state={state}");
    assert_eq!(browser.get(&back).await.status, 400);
}

#[actix_web::test]
async fn whoever_is_not_registered_is_told_so() {
    let site = Site::open().await;
    let code = site.sandbox.rep("QianYue").login_code();
    let mut browser = site.stranger();
    let start = browser
        .get("/login/wecom/start")
        .await
        .header("location")
        .to_owned();
    let back = format!(
        "/login/wecom/return?code={code}&state={}",
        parameter(&start, "state")
    );

    let page = browser.get(&back).await;
    assert_eq!(page.status, 403);
    assert!(page.text.contains("请联系管理员"));
}

#[actix_web::test]
async fn logging_out_takes_our_own_page_and_its_token() {
    let site = Site::open().await;
    let mut browser = site.browser_of("director-east").await;
    let page = browser.get("/alerts").await.text;
    let csrf = page
        .split("name=\"csrf\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();

    for (fetch_site, csrf, why) in [
        ("cross-site", csrf.as_str(), "another site"),
        ("same-site", csrf.as_str(), "a neighbour"),
        ("same-origin", "", "no token"),
        ("same-origin", "guessed", "a wrong token"),
    ] {
        assert_eq!(
            browser
                .post("/logout", fetch_site, &[("csrf", csrf)])
                .await
                .status,
            403,
            "{why}"
        );
        assert_eq!(browser.get("/alerts").await.status, 200, "{why}");
    }
    assert_ne!(
        browser.get("/logout").await.status,
        303,
        "a link changes nothing"
    );

    let old = browser.cookies.clone();
    let out = browser
        .post("/logout", "same-origin", &[("csrf", &csrf)])
        .await;
    assert_eq!((out.status, out.header("location")), (303, "/login?stay=1"));
    browser.cookies = old;
    assert_eq!(
        browser.get("/alerts").await.status,
        303,
        "the session itself has ended"
    );
}

#[actix_web::test]
async fn logins_from_one_source_are_limited() {
    let site = Site::open().await;
    let mut browser = site.stranger();
    for _ in 0..60 {
        assert_eq!(browser.get("/login/wecom/start").await.status, 303);
    }

    assert_eq!(browser.get("/login/wecom/start").await.status, 429);
    site.clock.advance(Duration::from_secs(60));
    assert_eq!(browser.get("/login/wecom/start").await.status, 303);
}
