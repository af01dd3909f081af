//! The rep's dialogue with the app: commands, one question at a time, and answers that are no words.

use std::time::Duration;

use dingdan::engine::{Actor, Event};
use dingdan::journal::{self, Cause};
use dingdan::sandbox::{Endpoint, Fault};
use dingdan::store::NewOpportunity;
use serde_json::Value;

use crate::app::{CUSTOMER, REP, TestApp};
use crate::asked::clicks;
use crate::sightings::{cards, inbox, newest_card, outbox, texts};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const INTENT: &str = "给我来二十台变频器";
const TENDER: &str = "要走招标";
const COMPETITOR: &str = "西门子也给我们报了价";
const OWN: &[(&str, &[&str])] = &[("risk_type", &["open_tender"]), ("strategy", &["own"])];
const CONCERN: &[(&str, &[&str])] = &[("customer_concern", &["price"])];

async fn hears(app: &TestApp, words: &str) {
    app.sandbox.customer(CUSTOMER).says(words).await;
    app.settle().await;
}

async fn says(app: &TestApp, words: &str) {
    app.sandbox.rep(REP).says(words).await;
    app.settle().await;
}

async fn talks(app: &TestApp, seconds: usize) {
    app.sandbox.rep(REP).talks(seconds).await;
    app.settle().await;
}

fn newest(app: &TestApp) -> String {
    texts(app, REP).pop().expect("a text came")
}

async fn run(app: &TestApp, node: &str) -> Value {
    let runs = app.items("runs").await.into_iter();
    let mut of_node = runs.filter(|run| run["node"] == node);
    of_node.next().expect("it is open")
}

/// A question of 风险预判登记 is said, and one of 竞品应对备案 waits.
async fn two_questions() -> TestApp {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    clicks(&app, &newest_card(&app, REP), OWN).await;
    app.clock.advance(MINUTE);
    hears(&app, COMPETITOR).await;
    clicks(&app, &newest_card(&app, REP), CONCERN).await;
    app
}

// ── One question at a time ──

#[tokio::test]
async fn two_questions_never_overlap() {
    let app = two_questions().await;

    assert_eq!(texts(&app, REP).len(), 1, "the second one waits");
    assert!(newest(&app).contains("怎么应对"), "{}", newest(&app));

    says(&app, "好").await;
    assert!(newest(&app).contains("至少要 4 个字"), "it keeps its place");
    says(&app, "先谈全周期成本").await;
    assert!(newest(&app).contains("哪个型号"), "{}", newest(&app));
    says(&app, "西门子 S7-1500").await;
    assert!(newest(&app).contains("优势是什么"), "{}", newest(&app));
    says(&app, "本地服务两小时到场").await;

    assert_eq!(run(&app, "risk_registration").await["status"], "done");
    assert_eq!(run(&app, "competitor_response").await["status"], "done");
    assert_eq!((inbox(&app).await, outbox(&app).await), ((0, 0), (0, 0)));
}

#[tokio::test]
async fn a_question_that_waits_is_said_after_a_restart() {
    let app = two_questions().await;

    let app = app.restart().await;
    says(&app, "先谈全周期成本").await;

    assert!(newest(&app).contains("哪个型号"), "{}", newest(&app));
    says(&app, "西门子 S7-1500").await;
    let answers = run(&app, "competitor_response").await["answers"].to_string();
    assert!(answers.contains("S7-1500"), "{answers}");
}

#[tokio::test]
async fn a_question_that_is_put_off_makes_room_and_comes_back() {
    let app = two_questions().await;

    says(&app, "稍后").await;
    let told = texts(&app, REP);
    let [.., put_off, next] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert!(put_off.contains("再问您"), "{put_off}");
    assert!(next.contains("哪个型号"), "{next}");

    says(&app, "西门子 S7-1500").await;
    says(&app, "本地服务两小时到场").await;
    let before = texts(&app, REP).len();
    app.advance(3 * HOUR).await;
    let since = texts(&app, REP).split_off(before);
    let again = since.iter().filter(|text| text.contains("怎么应对"));
    assert_eq!(again.count(), 1, "{since:?}");
    says(&app, "先谈全周期成本").await;
    assert_eq!(run(&app, "risk_registration").await["status"], "done");
}

