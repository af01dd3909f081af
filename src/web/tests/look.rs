//! In which language, and in which colours, a browser gets its pages.

use super::browser::Browser;
use super::languages::readers;
use super::site::Site;

/// What a form of the page says in its field.
fn field<'p>(page: &'p str, name: &str) -> &'p str {
    let marked = format!("name=\"{name}\" value=\"");
    let rest = page.split(&marked).nth(1).unwrap();
    rest.split('"').next().unwrap()
}

/// Sends the form of a switch, with what the page put into it.
async fn choose(
    browser: &mut Browser,
    page: &str,
    (path, name, value): (&str, &str, &str),
) -> (u16, String) {
    let next = field(page, "next").replace("&#38;", "&");
    let form = [("next", next.as_str()), (name, value)];
    let answer = browser.post(path, "same-origin", &form).await;
    let cookie = answer.header("set-cookie").to_owned();
    let expected =
        format!("dingdan-{name}={value}; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000");
    assert_eq!(cookie, expected);
    (answer.status, answer.header("location").to_owned())
}

#[actix_web::test]
async fn a_language_that_was_chosen_is_remembered_and_leads_back() {
    let site = Site::open().await;
    let mut browser = site.browser_of("director-east").await;
    let page = browser.get("/board/hits?period=30d&label=PRICE").await.text;
    assert!(page.contains("<html lang=\"zh-CN\">") && page.contains("回到看板"));

    let chosen = choose(&mut browser, &page, ("/language", "language", "en")).await;

    let back = "/board/hits?period=30d&label=PRICE";
    assert_eq!(chosen, (303, back.to_owned()));
    let page = browser.get(back).await.text;
    assert!(page.contains("<html lang=\"en\">") && page.contains("Back to the board"));
    assert!(page.contains("Director · "), "{page}");
    let error = browser.get("/nowhere").await.text;
    assert!(error.contains("There is no such page") && !error.contains("找不到"));
    assert!(error.contains("<html lang=\"en\">"));

    let chosen = choose(&mut browser, &page, ("/language", "language", "zh")).await;
    assert_eq!(chosen.0, 303);
    assert!(browser.get("/nowhere").await.text.contains("找不到"));
}

#[actix_web::test]
async fn colours_are_the_systems_until_they_are_chosen() {
    let site = Site::open().await;
    let mut browser = site.browser_of("rep-east").await;
    let dark_when = |page: &str| {
        let link = page.split("<link").find(|link| link.contains("dark.css"))?;
        Some(link.split("media=\"").nth(1)?.split('"').next()?.to_owned())
    };
    let page = browser.get("/alerts").await.text;
    assert_eq!(
        dark_when(&page).as_deref(),
        Some("(prefers-color-scheme: dark)")
    );
    assert!(page.contains("value=\"system\" aria-pressed=\"true\""));

    for (theme, expected) in [("dark", Some("all")), ("light", None)] {
        let chosen = choose(&mut browser, &page, ("/theme", "theme", theme)).await;
        assert_eq!(chosen, (303, "/alerts".to_owned()));
        for path in ["/alerts", "/nowhere", "/login?stay=1"] {
            let page = browser.get(path).await.text;
            assert_eq!(dark_when(&page).as_deref(), expected, "{theme} {path}");
        }
    }
}

#[actix_web::test]
async fn nobody_else_chooses() {
    let site = Site::open().await;
    let mut browser = site.browser_of("rep-east").await;

    for (fetch_site, language, expected) in [
        ("cross-site", "en", 403),
        ("same-site", "en", 403),
        ("same-origin", "fr", 400),
    ] {
        let form = [("next", "/"), ("language", language)];
        let answer = browser.post("/language", fetch_site, &form).await;
        assert_eq!(answer.status, expected, "{fetch_site} {language}");
        let is_chosen = |(name, _): &(String, String)| name == "dingdan-language";
        assert!(!browser.cookies.iter().any(is_chosen));
    }
}

#[actix_web::test]
async fn the_switch_of_a_page_left_open_works_after_a_login_elsewhere() {
    let site = Site::open().await;
    let page = site.stranger().get("/login?stay=1").await.text;
    let mut browser = site.browser_of("rep-east").await;

    let chosen = choose(&mut browser, &page, ("/language", "language", "en")).await;

    assert_eq!(chosen, (303, "/login?stay=1".to_owned()));
}

#[actix_web::test]
async fn no_two_answers_carry_the_same_form_token() {
    let site = Site::open().await;
    let mut browser = site.browser_of("rep-east").await;
    let (one, another) = (browser.get("/").await.text, browser.get("/").await.text);
    let (one, another) = (field(&one, "csrf"), field(&another, "csrf"));
    assert_ne!(one, another);

    for csrf in ["guessed", one] {
        let answer = browser
            .post("/logout", "same-origin", &[("csrf", csrf)])
            .await;
        let expected = if csrf == one { 303 } else { 403 };
        assert_eq!(answer.status, expected);
    }
}

#[actix_web::test]
async fn nobody_has_to_be_logged_in_to_choose() {
    let site = Site::open().await;
    let mut browser = site.stranger();
    let login = "/login?next=%2Falerts&stay=1";
    let page = browser.get(login).await.text;

    let chosen = choose(&mut browser, &page, ("/language", "language", "en")).await;

    assert_eq!(chosen, (303, login.to_owned()));
    assert!(
        browser
            .get(login)
            .await
            .text
            .contains("Log in with DingTalk")
    );
    let form = [("next", "https://evil.example/"), ("language", "zh")];
    let answer = browser.post("/language", "same-origin", &form).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/"));
}

#[actix_web::test]
async fn the_page_inside_wecom_is_in_the_colours_that_were_chosen() {
    let site = Site::open().await;
    for (mut browser, pages) in readers(&site, "zh").await {
        for path in pages.iter().filter(|path| path.starts_with("/m/")) {
            let page = browser.get(path).await.text;
            let chosen = choose(&mut browser, &page, ("/theme", "theme", "dark")).await;
            assert_eq!(chosen, (303, path.clone()));
            let page = browser.get(path).await.text;
            assert!(page.contains("media=\"all\"") && page.contains("weui-dark.css"));
        }
    }
}
