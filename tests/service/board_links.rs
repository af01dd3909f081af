//! Each number of the board's pages leads to what it counts, whoever looks and whatever is filtered
//! by; and nobody is led to what isn't theirs.

use std::collections::BTreeSet;
use std::time::Duration;

use dingdan::domain::{ChatKind, Label, MessageId, Role, Speaker, Timestamp};
use dingdan::store::{Contact, Customer, NewChat, NewMessage, NewSignal};

use crate::app::{Browser, CUSTOMER, DIRECTOR, TestApp};
use crate::board::directors_browser;
use crate::board_numbers::{history, numbers};

const ADMIN: &str = "dd-zheng-jie";
const HEAD: &str = "dd-wu-jun";

async fn browser_of(app: &TestApp, director: &str) -> Browser {
    let mut browser = app.browser();
    let login = browser.get("/login?next=%2F&via=dingtalk").await;
    let code = app.sandbox.director(director).auth_code();
    browser
        .log_in_inside_dingtalk(&login.text, &code, "/")
        .await;
    browser
}

/// How many hits a list shows: each message with its kinds.
async fn length(browser: &mut Browser, address: &str) -> u64 {
    let mut length = 0;
    let mut next = Some(address.to_owned());
    while let Some(address) = next {
        let page = browser.get(&address).await;
        assert_eq!(page.status, 200, "{address}");
        let cards = page.text.split("<p class=\"hit-head\">").skip(1);
        length += cards
            .map(|card| card.split("</p>").next().unwrap())
            .map(|head| head.matches("<span class=\"chip t-").count() as u64)
            .sum::<u64>();
        next = page
            .text
            .split("<a class=\"button\" href=\"")
            .find_map(|rest| {
                let (address, text) = rest.split_once("\">")?;
                text.starts_with("更早的")
                    .then(|| address.replace("&#38;", "&"))
            });
    }
    length
}

/// The links to further rows on a page: address, rows and hits.
fn further(page: &str) -> Vec<(String, usize, u64)> {
    let links = page.split("<a href=\"/board/ranking?").skip(1);
    let link = |rest: &str| {
        let (query, rest) = rest.split_once("\">其余 ").unwrap();
        let (rows, rest) = rest.split_once(" 个，共 ").unwrap();
        let hits = rest.split(" 次").next().unwrap();
        (
            format!("/board/ranking?{}", query.replace("&#38;", "&")),
            rows.parse().unwrap(),
            hits.parse().unwrap(),
        )
    };
    links.map(link).collect()
}

/// Compares each number of a page, and of the pages of further rows, with what it opens.
async fn assert_numbers_open_what_they_count(
    browser: &mut Browser,
    page: &str,
    opened: &mut BTreeSet<String>,
) {
    let board = browser.get(page).await;
    assert_eq!(board.status, 200, "{page}");
    let mut all = numbers(&board.text);
    for (address, rows, hits) in further(&board.text) {
        let ranking = browser.get(&address).await;
        let told = format!("{rows} 个，共 {hits} 次");
        assert!(ranking.text.contains(&told), "{told} at {address}");
        assert_eq!(ranking.text.matches("class=\"bar-head\"").count(), rows);
        all.extend(numbers(&ranking.text));
    }
    for (address, number) in all {
        if opened.insert(address.clone()) {
            let shown = length(browser, &address).await;
            assert_eq!(shown, number, "{address} from {page}");
        }
    }
}

/// A dozen customers of one rep, each of whom said something, and two who belong to nobody.
async fn many_customers(app: &TestApp) {
    let mut tx = app.store.begin().await.unwrap();
    for number in 0..12_i64 {
        let id = format!("many-{number:02}");
        tx.put_customer(&Customer {
            id: id.parse().unwrap(),
            name: format!("第{number}号工厂"),
            industry: "机械".to_owned(),
            region: "华东".to_owned(),
        })
        .await
        .unwrap();
        tx.put_contact(&Contact {
            id: id.parse().unwrap(),
            customer_id: Some(id.parse().unwrap()),
            name: String::new(),
        })
        .await
        .unwrap();
        for place in 0..=number % 3 {
            said(&mut tx, &id, place, app.clock.now()).await;
        }
    }
    tx.commit().await.unwrap();
}

