//! 填写页: what a rep fills in on a run's page, and what is wrong with it.

use std::io::Write as _;
use std::time::Duration;

use dingdan::engine::{Actor, Event};
use dingdan::journal::{self, Cause};

use crate::access::logged_in;
use crate::app::{CUSTOMER, DIRECTOR, REP, Setup, TestApp};
use crate::customers::{bought, is_of};
use crate::on_page::{OnPage, assert_kept, assert_refused, borrowed, rows};
use crate::papers;
use crate::sightings::texts;

const DEAL: &str = "deal-yunshan";

/// A supervisor opens the node; the run's page.
pub async fn opened(app: &TestApp, node: &str) -> String {
    let event = Event::NodeOpened {
        node: node.to_owned(),
        by: Actor {
            id: "director-east".parse().unwrap(),
            name: "周敏".to_owned(),
        },
    };
    let cause = Cause {
        key: "test",
        click: None,
    };
    let deal = DEAL.parse().unwrap();
    let mut tx = app.store.begin().await.unwrap();
    let stepped = journal::step(&app.shared, &mut tx, &deal, &[event], cause).await;
    assert!(stepped.unwrap().is_some());
    tx.commit().await.unwrap();
    app.settle().await;
    page_of(app, node).await
}

async fn page_of(app: &TestApp, node: &str) -> String {
    let runs = app.items("runs").await;
    let run = runs.iter().rfind(|run| run["node"] == node).unwrap();
    format!("/m/runs/{}", run["id"].as_str().unwrap())
}

async fn status(app: &TestApp, node: &str) -> String {
    let runs = app.items("runs").await;
    let run = runs.iter().rfind(|run| run["node"] == node).unwrap();
    run["status"].as_str().unwrap().to_owned()
}

/// A parts list of a hundred models.
fn parts_list() -> String {
    let rows: Vec<String> = (1..=100)
        .map(|number| format!("{number},MX-{number:03}"))
        .collect();
    format!("序号,规格型号\n{}\n", rows.join("\n"))
}

// ── Whose it is ──

#[tokio::test]
async fn only_the_deals_rep_has_the_page_and_only_its_own_forms_change_anything() {
    let app = TestApp::start().await;
    let path = opened(&app, "decision_chain").await;
    let answer = format!("{path}/questions/roles");
    let file = format!("{path}/questions/minutes/file");

    let mut stranger = app.browser();
    let page = stranger.get(&path).await;
    assert_eq!((page.status, page.text.as_str()), (303, ""));
    assert!(
        page.location()
            .unwrap()
            .starts_with("/login?next=%2Fm%2Fruns%2F")
    );
    assert_eq!(stranger.post_form(&answer, &[]).await.status, 303);

    for other in ["QianYue", "zhou.min", "zheng.jie"] {
        let mut browser = logged_in(&app, "wecom", other).await;
        let alerts = browser.get("/alerts").await;
        let csrf = alerts.csrf();
        assert_eq!(browser.get(&path).await.status, 404, "{other}");
        let posted = browser.post_form(&answer, &[("csrf", &csrf)]).await;
        assert_eq!(posted.status, 404, "{other}");
        let sent = browser
            .post_file(&file, &csrf, "a.txt", b"x".to_vec())
            .await;
        assert_eq!(sent.status, 404, "{other}");
    }

    let mut rep = OnPage::of(&app, REP, &path).await;
    assert_eq!(rep.browser.get("/m/runs/nothing").await.status, 404);
    assert_eq!(rep.sends("nothing", &[]).await.status, 404);
    rep.csrf = "guessed".to_owned();
    assert_eq!(rep.sends("roles", &[]).await.status, 403);
    assert_eq!(rep.uploads("minutes", "a.txt", "x").await.status, 403);
    assert_eq!(
        rep.browser.get(&answer).await.location(),
        Some(path.as_str())
    );
}

#[tokio::test]
async fn the_question_in_the_chat_ends_with_a_link_that_opens_the_page() {
    let app = TestApp::start().await;
    let path = opened(&app, "decision_chain").await;

    let asked = texts(&app, REP).pop().unwrap();
    let link = format!("<a href=\"{}{path}\">打开填写页</a>", app.url);
    assert!(asked.contains(&link), "{asked}");

    let mut browser = app.browser();
    let page = crate::access::come_back_as(&mut browser, "wecom", REP, &path)
        .await
        .1;
    assert_eq!(page.location(), Some(path.as_str()));
    let text = browser.get(&path).await.text;
    assert!(
        text.contains("决策链穿透") && text.contains("云杉机械"),
        "{text}"
    );
}

// ── Choices and words ──

