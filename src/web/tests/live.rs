//! Open pages are told when something changes, and let go when the service stops.

use crate::domain::{Label, Speaker};

use super::site::{EAST, Site};

const CHANGED: &str = "event: changed\ndata: 1\n\n";

#[actix_web::test]
async fn an_open_board_is_told_of_an_objection() {
    let site = Site::open().await;
    let mut director = site.browser_of("director-east").await;
    let mut stream = director.listen("/board/events").await;

    site.says(
        EAST,
        1,
        Speaker::Customer,
        "先放放吧",
        &[("先放放", Label::Delay)],
    )
    .await;

    assert_eq!(stream.next().await.as_deref(), Some(CHANGED));
    let live = director.get("/board/live?period=day").await;
    assert!(live.text.contains("<mark class=\"t-delay\">先放放</mark>"));
}

#[actix_web::test]
async fn an_open_chat_is_told_of_a_line_and_gets_only_that_one() {
    let site = Site::open().await;
    let mut director = site.browser_of("director-east").await;
    let page = director.get(&format!("/chats/{EAST}")).await;
    let last = page.text.rsplit("data-cursor=\"").next().unwrap();
    let cursor = last.split('"').next().unwrap().to_owned();
    let mut stream = director.listen(&format!("/chats/{EAST}/events")).await;

    site.says(EAST, 1, Speaker::Rep, "我再申请一下", &[]).await;

    assert_eq!(stream.next().await.as_deref(), Some(CHANGED));
    let news = director
        .get(&format!("/chats/{EAST}/lines?after={cursor}"))
        .await;
    assert!(news.text.contains("我再申请一下"));
    assert!(!news.text.contains("太贵"));
}

#[actix_web::test]
async fn a_stopping_service_lets_open_pages_go() {
    let site = Site::open().await;
    let director = site.browser_of("director-east").await;
    let mut board = director.listen("/board/events").await;
    let mut chat = director.listen(&format!("/chats/{EAST}/events")).await;

    site.stop();

    assert_eq!(board.next().await, None);
    assert_eq!(chat.next().await, None);
}