async fn said(tx: &mut dingdan::store::Tx, id: &str, place: i64, now: Timestamp) {
    let at = now.minus(Duration::from_secs(
        3_600 * (u64::try_from(place).unwrap() + 1),
    ));
    let rep = "rep-zhao".parse().unwrap();
    let chat = format!("chat-{id}").parse().unwrap();
    tx.put_chat(NewChat {
        id: &chat,
        kind: ChatKind::Single,
        account: "many",
        name: "",
        contact: &id.parse().unwrap(),
        rep: Some(&rep),
        at,
    })
    .await
    .unwrap();
    let message: MessageId = format!("{id}-{place}").parse().unwrap();
    tx.store_message(&NewMessage {
        id: message.clone(),
        platform_id: format!("many:{id}:{place}"),
        chat: chat.clone(),
        speaker: Speaker::Customer,
        sender: id.to_owned(),
        contact: None,
        sent_at: at,
        position: place,
        received_at: at,
        kind: "text".to_owned(),
        text: "太贵了".to_owned(),
        heard: None,
        payload: "{}".to_owned(),
    })
    .await
    .unwrap();
    tx.store_signal(&NewSignal {
        id: format!("{message}-s"),
        message,
        label: Label::Price,
        first_byte: 0,
        end_byte: 6,
        rule: "price:too-dear".to_owned(),
        dictionaries: "1".to_owned(),
        model: String::new(),
        why: String::new(),
        shadow: false,
        at,
        chat,
        region: "华东".to_owned(),
        rep: Some(rep),
        customer: Some(id.parse().unwrap()),
        product: String::new(),
        words: String::new(),
        quote: String::new(),
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn every_number_opens_as_many_hits_under_every_filter() {
    let app = TestApp::start().await;
    history(&app).await;
    many_customers(&app).await;
    app.settle().await;
    let mut opened = BTreeSet::new();

    let mut director = browser_of(&app, DIRECTOR).await;
    for page in [
        "/?period=30d",
        "/?period=7d&rep=rep-zhao",
        "/?period=30d&team=director-east",
    ] {
        assert_numbers_open_what_they_count(&mut director, page, &mut opened).await;
    }
    let mut opened_by_admin = BTreeSet::new();
    let mut admin = browser_of(&app, ADMIN).await;
    for page in [
        "/?period=7d",
        "/?period=7d&region=%E5%8D%8E%E4%B8%9C&rep=rep-qian",
        "/?period=7d&team=director-east&rep=rep-zhao&label=PRICE",
        "/?period=7d&customer=yunshan&product=CNC-850",
        "/?period=day&without=product&trial=1",
    ] {
        assert_numbers_open_what_they_count(&mut admin, page, &mut opened_by_admin).await;
    }

    assert!(opened.len() > 100, "{} links", opened.len());
    assert!(opened_by_admin.len() > 100, "{}", opened_by_admin.len());
}

#[tokio::test]
async fn the_ninth_customer_and_the_days_before_can_be_opened() {
    let app = TestApp::start().await;
    many_customers(&app).await;
    app.settle().await;
    let mut browser = directors_browser(&app).await;

    let board = browser.get("/?period=7d").await;

    let (address, rows, hits) = further(&board.text).remove(0);
    assert!(address.contains("by=customer"), "{address}");
    assert_eq!((rows, hits), (4, 4), "of twelve eight are on the board");
    let rest = browser.get(&address).await;
    assert!(rest.text.contains("第9号工厂"), "{}", rest.text);
    let whole = browser.get("/board/ranking?period=7d&by=customer").await;
    assert_eq!(whole.text.matches("class=\"bar-head\"").count(), 12);
    app.clock.advance(Duration::from_secs(7 * 86_400));
    let mut browser = directors_browser(&app).await;
    let later = browser.get("/?period=7d").await;
    let (before, number) = numbers(&later.text).remove(0);
    assert_eq!(number, 24, "{before}");
    assert_eq!(length(&mut browser, &before).await, 24);
}

#[tokio::test]
async fn a_team_that_is_none_or_not_the_viewers_is_said_to_be_none() {
    let app = TestApp::start().await;
    app.sandbox.customer(CUSTOMER).says("太贵了").await;
    app.settle().await;
    let mut tx = app.store.begin().await.unwrap();
    let mut north = app
        .store
        .person(&"rep-sun".parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    north.supervisor_id = Some("director-north".parse().unwrap());
    tx.put_person(&north).await.unwrap();
    tx.commit().await.unwrap();
    let mut browser = directors_browser(&app).await;

    let own = browser.get("/?period=7d&team=director-east").await;
    assert!(own.text.contains("周敏的团队") && !own.text.contains("没有这个团队"));
    for team in ["rep-zhao", "nobody", "director-north"] {
        let board = browser.get(&format!("/?period=7d&team={team}")).await;
        let hits = browser.get(&format!("/board/hits?team={team}")).await;
        let workbook = browser.get(&format!("/board/top3.xlsx?team={team}")).await;

        for page in [&board, &hits] {
            assert_eq!(page.status, 200);
            assert!(page.text.contains("没有这个团队"), "{}", page.text);
            assert!(
                !page.text.contains("太贵") && !page.text.contains("吴军"),
                "{team}"
            );
        }
        assert!(hits.text.contains("0 次命中"));
        assert!(!board.text.contains("近 7 天信号"), "no figures of nothing");
        assert_eq!(workbook.status, 404);
    }
    let mut admin = browser_of(&app, ADMIN).await;
    let north = admin.get("/?period=7d&team=director-north").await;
    assert!(
        north.text.contains("吴军的团队"),
        "the administrator sees it"
    );
}

#[tokio::test]
async fn a_director_without_a_region_sees_their_team_and_nobody_else() {
    let app = TestApp::start().await;
    for (contact, words) in [
        (CUSTOMER, "太贵了"),
        ("wmHuafengLin003", "要走招标"),
        ("wmGangchengMa05", "预算没了"),
    ] {
        app.sandbox.customer(contact).says(words).await;
        app.settle().await;
    }
    let mut tx = app.store.begin().await.unwrap();
    let person = async |id: &str| {
        app.store
            .person(&id.parse().unwrap())
            .await
            .unwrap()
            .unwrap()
    };
    let mut head = person("director-north").await;
    assert_eq!(head.role, Role::Director);
    head.region.clear();
    tx.put_person(&head).await.unwrap();
    let mut director = person("director-east").await;
    director.supervisor_id = Some(head.id.clone());
    tx.put_person(&director).await.unwrap();
    tx.commit().await.unwrap();

    let mut browser = browser_of(&app, HEAD).await;
    let board = browser.get("/?period=7d").await.text;

    assert!(
        board.contains("太贵") && board.contains("要走招标"),
        "{board}"
    );
    assert!(!board.contains("预算没了"), "rep-sun stands below nobody");
    assert!(
        board.contains("本团队") && board.contains("周敏的团队"),
        "{board}"
    );
    let mut opened = BTreeSet::new();
    assert_numbers_open_what_they_count(&mut browser, "/?period=7d", &mut opened).await;
    let rep = browser.get("/board/hits?period=7d&rep=rep-sun").await;
    assert!(rep.text.contains("0 次命中"), "{}", rep.text);
    let workbook = browser.get("/board/top3.xlsx?period=7d").await;
    assert_eq!(workbook.status, 200);

    let mut tx = app.store.begin().await.unwrap();
    let mut director = person("director-east").await;
    director.supervisor_id = None;
    tx.put_person(&director).await.unwrap();
    tx.commit().await.unwrap();
    let alone = browser.get("/?period=7d").await.text;
    assert!(
        alone.contains("还没有听到异议"),
        "with nobody below: {alone}"
    );
}

#[tokio::test]
async fn what_was_taken_back_counts_and_is_marked_and_is_quoted_to_nobody() {
    let app = TestApp::start().await;
    let customer = app.sandbox.customer(CUSTOMER);
    let taken_back = customer.says("你们的价格太贵了").await;
    app.settle().await;
    customer.says("这个价能再便宜点吗").await;
    app.settle().await;
    customer.recalls(&taken_back).await;
    app.settle().await;
    let mut browser = directors_browser(&app).await;

    let board = browser.get("/?period=7d").await;
    assert!(
        board.text.contains("太贵") && board.text.contains("已撤回"),
        "{}",
        board.text
    );
    assert_numbers_open_what_they_count(&mut browser, "/?period=7d", &mut BTreeSet::new()).await;
    assert_eq!(app.api("board?period=7d").await["totals"]["PRICE"], 2);

    let workbook = app.get_api("board/top3.xlsx?period=7d").await;
    let quotes = crate::weekly::sheet(&workbook.bytes().await.unwrap(), "原话");
    let said: Vec<&str> = quotes[1..].iter().map(|row| row[3].as_str()).collect();
    assert_eq!(said, ["这个价能再便宜点吗"]);
    assert_eq!(quotes[1][2], "2", "it counts");
}
