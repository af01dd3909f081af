//! `dingdan signals`, as an operator runs it: to hear, to learn, to measure, and to compare.

use std::path::PathBuf;
use std::process::Output;

use dingdan::clock::Clock;
use serde_json::Value;

use crate::app::{CUSTOMER, REP, Setup, TestApp, World};
use crate::child::{configured, run, run_on};

const HEADER: &str = "id\tspeaker\ttext\tlabels\tnote\tcontext_prev\n";
const RULES: &str = "label = \"PRICE\"\n[[rule]]\nid = \"dear\"\nany = [\"太贵\"]\n";

pub fn said(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// A folder with dictionaries and labelled lines.
pub struct Desk(tempfile::TempDir);

impl Desk {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("words")).unwrap();
        let desk = Self(folder);
        desk.write("words/price.toml", RULES);
        desk.write("corpus.tsv", &format!("{HEADER}{}", lines("")));
        desk.write("test.tsv", &format!("{HEADER}{}", lines("您看")));
        desk
    }

    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    async fn train(&self, corpus: &str) -> Output {
        let (corpus, dicts, test) = (self.path(corpus), self.path("words"), self.path("test.tsv"));
        run(&[
            "signals", "train", "--corpus", &corpus, "--dicts", &dicts, "--test", &test,
        ])
        .await
    }

    async fn evaluate(&self, more: &[&str]) -> Output {
        let (corpus, dicts) = (self.path("corpus.tsv"), self.path("words"));
        let test = self.path("test.tsv");
        let arguments = [
            "signals", "evaluate", "--corpus", &corpus, "--dicts", &dicts, "--test", &test,
        ];
        run(&[&arguments[..], more].concat()).await
    }

    /// A configuration that hears by the folder's dictionaries.
    pub fn config(&self, world: &World) -> PathBuf {
        let words = self.path("words");
        configured(world, |text| {
            text + &format!("[process]\ndicts = \"{words}\"\n")
        })
    }
}

