//! The rep answers, by card and in the chat.

use std::time::Duration;

use crate::engine::{Given, NONE_CHOSEN, Phase};

use super::telling::{
    BOTH, cards, chosen, definitions, kinds, monday, receipts, sayings, shown, signed, told,
    two_nodes_with, with_a_competitor, with_a_tender,
};

#[test]
fn choosing_everything_finishes_the_run_and_the_card_becomes_its_receipt() {
    let mut deal = with_a_tender();

    let effects = deal.after_minutes(10).happens(&chosen("op1-1", BOTH));

    assert_eq!(kinds(&effects), ["ReplaceCard"]);
    let receipt = receipts(&effects)[0];
    assert_eq!(receipt.title, "已登记 · 风险预判登记");
    assert_eq!(
        shown(&receipt.lines),
        [
            "风险类型：公开招标比价",
            "应对策略：参与标书参数制定",
            "登记：张伟 11月23日 09:40",
        ]
    );
    assert_eq!(
        deal.run("op1-1").phase,
        Phase::Done {
            signed: signed(deal.now),
            late: false,
            due: monday().plus(Duration::from_secs(7200)),
        }
    );
}

#[test]
fn a_list_left_at_please_choose_is_asked_again_and_what_was_chosen_is_kept() {
    let mut deal = with_a_tender();

    let effects = deal.happens(&chosen(
        "op1-1",
        &[
            ("risk_type", &["open_tender"]),
            ("strategy", &[NONE_CHOSEN]),
        ],
    ));

    assert_eq!(kinds(&effects), ["ReplaceCard", "SendCard"]);
    assert_eq!(receipts(&effects)[0].title, "未完成 · 风险预判登记");
    let card = cards(&effects)[0];
    assert_eq!(card.number, 2);
    assert_eq!(card.lines[0].0, "请注意");
    assert_eq!(card.lines[0].1, "还没有选择「应对策略」，请选好再提交。");
    assert_eq!(card.questions.len(), 1, "risk_type is answered");

    let effects = deal.happens(&chosen("op1-1", &[("strategy", &["pilot"])]));
    assert_eq!(kinds(&effects), ["ReplaceCard"]);
}

#[test]
fn a_click_that_carries_no_answer_is_refused() {
    for choices in [
        &[] as &[(&str, &[&str])],
        &[("risk_type", &[]), ("strategy", &[])],
        &[
            ("risk_type", &["no_such_option"]),
            ("strategy", &["nor_this"]),
        ],
        &[
            ("risk_type", &["open_tender", "no_budget"]),
            ("strategy", &[]),
        ],
        &[("no_such_question", &["x"])],
    ] {
        let mut deal = with_a_tender();

        let effects = deal.happens(&chosen("op1-1", choices));

        assert_eq!(kinds(&effects), ["ReplaceCard", "SendCard"], "{choices:?}");
        let sentence = &cards(&effects)[0].lines[0].1;
        assert_eq!(sentence, "还没有选择「风险类型、应对策略」，请选好再提交。");
        assert!(deal.run("op1-1").answers.is_empty());
    }
}

#[test]
fn an_own_strategy_is_asked_for_in_the_chat() {
    let mut deal = with_a_tender();

    let effects = deal.happens(&chosen(
        "op1-1",
        &[("risk_type", &["open_tender"]), ("strategy", &["own"])],
    ));
    assert_eq!(kinds(&effects), ["ReplaceCard", "Ask"]);
    assert_eq!(receipts(&effects)[0].title, "已收到 · 风险预判登记");
    assert!(shown(&receipts(&effects)[0].lines).contains(&"还差：应对策略".to_owned()));
    assert!(sayings(&effects)[0].contains("华东精工的「要走招标」"));
    assert_eq!(
        deal.run("op1-1").asked.as_ref().unwrap().question,
        "strategy"
    );

    let effects = deal.happens(&told("op1-1", "strategy", " 先请总工去现场 "));
    assert_eq!(kinds(&effects), ["ReplaceCard", "TellRep"]);
    assert_eq!(
        sayings(&effects)[0],
        "已登记 · 风险预判登记\n风险类型：公开招标比价\n应对策略：自己写策略：先请总工去现场\n登记：张伟 11月23日 09:30"
    );
    assert_eq!(deal.run("op1-1").asked, None);
}

#[test]
fn text_questions_are_asked_one_at_a_time() {
    let mut deal = with_a_competitor();

    let effects = deal.happens(&chosen("op1-1", &[("customer_concern", &["price"])]));
    assert_eq!(kinds(&effects), ["ReplaceCard", "Ask"]);
    assert!(sayings(&effects)[0].starts_with("客户提到「凯联」"));

    let effects = deal.happens(&told("op1-1", "competitor_model", "凯联 K200"));
    assert_eq!(kinds(&effects), ["Ask"]);
    assert_eq!(
        deal.run("op1-1").asked.as_ref().unwrap().question,
        "our_advantages"
    );

    let effects = deal.happens(&told("op1-1", "our_advantages", "质保五年，本地服务"));
    assert_eq!(kinds(&effects), ["ReplaceCard", "TellRep"]);
    assert!(matches!(
        deal.run("op1-1").phase,
        Phase::Done { late: false, .. }
    ));
}

