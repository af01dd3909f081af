//! TOP3 客户异议类型: told once a week to directors and to the product team, without names; and as a
//! workbook, by the page, the API and the command.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use dingdan::domain::Timestamp;
use dingdan::sandbox::{Channel, DingtalkMessage, Endpoint, Fault};

use crate::app::{CUSTOMER, DIRECTOR, ONE_BY_ONE, OTHER_DIRECTOR, Setup, TestApp, World};
use crate::board::directors_browser;
use crate::child::{configured, run};
use crate::sightings::{delivered, told};

const MONDAY: &str = "2026-11-30T09:00:00+08:00";

fn weekly(lines: &str) -> Setup {
    Setup {
        extra: format!("[weekly]\n{lines}\n"),
        ..Setup::default()
    }
}

/// A week in which two customers of the east and one of the north object.
async fn after_a_week(setup: Setup) -> TestApp {
    let app = TestApp::start_with(setup).await;
    speak(&app).await;
    app
}

async fn speak(app: &TestApp) {
    for (contact, words) in [
        (CUSTOMER, "我们云杉机械的张总说你们太贵了，电话13812345678"),
        (CUSTOMER, "还是太贵了"),
        ("wmHuafengLin003", "你们太贵了,今年要走招标"),
        ("wmGangchengMa05", "要走招标"),
    ] {
        app.sandbox.customer(contact).says(words).await;
        app.settle().await;
    }
}

/// The week's messages, with whom they reached.
fn weeks(app: &TestApp) -> Vec<DingtalkMessage> {
    let all = delivered(app).into_iter();
    all.filter(|message| told(message).contains("TOP3"))
        .collect()
}

fn to<'a>(messages: &'a [DingtalkMessage], receiver: &str) -> &'a DingtalkMessage {
    let mut found = messages.iter().filter(|message| message.to == receiver);
    let message = found
        .next()
        .unwrap_or_else(|| panic!("nothing to {receiver}"));
    assert!(found.next().is_none(), "one to {receiver}");
    message
}

#[tokio::test]
async fn directors_hear_of_their_own_and_the_product_team_of_everything_without_names() {
    let robot = robot_name().await;
    let setup = weekly(&format!("people = [\"admin\"]\nrobots = [\"{robot}\"]"));
    let app = after_a_week(setup).await;
    app.is_at("2026-11-30T08:59:59+08:00").await;
    assert_eq!(weeks(&app), [], "it is not time yet");

    app.is_at(MONDAY).await;

    let messages = weeks(&app);
    assert_eq!(messages.len(), 4, "{messages:#?}");
    let east = told(to(&messages, DIRECTOR));
    for part in [
        "2026-11-23 至 2026-11-29 · 华东",
        "共 4 次",
        "1. 价格 3 次",
        "2. 招标 1 次",
        "新出现",
        "某客户",
        "某总",
        "［号码］",
        "看原话",
    ] {
        assert!(east.contains(part), "{part} in {east}");
    }
    let north = told(to(&messages, OTHER_DIRECTOR));
    assert!(
        north.contains("华北") && north.contains("共 1 次"),
        "{north}"
    );
    for receiver in [&*robot, "dd-zheng-jie"] {
        let all = told(to(&messages, receiver));
        assert!(all.contains("全公司") && all.contains("共 5 次"), "{all}");
    }
    assert_eq!(to(&messages, &robot).channel, Channel::Group);
    for message in &messages {
        for name in ["云杉", "华丰", "港城", "张总", "13812345678", "陈"] {
            assert!(!told(message).contains(name), "{name}");
        }
    }
}

#[tokio::test]
async fn a_quote_leads_to_its_words() {
    let app = after_a_week(weekly("")).await;
    app.is_at(MONDAY).await;
    let text = told(to(&weeks(&app), DIRECTOR));
    let link = text.split("[看原话](").nth(1).expect("a link");
    let link = link.split(')').next().unwrap();

    let opened = app.sandbox.director(DIRECTOR).opens(link);

    let path = opened.url.strip_prefix(&app.url).expect("one of our pages");
    assert!(path.starts_with("/chats/"), "{path}");
    let chat = directors_browser(&app).await.get(path).await;
    assert!(chat.text.contains("太贵"), "{}", chat.text);
}

