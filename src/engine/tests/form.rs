//! A run as a form.

use crate::engine::Event;

use super::telling::{run, told, with_a_competitor, zhang_wei};

fn chosen(option: &str) -> Event {
    Event::Chosen {
        run: run("op1-1"),
        choices: [("customer_concern".to_owned(), vec![option.to_owned()])].into(),
        by: zhang_wei(),
        amends: true,
    }
}

#[test]
fn a_form_has_what_is_asked_what_was_given_and_what_was_given_before() {
    let mut deal = with_a_competitor();
    deal.happens(&chosen("price"));
    deal.after_minutes(5).happens(&chosen("quality"));

    let id = run("op1-1");
    let definitions = &deal.definitions;
    let form = definitions
        .form(&deal.context, &deal.state, &id, deal.now)
        .unwrap();

    assert_eq!(form.node, "竞品应对备案");
    assert!(form.why.starts_with("客户提到「"), "{}", form.why);
    let told: Vec<(&str, bool, bool)> = form
        .questions
        .iter()
        .map(|asked| {
            let key = asked.question.key.as_str();
            (key, asked.is_lacking, asked.ask.is_empty())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("customer_concern", false, true),
            ("competitor_model", true, false),
            ("our_advantages", true, false),
        ]
    );
    let concern = &form.questions[0];
    assert_eq!(concern.answer.unwrap().shown(), "质量与稳定性");
    assert_eq!(concern.past[0].answer.shown(), "价格");
    assert_eq!(
        concern.not_chosen,
        "还没有选择「客户关注点」，请选好再提交。"
    );
    assert!(!form.questions[1].ask.contains('{'), "gaps are filled");
}

#[test]
fn there_is_no_form_of_a_run_that_never_was() {
    let mut deal = with_a_competitor();
    deal.happens(&told("op1-1", "competitor_model", "西门子 S7-1500"));

    let id = run("op1-9");
    let form = deal
        .definitions
        .form(&deal.context, &deal.state, &id, deal.now);
    assert!(form.is_none());
}
