//! Open pages are told when something changes, and let go when the service stops.

use crate::corrections::{self, Origin, Outcome, Saying};
use crate::domain::{CorrectionKind, Label, Speaker};

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
async fn an_open_chat_is_told_of_what_changes_beside_it() {
    let site = Site::open().await;
    let mut director = site.browser_of("director-east").await;
    director.get(&format!("/chats/{EAST}")).await;
    let mut stream = director.listen(&format!("/chats/{EAST}/events")).await;
    let views = |side: &str| {
        side.split("<ul class=\"views\">")
            .nth(1)
            .unwrap()
            .matches("<li>")
            .count()
    };
    let before = director.get(&format!("/chats/{EAST}/side")).await;
    assert_eq!(views(&before.text), 1);

    site.browser_of("admin")
        .await
        .get(&format!("/chats/{EAST}"))
        .await;

    assert_eq!(stream.next().await.as_deref(), Some(CHANGED));
    let side = director.get(&format!("/chats/{EAST}/side")).await;
    assert_eq!(views(&side.text), 2);
    assert!(side.text.contains("East二期"));
    assert!(!side.text.contains("<html"), "a part, no page");
    let mut stranger = site.browser_of("rep-north").await;
    assert_eq!(
        stranger.get(&format!("/chats/{EAST}/side")).await.status,
        404
    );
}

#[actix_web::test]
async fn an_open_chat_is_told_that_a_line_it_shows_was_corrected() {
    let site = Site::open().await;
    let mut director = site.browser_of("director-east").await;
    let page = director.get(&format!("/chats/{EAST}")).await;
    let corrected = |html: &str| {
        let rest = html.split("data-corrected=\"").nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let mut stream = director.listen(&format!("/chats/{EAST}/events")).await;
    let store = &site.shared.store;
    let admin = store.person(&"admin".parse().unwrap()).await.unwrap();
    let line = format!("{EAST}-0").parse().unwrap();
    let saying = Saying {
        kind: CorrectionKind::FalseAlarm,
        labels: &[Label::Price],
        words: "",
    };

    let by = (&admin.unwrap(), Origin::Page);
    let said = corrections::say(&site.shared, &line, &[saying], by).await;
    assert_eq!(said.unwrap(), Outcome::Holds);

    assert_eq!(stream.next().await.as_deref(), Some(CHANGED));
    let side = director.get(&format!("/chats/{EAST}/side")).await;
    assert_ne!(corrected(&side.text), corrected(&page.text));
    let anew = director
        .get(&format!("/chats/{EAST}/lines?after=0.0"))
        .await;
    assert!(anew.text.contains("已判误报"), "{}", anew.text);
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