/// Lines about prices that no rule hears, denials, and small talk; with something said in the middle,
/// other lines of the same kinds.
fn lines(middle: &str) -> String {
    let things = [
        "阀门", "轴承", "床垫", "电缆", "砂轮", "纸箱", "水泵", "面料", "鼠标", "试剂",
    ];
    let mut text = String::new();
    for (number, thing) in things.iter().enumerate() {
        for (kind, (words, label, note)) in [
            (
                format!("价码下不来，{middle}{thing}没法做"),
                "PRICE",
                "paraphrase",
            ),
            (
                format!("{thing}要价{middle}高得离谱"),
                "PRICE",
                "paraphrase",
            ),
            (
                format!("太贵？{middle}{thing}这话我可没说"),
                "NONE",
                "negation",
            ),
            (format!("{thing}放在{middle}前台了"), "NONE", "neutral"),
        ]
        .into_iter()
        .enumerate()
        {
            text += &format!("{kind}-{number}\tcustomer\t{words}\t{label}\t{note}\t\n");
        }
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_come_in_as_json_and_go_out_with_their_labels() {
    let input = concat!(
        r#"{"id":"a","speaker":"customer","text":"你们太贵了，而且我们今年要走招标"}"#,
        "\n",
        r#"{"id":"b","speaker":"rep","text":"您是嫌太贵了？"}"#,
        "\n"
    );

    let output = run_on(&["signals"], input.as_bytes()).await;

    assert!(output.status.success(), "{output:?}");
    assert_eq!(said(output.stdout), "a\tPRICE,TENDER\nb\tNONE\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_learnt_is_heard_beside_the_rules() {
    let desk = Desk::new();
    let world = World::at(Clock::system().now()).await;
    let file = desk.config(&world);
    let file = file.to_str().unwrap();
    let check = async || run(&["check", "--config", file]).await;
    let before = check().await;
    let input = r#"{"id":"a","speaker":"customer","text":"价码下不来，滤芯没法做"}"#;
    let hears = async || {
        let output = run_on(&["signals", "--config", file], input.as_bytes()).await;
        said(output.stdout)
    };
    assert_eq!(hears().await, "a\tNONE\n");

    let trained = desk.train("corpus.tsv").await;

    let told = said(trained.stdout);
    assert!(trained.status.success(), "{told}");
    for part in [
        "40 customers' lines",
        "cross-validated, both: macro F1",
        "PRICE: added from odds of ",
    ] {
        assert!(told.contains(part), "{part:?} is missing in {told}");
    }
    assert_eq!(hears().await, "a\tPRICE\n");
    assert!(said(before.stdout).contains("model: none, signals are heard by rules alone"));
    assert!(said(check().await.stdout).contains("learnt from 40 lines"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_model_is_a_mistake_of_the_configuration() {
    let desk = Desk::new();
    let world = World::at(Clock::system().now()).await;
    desk.write("words/model", "dingdan model 1\nnothing else");
    let file = desk.config(&world);

    for command in ["check", "serve"] {
        let output = run(&[command, "--config", file.to_str().unwrap()]).await;

        assert_eq!(output.status.code(), Some(2));
        let told = said(output.stderr);
        assert!(told.contains("words/model: found a damaged file"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_are_measured_on_are_not_learnt_from() {
    let desk = Desk::new();

    let output = desk.train("test.tsv").await;

    assert_eq!(output.status.code(), Some(2));
    let told = said(output.stderr);
    assert!(
        told.contains("test.tsv:2: found a line that is learnt from, and 39 more"),
        "{told}"
    );
    assert!(!told.contains("阀门"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corpus_with_mistakes_is_told_line_by_line() {
    let desk = Desk::new();
    desk.write(
        "wrong.tsv",
        &format!("{HEADER}1\tboss\t太贵\tPRICE\t\t\n2\tcustomer\t太贵\tPRIZE\t\t\n"),
    );

    let output = desk.train("wrong.tsv").await;

    assert_eq!(output.status.code(), Some(2));
    let told = said(output.stderr);
    assert!(
        told.contains("wrong.tsv:2") && told.contains("wrong.tsv:3"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_command_measures_and_writes_the_page() {
    let desk = Desk::new();
    assert!(desk.train("corpus.tsv").await.status.success());
    let page = desk.path("signals.md");

    let output = desk.evaluate(&["--markdown", &page]).await;

    assert!(output.status.success(), "{output:?}");
    let told = said(output.stdout);
    // No rule hears the twenty lines about prices, and the rule hears the ten denials only.
    for figures in [
        "## test",
        "## the corpus, cross-validated",
        "40 lines, 20 of them carry nothing",
        "| rules alone | 0.000 |",
        "| both | 1.000 | 1.000–1.000 | 1.000 | 1.000 | 0 of 20 (0 %) |",
    ] {
        assert!(told.contains(figures), "{figures:?} is missing in\n{told}");
    }
    let page = std::fs::read_to_string(page).unwrap();
    assert!(
        page.starts_with("# ") && page.contains(&told[..told.len() / 2]),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_shows_beforehand_which_hits_it_adds_and_removes() {
    let desk = Desk::new();
    let world = World::at(Clock::system().now()).await;
    let file = desk.config(&world);
    let app = TestApp::start_in(world.clone(), Setup::default()).await;
    for words in ["太贵了", "要走\n招标", "好的"] {
        app.sandbox.customer(CUSTOMER).says(words).await;
        app.settle().await;
    }
    app.sandbox.rep(REP).says("是嫌太贵了吗").await;
    app.settle().await;
    app.stop().await;
    std::fs::create_dir(desk.path("new")).unwrap();
    desk.write(
        "new/tender.toml",
        "label = \"TENDER\"\n[[rule]]\nid = \"bidding\"\nany = [\"招标\"]\n",
    );
    let compare = async |more: &[&str]| {
        let (new, file) = (desk.path("new"), file.to_str().unwrap());
        let arguments = ["signals", "diff", "--since", "30d", &new, "--config", file];
        let output = run(&[&arguments[..], more].concat()).await;
        assert!(output.status.success(), "{output:?}");
        (said(output.stdout), said(output.stderr))
    };

    let (text, progress) = compare(&[]).await;
    let (json, _) = compare(&["--format", "json"]).await;

    assert!(
        text.contains("- PRICE price:dear  【太贵】了  message "),
        "{text}"
    );
    assert!(
        text.contains("+ TENDER tender:bidding  要走⏎【招标】  message "),
        "{text}"
    );
    assert!(
        text.contains(
            "3 customers' lines compared\nPRICE: 0 added, 1 removed\nTENDER: 1 added, 0 removed\n"
        ),
        "{text}"
    );
    assert!(
        progress.contains("customers' lines looked at") && !progress.contains("太贵"),
        "{progress}"
    );
    let rows: Vec<Value> = json
        .lines()
        .map(|row| serde_json::from_str(row).unwrap())
        .collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0]["change"], "removed");
    assert_eq!(rows[1]["words"], "招标");
    assert_eq!(rows[2]["totals"]["TENDER"]["added"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_with_nothing_to_compare_says_what_is_wrong() {
    let desk = Desk::new();
    let world = World::at(Clock::system().now()).await;
    let file = desk.config(&world);
    let file = file.to_str().unwrap();
    let (words, nowhere) = (desk.path("words"), desk.path("nowhere"));

    let without_store = run(&["signals", "diff", &words, "--config", file]).await;
    let without_change = run(&["signals", "diff", &nowhere, "--config", file]).await;
    let without_time = run(&[
        "signals", "diff", "--since", "month", &words, "--config", file,
    ])
    .await;

    assert_eq!(without_store.status.code(), Some(1));
    assert!(said(without_store.stderr).contains("there is no store yet"));
    assert_eq!(without_change.status.code(), Some(1));
    assert!(said(without_change.stderr).contains("neither a folder of dictionaries nor a model"));
    assert_eq!(without_time.status.code(), Some(2));
    assert!(said(without_time.stderr).contains("such as 30d or 12h"));
}