#[tokio::test]
async fn it_is_told_once_over_rounds_and_restarts_and_again_the_next_week() {
    let app = after_a_week(weekly("")).await;
    app.is_at(MONDAY).await;
    assert_eq!(weeks(&app).len(), 2);

    app.settle().await;
    let app = app.restart_with(weekly("")).await;
    app.settle().await;
    app.is_at("2026-12-02T12:00:00+08:00").await;
    assert_eq!(weeks(&app).len(), 2);
    speak(&app).await;
    app.is_at("2026-12-07T09:00:00+08:00").await;

    let messages = weeks(&app);
    assert_eq!(messages.len(), 4);
    let last = told(messages.last().unwrap());
    assert!(last.contains("2026-11-30 至 2026-12-06"), "{last}");
    assert!(last.contains("比前 7 天"), "{last}");
}

/// Only Postgres can be shared.
#[tokio::test]
async fn two_replicas_tell_it_once() {
    let world = World::at(Timestamp::parse_rfc3339(crate::app::START).unwrap()).await;
    if world.storage.starts_with("sqlite") {
        return;
    }
    let first = TestApp::start_in(world.clone(), weekly("")).await;
    let second = TestApp::start_in(
        world,
        Setup {
            seed: false,
            ..weekly("")
        },
    )
    .await;
    speak(&first).await;
    let monday = Timestamp::parse_rfc3339(MONDAY).unwrap();
    first.clock.advance(monday.since(first.clock.now()));

    tokio::join!(first.settle(), second.settle());
    first.settle().await;
    second.settle().await;

    assert_eq!(weeks(&first).len(), 2, "{:#?}", weeks(&first));
}

#[tokio::test]
async fn a_holiday_puts_it_off_and_so_do_quiet_hours() {
    let start = "2026-09-29T10:00:00+08:00";
    let app = TestApp::start_at(start, weekly("at = \"周四 09:00\"")).await;
    speak(&app).await;
    // Thursday, 1 October, to Wednesday, 7 October, nobody works.
    app.is_at("2026-10-07T23:00:00+08:00").await;
    assert_eq!(weeks(&app).len(), 0);
    app.is_at("2026-10-08T12:00:00+08:00").await;
    let messages = weeks(&app);
    assert_eq!(
        messages.len(),
        2,
        "of the week of the holiday there was nothing"
    );
    assert!(told(&messages[0]).contains("2026-09-24 至 2026-09-30"));

    let quiet = Setup {
        extra: "[alerts]\nquiet_hours = \"20:00-10:30\"\n[weekly]\nat = \"周一 09:00\"\n"
            .to_owned(),
        ..Setup::default()
    };
    let app = after_a_week(quiet).await;
    app.is_at("2026-11-30T10:29:00+08:00").await;
    assert_eq!(weeks(&app).len(), 0);
    app.is_at("2026-11-30T10:30:00+08:00").await;
    assert_eq!(weeks(&app).len(), 2);
}

#[tokio::test]
async fn on_a_holiday_it_waits_for_work_to_begin() {
    let app = TestApp::start_at("2026-09-22T10:00:00+08:00", weekly("at = \"周五 09:00\"")).await;
    speak(&app).await;
    // Friday, 25 September, is the Mid-Autumn Festival; work begins on Monday, the 28th.
    app.is_at("2026-09-27T20:00:00+08:00").await;
    assert_eq!(weeks(&app).len(), 0);

    app.is_at("2026-09-28T09:00:00+08:00").await;

    let messages = weeks(&app);
    assert_eq!(messages.len(), 2);
    assert!(told(&messages[0]).contains("2026-09-18 至 2026-09-24"));
}

#[tokio::test]
async fn it_is_off_when_that_is_said_and_late_news_is_none() {
    let app = after_a_week(weekly("at = \"none\"")).await;
    app.is_at("2026-12-01T09:00:00+08:00").await;
    assert_eq!(weeks(&app).len(), 0);

    let app = app.restart_with(weekly("")).await;
    app.is_at("2026-12-02T09:00:01+08:00").await;
    assert_eq!(weeks(&app).len(), 0, "two days later it is no news");
}

