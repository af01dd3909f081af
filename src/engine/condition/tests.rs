//! Which conditions are taken, what is wrong with others, and what they see of a deal.

use crate::domain::{Label, Timestamp};
use crate::engine::tests::telling::{Deal, context, heard};

use super::super::context::Context;
use super::super::phase::Actor;
use super::names::VARIABLES;
use super::*;

const STAGES: &[&str] = &["lead", "demo", "proposal"];

fn refusal(text: &str) -> String {
    let bad = Condition::parse(text, STAGES).expect_err(text);
    format!("{} | {}", bad.found, bad.expected)
}

#[test]
fn a_condition_of_known_names_is_taken() {
    for text in [
        "customer.industry == \"汽车零部件厂\"",
        "deal.signals.PRICE >= 2 && !(\"tech_fit\" in deal.facts)",
        "deal.signals[\"PRICE\"] >= 2",
        "rep.region in [\"华东\", \"华南\"]",
        "\"产线\" in customer.fields && customer.fields[\"产线\"] == \"三\"",
        "\"年产量\" in customer.fields && int(customer.fields[\"年产量\"]) > 10000",
        "has(customer.fields.lines) && customer.fields.lines.startsWith(\"三\")",
        "\"risk_type\" in run.answers && run.answers[\"risk_type\"] == \"价格\"",
        "deal.days_in_stage > 3 || run.node == \"x\"",
        "deal.stage in [\"demo\", \"proposal\"] && event.signal != \"PRICE\"",
        "[\"PRICE\", \"BUDGET\"].exists(s, s == event.signal)",
    ] {
        assert!(
            Condition::parse(text, STAGES).is_ok(),
            "{text}: {}",
            refusal(text)
        );
    }
}

#[test]
fn what_would_take_the_machine_too_far_is_refused_before_it_is_read() {
    let deep = format!("{}true{}", "(".repeat(5_000), ")".repeat(5_000));
    let nested = format!("{}true{}", "(".repeat(60), ")".repeat(60));
    let lists = format!("{}[]{}", "[".repeat(60), "]".repeat(60));
    let denied = format!("{}true", "!".repeat(400));
    let chosen = format!("{}true", "true ? true : ".repeat(60));
    let loops = "[1,2].all(a, [1,2].all(b, [1,2].all (c, a + b + c > 0)))".to_owned();
    for (text, expected) in [
        (deep, "characters"),
        (nested, "brackets"),
        (lists, "brackets"),
        (denied, "brackets"),
        (chosen, "brackets"),
        (loops, "at most 2 of all"),
    ] {
        let refusal = refusal(&text);
        assert!(refusal.contains(expected), "{refusal}");
    }
    let quoted = format!("customer.name == \"{}\"", "(".repeat(60));
    assert!(Condition::parse(&quoted, STAGES).is_ok());
    let at_the_limit = format!("{}true{}", "(".repeat(12), ")".repeat(12));
    assert!(Condition::parse(&at_the_limit, STAGES).is_ok());
}

#[test]
fn mistakes_are_named_even_where_the_trial_steps_over_them() {
    for (text, named) in [
        ("customer.industri == \"x\"", "customer.industri"),
        ("false && deal.foo == 1", "deal.foo"),
        ("client.name == \"x\"", "client"),
        ("industry == 汽车", "汽车"),
        ("customer.name", "string"),
        ("true || customer.name", "string"),
        ("deal.stage == \"demo\" && customer.name > 3", "sample"),
        ("1 + 1", "int"),
        (
            "deal.signals.PRICES > 1",
            "deal.signals.PRICES | one of deal.signals.PRICE,",
        ),
        ("deal.signals[\"PRICES\"] > 1", "deal.signals.PRICES"),
        ("\"PRICE\" in deal.signals", "deal.signals.PRICE >= 1"),
        (
            "deal.stage == \"propsal\"",
            "\"propsal\" | the key of a stage: lead, demo, proposal",
        ),
        ("!(deal.stage in [\"demo\", \"propsal\"])", "\"propsal\""),
        ("event.signal == \"PRIZE\"", "\"PRIZE\" | a signal: PRICE"),
        (
            "customer.fields[\"产线\"] == \"三\"",
            "\"产线\" in customer.fields && …",
        ),
        (
            "\"产线\" in customer.fields && customer.fields[\"产线\"] > 3",
            "sample",
        ),
    ] {
        assert!(refusal(text).contains(named), "{text}: {}", refusal(text));
    }
}

#[test]
fn what_cannot_be_read_is_told_by_its_place() {
    for (text, named) in [
        (
            "deal.days_in_stage >",
            "breaks off after \"deal.days_in_stage >\"",
        ),
        ("", "can't be read"),
        ("deal.stage = \"demo\"", "after \"deal.stage\""),
        ("(deal.days_in_stage > 3", "breaks off"),
    ] {
        assert!(refusal(text).contains(named), "{text}: {}", refusal(text));
    }
}

/// What a condition of `variable` has to be equal to for that deal.
const SEEN: &[(&str, &str)] = &[
    ("customer.id", "\"c1\""),
    ("customer.name", "\"华东精工\""),
    ("customer.industry", "\"汽车零部件厂\""),
    ("customer.region", "\"华北\""),
    ("customer.fields", "{\"产线\": \"三条\"}"),
    ("deal.id", "\"op1\""),
    ("deal.name", "\"三号线改造\""),
    ("deal.stage", "\"demo\""),
    ("deal.days_in_stage", "2"),
    ("deal.signals.TENDER", "1"),
    ("deal.signals.PRICE", "0"),
    ("deal.facts", "{\"tech_fit\": true}"),
    ("rep.name", "\"张伟\""),
    ("rep.region", "\"华东\""),
    ("run.node", "\"risk_registration\""),
    ("run.signal", "\"TENDER\""),
    ("run.words", "\"要走招标\""),
    ("run.answers", "{}"),
    ("event.kind", "\"signal_heard\""),
    ("event.signal", "\"TENDER\""),
    ("event.words", "\"要走招标\""),
];

#[test]
fn every_variable_has_what_the_deal_has() {
    let mut deal = Deal::new();
    deal.happens(&heard(Label::Tender, "要走招标"));
    deal.happens(&crate::engine::Event::FactConfirmed {
        fact: "tech_fit".to_owned(),
        by: Actor::sample(),
    });
    let context = Context {
        industry: Some("汽车零部件厂".to_owned()),
        customer_region: Some("华北".to_owned()),
        fields: [("产线".to_owned(), "三条".to_owned())].into(),
        ..context()
    };
    let facts = Facts {
        context: &context,
        state: Seen::of(&deal.state, "demo"),
        run: Some(deal.run("op1-1")),
        event: Happening {
            kind: "signal_heard",
            signal: "TENDER",
            words: "要走招标",
        },
        now: Timestamp(deal.now.0 + 2 * 86_400_000),
    };

    for (variable, value) in SEEN {
        let text = format!("{variable} == {value}");
        let condition = Condition::parse(&text, STAGES).unwrap_or_else(|bad| panic!("{bad:?}"));
        assert!(condition.holds(&facts), "{text}");
    }
    for (variable, fields) in VARIABLES {
        for field in *fields {
            let name = format!("{variable}.{field}");
            let is_seen = SEEN.iter().any(|(seen, _)| seen.starts_with(&name));
            assert!(is_seen, "{name} is known and not tried here");
        }
    }
}
