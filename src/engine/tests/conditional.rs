//! Questions that are asked only where something holds, while that changes.

use crate::domain::Label;
use crate::engine::{Event, Phase};

use super::telling::{
    Deal, cards, chosen, heard, kinds, run, sayings, told, two_nodes_with, zhang_wei,
};

/// The small process, with a last question for those who chose the price.
fn with_a_question_about_the_price() -> Deal {
    let last = "\n[[node.question]]\nkey = \"price_gap\"\ntitle = \"价差\"\nkind = \"text\"\n\
        ask = \"差多少？\"\nwhen = '\"customer_concern\" in run.answers && run.answers[\"customer_concern\"] == \"价格\"'\n\n# ───────── 卡片";
    let process = two_nodes_with(&[("\n# ───────── 卡片", last)]);
    let mut deal = Deal::under(process);
    deal.happens(&heard(Label::Competitor, "凯联"));
    deal
}

#[test]
fn a_last_question_that_hangs_on_an_answer_of_its_own_run_is_asked() {
    let mut deal = with_a_question_about_the_price();
    deal.happens(&told("op1-1", "competitor_model", "凯联 K200"));
    deal.happens(&told("op1-1", "our_advantages", "质保五年，本地服务"));

    let effects = deal.happens(&chosen("op1-1", &[("customer_concern", &["price"])]));

    assert_eq!(kinds(&effects), ["ReplaceCard", "Ask"]);
    assert!(sayings(&effects)[0].contains("差多少"));
    deal.happens(&told("op1-1", "price_gap", "一成"));
    assert!(matches!(deal.run("op1-1").phase, Phase::Done { .. }));
}

#[test]
fn a_question_whose_ground_is_taken_back_is_no_longer_meant() {
    let mut deal = with_a_question_about_the_price();
    deal.happens(&chosen("op1-1", &[("customer_concern", &["price"])]));
    assert!(deal.run("op1-1").questions.contains(&"price_gap".to_owned()));

    let effects = deal.happens(&Event::TookBack {
        run: run("op1-1"),
        by: zhang_wei(),
    });

    assert_eq!(cards(&effects).len(), 1);
    assert!(!deal.run("op1-1").questions.contains(&"price_gap".to_owned()));
}