#[tokio::test]
async fn choices_and_own_words_are_kept_one_by_one_and_may_be_changed_until_the_run_is_done() {
    let app = TestApp::start().await;
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;
    let path = page_of(&app, "risk_registration").await;
    let mut rep = OnPage::of(&app, REP, &path).await;

    assert_refused(&rep.sends("risk_type", &[]).await, "还没有选择「风险类型」");
    assert_kept(&rep.sends("risk_type", &[("choice", "open_tender")]).await);
    app.clock.advance(Duration::from_secs(60));
    assert_kept(&rep.sends("risk_type", &[("choice", "budget_cut")]).await);
    let page = rep.look().await;
    assert!(
        page.contains("以前的回答（1）") && page.contains("公开招标比价"),
        "{page}"
    );

    let short = rep
        .sends("strategy", &[("choice", "own"), ("own", "好")])
        .await;
    assert_refused(&short, "至少要 4 个字，现在是 1 个");
    let own = [("choice", "own"), ("own", "先谈全周期成本")];
    assert_kept(&rep.sends("strategy", &own).await);
    app.settle().await;

    assert_eq!(status(&app, "risk_registration").await, "done");
    let page = rep.look().await;
    assert!(
        page.contains("已登记") && page.contains("先谈全周期成本"),
        "{page}"
    );
    assert!(!page.contains("action=\"/m/"), "nothing is left to fill in");
    let said = texts(&app, REP);
    assert_eq!(
        said.len(),
        1,
        "the receipt, and no copy of what the page said: {said:?}"
    );
    assert!(said[0].contains("已登记"), "{said:?}");
}

// ── 决策链穿透 ──

#[tokio::test]
async fn the_three_roles_are_each_named_at_least_once_and_the_minutes_are_uploaded() {
    let app = TestApp::start().await;
    let path = opened(&app, "decision_chain").await;
    let mut rep = OnPage::of(&app, REP, &path).await;
    let asked = texts(&app, REP).len();

    for (given, sentence) in [
        (
            rows(&[("发起人", "陈工"), ("影响者", "刘总")]),
            "至少要 3 行，现在是 2 行",
        ),
        (
            rows(&[("发起人", "陈工"), ("影响者", ""), ("否决者", "王总")]),
            "每一行都要填「姓名」",
        ),
        (
            rows(&[("发起人", "陈工"), ("旁观者", "刘总"), ("否决者", "王总")]),
            "只能填：发起人、影响者、否决者",
        ),
        (
            rows(&[("发起人", "陈工"), ("发起人", "刘总"), ("影响者", "王总")]),
            "还缺：否决者",
        ),
        (rows(&[]), "至少要 3 行"),
    ] {
        assert_refused(&rep.sends("roles", &borrowed(&given)).await, sentence);
    }
    let mut given = rows(&[
        ("发起人", "陈<b>工"),
        ("影响者", "刘总"),
        ("", ""),
        ("否决者", "王总"),
    ]);
    given.push(("do".to_owned(), "save".to_owned()));
    assert_kept(&rep.sends("roles", &borrowed(&given)).await);
    let page = rep.look().await;
    assert!(page.contains("发起人 · 陈&#60;b&#62;工"), "{page}");

    let zip = rep
        .uploads("minutes", "纪要.docx", b"PK\x03\x04nothing".to_vec())
        .await;
    assert_refused(&zip, "「会议纪要」收到的文件类型不对");
    assert_refused(&rep.uploads("minutes", "", "").await, "还没有选择文件");
    assert_refused(&rep.uploads("minutes", "空.txt", "").await, "文件是空的");
    assert_kept(
        &rep.uploads("minutes", "会议纪要.txt", "和陈工谈了节拍。")
            .await,
    );
    app.settle().await;

    assert_eq!(status(&app, "decision_chain").await, "done");
    let page = rep.look().await;
    assert!(page.contains("会议纪要.txt"), "{page}");
    let said = texts(&app, REP).len();
    assert_eq!(said, asked + 1, "only the receipt was said in the chat too");
}

#[tokio::test]
async fn rows_are_added_and_removed_without_saving_and_without_a_script() {
    let app = TestApp::start().await;
    let path = opened(&app, "decision_chain").await;
    let mut rep = OnPage::of(&app, REP, &path).await;
    let page = rep.look().await;
    assert!(!page.contains("<script"));
    assert_eq!(
        page.matches("<legend>第").count(),
        3,
        "as many as are needed"
    );
    assert_eq!(
        page.matches("<option selected>").count(),
        3,
        "each role has a row already"
    );

    let mut given = rows(&[("发起人", "陈工"), ("影响者", "刘总")]);
    given.push(("do".to_owned(), "add".to_owned()));
    let longer = rep.sends("roles", &borrowed(&given)).await;
    assert_eq!(longer.status, 200);
    assert_eq!(longer.text.matches("<legend>第").count(), 3);

    given.pop();
    given.push(("do".to_owned(), "drop.0".to_owned()));
    let shorter = rep.sends("roles", &borrowed(&given)).await;
    assert_eq!(shorter.text.matches("<legend>第").count(), 1);
    assert!(shorter.text.contains("刘总") && !shorter.text.contains("陈工"));
    assert!(!rep.look().await.contains("刘总"), "nothing was saved");
}