// ── Commands ──

#[tokio::test]
async fn help_says_what_can_be_said() {
    let app = TestApp::start().await;

    for word in ["帮助", "help", "？"] {
        says(&app, word).await;
        let told = newest(&app);
        for command in ["状态", "继续", "返回", "稍后"] {
            assert!(told.contains(command), "{told}");
        }
    }
}

#[tokio::test]
async fn the_status_names_every_open_run_with_what_is_left_when_it_is_due_and_its_light() {
    let app = two_questions().await;

    says(&app, "状态").await;

    let told = newest(&app);
    let lines: Vec<&str> = told.lines().collect();
    assert!(
        lines[1].starts_with("1. 云杉机械「风险预判登记」还差：应对策略"),
        "{told}"
    );
    assert!(lines[1].contains("11月23日 11:30 截止，绿灯"), "{told}");
    assert!(
        lines[2].starts_with("2. 云杉机械「竞品应对备案」还差：竞品型号、我方优势"),
        "{told}"
    );
    app.advance(3 * HOUR).await;
    says(&app, "状态").await;
    assert!(newest(&app).contains("红灯"), "{}", newest(&app));
}

#[tokio::test]
async fn a_number_of_the_status_gets_the_word_and_gives_it_back() {
    let app = two_questions().await;
    says(&app, "状态").await;

    says(&app, "继续 2").await;
    assert!(newest(&app).contains("哪个型号"), "{}", newest(&app));
    says(&app, "西门子 S7-1500").await;
    says(&app, "本地服务两小时到场").await;

    assert_eq!(run(&app, "competitor_response").await["status"], "done");
    assert!(newest(&app).contains("怎么应对"), "{}", newest(&app));
    says(&app, "先谈全周期成本").await;
    assert_eq!(run(&app, "risk_registration").await["status"], "done");
    says(&app, "继续 2").await;
    assert!(
        newest(&app).contains("没有等您回答的问题"),
        "{}",
        newest(&app)
    );
}

#[tokio::test]
async fn an_answer_is_taken_back_and_asked_again() {
    let app = TestApp::start().await;
    hears(&app, COMPETITOR).await;
    clicks(&app, &newest_card(&app, REP), CONCERN).await;
    app.clock.advance(MINUTE);
    says(&app, "西门子 S7-1500").await;
    assert!(newest(&app).contains("优势是什么"));

    says(&app, "返回").await;
    assert!(newest(&app).contains("哪个型号"), "{}", newest(&app));
    says(&app, "西门子 S7-1200").await;
    says(&app, "本地服务两小时到场").await;

    let answers = run(&app, "competitor_response").await["answers"].to_string();
    assert!(answers.contains("S7-1200"), "{answers}");
}

#[tokio::test]
async fn a_text_that_fits_no_question_is_told_what_is_open() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;

    says(&app, "我在路上").await;

    let told = newest(&app);
    assert!(told.contains("现在没有等您用文字回答的问题"), "{told}");
    assert!(told.contains("云杉机械「风险预判登记」"), "{told}");
    // 继续 sends the card again, since it is all that is open.
    says(&app, "继续").await;
    assert_eq!(cards(&app, REP).len(), 2);
}

// ── Voice messages, pictures, places ──

#[tokio::test]
async fn a_voice_message_too_short_is_told_the_seconds_that_are_missing() {
    let app = TestApp::start().await;
    hears(&app, INTENT).await;
    assert!(newest(&app).contains("需求确认单"), "{}", newest(&app));

    talks(&app, 12).await;
    assert!(newest(&app).contains("还差 18 秒"), "{}", newest(&app));
    assert_eq!(
        run(&app, "needs_clarification").await["answers"],
        serde_json::json!({})
    );

    talks(&app, 35).await;
    let answers = &run(&app, "needs_clarification").await["answers"];
    assert_eq!(answers["summary"], "语音 35 秒");
    assert!(
        newest(&app).contains("需求确认单"),
        "what is left is asked: {}",
        newest(&app)
    );
}

