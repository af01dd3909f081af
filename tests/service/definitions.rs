//! Process definitions as their administrators meet them: mistakes, the schema, a node of one's own.

use serde_json::json;

use dingdan::clock::Clock;

use crate::app::{CUSTOMER, REP, Setup, TestApp, World};
use crate::child::{configured, run};
use crate::sightings::{only_card, texts};

const GOLDEN_SIX: &str = include_str!("../../config/processes/golden-six.toml");
const REFERENCE: &str = include_str!("../../docs/process.md");

/// What is replaced, by what, and words of what was found and of what is expected.
type Mistake = (&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const TWENTY: [Mistake; 20] = [
    ("key = \"lead\"\n", "ends = \"won\"\nkey = \"lead\"\n", "a first stage that ends the deal", "leave ends out"),
    ("name = \"方案演示\"\n", "name = \"方案演示\"\nname = \"演示\" # twice\n", "name a second time", "keep one of the two"),
    ("text = \"拆分项目分期实施\"", "text = \"把这个大项目拆分成几个小项目分期实施\"", "18 characters", "1 to 16 characters"),
    ("opens_by_hand = true\nonce_per = \"deal\"", "opens_by_hands = true\nonce_per = \"deal\"", "an unknown key", "did you mean \"opens_by_hand\"?"),
    ("late_after = \"48h\"", "late_after = \"48 hours\"", "\"48 hours\"", "\"30m\", \"48h\" or \"2d\""),
    ("min_seconds = 30", "min_seconds = 30\naccept = [\"pdf\"]", "accept, which kind = \"voice\" doesn't have", "another kind (file)"),
    ("expected_after = \"48h\"\nlate_after = \"72h\"", "expected_after = \"96h\"\nlate_after = \"72h\"", "later than red", "a shorter expected_after"),
    ("min_percent = 90", "min_percent = \"90\"", "the text \"90\"", "a whole number from 1 to 100"),
    ("\nwhen = 'customer.industry == \"汽车零部件厂\"'", "\nwhen = 'client.industry == \"汽车零部件厂\"'", "the unknown name \"client\"", "one of customer, deal, rep, run, event"),
    ("opens_on = [\"COMPETITOR\"]", "opens_on = [\"COMPETITORS\"]", "\"COMPETITORS\"", "a signal: PRICE, BUDGET"),
    ("key = \"decision_chain\"", "key = \"solution_match\"", "\"solution_match\" a second time", "another name for each node"),
    ("key = \"minutes\"\n", "key = \"minutes2\"\ntitle = \"二\"\nkind = \"place\"\nask = \"二\"\n[[node.question]]\nkey = \"minutes3\"\ntitle = \"三\"\nkind = \"place\"\nask = \"三\"\n[[node.question]]\nkey = \"minutes4\"\ntitle = \"四\"\nkind = \"place\"\nask = \"四\"\n[[node.question]]\nkey = \"minutes5\"\ntitle = \"五\"\nkind = \"place\"\nask = \"五\"\n[[node.question]]\nkey = \"minutes\"\n", "6 required questions", "1 to 5 required answers a node; required = false"),
    ("once_per = \"signal\"\n", "", "no such key in [node[4]]", "since opens_on is there: \"deal\", \"signal\" or \"words\""),
    ("library = \"risk_strategies\"", "library = \"risk_strategy\"", "\"risk_strategy\"", "the key of a [[library]]: risk_strategies"),
    ("gates = [\"contract\"]", "gates = [\"contrct\"]", "\"contrct\"", "the key of a stage behind the first: discovery, demo"),
    ("subjects = [\"visit\", \"contact\"]\n", "", "no such key in [rule[1]]", "subjects = [\"visit\", \"contact\"]"),
    ("when = 'customer.industry == \"食品包装厂\"'", "when = 'customer.industry'", "a condition that gives string", "true or false, such as customer.industry =="),
    ("when = '!(\"roi_signed\" in deal.facts)'", "when = '!(\"roi_signed\" in deal.facts'", "breaks off after", "a condition such as"),
    ("when = 'deal.signals.PRICE >= 2", "when = 'deal.signal.PRICE >= 2", "deal.signal", "deal.signals"),
    ("value = \"{quote}\"", "value = \"{qoute}\"", "{qoute}", "only these placeholders here: {customer}"),
];

/// The line that holds `part`, counted from 1.
fn line_of(text: &str, part: &str) -> usize {
    let (before, _) = text.split_once(part).unwrap();
    before.matches('\n').count() + 1
}

/// Where each of the twenty is told: the line with what was written, or that of the table in which
/// something is missing.
fn line_of_mistake(text: &str, (from, to, ..): &Mistake) -> usize {
    let part = match *from {
        "key = \"lead\"\n" => "ends = \"won\"\nkey = \"lead\"",
        "name = \"方案演示\"\n" => "name = \"演示\" # twice",
        "key = \"decision_chain\"" => "key = \"solution_match\"\nname = \"决策链穿透\"",
        "min_seconds = 30" => "accept = [\"pdf\"]\n\n[[node]]\nkey = \"solution_match\"",
        "key = \"minutes\"\n" => "[[node]]\nkey = \"solution_match\"\nname = \"决策链穿透\"",
        "once_per = \"signal\"\n" => "[[node]]\nkey = \"risk_registration\"",
        "subjects = [\"visit\", \"contact\"]\n" => "[[rule]]\nkey = \"no_stage_update\"",
        _ => to.trim_start().lines().next().unwrap(),
    };
    line_of(text, part)
}

/// A world whose configuration names this definition.
async fn world_with(definition: &str) -> (World, std::path::PathBuf) {
    let world = World::at(Clock::system().now()).await;
    std::fs::write(world.folder().join("my-team.toml"), definition).unwrap();
    let file = configured(&world, |text| text + "[process]\nfile = \"my-team.toml\"\n");
    (world, file)
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_different_mistakes_are_twenty_messages_of_one_run() {
    let mut text = GOLDEN_SIX.to_owned();
    for (from, to, ..) in TWENTY {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let (_world, file) = world_with(&text).await;

    let output = run(&["check", "--config", file.to_str().unwrap()]).await;

    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    let told: Vec<&str> = said.lines().collect();
    assert_eq!(told.len(), 21, "{said}");
    assert_eq!(told[20], "20 mistake(s)");
    for mistake in &TWENTY {
        let (from, _, found, expected) = mistake;
        let place = format!("my-team.toml:{}: ", line_of_mistake(&text, mistake));
        let is_told = told.iter().any(|line| {
            let parts = line.split_once(": found ").and_then(|(place, rest)| {
                let (found, expected) = rest.split_once(", expected ")?;
                Some((format!("{place}: "), found, expected))
            });
            parts.is_some_and(|(at, was, wanted)| {
                at.contains(&place) && was.contains(found) && wanted.contains(expected)
            })
        });
        assert!(is_told, "{from:?} at {place}:\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_is_written_for_editors() {
    let output = run(&["schema"]).await;

    assert!(output.status.success(), "{output:?}");
    let written = String::from_utf8(output.stdout).unwrap();
    let shipped = include_str!("../../config/processes/process.schema.json");
    assert!(written == shipped, "another one than the file that ships");
    assert!(GOLDEN_SIX.starts_with("#:schema ./process.schema.json\n"));
}

/// The shipped definition with the worked example of the reference where that says.
fn with_the_seventh_node() -> String {
    let (_, example) = REFERENCE.split_once("## 十分钟加第七个节点").unwrap();
    let (_, node) = example.split_once("```toml\n").unwrap();
    let (node, _) = node.split_once("```").unwrap();
    let (nodes, rules) = GOLDEN_SIX.split_once("\n# ───────── 规则").unwrap();
    format!("{nodes}\n{node}\n# ───────── 规则{rules}")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seventh_node_of_the_reference_passes_the_check_and_asks_the_rep() {
    let (world, file) = world_with(&with_the_seventh_node()).await;
    let checked = run(&["check", "--config", file.to_str().unwrap()]).await;
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(said.contains("process: 黄金六节点 (7 nodes"), "{said}");
    let app = TestApp::start_in(
        world,
        Setup {
            extra: "[process]\nfile = \"my-team.toml\"\n".to_owned(),
            ..Setup::default()
        },
    )
    .await;
    enter_the_proposal(&app).await;

    app.sandbox
        .customer(CUSTOMER)
        .says("交期太长了，来不及")
        .await;
    app.settle().await;

    let card = only_card(&app, REP);
    let chosen: &[(&str, &[&str])] = &[("risk", &["tight"])];
    let rep = app.sandbox.rep(REP);
    rep.clicks(&card, "submit", chosen).await.unwrap();
    app.settle().await;
    rep.says("12 月 20 日，一次交清").await;
    app.settle().await;
    let run = &app.items("runs?node=delivery_commitment").await[0];
    assert_eq!(run["answers"]["risk"], "很紧，需加班", "{run}");
    assert_eq!(run["answers"]["date"], "12 月 20 日，一次交清", "{run}");
    let newest = texts(&app, REP).pop().unwrap();
    assert!(newest.contains("排产计划"), "{newest}");
}

/// Past the gate, and let off what the proposal itself asks for.
async fn enter_the_proposal(app: &TestApp) {
    let stage = json!({ "stage": "proposal", "by": "rep-zhao" });
    let waiver = json!({ "by": "director-east", "reason": "客户指定型号" });
    let (_, refusal) = app
        .post_api("opportunities/deal-yunshan/stage", &stage)
        .await;
    let gate = refusal["missing"][0]["id"].as_str().unwrap();
    app.post_api(&format!("runs/{gate}/waive"), &waiver).await;
    let (moved, _) = app
        .post_api("opportunities/deal-yunshan/stage", &stage)
        .await;
    assert_eq!(moved, 200);
    let chain = app.items("runs?node=decision_chain").await[0]["id"].clone();
    let chain = chain.as_str().unwrap();
    app.post_api(&format!("runs/{chain}/waive"), &waiver).await;
    app.settle().await;
}
