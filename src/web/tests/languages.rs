//! Every page speaks the language that its reader chose, and no other.
//!
//! What people and configurations call things is data and stays as it is: the texts of the process, where
//! one stands alone, and those that these tests bring in. What the engine says to reps
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
    "今年要走招标",
    "华东",
    "总部",
];

fn is_chinese(character: char) -> bool {
    matches!(character, '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
}

/// What is no wording of ours.
struct Data {
    /// Texts of the process: each is data only where it stands alone.
    texts: Vec<String>,
    /// The site's own names and words, the longest first.
    names: Vec<String>,
}

fn data(site: &Site) -> Data {
    fn collect(value: &toml::Value, found: &mut Vec<String>) {
        match value {
            toml::Value::String(text) => found.push(text.clone()),
            toml::Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
            toml::Value::Table(table) => table.values().for_each(|value| collect(value, found)),
            _ => {}
        }
    }
    let process = include_str!("../../../config/processes/golden-six.toml");
    // A stage and a rule's version of the site, and its customer's words as commas part them.
    let mut texts = ["quote", "test", "了", "今年"].map(str::to_owned).to_vec();
    collect(&toml::Value::Table(process.parse().unwrap()), &mut texts);
    let company = site.sandbox.company();
    let people = company.people.iter().map(|person| person.name.clone());
    let seeded = SEEDED.iter().map(|text| (*text).to_owned());
    let mut names: Vec<String> = seeded.chain(people).collect();
    names.sort_by_key(|text| std::cmp::Reverse(text.len()));
    Data { texts, names }
}

/// What the reader of a page is told, piece by piece: its texts, and the attributes that are read out
/// or shown. Without elements that are marked as another language.
fn pieces(page: &str) -> Vec<String> {
    const SHOWN: &[&str] = &["title", "aria-label", "placeholder", "alt"];
    let mut found = Vec::new();
    let mut parts = page.split('<');
    found.extend(parts.next().map(str::to_owned));
    for part in parts {
        let Some((tag, text)) = part.split_once('>') else {
            continue;
        };
        for name in SHOWN {
            let value = tag.split(&format!(" {name}=\"")).nth(1);
            found.extend(
                value
                    .and_then(|value| value.split('"').next())
                    .map(str::to_owned),
            );
        }
        let is_foreign = tag.contains(" lang=") && !tag.starts_with("html");
        if !is_foreign {
            found.push(text.to_owned());
        }
    }
    let apart = |text: &String| -> Vec<String> {
        let text = text.replace("&#38;", "&").replace("&#39;", "'");
        let ends = [
            '·', '：', '“', '”', '「', '」', '(', ')', '（', '）', '，', ',', '、', '；', ':', '–',
        ];
        let pieces = text
            .split(ends)
            .map(|piece| piece.trim().trim_end_matches(['.', '。']));
        let pieces = pieces.filter(|piece| !piece.is_empty());
        pieces.map(str::to_owned).collect()
    };
    found.iter().flat_map(apart).collect()
}

/// The piece without names, which stand in sentences; none of them is a word of ours.
fn nameless(piece: &str, names: &[String]) -> String {
    let rest = names
        .iter()
        .fold(piece.to_owned(), |rest, name| rest.replace(name, ""));
    rest.trim().to_owned()
}

/// Pieces in Chinese that are no data.
fn chinese_in(page: &str, data: &Data) -> Vec<String> {
    let left = pieces(page)
        .into_iter()
        .filter(|piece| !data.texts.contains(piece));
    let left = left.map(|piece| nameless(&piece, &data.names));
    left.filter(|piece| piece.chars().any(is_chinese)).collect()
}

/// What is called so in Chinese too.
const KNOWN: &[&str] = &[
    "Dingdan", "Excel", "WeCom", "DingTalk", "MB", "PDF", "CNC", "SHA", "East", "North",
];

/// Pieces with an English word that is neither data nor what Chinese calls so too.
fn english_in(page: &str, data: &Data) -> Vec<String> {
    let is_word = |word: &str| {
        word.len() > 1
            && word.bytes().all(|byte| byte.is_ascii_alphabetic())
            && !KNOWN.contains(&word)
    };
    let has_word = |piece: &String| {
        let mut words = piece.split(|character: char| !character.is_alphanumeric());
        words.any(is_word)
    };
    let left = pieces(page)
        .into_iter()
        .filter(|piece| !data.texts.contains(piece));
    let left = left.map(|piece| nameless(&piece, &data.names));
    left.filter(has_word).collect()
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

fn expected_status(path: &str) -> u16 {
    if path == "/nowhere" { 404 } else { 200 }
}

#[actix_web::test]
async fn pages_in_english_leave_nothing_in_chinese() {
    let site = Site::open().await;
    let data = data(&site);
    let mut left = Vec::new();
    for (mut browser, pages) in readers(&site, "en").await {
        for path in pages {
            let page = browser.get(&path).await;
            assert_eq!(page.status, expected_status(&path), "{path}");
            let name = path.split('?').next().unwrap_or(&path).replace('/', "-");
            keep(&format!("english{name}"), &page.text);
            let found = chinese_in(&page.text, &data).into_iter();
            left.extend(found.map(|text| format!("{path}: {text}")));
        }
    }
    assert!(left.is_empty(), "{left:#?}");
}

#[actix_web::test]
async fn pages_in_chinese_leave_no_word_in_english() {
    let site = Site::open().await;
    let data = data(&site);
    let mut left = Vec::new();
    for (mut browser, pages) in readers(&site, "zh").await {
        for path in pages {
            let page = browser.get(&path).await;
            assert_eq!(page.status, expected_status(&path), "{path}");
            let found = english_in(&page.text, &data).into_iter();
            left.extend(found.map(|text| format!("{path}: {text}")));
        }
    }
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn what_is_left_in_the_other_language_is_found() {
    let data = Data {
        texts: vec!["登记".to_owned()],
        names: vec!["周敏".to_owned()],
    };
    let chinese = |page: &str| chinese_in(page, &data);
    let english = |page: &str| english_in(page, &data);
    let page =
        "<html lang=\"zh-CN\"><head></head><p title=\"登记\">x · 登记<b lang=\"zh\">中文</b></p>";
    assert!(chinese(page).is_empty(), "{:?}", chinese(page));
    assert_eq!(chinese("<p title=\"预警\">"), ["预警"]);
    assert_eq!(chinese("<p>尚未登记</p>"), ["尚未登记"]);
    assert_eq!(chinese("<p>周敏 answered, 周敏 登记了</p>"), ["登记了"]);
    assert!(english("<p class=\"a b c\">SHA-256 x, Excel</p>").is_empty());
    assert_eq!(english("<p aria-label=\"Alerts\">预警</p>"), ["Alerts"]);
    assert_eq!(english("<p>Nobody</p>"), ["Nobody"]);
}