#[tokio::test]
async fn what_cannot_be_read_or_fetched_is_told_and_loses_nothing() {
    let app = TestApp::start().await;
    hears(&app, INTENT).await;
    let rep = app.sandbox.rep(REP);

    for (bytes, said) in [
        (b"#!SILK_V3 and so on".to_vec(), "个人微信"),
        (b"\0\x01\x02\x03".to_vec(), "不是语音消息"),
        (Vec::new(), "空的"),
        (b"#!AMR\n".to_vec(), "空的"),
        (vec![0; 21 * 1024 * 1024], "超过 20 MB"),
    ] {
        let before = texts(&app, REP).len();
        rep.sends_voice(bytes, "语音").await;
        app.settle().await;
        assert_eq!(texts(&app, REP).len(), before + 1);
        assert!(newest(&app).contains(said), "{}", newest(&app));
    }
    // It waits for a service that is away for longer than the platform keeps it.
    rep.talks(35).await;
    app.clock.advance(4 * DAY);
    app.settle().await;
    let expired = texts(&app, REP);
    assert!(
        expired.iter().any(|text| text.contains("已经过期")),
        "{expired:?}"
    );
    assert_eq!(
        run(&app, "needs_clarification").await["answers"],
        serde_json::json!({})
    );

    talks(&app, 35).await;
    let answers = &run(&app, "needs_clarification").await["answers"];
    assert_eq!(answers["summary"], "语音 35 秒");
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test]
async fn silence_is_no_summary() {
    let app = TestApp::start().await;
    hears(&app, INTENT).await;
    let rep = app.sandbox.rep(REP);

    // Half a minute of frames that hold nothing.
    let silence = [b"#!AMR\n".as_slice(), &[0x7C; 1_500]].concat();
    rep.sends_voice(silence, "语音").await;
    app.settle().await;

    assert!(
        newest(&app).contains("录音里几乎没有声音"),
        "{}",
        newest(&app)
    );
    let answers = &run(&app, "needs_clarification").await["answers"];
    assert_eq!(answers, &serde_json::json!({}));
    talks(&app, 35).await;
    let answers = &run(&app, "needs_clarification").await["answers"];
    assert_eq!(answers["summary"], "语音 35 秒");
}

#[tokio::test]
async fn a_platform_that_fails_is_asked_again() {
    let app = TestApp::start().await;
    hears(&app, INTENT).await;
    app.sandbox
        .faults()
        .next(Endpoint::WecomMedia, Fault::Errcode(-1, "system error"));
    app.sandbox
        .faults()
        .next(Endpoint::WecomMedia, Fault::Http(502));

    talks(&app, 35).await;
    app.advance(MINUTE).await;
    app.advance(MINUTE).await;

    let answers = &run(&app, "needs_clarification").await["answers"];
    assert_eq!(answers["summary"], "语音 35 秒");
}

#[tokio::test]
async fn what_fits_no_question_is_told_so() {
    let app = TestApp::start().await;
    let rep = app.sandbox.rep(REP);

    rep.talks(5).await;
    app.settle().await;
    assert!(
        newest(&app).contains("没有要用语音回答的问题"),
        "{}",
        newest(&app)
    );
    hears(&app, TENDER).await;
    rep.sends_place((29.87, 121.55), "宁波市鄞州区").await;
    app.settle().await;
    let told = newest(&app);
    assert!(told.contains("没有要用位置回答的问题"), "{told}");
    assert!(told.contains("云杉机械「风险预判登记」"), "{told}");
    rep.sends_file("报价.pdf", b"%PDF-1.7".to_vec()).await;
    app.settle().await;
    assert!(
        newest(&app).contains("没有要用文件回答的问题"),
        "{}",
        newest(&app)
    );
}

