//! Questions that are asked only where something holds, while that changes.

use crate::domain::Label;
use crate::engine::{Event, Evidence, Finding, Phase};

use super::telling::{
    Deal, cards, chosen, golden_six, golden_six_with, heard, kinds, rep, run, sayings, told,
    two_nodes_with, zhang_wei,
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
    assert!(
        deal.run("op1-1")
            .questions
            .contains(&"price_gap".to_owned())
    );

    let effects = deal.happens(&Event::TookBack {
        run: run("op1-1"),
        by: zhang_wei(),
    });

    assert_eq!(cards(&effects).len(), 1);
    assert!(
        !deal
            .run("op1-1")
            .questions
            .contains(&"price_gap".to_owned())
    );
}

/// A deal of the car industry, whose gate waits only for what that industry adds.
fn that_waits_for_the_takt() -> Deal {
    let mut deal = Deal::under(golden_six().clone());
    deal.context.industry = Some("汽车零部件厂".to_owned());
    deal.happens(&Event::StageAsked {
        to: "proposal".to_owned(),
        by: rep(),
    });
    let finding = Finding::PartsList {
        matched: vec!["M-1".to_owned()],
        unmatched: Vec::new(),
        more_matched: 0,
        more_unmatched: 0,
        has_history: true,
    };
    let effects = deal.after_minutes(1).happens(&Event::Proved {
        run: run("op1-1"),
        question: "parts".to_owned(),
        evidence: Evidence {
            sha256: "0".repeat(64),
            name: "清单.xlsx".to_owned(),
            size: 1000,
            finding,
        },
        by: zhang_wei(),
    });
    assert!(sayings(&effects)[0].contains("产线节拍"));
    deal
}

#[test]
fn a_run_is_done_when_what_it_still_waited_for_is_not_asked_any_more() {
    let mut deal = that_waits_for_the_takt();
    deal.context.industry = Some("电子厂".to_owned());

    let effects = deal.after_minutes(1).happens(&Event::Resumed {
        run: run("op1-1"),
        by: zhang_wei(),
    });

    assert!(sayings(&effects)[0].starts_with("已登记 · 方案匹配验证"));
    let Phase::Done { signed, late, .. } = &deal.run("op1-1").phase else {
        panic!("nothing is missing");
    };
    assert_eq!((signed.by.clone(), late), (rep(), &false));
    assert_eq!(deal.next_moment(), None);
}

#[test]
fn what_waits_for_nothing_does_not_turn_red() {
    let mut deal = that_waits_for_the_takt();
    deal.context.industry = Some("电子厂".to_owned());
    deal.now = deal
        .next_moment()
        .unwrap()
        .plus(std::time::Duration::from_secs(86_400 * 9));

    let effects = deal.happens(&Event::Ticked);

    assert_eq!(kinds(&effects), ["TellRep"]);
    assert!(matches!(
        deal.run("op1-1").phase,
        Phase::Done { late: false, .. }
    ));
}

#[test]
fn a_run_of_which_nothing_was_ever_wanted_does_not_apply() {
    let mut deal = Deal::under(golden_six_with(&[(
        "title = \"方案物料清单\"",
        "title = \"方案物料清单\"\nwhen = 'customer.industry == \"汽车零部件厂\"'",
    )]));
    deal.context.industry = Some("汽车零部件厂".to_owned());
    deal.happens(&Event::StageAsked {
        to: "proposal".to_owned(),
        by: rep(),
    });
    assert_eq!(deal.run("op1-1").asked.as_ref().unwrap().question, "parts");
    deal.context.industry = Some("电子厂".to_owned());

    let effects = deal.happens(&Event::Ticked);

    assert_eq!(deal.run("op1-1").phase.word(), "not_applicable");
    assert!(sayings(&effects)[0].contains("没有需要回答的问题"));
}

#[test]
fn a_gate_that_has_nothing_to_ask_lets_the_deal_pass() {
    let mut deal = Deal::under(golden_six_with(&[(
        "title = \"方案物料清单\"",
        "title = \"方案物料清单\"\nwhen = 'customer.industry == \"汽车零部件厂\"'",
    )]));

    deal.happens(&Event::StageAsked {
        to: "proposal".to_owned(),
        by: rep(),
    });

    assert_eq!(deal.state.stage.as_deref(), Some("proposal"));
    assert_eq!(deal.run("op1-1").phase.word(), "not_applicable");
}
