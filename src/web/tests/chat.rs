//! Reading a chat: around a message, on and on, and never unseen.

use std::time::Duration;

use crate::domain::Speaker;
use crate::store::{NewView, SavedDeal, Store, ViewScope, ViewedBy};

use super::site::{EAST, NORTH, Site};

fn attribute<'a>(html: &'a str, way: &str) -> &'a str {
    let link = html
        .split("<a class=\"further\"")
        .find(|link| link.contains(&format!("data-way=\"{way}\"")))
        .unwrap();
    link.split("data-part=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
}

fn numbers(html: &str) -> Vec<i64> {
    let before = format!("id=\"m-{EAST}-");
    let ids = html.split(&before).skip(1);
    ids.map(|rest| rest.split('"').next().unwrap().parse().unwrap())
        .collect()
}

#[actix_web::test]
async fn a_chat_opens_at_its_message_and_goes_on_both_ways() {
    let site = Site::open().await;
    for number in 1..=60 {
        site.says(EAST, number, Speaker::Rep, &format!("第{number}句"), &[])
            .await;
    }
    let mut director = site.browser_of("director-east").await;

    let page = director
        .get(&format!("/chats/{EAST}?message={EAST}-30&via=dingtalk"))
        .await;
    assert_eq!(page.status, 200);
    assert_eq!(numbers(&page.text), (10..=50).collect::<Vec<_>>());
    assert!(
        page.text
            .contains(&format!("class=\"line rep target\" id=\"m-{EAST}-30\""))
    );

    let earlier = director.get(attribute(&page.text, "earlier")).await;
    assert_eq!(numbers(&earlier.text), (0..10).collect::<Vec<_>>());
    assert!(
        earlier
            .text
            .contains("<mark class=\"t-money\" title=\"价格 \">太贵</mark>")
    );
    assert!(!earlier.text.contains("data-way=\"earlier\""));
    let later = director.get(attribute(&page.text, "later")).await;
    assert_eq!(numbers(&later.text), (51..=60).collect::<Vec<_>>());

    let newest = director.get(&format!("/chats/{EAST}")).await;
    assert_eq!(numbers(&newest.text), (21..=60).collect::<Vec<_>>());
}

#[actix_web::test]
async fn a_message_of_another_chat_is_not_there() {
    let site = Site::open().await;
    let mut admin = site.browser_of("admin").await;

    assert_eq!(
        admin
            .get(&format!("/chats/{EAST}?message={NORTH}-0"))
            .await
            .status,
        404
    );
    assert_eq!(
        admin
            .get(&format!("/chats/{EAST}?message=nothing"))
            .await
            .status,
        404
    );
    assert_eq!(
        admin
            .get(&format!("/chats/{EAST}/lines?after=x"))
            .await
            .status,
        400
    );
    assert_eq!(admin.get(&format!("/chats/{EAST}/lines")).await.status, 400);
}

#[actix_web::test]
async fn each_opening_is_recorded_and_shown() {
    let site = Site::open().await;
    let chat = EAST.parse().unwrap();
    let viewers = async || {
        site.shared
            .store
            .views_of(&chat, 10)
            .await
            .unwrap()
            .into_iter()
            .map(|view| view.person_id.unwrap().to_string())
            .collect::<Vec<_>>()
    };
    let mut director = site.browser_of("director-east").await;

    let page = director
        .get(&format!("/chats/{EAST}?message={EAST}-0"))
        .await;
    assert_eq!(viewers().await, ["director-east"]);
    let foot = page.text.split("谁看过").last().unwrap();
    assert!(foot.contains("今天 09:30"));

    director
        .get(&format!("/chats/{EAST}/lines?after=0.0"))
        .await;
    assert_eq!(
        viewers().await.len(),
        1,
        "a part of an opened page is no new look"
    );
    director.get(&format!("/chats/{EAST}")).await;
    assert_eq!(viewers().await.len(), 2);

    let mut admin = site.browser_of("admin").await;
    admin.get(&format!("/chats/{EAST}/lines?after=0.0")).await;
    assert_eq!(
        viewers().await.len(),
        3,
        "who reads parts without the page is recorded too"
    );

    let mut stranger = site.browser_of("rep-north").await;
    stranger.get(&format!("/chats/{EAST}")).await;
    assert_eq!(viewers().await.len(), 3, "who sees nothing has not looked");
}

#[actix_web::test]
async fn what_cannot_be_recorded_is_not_shown() {
    let site = Site::open().await;
    let mut director = site.browser_of("director-east").await;
    const LOSE: &str = "drop table chat_view";
    match &site.shared.store {
        Store::Sqlite { writer, .. } => sqlx::query(LOSE).execute(writer).await.map(|_| ()),
        Store::Postgres(pool) => sqlx::query(LOSE).execute(pool).await.map(|_| ()),
    }
    .unwrap();

    for path in [
        format!("/chats/{EAST}"),
        format!("/chats/{EAST}/lines?after=0.0"),
        "/".to_owned(),
    ] {
        let page = director.get(&path).await;
        assert_eq!(page.status, 503, "{path}");
        assert!(!page.text.contains("太贵"), "{path}");
    }
}