#[tokio::test]
async fn a_picture_answers_the_question_that_takes_one() {
    const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\
        \0\0\0\nIDATx\x9cch\0\0\0\x82\0\x81w\xcdr\xb6\0\0\0\0IEND\xaeB`\x82";
    let app = TestApp::start().await;
    open_node(&app, "deal-yunshan", "decision_chain").await;
    let rep = app.sandbox.rep(REP);

    rep.sends_picture(PICTURE[..20].to_vec()).await;
    app.settle().await;
    assert!(newest(&app).contains("损坏"), "{}", newest(&app));
    rep.sends_picture(PICTURE.to_vec()).await;
    app.settle().await;

    let answers = &run(&app, "decision_chain").await["answers"];
    assert_eq!(answers["minutes"], "picture.jpg");
}

#[tokio::test]
async fn what_several_questions_take_waits_for_a_number() {
    let app = TestApp::start().await;
    hears(&app, INTENT).await;
    open_another_deal(&app).await;

    talks(&app, 35).await;
    let asked = newest(&app);
    assert!(asked.contains("请回复数字"), "{asked}");
    assert!(
        asked.contains("1. 云杉机械") && asked.contains("2. 云杉机械"),
        "{asked}"
    );
    talks(&app, 40).await;
    assert!(newest(&app).contains("请先回复数字"), "{}", newest(&app));

    says(&app, "3").await;
    assert!(newest(&app).contains("请回复数字"), "{}", newest(&app));
    let app = app.restart().await;
    says(&app, "２").await;
    says(&app, "1").await;

    let mut answers: Vec<String> = Vec::new();
    for run in app.items("runs").await {
        answers.push(run["answers"]["summary"].as_str().unwrap_or("-").to_owned());
    }
    answers.sort();
    assert_eq!(answers, ["语音 35 秒", "语音 40 秒"]);
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_number_that_names_no_choice_answers_the_question_that_is_said() {
    let app = TestApp::start().await;
    hears(&app, COMPETITOR).await;
    clicks(&app, &newest_card(&app, REP), CONCERN).await;
    assert!(newest(&app).contains("哪个型号"), "{}", newest(&app));
    open_node(&app, "deal-yunshan", "needs_clarification").await;
    open_another_deal(&app).await;
    talks(&app, 35).await;
    assert!(newest(&app).contains("请回复数字"), "{}", newest(&app));

    says(&app, "300").await;

    let answers = &run(&app, "competitor_response").await["answers"];
    assert_eq!(answers["competitor_model"], "300");
    says(&app, "2").await;
    let runs = app.items("runs").await;
    let summaries = runs
        .iter()
        .filter(|run| !run["answers"]["summary"].is_null());
    assert_eq!(summaries.count(), 1, "and the choice is still open");
}

#[tokio::test]
async fn more_than_nine_questions_are_all_named() {
    let app = TestApp::start().await;
    for number in 0..11 {
        open_deal(&app, &format!("line-{number}"), &format!("{number} 号产线")).await;
        open_node(&app, &format!("line-{number}"), "needs_clarification").await;
    }

    talks(&app, 35).await;
    let asked = newest(&app);
    assert!(asked.contains("\n11. 云杉机械"), "{asked}");
    says(&app, "11").await;

    let runs = app.items("runs").await;
    let summaries = runs
        .iter()
        .filter(|run| !run["answers"]["summary"].is_null());
    assert_eq!(summaries.count(), 1);
}

/// Another deal of the rep, in which 首次需求澄清 is open too.
async fn open_another_deal(app: &TestApp) {
    open_deal(app, "deal-newer", "包装线").await;
    open_node(app, "deal-newer", "needs_clarification").await;
}

async fn open_deal(app: &TestApp, id: &str, name: &str) {
    let mut tx = app.store.begin().await.unwrap();
    let deal = NewOpportunity {
        id: id.parse().unwrap(),
        customer: "yunshan".parse().unwrap(),
        rep: "rep-zhao".parse().unwrap(),
        name: name.to_owned(),
        stage: "demo".to_owned(),
        opened_at: app.clock.now(),
    };
    assert!(tx.create_opportunity(&deal).await.unwrap());
    tx.commit().await.unwrap();
}

/// The rep opens a node by hand.
async fn open_node(app: &TestApp, deal: &str, node: &str) {
    let by = Actor {
        id: "rep-zhao".parse().unwrap(),
        name: "赵磊".to_owned(),
    };
    let node = node.to_owned();
    let opened = Event::NodeOpened { node, by };
    let cause = Cause {
        key: "by hand",
        click: None,
    };
    let mut tx = app.store.begin().await.unwrap();
    let deal = deal.parse().unwrap();
    journal::step(&app.shared, &mut tx, &deal, &[opened], cause)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    app.settle().await;
}