// ── 方案匹配验证 ──

#[tokio::test]
async fn a_parts_list_passes_at_ninety_percent_of_what_the_customer_bought() {
    let app = TestApp::start().await;
    // Case, width and separators make no difference.
    bought(
        &app,
        "yunshan",
        (1..=89).map(|number| format!("ｍｘ {number:03}")),
    )
    .await;
    let path = opened(&app, "solution_match").await;
    let mut rep = OnPage::of(&app, REP, &path).await;
    assert!(!rep.look().await.contains("产线节拍匹配分析"));

    let short = rep.uploads("parts", "清单.csv", parts_list()).await;
    assert_refused(&short, "匹配 89/100（89%），要求 90% 以上");
    assert!(short.text.contains("MX-090（相近："), "{}", short.text);
    let pdf = rep
        .uploads("parts", "清单.pdf", papers::written("清单"))
        .await;
    assert_refused(&pdf, "这不是表格");
    let other = rep
        .uploads("parts", "清单.csv", "序号,名称\n1,电机\n")
        .await;
    assert_refused(&other, "没有找到型号列");

    bought(&app, "yunshan", ["MX-090".to_owned()]).await;
    assert_kept(&rep.uploads("parts", "清单.csv", parts_list()).await);
    app.settle().await;
    assert_eq!(status(&app, "solution_match").await, "done");
    let page = rep.look().await;
    assert!(page.contains("清单.csv（匹配 90/100）"), "{page}");
    assert!(!page.contains("人工抽查"), "{page}");
}

#[tokio::test]
async fn of_a_long_parts_list_the_first_are_kept_by_name_and_the_others_counted() {
    let app = TestApp::start().await;
    let path = opened(&app, "solution_match").await;
    bought(
        &app,
        "yunshan",
        (0..3_000).map(|number| format!("KEPT-{number}")),
    )
    .await;
    let mut rep = OnPage::of(&app, REP, &path).await;

    let known = (0..3_000).map(|number| format!("KEPT-{number}\n"));
    let unknown = (0..300).map(|number| format!("其他{number}号件\n"));
    let list = std::iter::once("型号\n".to_owned())
        .chain(known)
        .chain(unknown);
    assert_kept(
        &rep.uploads("parts", "清单.csv", list.collect::<String>())
            .await,
    );

    let state = app.store.opportunity_state(&DEAL.parse().unwrap()).await;
    let state = state.unwrap().unwrap();
    assert!(state.len() < 40_000, "{} bytes", state.len());
    assert!(rep.look().await.contains("匹配 3000/3300"));
    let mut director = logged_in(&app, "dingtalk", DIRECTOR).await;
    let page = director.get(&path.replace("/m/", "/")).await;
    assert!(page.text.contains("另有 100 个型号未匹配"), "{}", page.text);
}

#[tokio::test]
async fn an_office_file_that_unpacks_to_too_much_is_refused() {
    let app = TestApp::start().await;
    let path = opened(&app, "decision_chain").await;
    let mut rep = OnPage::of(&app, REP, &path).await;

    let bomb = rep
        .uploads("minutes", "纪要.docx", word_file(8_000_000))
        .await;
    assert_refused(&bomb, "解压后过大");
    assert_kept(&rep.uploads("minutes", "纪要.docx", word_file(2_000)).await);
}

