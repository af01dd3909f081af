//! Who may see what: logins through the platforms' own pages, sessions, scopes and API tokens.

use std::time::Duration;

use dingdan::sandbox::{DingtalkIds, Person};
use dingdan::store::Store;

use crate::app::{API_TOKEN, Browser, CUSTOMER, OTHER_DIRECTOR, Page, READ_TOKEN, TestApp};

const EAST: &str = "/chats/kf-wkZhaoLei0001-wmYunshanChen01";
const NORTH: &str = "/chats/kf-wkSunHao00003-wmGangchengMa05";
const COLLEAGUES: &str = "/chats/kf-wkQianYue0002-wmHuafengLin003";
const NOWHERE: &str = "/chats/kf-wkZhaoLei0001-wmNobody00000";

/// A customer of each rep has said something.
async fn with_chats() -> TestApp {
    let app = TestApp::start().await;
    for (contact, words) in [
        (CUSTOMER, "你们太贵了"),
        ("wmHuafengLin003", "交期太长"),
        ("wmGangchengMa05", "要走招标"),
    ] {
        app.sandbox.customer(contact).says(words).await;
    }
    app.settle().await;
    app
}

/// Opens a page by way of a platform's login page, as that person. Returns the address to which the
/// platform sent the browser back, and what came then.
pub async fn come_back_as(
    browser: &mut Browser,
    way: &str,
    person: &str,
    path: &str,
) -> (String, Page) {
    let refused = browser.get(path).await;
    assert_eq!(refused.status, 303, "{path} needs a login");
    let login = browser.get(refused.location().unwrap()).await;
    assert_eq!(login.status, 200);
    let next: String = url_encoded(path);
    let start = browser
        .get(&format!("/login/{way}/start?next={next}"))
        .await;
    assert_eq!(start.status, 303, "{}", start.text);
    let page = picked(&start, person);
    let chosen = browser.get(&page).await;
    assert_eq!(chosen.status, 302, "{}", chosen.text);
    let back = chosen.location().unwrap().to_owned();
    let landed = browser.get(&back).await;
    (back, landed)
}

/// The login page's address with the person chosen, as a click on their name would lead to.
fn picked(start: &Page, person: &str) -> String {
    let address = start.location().unwrap();
    let (page, _) = address.split_once('#').unwrap_or((address, ""));
    format!("{page}&sandbox_user={person}")
}

fn url_encoded(path: &str) -> String {
    path.replace('/', "%2F")
        .replace('?', "%3F")
        .replace('=', "%3D")
        .replace('&', "%26")
}

pub async fn logged_in(app: &TestApp, way: &str, person: &str) -> Browser {
    let mut browser = app.browser();
    let (_, landed) = come_back_as(&mut browser, way, person, "/alerts").await;
    assert_eq!(landed.status, 303, "{}", landed.text);
    assert_eq!(landed.location(), Some("/alerts"));
    browser
}

impl TestApp {
    /// A browser of this person, logged in with DingTalk.
    pub async fn logged_in(&self, person: &str) -> Browser {
        logged_in(self, "dingtalk", person).await
    }

    /// A browser of this person, logged in with WeCom.
    pub async fn logged_in_by_wecom(&self, person: &str) -> Browser {
        logged_in(self, "wecom", person).await
    }
}

#[tokio::test]
async fn nobody_sees_anything_without_a_login() {
    let app = with_chats().await;
    let mut browser = app.browser();

    for path in ["/", "/alerts", EAST, NOWHERE] {
        let page = browser.get(path).await;
        assert_eq!((page.status, page.text.as_str()), (303, ""), "{path}");
        assert!(
            page.location().unwrap().starts_with("/login?next="),
            "{path}"
        );
    }
    for part in ["/board/live", "/board/events", &format!("{EAST}/events")] {
        assert_eq!(browser.get(part).await.status, 401, "{part}");
    }
}

#[tokio::test]
async fn each_login_page_leads_back_to_where_the_browser_wanted_to_go() {
    let app = with_chats().await;

    for (way, person) in [
        ("dingtalk", "dd-zhou-min"),
        ("wecom", "zhou.min"),
        ("wecom", "zhao.lei"),
    ] {
        let mut browser = app.browser();
        let (_, landed) = come_back_as(&mut browser, way, person, EAST).await;
        assert_eq!(landed.location(), Some(EAST), "{way}: {}", landed.text);
        let chat = browser.get(EAST).await;
        assert_eq!(chat.status, 200);
        assert!(chat.text.contains("太贵"), "{}", chat.text);
    }
}

