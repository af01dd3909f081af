//! The pages without a frame.

use askama::Template;

use super::samples::{HOSTILE, assert_escaped, keep};
use crate::web::error::ErrorPage;
use crate::web::login::{InApp, LoginPage};
use crate::web::look::Look;

fn login(text: &str, in_app: bool) -> String {
    let in_app = in_app.then(|| InApp {
        script: "https://g.alicdn.com/dingding/dingtalk-jsapi/3.0.25/dingtalk.open.js".to_owned(),
        corp_id: text.to_owned(),
        client_id: text.to_owned(),
        state: text.to_owned(),
    });
    let start = |way: &str| Some(format!("/login/{way}/start?next={text}"));
    LoginPage {
        dingtalk: start("dingtalk"),
        wecom: start("wecom"),
        is_in_wecom: false,
        in_app,
        look: Look::default(),
        here: format!("/login?next={text}"),
    }
    .render()
    .expect("the login renders")
}

#[test]
fn the_login_offers_its_ways() {
    let html = login("x", false);
    keep("login", &html);
    assert!(html.contains("钉钉登录") && html.contains("企业微信登录"));
    assert!(!html.contains("<script"));

    let inside = login("x", true);
    keep("login-in-dingtalk", &inside);
    assert!(inside.contains("https://g.alicdn.com/"));
    assert_escaped(&login(HOSTILE, true));
}

#[test]
fn an_error_tells_its_number_and_what_to_do() {
    let page = ErrorPage {
        status: 404,
        title: "找不到这个页面",
        advice: "它不存在，或者不在您可以查看的范围内。",
        id: "01KAV3Q5Y8ZJ4N6T2W9XB7MCDE".to_owned(),
        leads_to_login: false,
        look: Look::default(),
    };
    let html = page.render().expect("the error renders");
    keep("error", &html);

    assert!(html.contains("编号 01KAV3Q5Y8ZJ4N6T2W9XB7MCDE"));
}
