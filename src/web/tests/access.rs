//! Who sees what, and who is sent to the login.

use std::time::Duration;

use super::site::{EAST, NORTH, Site};

/// Every page and part that shows anything.
const PAGES: [&str; 12] = [
    "/",
    "/board/hits",
    "/board/ranking?by=customer",
    "/board/top3.xlsx",
    "/alerts",
    "/health",
    "/health/runs",
    "/health.xlsx",
    "/compliance",
    "/compliance.xlsx",
    "/attribution",
    "/attribution.xlsx",
];
const PARTS: [&str; 2] = ["/board/live", "/board/events"];

#[actix_web::test]
async fn nobody_sees_anything_without_a_session() {
    let site = Site::open().await;
    let chat = format!("/chats/{EAST}");
    let pages = PAGES.into_iter().chain([chat.as_str(), "/chats/nowhere"]);
    for path in pages {
        let page = site.stranger().get(path).await;
        assert_eq!((page.status, page.text.as_str()), (303, ""), "{path}");
        assert!(
            page.header("location").starts_with("/login?next="),
            "{path}"
        );
    }
    let parts = [
        format!("{chat}/lines?after=0.0"),
        format!("{chat}/events"),
        "/alerts/a/deliveries".to_owned(),
    ];
    for path in PARTS.into_iter().chain(parts.iter().map(String::as_str)) {
        assert_eq!(site.stranger().get(path).await.status, 401, "{path}");
    }
}

#[actix_web::test]
async fn a_chat_of_others_is_as_little_there_as_one_that_never_was() {
    let site = Site::open().await;
    for (person, east, north) in [
        ("admin", 200, 200),
        ("director-east", 200, 404),
        ("director-north", 404, 200),
        ("rep-east", 200, 404),
        ("rep-north", 404, 200),
    ] {
        let mut browser = site.browser_of(person).await;
        for (chat, expected) in [(EAST, east), (NORTH, north)] {
            for path in [
                format!("/chats/{chat}"),
                format!("/chats/{chat}/lines?after=0.0"),
            ] {
                assert_eq!(browser.get(&path).await.status, expected, "{person} {path}");
            }
        }
        assert_eq!(browser.get("/chats/nowhere").await.status, 404);
    }
    let mut rep = site.browser_of("rep-east").await;
    assert_eq!(rep.get(&format!("/chats/{NORTH}/events")).await.status, 404);

    let without_id = |text: String| text.split("编号").next().unwrap().to_owned();
    let not_theirs = without_id(rep.get(&format!("/chats/{NORTH}")).await.text);
    let not_there = without_id(rep.get("/chats/nowhere").await.text);
    assert_eq!(not_theirs, not_there);
}

#[actix_web::test]
async fn the_board_shows_each_viewer_their_own() {
    let site = Site::open().await;
    // What someone asks for beyond their own narrows nothing but their own.
    for (person, asked, east, north, total) in [
        ("admin", "/?period=day", true, true, "4"),
        ("admin", "/?region=%E5%8D%8E%E4%B8%9C", true, false, "2"),
        (
            "director-east",
            "/?region=%E5%8D%8E%E5%8C%97",
            true,
            false,
            "2",
        ),
        ("rep-north", "/?rep=rep-east", false, true, "2"),
    ] {
        let page = site.browser_of(person).await.get(asked).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.text.contains("East机械"), east, "{person}");
        assert_eq!(page.text.contains("North机械"), north, "{person}");
        assert!(page.text.contains(&format!(">{total}</a></p>")), "{person}");
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(
            page.header("content-security-policy")
                .starts_with("default-src 'self';")
        );
        assert_eq!(page.header("referrer-policy"), "same-origin");
    }
}

#[actix_web::test]
async fn a_session_ends_when_idle_and_a_page_that_refreshes_itself_is_idle() {
    let site = Site::open().await;
    let mut browser = site.browser_of("director-east").await;

    site.clock.advance(Duration::from_secs(29 * 60));
    assert_eq!(browser.get("/").await.status, 200);
    site.clock.advance(Duration::from_secs(29 * 60));
    assert_eq!(browser.get("/board/live").await.status, 200);
    site.clock.advance(Duration::from_secs(60));
    assert_eq!(browser.get("/board/live").await.status, 401);
    assert_eq!(browser.get("/").await.status, 303);
}

#[actix_web::test]
async fn a_session_ends_after_twelve_hours_however_busy() {
    let site = Site::open().await;
    let mut browser = site.browser_of("director-east").await;
    for _ in 0..35 {
        site.clock.advance(Duration::from_secs(20 * 60));
        assert_eq!(browser.get("/alerts").await.status, 200);
    }

    site.clock.advance(Duration::from_secs(20 * 60));
    assert_eq!(browser.get("/alerts").await.status, 303);
}

#[actix_web::test]
async fn a_region_that_was_taken_away_is_gone_at_once() {
    let site = Site::open().await;
    let mut browser = site.browser_of("director-east").await;
    assert_eq!(browser.get(&format!("/chats/{EAST}")).await.status, 200);

    let mut person = site
        .shared
        .store
        .person(&"director-east".parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    person.region = "华北".to_owned();
    let mut tx = site.shared.store.begin().await.unwrap();
    tx.put_person(&person).await.unwrap();
    tx.commit().await.unwrap();

    assert_eq!(browser.get(&format!("/chats/{EAST}")).await.status, 404);
    assert_eq!(browser.get(&format!("/chats/{NORTH}")).await.status, 200);
}

#[actix_web::test]
async fn styles_and_scripts_are_for_everyone_and_for_long() {
    let site = Site::open().await;
    let mut browser = site.stranger();
    let login = browser.get("/login").await.text;
    let address = login
        .split('"')
        .find(|part| part.starts_with("/assets/app.css"))
        .unwrap()
        .to_owned();

    let style = browser.get(&address).await;
    assert_eq!(
        (style.status, style.header("content-type")),
        (200, "text/css; charset=utf-8")
    );
    assert!(style.header("cache-control").contains("immutable"));
    assert_eq!(
        browser.get("/assets/app.css").await.header("cache-control"),
        "no-cache"
    );
    assert_eq!(browser.get("/assets/..%2Fmod.rs").await.status, 404);
    assert_eq!(browser.get("/nowhere").await.status, 404);
}

#[actix_web::test]
async fn nobody_is_told_the_customers_of_others() {
    let site = Site::open().await;
    for (person, east, north) in [
        ("rep-east", true, false),
        ("director-east", true, false),
        ("rep-north", false, true),
        ("admin", true, true),
    ] {
        let page = site.browser_of(person).await.get("/contacts").await.text;
        let options = page.split("<datalist").nth(1).unwrap_or_default();
        assert_eq!(options.contains("East机械"), east, "{person}");
        assert_eq!(options.contains("North机械"), north, "{person}");
    }
}