/// A text document of so many letters.
fn word_file(letters: usize) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, length) in [("[Content_Types].xml", 10), ("word/document.xml", letters)] {
        zip.start_file(name, options).unwrap();
        zip.write_all(&vec![b' '; length]).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_customer_without_history_is_left_to_a_person_and_a_car_parts_factory_needs_its_takt() {
    let app = TestApp::start().await;
    is_of(&app, "yunshan", "汽车零部件厂").await;
    let path = opened(&app, "solution_match").await;
    let mut rep = OnPage::of(&app, REP, &path).await;

    assert_kept(&rep.uploads("parts", "清单.csv", parts_list()).await);
    let page = rep.look().await;
    assert!(
        page.contains("匹配 0/100") && page.contains("人工抽查"),
        "{page}"
    );
    assert_eq!(status(&app, "solution_match").await, "open");

    let damaged = rep.uploads("takt", "节拍.pdf", "%PDF-1.7\nnothing").await;
    assert_refused(&damaged, "PDF 文件已损坏");
    assert_kept(
        &rep.uploads("takt", "节拍.pdf", papers::written("产线节拍"))
            .await,
    );
    app.settle().await;
    assert_eq!(status(&app, "solution_match").await, "done");
}

// ── 首次需求澄清, 合同条款共识 ──

#[tokio::test]
async fn a_confirmation_is_a_whole_signed_pdf_of_that_title() {
    let app = TestApp::start().await;
    let path = opened(&app, "needs_clarification").await;
    let mut rep = OnPage::of(&app, REP, &path).await;
    assert!(rep.look().await.contains("直接发一段语音"));

    let whole = papers::signed("需求确认单");
    for (bytes, sentence) in [
        (whole[..whole.len() / 3].to_vec(), "PDF 文件已损坏"),
        (papers::encrypted("需求确认单"), "PDF 文件设有密码"),
        (papers::signed("合同"), "没有找到《需求确认单》字样"),
        (papers::written("需求确认单"), "还没有签字"),
        (b"hello, world".to_vec(), "收到的文件类型不对，请发 PDF"),
    ] {
        assert_refused(
            &rep.uploads("confirmation", "确认单.pdf", bytes).await,
            sentence,
        );
    }
    let kept = rep
        .uploads("confirmation", "C:\\fakepath\\确认单.pdf", whole.clone())
        .await;
    assert_kept(&kept);

    let page = rep.look().await;
    assert!(page.contains(">确认单.pdf<"), "{page}");
    assert_eq!(
        status(&app, "needs_clarification").await,
        "open",
        "the summary is missing"
    );
    let digest = dingdan::evidence::depot::Digest::of(&whole);
    assert_eq!(app.shared.depot.get(digest).await.unwrap(), whole);
    assert_eq!(
        rep.uploads("summary", "a.amr", "x").await.status,
        400,
        "spoken in the chat"
    );
}

#[tokio::test]
async fn a_scan_is_taken_and_left_to_a_person() {
    let app = TestApp::start().await;
    let path = opened(&app, "terms_consensus").await;
    let mut rep = OnPage::of(&app, REP, &path).await;

    assert_kept(&rep.uploads("letter", "确认函.pdf", papers::scanned()).await);
    app.settle().await;

    assert_eq!(status(&app, "terms_consensus").await, "done");
    let page = rep.look().await;
    assert!(page.contains("等主管人工抽查"), "{page}");
}

#[tokio::test]
async fn a_file_above_the_limit_is_refused_with_the_limit() {
    let setup = Setup {
        change: |text| text.replace("[storage]", "[storage]\nlargest_file_mb = 1"),
        ..Setup::default()
    };
    let app = TestApp::start_with(setup).await;
    let path = opened(&app, "terms_consensus").await;
    let mut rep = OnPage::of(&app, REP, &path).await;

    let mut large = papers::scanned();
    large.resize(3 * 1024 * 1024, b' ');
    let page = rep.uploads("letter", "确认函.pdf", large).await;

    assert_eq!(page.status, 413);
    assert!(page.text.contains("文件超过 1 MB"), "{}", page.text);
    assert_eq!(status(&app, "terms_consensus").await, "open");
}

/// Another scan than [`papers::scanned`].
fn scanned_again() -> Vec<u8> {
    let mut scan = papers::scanned();
    scan.extend(b"\n% again\n");
    scan
}

#[tokio::test]
async fn a_director_approves_what_they_saw_and_nothing_that_replaced_it() {
    let app = TestApp::start().await;
    let path = opened(&app, "needs_clarification").await;
    let mut rep = OnPage::of(&app, REP, &path).await;
    assert_kept(
        &rep.uploads("confirmation", "确认单.pdf", papers::scanned())
            .await,
    );
    let mut director = app.logged_in(DIRECTOR).await;
    let seen = director.get("/spot-checks").await;
    assert!(seen.text.contains("需求确认单"), "{}", seen.text);
    let run = path.replace("/m/runs/", "/runs/");
    let (csrf, sha256) = (seen.csrf(), seen.hidden("sha256"));
    let approved = |sha256: String| {
        [
            ("csrf", csrf.clone()),
            ("act", "approve".to_owned()),
            ("question", "confirmation".to_owned()),
            ("sha256", sha256),
        ]
    };

    assert_kept(
        &rep.uploads("confirmation", "确认单.pdf", scanned_again())
            .await,
    );
    let form = approved(sha256);
    let fields: Vec<_> = form
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let refused = director.post_form(&run, &fields).await;

    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(
        refused.text.contains("材料已更换，请重新查看"),
        "{}",
        refused.text
    );
    let form = approved(refused.hidden("sha256"));
    let fields: Vec<_> = form
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(director.post_form(&run, &fields).await.status, 303);
    let list = director.get("/spot-checks").await.text;
    assert!(list.contains("没有等待抽查的内容"), "{list}");
}