#[tokio::test]
async fn a_return_from_the_login_page_works_once_and_only_where_it_began() {
    let app = with_chats().await;
    let mut browser = app.browser();
    let start = browser.get("/login/wecom/start?next=%2Falerts").await;
    let page = picked(&start, "zhao.lei");
    let back = browser.get(&page).await.location().unwrap().to_owned();

    let mut elsewhere = app.browser();
    assert_eq!(
        elsewhere.get(&back).await.status,
        400,
        "no login began there"
    );
    elsewhere.get("/login").await;
    assert_eq!(
        elsewhere.get(&back).await.status,
        400,
        "another one began there"
    );
    assert_eq!(elsewhere.get("/alerts").await.status, 303);

    let (mut kept, mut changed) = (Vec::new(), String::new());
    for pair in back.split(['?', '&']) {
        match pair.strip_prefix("state=") {
            Some(state) => changed = format!("state={}", state.chars().rev().collect::<String>()),
            None => kept.push(pair),
        }
    }
    let tampered = format!("{}?{}&{changed}", kept[0], kept[1..].join("&"));
    assert_eq!(browser.get(&tampered).await.status, 400);

    assert_eq!(browser.get(&back).await.status, 303, "now it works");
    assert_eq!(browser.get("/alerts").await.status, 200);
    assert_eq!(browser.get(&back).await.status, 400, "and never again");
}