#[test]
fn a_long_answer_is_kept_whole_and_cut_on_the_receipt() {
    let mut deal = with_a_competitor();
    let long = "长".repeat(300);
    deal.happens(&chosen("op1-1", &[("customer_concern", &["price"])]));
    deal.happens(&told("op1-1", "our_advantages", &long));

    let effects = deal.happens(&told("op1-1", "competitor_model", "K200"));

    assert_eq!(deal.run("op1-1").answers["our_advantages"].shown(), long);
    let shown = format!("我方优势：{}…\n", "长".repeat(80));
    assert!(sayings(&effects)[0].contains(&shown));
}

#[test]
fn a_text_that_says_too_little_or_too_much_is_told_what_is_missing_and_asked_again() {
    let mut deal = with_a_competitor();
    deal.happens(&chosen("op1-1", &[("customer_concern", &["price"])]));

    for (text, sentence) in [
        ("　 \n", "「竞品型号」还没有内容，请用文字回复。"),
        ("。。。", "「竞品型号」还没有内容，请用文字回复。"),
        ("K！", "「竞品型号」至少要 2 个字，现在是 1 个。"),
        (
            &"长".repeat(101),
            "「竞品型号」最多 100 个字，现在是 101 个，请精简一下。",
        ),
    ] {
        let effects = deal.happens(&told("op1-1", "competitor_model", text));

        assert_eq!(kinds(&effects), ["Ask"]);
        let said = sayings(&effects)[0];
        assert_eq!(said.lines().next(), Some(sentence));
        assert!(
            said.ends_with("不确定的也写上目前了解到的。"),
            "asked again"
        );
    }
    assert!(!deal.run("op1-1").answers.contains_key("competitor_model"));
}

#[test]
fn a_click_on_an_old_card_changes_no_answer_and_says_what_is_left() {
    let mut deal = with_a_competitor();
    deal.happens(&chosen("op1-1", &[("customer_concern", &["price"])]));
    let before = deal.state.clone();

    let effects = deal.happens(&chosen("op1-1", &[("customer_concern", &["delivery"])]));

    assert_eq!(kinds(&effects), ["ReplaceCard"]);
    assert_eq!(
        shown(&receipts(&effects)[0].lines),
        ["客户关注点：价格", "还差：竞品型号、我方优势"]
    );
    assert_eq!(deal.state, before);
}

#[test]
fn whoever_answers_something_unknown_or_finished_gets_one_helpful_line() {
    let mut deal = with_a_tender();
    assert_eq!(
        sayings(&deal.happens(&chosen("op1-9", BOTH))),
        ["没有找到这张卡片对应的登记项，可能已经失效。请以最新收到的卡片为准。"]
    );
    assert_eq!(
        kinds(&deal.happens(&told("op1-9", "strategy", "好"))),
        ["TellRep"]
    );
    for question in ["strategy", "no_such_question"] {
        assert_eq!(
            sayings(&deal.happens(&told("op1-1", question, "降价"))),
            ["「风险预判登记」现在不需要这段文字，还差：风险类型、应对策略。"]
        );
    }

    deal.happens(&chosen("op1-1", BOTH));
    assert_eq!(
        sayings(&deal.happens(&told("op1-1", "strategy", "降价"))),
        ["「风险预判登记」已由张伟在 11月23日 09:30 登记，不用再填了。"]
    );
}

#[test]
fn a_second_click_shows_the_same_receipt_with_who_and_when() {
    let mut deal = with_a_tender();
    let first = deal.happens(&chosen("op1-1", BOTH));
    deal.context.rep = "李娜".to_owned();
    let before = deal.state.clone();

    let second = deal
        .after_minutes(60 * 24)
        .happens(&chosen("op1-1", &[("risk_type", &["no_budget"])]));

    assert_eq!(receipts(&first), receipts(&second));
    assert_eq!(kinds(&second), ["ReplaceCard"]);
    assert_eq!(deal.state, before);
}

#[test]
fn an_answer_of_another_kind_than_the_changed_question_is_asked_again() {
    let mut deal = with_a_competitor();
    deal.happens(&chosen("op1-1", &[("customer_concern", &["price"])]));
    deal.definitions = definitions(two_nodes_with(&[(
        "title = \"客户关注点\"\nkind = \"choose_one\"\noptions = [",
        "title = \"客户关注点\"\nkind = \"text\"\nask = \"最关心什么？\"\n\n[[node.question]]\nkey = \"points\"\ntitle = \"要点\"\nkind = \"choose_several\"\noptions = [",
    )]));

    let effects = deal.happens(&told("op1-1", "customer_concern", "价格和交期"));

    assert_eq!(kinds(&effects), ["SendCard"]);
    assert!(matches!(
        &deal.run("op1-1").answers["customer_concern"].given,
        Given::Text { text } if text == "价格和交期"
    ));
}

#[test]
fn no_words_or_names_reach_debug_output_of_the_state() {
    let mut deal = with_a_competitor();
    deal.happens(&chosen("op1-1", &[("customer_concern", &["price"])]));
    deal.happens(&told("op1-1", "competitor_model", "机密型号"));

    let cause = format!("{:?}", deal.run("op1-1").cause);
    let state = format!("{:?}", deal.state);

    assert!(!cause.contains("你们看着办"), "{cause}");
    for word in ["凯联", "机密型号"] {
        assert!(!state.contains(word), "{state}");
    }
}
