//! What customers object to: counted once, by every question that is asked of the board, made again
//! from the store, and told to open pages.

use std::time::Duration;

use dingdan::domain::{Label, MessageId};
use dingdan::sandbox::CallbackFault;
use dingdan::store::NewSignal;
use serde_json::{Value, json};

use crate::app::{Browser, CUSTOMER, DIRECTOR, Setup, TestApp};
use crate::child::{PATIENCE, configured, run};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Three customers of three reps in two regions, over two days.
async fn with_signals() -> TestApp {
    let app = TestApp::start().await;
    for (contact, words) in [
        (CUSTOMER, "你们太贵了,今年要走招标"),
        ("wmHuafengLin003", "你们太贵了"),
        ("wmGangchengMa05", "要走招标"),
    ] {
        app.sandbox.customer(contact).says(words).await;
    }
    app.settle().await;
    app.clock.advance(DAY);
    app.sandbox.customer(CUSTOMER).says("还是太贵了").await;
    app.settle().await;
    app
}

pub fn hits_of<'a>(board: &'a Value, by: &str, key: &str, value: &str) -> &'a Value {
    let rows = board[by].as_array().unwrap();
    let row = rows.iter().find(|row| row[key] == value);
    &row.unwrap_or_else(|| panic!("no {value} in {board}"))["hits"]
}

#[tokio::test]
async fn it_counts_by_signal_day_region_rep_and_customer() {
    let app = with_signals().await;

    let board = app.api("board?period=week").await;

    assert_eq!(board["totals"], json!({"PRICE": 3, "TENDER": 2}));
    for (by, key, value, expected) in [
        (
            "by_day",
            "day",
            "2026-11-23",
            json!({"PRICE": 2, "TENDER": 2}),
        ),
        ("by_day", "day", "2026-11-24", json!({"PRICE": 1})),
        (
            "by_region",
            "region",
            "华东",
            json!({"PRICE": 3, "TENDER": 1}),
        ),
        ("by_region", "region", "华北", json!({"TENDER": 1})),
        (
            "by_rep",
            "rep_id",
            "rep-zhao",
            json!({"PRICE": 2, "TENDER": 1}),
        ),
        ("by_rep", "rep_id", "rep-qian", json!({"PRICE": 1})),
        (
            "by_customer",
            "customer_id",
            "gangcheng",
            json!({"TENDER": 1}),
        ),
    ] {
        assert_eq!(*hits_of(&board, by, key, value), expected, "{by} {value}");
    }
    assert_eq!(board["top"][0]["label"], "PRICE");
    assert_eq!(board["newest"][0]["at"], app.clock.now().rfc3339());
    let today = app.api("board").await;
    assert_eq!(today["totals"], json!({"PRICE": 1}));
    let north = app.api("board?period=week&region=%E5%8D%8E%E5%8C%97").await;
    assert_eq!(north["totals"], json!({"TENDER": 1}));
}

#[tokio::test]
async fn what_is_delivered_again_is_counted_once() {
    let app = TestApp::start().await;
    app.sandbox.faults().next_callback(CallbackFault::Repeat(3));
    app.sandbox.customer(CUSTOMER).says("太贵了").await;
    app.settle().await;
    app.sandbox.customer(CUSTOMER).says("在吗").await;
    app.settle().await;

    assert_eq!(app.api("board").await["totals"], json!({"PRICE": 1}));
}

