//! Taps and seconds: every node, answered right on the sandbox's phones, with each touch counted. The
//! table in `docs/process.md` is what is counted here.

use std::path::Path;

use dingdan::domain::ModelCode;
use dingdan::store::Purchase;
use serde_json::{Value, json};

use crate::access::come_back_as;
use crate::app::{Browser, CUSTOMER, REP, TestApp};
use crate::papers;
use crate::sightings::newest_card;

const DEAL: &str = "opportunities/deal-yunshan";
const GUIDE: &str = "docs/process.md";
const BEGIN: &str = "<!-- taps: begin -->\n";
const END: &str = "<!-- taps: end -->";
/// Set to anything, it has the table written anew.
const RENEW: &str = "DINGDAN_RENEW_TAPS";

/// What seconds are reckoned by; the guide says so too.
const TENTHS_A_TAP: u32 = 15;
const TENTHS_A_CHARACTER: u32 = 3;
const TENTHS_A_SECOND_SPOKEN: u32 = 10;
const TENTHS_A_PAGE: u32 = 10;

/// A rep, whose every touch is counted.
struct Counting<'a> {
    app: &'a TestApp,
    browser: Option<(Browser, String)>,
    effort: Effort,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Effort {
    /// What hands something over: a card submitted, a message sent, a form saved, a file uploaded.
    sent: u32,
    /// Everything else that is touched: links, choices, fields, files chosen.
    touched: u32,
    typed: u32,
    spoken: u32,
    pages: u32,
}

impl Effort {
    const fn taps(self) -> u32 {
        self.sent + self.touched
    }

    const fn seconds(self) -> u32 {
        let tenths = self.taps() * TENTHS_A_TAP
            + self.typed * TENTHS_A_CHARACTER
            + self.spoken * TENTHS_A_SECOND_SPOKEN
            + self.pages * TENTHS_A_PAGE;
        tenths.div_ceil(10)
    }
}

impl Counting<'_> {
    /// Chooses in the newest card and submits it.
    async fn submits(&mut self, choices: &[(&str, &[&str])]) {
        let card = newest_card(self.app, REP);
        let rep = self.app.sandbox.rep(REP);
        rep.clicks(&card, "submit", choices).await.unwrap();
        self.effort.touched += number(choices.len());
        self.effort.sent += 1;
        self.app.settle().await;
    }

    async fn says(&mut self, words: &str) {
        self.app.sandbox.rep(REP).says(words).await;
        self.effort.typed += number(words.chars().count());
        self.effort.sent += 1;
        self.app.settle().await;
    }

    /// Holds the button, talks, lets go.
    async fn talks(&mut self, seconds: usize) {
        self.app.sandbox.rep(REP).talks(seconds).await;
        self.effort.spoken += number(seconds);
        self.effort.sent += 1;
        self.app.settle().await;
    }

    /// Presses the link that ends the question.
    async fn opens_page(&mut self, run: &str) {
        let path = format!("/m/runs/{run}");
        let mut browser = self.app.browser();
        come_back_as(&mut browser, "wecom", REP, &path).await;
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        self.browser = Some((browser, path));
        self.effort.touched += 1;
        self.effort.pages += 1;
    }

    /// Fills in a form's fields, as many of them as differ from what stands there, and saves it.
    async fn saves(&mut self, question: &str, given: &[(&str, &str)], typed: &[&str]) {
        let (mut browser, path) = self.browser.take().unwrap();
        let csrf = browser.get(&path).await.csrf();
        let begins = [("csrf", csrf.as_str())];
        let fields: Vec<_> = begins.iter().chain(given).copied().collect();
        let to = format!("{path}/questions/{question}");
        let saved = browser.post_form(&to, &fields).await;
        assert_eq!(saved.status, 303, "{}", saved.text);
        self.browser = Some((browser, path));
        self.effort.touched += number(typed.len());
        let characters = typed.iter().map(|words| words.chars().count()).sum();
        self.effort.typed += number(characters);
        self.came_back().await;
    }

    /// Presses the field, chooses the file, uploads it.
    async fn uploads(&mut self, question: &str, name: &str, bytes: Vec<u8>) {
        let (mut browser, path) = self.browser.take().unwrap();
        let csrf = browser.get(&path).await.csrf();
        let to = format!("{path}/questions/{question}/file");
        let sent = browser.post_file(&to, &csrf, name, bytes).await;
        assert_eq!(sent.status, 303, "{}", sent.text);
        self.browser = Some((browser, path));
        self.effort.touched += 2;
        self.came_back().await;
    }

    async fn came_back(&mut self) {
        self.effort.sent += 1;
        self.effort.pages += 1;
        self.app.settle().await;
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap()
}

