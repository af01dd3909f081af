//! The reference for administrators, docs/process.md: its examples work, and it names every key.

use std::collections::BTreeSet;

use crate::config::Document;
use crate::domain::Label;
use crate::engine::condition::VARIABLES;
use crate::engine::{Event, Evidence, FileSort, Finding, Phase, Process};

use super::json_schema::Checker;
use super::telling::{
    Deal, cards, chosen, context, golden_six_text, heard, kinds, receipts, run, sayings, told,
    zhang_wei,
};

const REFERENCE: &str = include_str!("../../../docs/process.md");
const EXAMPLE: &str = "## 十分钟加第七个节点";

/// The TOML examples after a heading.
fn examples(heading: &str) -> Vec<&'static str> {
    let (_, after) = REFERENCE.split_once(heading).unwrap();
    let section = after.split("\n## ").next().unwrap();
    let blocks = section.split("```toml\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap())
        .collect()
}

/// The shipped definition with the worked example where the reference says: behind the last node.
fn with_the_seventh_node() -> String {
    let [node] = examples(EXAMPLE)[..] else {
        panic!("one example")
    };
    let text = golden_six_text();
    let rules = text.find("\n# ───────── 规则").unwrap();
    format!("{}\n{node}{}", &text[..rules], &text[rules..])
}

fn read(text: &str) -> Process {
    Process::from_document(&Document::new("my-team.toml", text))
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn at_the_proposal(industry: &str) -> Deal {
    let mut deal = Deal::under(read(&with_the_seventh_node()));
    deal.context = crate::engine::Context {
        industry: Some(industry.to_owned()),
        ..context()
    };
    deal.happens(&Event::StageMoved {
        to: "negotiation".to_owned(),
        by: zhang_wei(),
    });
    deal
}

fn screenshot(id: &str) -> Event {
    Event::Proved {
        run: run(id),
        question: "schedule".to_owned(),
        evidence: Evidence {
            sha256: "0".repeat(64),
            name: "排产.png".to_owned(),
            size: 1000,
            finding: Finding::File {
                sort: Some(FileSort::Picture),
            },
        },
        by: zhang_wei(),
    }
}

#[test]
fn the_seventh_node_of_the_reference_opens_and_can_be_answered() {
    let mut deal = at_the_proposal("汽车零部件厂");

    let opened = deal.happens(&heard(Label::Delivery, "交期太长了"));
    let next = deal.happens(&chosen("op1-1", &[("risk", &["tight"])]));
    let then = deal.happens(&told("op1-1", "date", "12 月 20 日，一次交清"));
    let done = deal.happens(&screenshot("op1-1"));

    assert_eq!(cards(&opened)[0].title, "交期承诺确认");
    assert!(sayings(&next)[0].contains("交货日期"), "{next:?}");
    assert!(sayings(&then)[0].contains("排产计划"), "{then:?}");
    assert_eq!(receipts(&done)[0].button, "已登记");
    assert!(matches!(deal.run("op1-1").phase, Phase::Done { .. }));
    assert!(deal.state.facts.contains_key("delivery_confirmed"));
}

#[test]
fn the_seventh_node_of_the_reference_asks_food_packers_one_thing_more() {
    let mut deal = at_the_proposal("食品包装厂");
    deal.happens(&heard(Label::Delivery, "交期太长了"));
    deal.happens(&chosen("op1-1", &[("risk", &["none"])]));
    deal.happens(&told("op1-1", "date", "12 月 20 日"));

    let more = deal.happens(&screenshot("op1-1"));
    let done = deal.happens(&told("op1-1", "season", "提前一个月备货"));

    assert_eq!(kinds(&more), ["Ask"]);
    assert!(sayings(&more)[0].contains("旺季"), "{more:?}");
    assert_eq!(receipts(&done).len(), 1);
}

#[test]
fn every_example_of_the_reference_is_taken() {
    let whole = with_the_seventh_node();
    let table = toml::from_str::<toml::Table>(&whole).unwrap();
    let checker = Checker::new(Process::schema());

    let objections = checker.objections(&serde_json::to_value(table).unwrap());

    assert_eq!(objections, [""; 0]);
    let conditions = examples("## 条件").join("\n");
    assert!(conditions.lines().count() >= 3);
    for line in conditions.lines() {
        let name = "name = \"竞品应对备案\"";
        read(&whole.replacen(name, &format!("{name}\n{line}"), 1));
    }
}

#[test]
fn the_reference_names_every_key() {
    let prose: String = REFERENCE.split("```").step_by(2).collect();
    let code = prose.split('`').skip(1).step_by(2);
    let is_of_a_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let named: BTreeSet<&str> = code
        .flat_map(|code| code.split(|char| !is_of_a_name(char)))
        .collect();
    let keys = Checker::new(Process::schema()).keys();

    let missing = keys
        .iter()
        .filter(|key| !named.contains(key.rsplit('.').next().unwrap()));

    assert_eq!(missing.collect::<Vec<_>>(), [""; 0]);
    for (variable, fields) in VARIABLES {
        for field in *fields {
            let name = format!("`{variable}.{field}");
            let asked = format!("in {variable}.{field}`");
            assert!(prose.contains(&name) || prose.contains(&asked), "{name}`");
        }
    }
}