#[tokio::test]
async fn a_code_that_was_used_logs_nobody_in() {
    let app = with_chats().await;
    let code_of = |back: &str| {
        back.split("code=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap()
            .to_owned()
    };
    let mut browser = app.browser();
    let (back, _) = come_back_as(&mut browser, "wecom", "zhao.lei", "/alerts").await;
    let used = code_of(&back);

    let mut other = app.browser();
    let start = other.get("/login/wecom/start?next=%2Falerts").await;
    let page = picked(&start, "sun.hao");
    let fresh = other.get(&page).await.location().unwrap().to_owned();
    let replayed = fresh.replace(&code_of(&fresh), &used);

    assert_eq!(other.get(&replayed).await.status, 400);
    assert_eq!(other.get("/alerts").await.status, 303);
}

#[tokio::test]
async fn whoever_takes_too_long_has_to_begin_again() {
    let app = with_chats().await;
    let mut browser = app.browser();
    let start = browser.get("/login/wecom/start?next=%2Falerts").await;
    app.clock.advance(Duration::from_secs(301));
    let page = picked(&start, "zhao.lei");
    let back = browser.get(&page).await.location().unwrap().to_owned();

    assert_eq!(browser.get(&back).await.status, 400);
}

#[tokio::test]
async fn a_colleague_who_was_not_registered_is_told_so_and_sees_nothing() {
    let app = with_chats().await;
    app.sandbox.set_up(|company| {
        company.people.push(Person {
            name: "新人".to_owned(),
            mobile: "13800000099".to_owned(),
            wecom: Some("new.comer".to_owned()),
            dingtalk: Some(DingtalkIds {
                userid: "dd-new".to_owned(),
                unionid: "UNIONNEW".to_owned(),
            }),
        });
    });

    for (way, person) in [("wecom", "new.comer"), ("dingtalk", "dd-new")] {
        let mut browser = app.browser();
        let (_, landed) = come_back_as(&mut browser, way, person, EAST).await;
        assert_eq!(landed.status, 403, "{way}");
        assert!(landed.text.contains("还没有开通盯单"), "{}", landed.text);
        assert_eq!(browser.get(EAST).await.status, 303, "{way}");
    }
}

#[tokio::test]
async fn a_director_sees_their_region_and_a_rep_their_own_chats() {
    let app = with_chats().await;

    for (way, person, seen) in [
        ("dingtalk", "dd-zheng-jie", [true, true, true]),
        ("dingtalk", "dd-zhou-min", [true, true, false]),
        ("dingtalk", OTHER_DIRECTOR, [false, false, true]),
        ("wecom", "zhao.lei", [true, false, false]),
        ("wecom", "QianYue", [false, true, false]),
        ("wecom", "sun.hao", [false, false, true]),
    ] {
        let mut browser = logged_in(&app, way, person).await;
        for (chat, is_seen) in [EAST, COLLEAGUES, NORTH].into_iter().zip(seen) {
            let expected = if is_seen { 200 } else { 404 };
            assert_eq!(browser.get(chat).await.status, expected, "{person} {chat}");
        }
    }
}

#[tokio::test]
async fn a_chat_of_others_is_as_little_there_as_one_that_never_was() {
    let app = with_chats().await;
    let mut browser = logged_in(&app, "wecom", "sun.hao").await;
    // The id by which a refusal is found in the log differs each time.
    let without_id = |page: Page| {
        let (before, after) = page.text.split_once("编号").unwrap();
        let rest = after.split_once('<').unwrap().1.to_owned();
        (page.status, before.to_owned(), rest)
    };

    for more in ["", "?message=01J00000000000000000000000"] {
        let theirs = without_id(browser.get(&format!("{EAST}{more}")).await);
        let nobodys = without_id(browser.get(&format!("{NOWHERE}{more}")).await);
        assert_eq!(theirs, nobodys);
        assert_eq!(theirs.0, 404);
    }
    let lines = "lines?after=0.0";
    let theirs = browser.get(&format!("{EAST}/{lines}")).await;
    let nobodys = browser.get(&format!("{NOWHERE}/{lines}")).await;
    assert_eq!(theirs.status, nobodys.status);
}

#[tokio::test]
async fn every_view_is_on_record_before_anything_is_shown() {
    let app = with_chats().await;
    let mut director = logged_in(&app, "dingtalk", "dd-zhou-min").await;
    let chat = EAST.strip_prefix("/chats/").unwrap().parse().unwrap();
    assert!(app.store.views_of(&chat, 10).await.unwrap().is_empty());

    director.get(EAST).await;
    let views = app.store.views_of(&chat, 10).await.unwrap();
    assert_eq!(views.len(), 1);
    assert_eq!(
        (views[0].name.as_str(), views[0].place.as_str(), views[0].at),
        ("周敏", "chat", app.clock.now())
    );
    let mut stranger = logged_in(&app, "wecom", "sun.hao").await;
    stranger.get(EAST).await;
    assert_eq!(
        app.store.views_of(&chat, 10).await.unwrap().len(),
        1,
        "who sees nothing views nothing"
    );

    // What can't be recorded is not shown.
    let Store::Sqlite { writer, .. } = &app.store else {
        return;
    };
    writer.close().await;
    let page = director.get(EAST).await;
    assert_eq!(page.status, 503);
    assert!(!page.text.contains("太贵"), "{}", page.text);
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it() {
    let app = with_chats().await;
    let mut browser = logged_in(&app, "wecom", "zhao.lei").await;

    app.clock.advance(Duration::from_secs(29 * 60));
    assert_eq!(browser.get(EAST).await.status, 200);
    app.clock.advance(Duration::from_secs(31 * 60));

    assert_eq!(browser.get(EAST).await.status, 303);
}

#[tokio::test]
async fn the_api_answers_whom_it_knows_and_lets_readers_read() {
    let app = TestApp::start().await;
    let client = &app.http;
    let url = |path: &str| format!("{}/api/v1/{path}", app.url);
    let paths = ["board", "messages", "alerts", "opportunities", "nothing"];

    for path in paths {
        let none = client.get(url(path)).send().await.unwrap();
        assert_eq!(none.status(), 401, "{path}");
        assert_eq!(none.headers()["content-type"], "application/problem+json");
        for wrong in ["", "x", &API_TOKEN[1..], &format!("{API_TOKEN}x")] {
            let answered = client.get(url(path)).bearer_auth(wrong).send().await;
            assert_eq!(answered.unwrap().status(), 401, "{path} {wrong:?}");
        }
        let basic = client
            .get(url(path))
            .basic_auth("tests", Some(API_TOKEN))
            .send();
        assert_eq!(basic.await.unwrap().status(), 401, "{path}");
    }
    let read = client.get(url("messages")).bearer_auth(READ_TOKEN).send();
    assert_eq!(read.await.unwrap().status(), 200);

    let deal = serde_json::json!({ "stage": "discovery" });
    let write = |token: &'static str| {
        let path = url("opportunities/deal-yunshan/stage");
        client.post(path).bearer_auth(token).json(&deal).send()
    };
    assert_eq!(write(READ_TOKEN).await.unwrap().status(), 403);
    assert_eq!(app.api("opportunities/deal-yunshan").await["stage"], "demo");
    assert_eq!(write(API_TOKEN).await.unwrap().status(), 200);
    assert_eq!(
        app.api("opportunities/deal-yunshan").await["stage"],
        "discovery"
    );
}