/// A service whose customer bought `MX-1` to `MX-9` before.
async fn started() -> TestApp {
    let app = TestApp::start().await;
    let mut tx = app.store.begin().await.unwrap();
    for model in (1..10).map(|number| format!("MX-{number}")) {
        let purchase = Purchase {
            customer_id: "yunshan".parse().unwrap(),
            folded: ModelCode::new(&model).unwrap().folded().to_owned(),
            bought_at: app.clock.now(),
            model,
            quantity: 1,
        };
        tx.put_purchase(&purchase).await.unwrap();
    }
    tx.commit().await.unwrap();
    app
}

async fn customer_says(app: &TestApp, words: &str) {
    app.sandbox.customer(CUSTOMER).says(words).await;
    app.settle().await;
}

/// Asks for a stage, whatever the answer.
async fn asks_for_stage(app: &TestApp, stage: &str) {
    let body = json!({ "stage": stage, "by": "rep-zhao" });
    app.post_api(&format!("{DEAL}/stage"), &body).await;
    app.settle().await;
}

async fn run(app: &TestApp, node: &str) -> Value {
    let runs = app.items("runs").await;
    runs.into_iter().rfind(|run| run["node"] == node).unwrap()
}

async fn open_run(app: &TestApp, node: &str) -> String {
    let run = run(app, node).await;
    assert_eq!(run["status"], "open", "{run}");
    run["id"].as_str().unwrap().to_owned()
}

/// Opens the node as it is opened in real life, and does with a counting rep what finishes it.
async fn played(node: &str) -> (Effort, u32) {
    let app = started().await;
    match node {
        "needs_clarification" => customer_says(&app, "给我来二十台变频器").await,
        "solution_match" => asks_for_stage(&app, "proposal").await,
        "competitor_response" => customer_says(&app, "西门子也给我们报了价").await,
        "risk_registration" => customer_says(&app, "今年要走招标").await,
        "decision_chain" => {
            asks_for_stage(&app, "proposal").await;
            let gate = open_run(&app, "solution_match").await;
            let waiver = json!({ "by": "director-east", "reason": "客户指定型号" });
            let waived = app.post_api(&format!("runs/{gate}/waive"), &waiver).await;
            assert_eq!(waived.0, 200, "{}", waived.1);
            asks_for_stage(&app, "proposal").await;
        }
        "terms_consensus" => {
            let by_hand = json!({ "node": "terms_consensus", "by": "director-east" });
            let opened = app.post_api(&format!("{DEAL}/nodes"), &by_hand).await;
            assert!(opened.0 < 300, "{}", opened.1);
            app.settle().await;
        }
        other => panic!("nobody has said how {other} is played"),
    }
    let opened = open_run(&app, node).await;
    let mut rep = Counting {
        app: &app,
        browser: None,
        effort: Effort::default(),
    };
    answer(&mut rep, node, &opened).await;
    let done = run(&app, node).await;
    assert_eq!(done["status"], "done", "{done}");
    let questions = done["answers"].as_object().unwrap().len();
    (rep.effort, number(questions))
}

