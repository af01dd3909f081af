//! Every page speaks the language that its reader chose, and no other.
//!
//! What people and configurations call things is data and stays as it is, so it is taken out of a page
//! first: the texts of the process, and those that these tests bring in. What the engine says to reps
//! on the page inside WeCom is marked as Chinese (`lang="zh"`); so is the switch back to Chinese.

use super::alerts::raise;
use super::browser::Browser;
use super::samples::keep;
use super::site::{EAST, Site};

/// What people of the site, and what they said, are called.
const SEEDED: &[&str] = &[
    "East机械",
    "North机械",
    "East陈立",
    "East二期",
    "你们太贵了,今年要走招标",
    "East-001 超时",
    "你们",
    "了,今年",
    "太贵",
    "要走招标",
    "华东",
    "总部",
];

fn is_chinese(character: char) -> bool {
    matches!(character, '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
}

/// All texts of the process, and the site's own; the longest first.
fn data(site: &Site) -> Vec<String> {
    fn collect(value: &toml::Value, found: &mut Vec<String>) {
        match value {
            toml::Value::String(text) => found.push(text.clone()),
            toml::Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
            toml::Value::Table(table) => table.values().for_each(|value| collect(value, found)),
            _ => {}
        }
    }
    let process = include_str!("../../../config/processes/golden-six.toml");
    let mut found: Vec<String> = SEEDED.iter().map(|text| (*text).to_owned()).collect();
    collect(&toml::Value::Table(process.parse().unwrap()), &mut found);
    found.extend(
        site.sandbox
            .company()
            .people
            .iter()
            .map(|person| person.name.clone()),
    );
    found.retain(|text| text.chars().any(is_chinese));
    found.sort_by_key(|text| std::cmp::Reverse(text.len()));
    found
}

/// The page without what is marked as Chinese, and without data.
fn own_words(page: &str, data: &[String]) -> String {
    let mut parts = page.split("lang=\"zh");
    let mut rest = parts.next().unwrap().to_owned();
    for part in parts {
        let (_, behind) = part.split_once('>').unwrap();
        // The page's own language is no mark of an element.
        let is_page = behind.trim_start().starts_with("<head>");
        rest.push_str(if is_page {
            behind
        } else {
            &behind[behind.find('<').unwrap()..]
        });
    }
    data.iter().fold(rest, |rest, text| rest.replace(text, ""))
}

/// The first text that is written in Chinese.
fn chinese_in(page: &str) -> Option<&str> {
    page.split(['<', '>', '"'])
        .find(|part| part.chars().any(is_chinese))
}

/// The first text of three English words in a row.
fn english_in(page: &str) -> Option<&str> {
    let is_word =
        |word: &str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_sentence = |text: &&str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        words
            .windows(3)
            .any(|words| words.iter().all(|word| is_word(word)))
    };
    let texts = page.split('<').filter_map(|part| part.split_once('>'));
    texts.map(|(_, text)| text).find(is_sentence)
}

/// A director's and a rep's browser, in that language, and the pages that each of them has.
pub(super) async fn readers(site: &Site, language: &str) -> Vec<(Browser, Vec<String>)> {
    let mut rep = site.browser_of("rep-east").await;
    let page = rep.get("/deals/deal-East").await.text;
    let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap();
    let form = [
        ("csrf", csrf.split('"').next().unwrap()),
        ("node", "needs_clarification"),
    ];
    let opened = rep
        .post("/deals/deal-East/nodes", "same-origin", &form)
        .await;
    let form_page = opened.header("location").to_owned();
    assert!(form_page.starts_with("/m/runs/"), "{form_page}");
    let run = form_page.replace("/m/", "/");
    raise(site, "East", 1).await;
    let chat = format!("/chats/{EAST}");
    let shared = [
        "/",
        "/?period=30d&label=PRICE",
        "/board/live",
        "/board/hits?period=7d&label=PRICE",
        "/board/ranking?by=customer",
        "/alerts",
        "/alerts/East-001/deliveries",
        "/spot-checks",
        "/contacts",
        "/health",
        "/health/runs?of=missing",
        "/compliance?period=7d",
        "/attribution",
        "/deals/deal-East",
        "/nowhere",
        "/login?stay=1",
        &chat,
        &format!("{chat}/lines?after=0.0"),
        &format!("{chat}/side"),
        &run,
    ];
    let shared: Vec<String> = shared.iter().map(|path| (*path).to_owned()).collect();
    let director = site.browser_of("director-east").await;
    let of_director = shared.iter().cloned().chain(["/me".to_owned()]).collect();
    let of_rep = shared.into_iter().chain([form_page]).collect();
    let mut readers = vec![(director, of_director), (rep, of_rep)];
    for (browser, _) in &mut readers {
        let cookie = ("dingdan-language".to_owned(), language.to_owned());
        browser.cookies.push(cookie);
    }
    readers
}

#[actix_web::test]
async fn pages_in_english_leave_nothing_in_chinese() {
    let site = Site::open().await;
    let data = data(&site);
    let mut left = Vec::new();
    for (mut browser, pages) in readers(&site, "en").await {
        for path in pages {
            let page = browser.get(&path).await;
            assert_ne!(page.status, 500, "{path}");
            assert_ne!(page.status, 303, "{path}");
            let name = path.split('?').next().unwrap_or(&path).replace('/', "-");
            keep(&format!("english{name}"), &page.text);
            let words = own_words(&page.text, &data);
            left.extend(chinese_in(&words).map(|text| format!("{path}: {text}")));
        }
    }
    assert!(left.is_empty(), "{left:#?}");
}

#[actix_web::test]
async fn pages_in_chinese_leave_no_sentence_in_english() {
    let site = Site::open().await;
    let mut left = Vec::new();
    for (mut browser, pages) in readers(&site, "zh").await {
        for path in pages {
            // Why an alert was not delivered is told as it was said.
            let page = browser.get(&path).await.text.replace("nobody to tell", "");
            left.extend(english_in(&page).map(|text| format!("{path}: {text}")));
        }
    }
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn what_is_left_in_the_other_language_is_found() {
    let data = ["太贵".to_owned()];
    let page = "<html lang=\"zh-CN\"><head></head><p title=\"太贵\">x<b lang=\"zh\">中文</b></p>";
    assert_eq!(chinese_in(&own_words(page, &data)), None);
    assert_eq!(
        chinese_in(&own_words("<p title=\"预警\">", &data)),
        Some("预警")
    );
    assert_eq!(english_in("<p class=\"a b c\">SHA-256 x</p>"), None);
    assert_eq!(
        english_in("<p>Nobody waits to</p>"),
        Some("Nobody waits to")
    );
}
