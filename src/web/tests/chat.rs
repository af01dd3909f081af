//! Reading a chat: around a message, on and on, and never unseen.

use crate::domain::{Speaker, Timestamp};

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
            .map(|(id, _, _)| id.to_string())
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
    let crate::store::Store::Sqlite { writer, .. } = &site.shared.store else {
        panic!("the store is a file")
    };
    sqlx::query("drop table chat_view")
        .execute(writer)
        .await
        .unwrap();

    for path in [
        format!("/chats/{EAST}"),
        format!("/chats/{EAST}/lines?after=0.0"),
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

    let scope = crate::store::ViewScope::Region("华北".to_owned());
    let deals = site
        .shared
        .store
        .deals_in(&scope, &"East".parse().unwrap(), 5)
        .await
        .unwrap();
    assert!(deals.is_empty());
    let newest = site
        .shared
        .store
        .newest_line(&EAST.parse().unwrap())
        .await
        .unwrap();
    assert_eq!(newest, Some((site.clock.now(), 0)));
    assert!(newest > Some((Timestamp(0), 0)));
}