#[tokio::test]
async fn made_again_from_the_store_it_says_the_same() {
    let app = with_signals().await;
    let before = app.api("board?period=month").await;

    let app = app.restart().await;
    app.settle().await;
    assert_eq!(
        app.api("board?period=month").await,
        before,
        "after a restart"
    );
    app.shared.board_keeper.rebuild().await.unwrap();
    assert_eq!(
        app.api("board?period=month").await,
        before,
        "after a rebuild"
    );
    app.settle().await;
    assert_eq!(app.api("board?period=month").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_makes_it_again() {
    let app = with_signals().await;
    let before = app.api("board?period=month").await;
    let world = app.stop().await;
    let file = configured(&world, |text| text);

    let output = run(&["rebuild", "--config", file.to_str().unwrap()]).await;

    assert!(output.status.success(), "{output:?}");
    let setup = Setup {
        seed: false,
        ..Setup::default()
    };
    let app = TestApp::start_in(world, setup).await;
    app.settle().await;
    assert_eq!(app.api("board?period=month").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_is_told_of_a_new_signal_at_once() {
    let app = TestApp::running().await;
    let mut browser = directors_browser(&app).await;
    let mut events = browser.stream("/board/events").await;
    let opened = next(&mut events).await;
    assert!(opened.contains("retry"), "{opened}");

    app.sandbox.customer(CUSTOMER).says("太贵了").await;

    let told = next(&mut events).await;
    assert!(told.contains("event: changed"), "{told}");
    let live = browser.get("/board/live").await;
    assert!(live.text.contains("太贵"), "{}", live.text);
}

#[tokio::test]
async fn a_calendar_that_ends_is_told_on_the_page_and_by_a_figure() {
    let app = TestApp::start().await;

    let before = board_page(&app).await;
    app.clock.advance(40 * DAY);
    let after = board_page(&app).await;

    assert!(before.contains("还没有 2027 年的节假日"), "{before}");
    assert!(!before.contains("遇到节假日和调休会算错"), "{before}");
    assert!(after.contains("遇到节假日和调休会算错"), "{after}");
    let figures = app.http.get(format!("{}/metrics", app.url)).send().await;
    let figures = figures.unwrap().text().await.unwrap();
    assert!(
        figures.contains("dingdan_calendar_days_left 0"),
        "{figures}"
    );
}

/// The board, as the director opens it in DingTalk.
async fn board_page(app: &TestApp) -> String {
    directors_browser(app).await.get("/").await.text
}

/// The director's browser, logged in by DingTalk.
pub async fn directors_browser(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    let login = browser.get("/login?next=%2F&via=dingtalk").await;
    let code = app.sandbox.director(DIRECTOR).auth_code();
    browser
        .log_in_inside_dingtalk(&login.text, &code, "/")
        .await;
    browser
}

/// What comes next on an open stream.
pub async fn next(events: &mut reqwest::Response) -> String {
    let frame = tokio::time::timeout(PATIENCE, events.chunk()).await;
    let frame = frame.expect("something comes").unwrap();
    String::from_utf8(frame.expect("it is still open").to_vec()).unwrap()
}

#[tokio::test]
async fn making_it_again_begins_with_the_oldest_day_that_it_keeps() {
    let app = with_signals().await;
    let day = |text: &str| dingdan::domain::Timestamp::parse_rfc3339(text);

    let first = async |days| app.store.first_day_of_signals(days).await.unwrap();

    assert_eq!(first(1).await, day("2026-11-24T00:00:00+08:00"));
    assert_eq!(first(400).await, day("2026-11-23T00:00:00+08:00"));
    let empty = TestApp::start().await;
    let first = empty.store.first_day_of_signals(400).await.unwrap();
    assert_eq!(first, None);
}

#[tokio::test]
async fn what_is_heard_while_the_board_counts_is_counted_too() {
    let app = TestApp::start().await;
    app.sandbox.customer(CUSTOMER).says("你好").await;
    app.settle().await;
    let line = app.items("messages").await[0].clone();
    let text = |key: &str| line[key].as_str().unwrap().to_owned();
    let message: MessageId = text("id").parse().unwrap();
    let hears = async |label: Label, first_byte: i64| {
        let mut tx = app.store.begin().await.unwrap();
        let signal = NewSignal {
            id: label.to_string(),
            message: message.clone(),
            label,
            first_byte,
            end_byte: first_byte + 3,
            rule: "of the test".to_owned(),
            dictionaries: "1".to_owned(),
            model: String::new(),
            why: String::new(),
            shadow: false,
            at: app.clock.now(),
            chat: text("chat_id").parse().unwrap(),
            region: String::new(),
            rep: None,
            customer: None,
            product: String::new(),
            words: String::new(),
            quote: String::new(),
        };
        tx.store_signal(&signal).await.unwrap();
        tx.commit().await.unwrap();
    };
    hears(Label::Price, 0).await;
    let read = app.store.uncounted_signals_of(&message).await.unwrap();

    hears(Label::Tender, 3).await;
    let now = app.clock.now();
    app.store.mark_counted(&read, now).await.unwrap();
    app.shared.board_keeper.count(&message).await;

    assert_eq!(app.api("board").await["totals"], json!({"TENDER": 1}));
}