#[tokio::test]
async fn what_the_robot_does_not_take_goes_by_a_notice_that_fits() {
    let app = after_a_week(Setup {
        extra: format!("{ONE_BY_ONE}channels = [\"robot\", \"work\"]\n[weekly]\n"),
        ..Setup::default()
    })
    .await;
    let refused = Fault::Errcode(400_002, "refused");
    app.sandbox
        .faults()
        .next_times(20, Endpoint::RobotToPeople, refused);

    app.is_at(MONDAY).await;

    let messages = weeks(&app);
    let east = to(&messages, DIRECTOR);
    assert_eq!(east.channel, Channel::WorkNotice);
    assert!(
        !told(east).contains('…') || told(east).contains("招标 1 次"),
        "{}",
        told(east)
    );
}

async fn robot_name() -> String {
    let world = World::at(Timestamp::parse_rfc3339(crate::app::START).unwrap()).await;
    world.sandbox.company().robots[0].name.clone()
}

#[tokio::test]
async fn page_and_api_give_the_workbook_and_only_their_own() {
    let app = after_a_week(Setup::default()).await;

    let all = app.get_api("board/top3.xlsx?period=7d").await;
    assert_eq!(all.status(), 200);
    let all = all.bytes().await.unwrap().to_vec();
    let mut browser = directors_browser(&app).await;
    let east = browser.get("/board/top3.xlsx?period=7d").await;
    assert!(
        east.header("content-disposition")
            .contains("top3-objections-2026-11-17-2026-11-23.xlsx")
    );

    let counts = sheet(&all, "统计");
    let cell = |row: &str, column: usize| {
        let found = counts.iter().find(|cells| cells[..3].join(" ") == row);
        found.unwrap_or_else(|| panic!("no {row} in {counts:?}"))[column].clone()
    };
    assert_eq!(cell("全部 全部 合计", 3), "5");
    assert_eq!(cell("全部 全部 价格", 5), "3");
    assert_eq!(cell("区域 华东 价格", 3), "3");
    assert_eq!(cell("团队 周敏 合计", 3), "4");
    assert_eq!(cell("客户 港城物流 招标", 3), "1");
    assert_eq!(cell("产品 没有提到产品 合计", 3), "5");
    let quotes = sheet(&all, "原话");
    assert_eq!(quotes.len(), 1 + 3 + 2, "{quotes:?}");
    let said: Vec<&str> = quotes.iter().map(|row| row[3].as_str()).collect();
    assert!(
        said.iter().any(|said| said.contains("某客户的某总")),
        "{said:?}"
    );
    assert!(
        !said
            .iter()
            .any(|said| said.contains("云杉") || said.contains("138")),
        "{said:?}"
    );
    let trend = sheet(&all, "走势");
    assert_eq!(trend.len(), 1 + 14);
    assert_eq!(trend[14][..2], ["2026-11-23", "5"]);
    let views = app
        .store
        .views_of(&quotes_chat(&app).await, 50)
        .await
        .unwrap();
    assert!(views.iter().any(|view| view.place == "top3"), "{views:?}");
}

/// The chat of the first signal.
async fn quotes_chat(app: &TestApp) -> dingdan::domain::ChatId {
    let signals = app.items("signals").await;
    signals[0]["chat_id"].as_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_writes_the_workbook_of_any_days() {
    let app = after_a_week(Setup::default()).await;
    let world = app.stop().await;
    let file = configured(&world, |text| text);
    let path = world.folder().join("top3.xlsx");
    let export = async |arguments: &[&str]| {
        let fixed = [
            "export",
            "objections",
            "-o",
            path.to_str().unwrap(),
            "--config",
        ];
        let all = [&fixed[..], &[file.to_str().unwrap()], arguments].concat();
        run(&all).await
    };

    let output = export(&["--from", "2026-11-23", "--to", "2026-11-29"]).await;
    assert!(output.status.success(), "{output:?}");
    let bytes = std::fs::read(&path).unwrap();
    assert!(sheet(&bytes, "统计").iter().any(|row| row[3] == "5"));

    let as_csv = export(&["--format", "csv"]).await;
    let backwards = export(&["--from", "2026-11-29", "--to", "2026-11-23"]).await;
    for (refused, why) in [
        (as_csv, "written as xlsx"),
        (backwards, "not before --from"),
    ] {
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains(why), "{said}");
    }
}

/// The cells of a sheet as text.
pub fn sheet(bytes: &[u8], name: &str) -> Vec<Vec<String>> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let range = workbook.worksheet_range(name).unwrap();
    let text = |cell: &Data| match cell {
        Data::Empty => String::new(),
        other => other.to_string(),
    };
    range
        .rows()
        .map(|row| row.iter().map(text).collect())
        .collect()
}
