//! Gates stand whichever way a deal comes, and whatever became of it before.

use crate::engine::{Effect, Event};

use super::telling::{Deal, golden_six, refusals_of_stage, rep};

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
