//! Gates stand whichever way a deal comes, and whatever became of it before.

use crate::engine::{Effect, Event, Evidence, Finding};

use super::telling::{Deal, director, golden_six, refusals_of_stage, rep, run, zhang_wei};

fn deal() -> Deal {
    Deal::under(golden_six().clone())
}

fn asked_for(stage: &str) -> Event {
    Event::StageAsked {
        to: stage.to_owned(),
        by: rep(),
    }
}

fn is_refused(effects: &[Effect]) -> bool {
    !refusals_of_stage(effects).is_empty()
}

#[test]
fn a_lost_deal_that_is_taken_up_again_has_every_gate_ahead() {
    let mut deal = deal();
    deal.happens(&asked_for("lost"));

    let effects = deal.happens(&asked_for("contract"));

    assert_eq!(
        refusals_of_stage(&effects),
        ["进入「合同」之前，请先完成：方案匹配验证、合同条款共识。"]
    );
    assert!(is_refused(&deal.happens(&asked_for("won"))));
    assert_eq!(deal.state.stage.as_deref(), Some("lost"));
    assert!(!is_refused(&deal.happens(&asked_for("demo"))));
    assert_eq!(deal.state.stage.as_deref(), Some("demo"));
}

/// A deal in 提案, whose parts list was in order.
fn past_the_first_gate() -> Deal {
    let mut deal = deal();
    deal.happens(&asked_for("proposal"));
    deal.happens(&matched("op1-1"));
    deal.happens(&asked_for("proposal"));
    assert_eq!(deal.state.stage.as_deref(), Some("proposal"));
    deal
}

fn matched(id: &str) -> Event {
    let finding = Finding::PartsList {
        matched: vec!["M-1".to_owned()],
        unmatched: Vec::new(),
        more_matched: 0,
        more_unmatched: 0,
        has_history: true,
    };
    Event::Proved {
        run: run(id),
        question: "parts".to_owned(),
        evidence: Evidence {
            sha256: "0".repeat(64),
            name: "清单.xlsx".to_owned(),
            size: 1000,
            finding,
        },
        by: zhang_wei(),
    }
}

fn returned(id: &str) -> Event {
    Event::SentBack {
        run: run(id),
        questions: Vec::new(),
        by: director(),
        why: "型号不对".to_owned(),
    }
}

#[test]
fn a_return_behind_the_deal_holds_up_its_next_stage() {
    let mut deal = past_the_first_gate();
    deal.happens(&returned("op1-1"));

    let effects = deal.happens(&asked_for("negotiation"));

    assert_eq!(
        refusals_of_stage(&effects),
        ["进入「商务谈判」之前，请先完成：方案匹配验证。"]
    );
    assert_eq!(deal.state.stage.as_deref(), Some("proposal"));
    deal.happens(&matched("op1-1"));
    deal.happens(&asked_for("negotiation"));
    assert_eq!(deal.state.stage.as_deref(), Some("negotiation"));
}

#[test]
fn a_return_keeps_no_deal_from_going_back_or_being_lost() {
    for stage in ["demo", "lost"] {
        let mut deal = past_the_first_gate();
        deal.happens(&returned("op1-1"));

        deal.happens(&asked_for(stage));

        assert_eq!(deal.state.stage.as_deref(), Some(stage));
    }
}

#[test]
fn the_newest_run_of_a_gate_decides() {
    let mut deal = past_the_first_gate();
    deal.happens(&asked_for("demo"));
    deal.happens(&Event::NodeOpened {
        node: "solution_match".to_owned(),
        by: rep(),
    });

    assert!(is_refused(&deal.happens(&asked_for("proposal"))));
    deal.happens(&matched("op1-3"));
    assert!(!is_refused(&deal.happens(&asked_for("proposal"))));
}

#[test]
fn nothing_is_sent_back_of_a_deal_that_is_over() {
    let mut deal = past_the_first_gate();
    deal.happens(&asked_for("lost"));
    let before = deal.state.clone();

    let effects = deal.happens(&returned("op1-1"));

    assert_eq!((effects, deal.state), (Vec::new(), before));
}