async fn answer(rep: &mut Counting<'_>, node: &str, run: &str) {
    match node {
        "needs_clarification" => {
            rep.opens_page(run).await;
            let letter = papers::signed("需求确认单");
            rep.uploads("confirmation", "需求确认单.pdf", letter).await;
            rep.talks(32).await;
        }
        "solution_match" => {
            rep.opens_page(run).await;
            let list = (1..10).map(|number| format!("{number},MX-{number}\n"));
            let list = format!("序号,规格型号\n{}", list.collect::<String>());
            rep.uploads("parts", "物料清单.csv", list.into_bytes())
                .await;
        }
        "competitor_response" => {
            rep.submits(&[("customer_concern", &["price"])]).await;
            rep.says("西门子 V20").await;
            rep.says("两小时到场，质保三年").await;
        }
        "decision_chain" => {
            rep.opens_page(run).await;
            // Each role has its row already.
            let roles = [
                ("cell.0.role", "发起人"),
                ("cell.0.name", "陈立"),
                ("cell.1.role", "影响者"),
                ("cell.1.name", "刘芳"),
                ("cell.2.role", "否决者"),
                ("cell.2.name", "王建国"),
            ];
            let names = ["陈立", "刘芳", "王建国"];
            rep.saves("roles", &roles, &names).await;
            let minutes = papers::written("会议纪要");
            rep.uploads("minutes", "会议纪要.pdf", minutes).await;
        }
        "risk_registration" => {
            let choices: &[(&str, &[&str])] = &[
                ("risk_type", &["open_tender"]),
                ("strategy", &["shape_tender"]),
            ];
            rep.submits(choices).await;
        }
        "terms_consensus" => {
            rep.opens_page(run).await;
            let letter = papers::signed("关键条款确认函");
            rep.uploads("letter", "关键条款确认函.pdf", letter).await;
        }
        other => panic!("nobody has said how {other} is answered"),
    }
}

fn row(name: &str, effort: Effort, questions: u32) -> String {
    let Effort {
        sent,
        touched,
        typed,
        spoken,
        pages,
    } = effort;
    let (taps, seconds) = (effort.taps(), effort.seconds());
    format!(
        "| {name} | {questions} | {sent} | {touched} | {taps} | {typed} | {spoken} | {pages} | {seconds} |\n"
    )
}

fn median(mut figures: Vec<u32>) -> f64 {
    figures.sort_unstable();
    let middle = figures.len() / 2;
    let pair = [figures[(figures.len() - 1) / 2], figures[middle]];
    f64::from(pair[0] + pair[1]) / 2.0
}

/// What stands between the marks in the guide.
fn written(guide: &str) -> &str {
    let (_, rest) = guide.split_once(BEGIN).expect("the guide has its marks");
    rest.split_once(END).expect("the guide has its marks").0
}

#[tokio::test]
async fn answering_takes_no_more_sending_than_there_are_questions_and_the_guide_says_how_much() {
    let process = TestApp::start().await.shared.process.load_full();
    let mut table = "| 节点 | 题数 | 交 | 选和填 | 一共点几下 | 打字 | 语音秒 | 页面 | 约几秒 |\n\
                     | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    let (mut all_sent, mut all_questions) = (Vec::new(), Vec::new());
    for node in process.nodes() {
        let (effort, questions) = played(&node.key).await;
        assert!(effort.sent <= questions, "{}: {effort:?}", node.key);
        table += &row(&node.name, effort, questions);
        all_sent.push(effort.sent);
        all_questions.push(questions);
    }
    let (sent, questions) = (median(all_sent), median(all_questions));
    table += &format!("\n中位数：{questions} 题，交 {sent} 次。\n");

    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join(GUIDE);
    let text = std::fs::read_to_string(&guide).unwrap();
    if std::env::var_os(RENEW).is_some() {
        let old = format!("{BEGIN}{}{END}", written(&text));
        let new = format!("{BEGIN}{table}{END}");
        std::fs::write(&guide, text.replace(&old, &new)).unwrap();
        return;
    }
    assert!(sent <= questions, "{table}");
    assert_eq!(
        written(&text),
        table,
        "{GUIDE} tells other figures than were counted: look at them, and renew the table by \
         {RENEW}=1 cargo test --test service taps"
    );
}
