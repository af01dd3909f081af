//! What answers confirm of a deal, as long as they stand.

use crate::domain::Label;
use crate::engine::{Event, Evidence, Finding, NONE_CHOSEN, SignatureFound, TitleFound};

use super::telling::{
    Deal, chosen, director, golden_six, heard, kinds, rep, run, two_nodes_with, zhang_wei,
};

const FACT: &str = "terms_agreed";

fn letter(id: &str, title: TitleFound, signature: SignatureFound) -> Event {
    let finding = Finding::Pdf {
        pages: 1,
        title,
        signature,
    };
    Event::Proved {
        run: run(id),
        question: "letter".to_owned(),
        evidence: Evidence {
            sha256: "0".repeat(64),
            name: "确认函.pdf".to_owned(),
            size: 1000,
            finding,
        },
        by: zhang_wei(),
    }
}

fn signed(id: &str) -> Event {
    letter(id, TitleFound::Yes, SignatureFound::Digital)
}

fn scan(id: &str) -> Event {
    letter(id, TitleFound::Unreadable, SignatureFound::Unreadable)
}

fn opened() -> Event {
    Event::NodeOpened {
        node: "terms_consensus".to_owned(),
        by: rep(),
    }
}

fn returned(id: &str) -> Event {
    Event::SentBack {
        run: run(id),
        questions: Vec::new(),
        by: director(),
        why: "签字不对".to_owned(),
    }
}

/// A deal whose contract letter is asked for.
fn deal() -> Deal {
    let mut deal = Deal::under(golden_six().clone());
    deal.happens(&opened());
    deal
}

fn is_confirmed(deal: &Deal) -> bool {
    deal.state.facts.contains_key(FACT)
}

#[test]
fn a_returned_answer_confirms_nothing_any_more() {
    let mut deal = deal();
    deal.happens(&signed("op1-1"));
    assert!(is_confirmed(&deal));

    deal.happens(&returned("op1-1"));

    assert!(!is_confirmed(&deal));
    deal.happens(&signed("op1-1"));
    assert!(is_confirmed(&deal));
}

#[test]
fn a_fact_stays_that_a_person_or_another_run_confirms() {
    let mut by_another = deal();
    by_another.happens(&signed("op1-1"));
    by_another.happens(&opened());
    by_another.happens(&signed("op1-2"));

    by_another.happens(&returned("op1-1"));
    assert_eq!(by_another.state.facts[FACT].run, Some(run("op1-2")));
    by_another.happens(&returned("op1-2"));
    assert!(!is_confirmed(&by_another));

    let mut by_hand = deal();
    by_hand.happens(&Event::FactConfirmed {
        fact: FACT.to_owned(),
        by: director(),
    });
    by_hand.happens(&signed("op1-1"));
    by_hand.happens(&returned("op1-1"));
    assert_eq!(by_hand.state.facts[FACT].run, None);
}

#[test]
fn a_scan_confirms_only_when_somebody_has_looked() {
    let mut deal = deal();

    deal.happens(&scan("op1-1"));

    assert!(!is_confirmed(&deal));
    deal.happens(&Event::Approved {
        run: run("op1-1"),
        seen: None,
        by: director(),
    });
    assert!(is_confirmed(&deal));
}

#[test]
fn what_is_kept_of_a_card_left_half_empty_counts_as_an_answer() {
    let process = two_nodes_with(&[
        (
            "late_after = \"2h\"\n",
            "late_after = \"2h\"\non_work = \"stops\"\n",
        ),
        (
            "library = \"risk_strategies\"\n",
            "library = \"risk_strategies\"\nrecords = \"strategy_chosen\"\n",
        ),
    ]);
    let mut deal = Deal::under(process);
    deal.happens(&heard(Label::Tender, "要走招标"));

    let effects = deal.happens(&chosen(
        "op1-1",
        &[("risk_type", &[NONE_CHOSEN]), ("strategy", &["pilot"])],
    ));

    assert_eq!(kinds(&effects), ["ReplaceCard", "SendCard"]);
    assert!(deal.state.facts.contains_key("strategy_chosen"));
    assert_eq!(deal.run("op1-1").phase.word(), "paused");
}