#[actix_web::test]
async fn deals_stand_beside_the_chat_as_far_as_they_are_the_viewers() {
    let site = Site::open().await;
    let page = site
        .browser_of("director-east")
        .await
        .get(&format!("/chats/{EAST}"))
        .await;
    assert!(page.text.contains("East二期"));

    let scope = ViewScope::Director {
        id: "director-north".parse().unwrap(),
        region: "华北".to_owned(),
    };
    let deals = site
        .shared
        .store
        .deals_in(&scope, &"East".parse().unwrap(), 5)
        .await
        .unwrap();
    assert!(deals.is_empty());
}

#[actix_web::test]
async fn whatever_an_open_chat_shows_changes_its_mark() {
    let site = Site::open().await;
    let store = &site.shared.store;
    let (chat, customer) = (EAST.parse().unwrap(), "East".parse().unwrap());
    let admin = "admin".parse().unwrap();
    let mark = async || store.chat_mark(&chat, Some(&customer)).await.unwrap();
    let looks = async |by| {
        let view = NewView {
            by,
            place: "chat",
            message: None,
            at: site.clock.now(),
            address: "",
        };
        store.record_views(&view, [chat.clone()]).await.unwrap();
    };
    let at_first = mark().await;
    assert_eq!(mark().await, at_first);

    site.says(EAST, 1, Speaker::Rep, "我再申请一下", &[]).await;
    let with_line = mark().await;
    assert_ne!(with_line, at_first);
    looks(ViewedBy::Person(&admin, "one")).await;
    let with_view = mark().await;
    assert_ne!(with_view, with_line);
    looks(ViewedBy::Token("crm")).await;
    let with_token = mark().await;
    assert_eq!(with_token, with_view, "what polls wakes no page");
    let mut tx = store.begin().await.unwrap();
    let deal = "deal-East".parse().unwrap();
    tx.save_deal(&SavedDeal {
        id: &deal,
        version: 0,
        state: "{}",
        stage: "won",
        closed_at: None,
        journal_end: "",
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert_ne!(mark().await, with_token);
}

#[actix_web::test]
async fn pages_that_show_words_are_looks_at_their_chats() {
    let site = Site::open().await;
    let chat = EAST.parse().unwrap();
    let looks = async || {
        let views = site.shared.store.views_of(&chat, 10).await.unwrap();
        let told = views.into_iter().map(|view| (view.name, view.place));
        told.collect::<Vec<_>>()
    };
    let mut director = site.browser_of("director-east").await;

    director.get("/").await;
    assert_eq!(looks().await, [("周敏".to_owned(), "board".to_owned())]);
    director.get("/board/live").await;
    assert_eq!(looks().await.len(), 1, "a part of an opened page");
    director.get("/").await;
    assert_eq!(looks().await.len(), 2, "opened again");
    site.browser_of("admin").await.get("/board/live").await;
    assert_eq!(looks().await.len(), 3, "a part without its page");

    let side = director.get(&format!("/chats/{EAST}/side")).await.text;
    assert!(side.contains("周敏 · 看板 · 2 次"), "{side}");
    assert_eq!(
        looks().await.len(),
        4,
        "having seen the board is not having opened the chat"
    );
    let north = site
        .shared
        .store
        .views_of(&NORTH.parse().unwrap(), 10)
        .await;
    let north = north.unwrap();
    assert_eq!(north.len(), 1, "who sees nothing of it has not looked");
    assert_eq!(north[0].name, "郑洁");
}

#[actix_web::test]
async fn a_view_is_that_of_one_session_and_one_hour() {
    let site = Site::open().await;
    let chat = EAST.parse().unwrap();
    let recorded = async || site.shared.store.views_of(&chat, 20).await.unwrap().len();
    let (mut one, mut other) = (
        site.browser_of("director-east").await,
        site.browser_of("director-east").await,
    );
    for (page, part) in [
        (
            format!("/chats/{EAST}"),
            format!("/chats/{EAST}/lines?after=0.0"),
        ),
        (format!("/chats/{EAST}"), format!("/chats/{EAST}/side")),
        ("/".to_owned(), "/board/live".to_owned()),
    ] {
        let at_first = recorded().await;
        one.get(&page).await;
        one.get(&part).await;
        assert_eq!(recorded().await, at_first + 1, "{part} of its own page");
        if at_first == 0 || page == "/" {
            other.get(&part).await;
            assert_eq!(recorded().await, at_first + 2, "{part} in another session");
            other.get(&part).await;
            assert_eq!(recorded().await, at_first + 2, "{part} again");
        }
    }

    for minutes in [25, 25, 11] {
        site.clock.advance(Duration::from_secs(minutes * 60));
        one.get("/alerts").await;
    }
    let an_hour_ago = recorded().await;
    one.get("/board/live").await;
    one.get(&format!("/chats/{EAST}/side")).await;
    assert_eq!(recorded().await, an_hour_ago + 2, "an hour later");
}
