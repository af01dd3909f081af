//! A customer speaks, and nodes open.

use std::time::Duration;

use crate::domain::Label;
use crate::engine::{Event, NONE_CHOSEN, Phase, Yellow};

use super::telling::{
    BOTH, Deal, alerts, cards, chosen, heard, kinds, monday, run, sayings, shown, told,
    two_nodes_with, with_a_competitor, with_a_tender, zhang_wei,
};

#[test]
fn a_tender_opens_the_risk_node_at_once() {
    let mut deal = Deal::new();

    let effects = deal.happens(&heard(Label::Tender, "要走招标"));

    assert_eq!(kinds(&effects), ["SendCard", "RaiseAlert"]);
    let card = cards(&effects)[0];
    assert_eq!((card.run.as_str(), card.number), ("op1-1", 1));
    assert_eq!(card.title, "风险预判登记");
    assert_eq!(
        shown(&card.lines),
        [
            "客户：华东精工",
            "商机：三号线改造",
            "截止：11月23日 11:30",
            "原话：我们要走招标，你们看着办",
        ]
    );
    let due = monday().plus(Duration::from_secs(2 * 3600));
    assert_eq!(deal.next_moment(), Some(due));
    let alert = alerts(&effects)[0];
    assert_eq!(alert.reason, "opened");
    assert_eq!(alert.title, "招标信号：华东精工");
    assert_eq!(alert.quote, "我们要走招标，你们看着办");
    assert_eq!(
        (&alert.message, &alert.chat),
        (
            &Some("m-要走招标".parse().unwrap()),
            &Some("chat1".parse().unwrap())
        )
    );
    assert_eq!(
        deal.run("op1-1").phase,
        Phase::Open {
            due,
            yellow: Yellow::At(due)
        }
    );
    assert_eq!(deal.run("op1-1").process_version, deal.process().version());
}

#[test]
fn all_choices_stand_on_one_card_and_each_begins_with_nothing_chosen() {
    let effects = Deal::new().happens(&heard(Label::Budget, "没预算"));

    let card = cards(&effects)[0];
    let keys: Vec<&str> = card.questions.iter().map(|q| q.key.as_str()).collect();
    assert_eq!(keys, ["risk_type", "strategy"]);
    for question in &card.questions {
        assert_eq!(
            question.options[0],
            (NONE_CHOSEN.to_owned(), "请选择".to_owned())
        );
        assert!(!question.several && question.options.len() <= 10);
    }
    assert_eq!(card.questions[1].options[7].0, "own", "after the library");
}

#[test]
fn a_node_that_begins_with_a_text_says_why_it_asks() {
    let process = two_nodes_with(&[(
        "key = \"customer_concern\"\ntitle = \"客户关注点\"\nkind = \"choose_one\"\noptions = [",
        "key = \"customer_concern\"\ntitle = \"客户关注点\"\nkind = \"text\"\nask = \"客户最关心什么？\"\n\n[[node.question]]\nkey = \"points\"\ntitle = \"要点\"\nkind = \"choose_several\"\noptions = [",
    )]);
    let mut deal = Deal::under(process);

    let effects = deal.happens(&heard(Label::Competitor, "凯联"));
    assert_eq!(kinds(&effects), ["TellRep", "Ask"]);
    assert_eq!(
        sayings(&effects),
        [
            "华东精工提到「凯联」，请在 11月24日 09:30 前完成「竞品应对备案」。",
            "客户最关心什么？"
        ]
    );

    let effects = deal.happens(&told("op1-1", "customer_concern", "价格"));
    assert_eq!(kinds(&effects), ["SendCard"]);
    let question = &cards(&effects)[0].questions[0];
    assert!(question.several && question.options[0].0 == "price");

    deal.happens(&chosen(
        "op1-1",
        &[("points", &["service", "price", "price"])],
    ));
    assert_eq!(
        deal.run("op1-1").answers["points"].shown(),
        "价格、售后服务"
    );
}

#[test]
fn the_risk_node_opens_once_per_signal_and_notes_what_is_said_meanwhile() {
    let mut deal = with_a_tender();

    assert_eq!(deal.happens(&heard(Label::Tender, "公开招标")), []);
    assert_eq!(
        deal.happens(&heard(Label::Tender, "公开招标")),
        [],
        "told twice"
    );
    let effects = deal.happens(&heard(Label::Budget, "没预算"));

    assert_eq!(kinds(&effects), ["SendCard", "RaiseAlert"]);
    assert_eq!(deal.state.runs.len(), 2);
    let noted: Vec<&str> = deal
        .run("op1-1")
        .noted
        .iter()
        .map(|h| h.words.as_str())
        .collect();
    assert_eq!(noted, ["公开招标"]);
    assert!(deal.run("op1-2").noted.is_empty());
}

#[test]
fn one_sentence_opens_a_node_once_and_a_later_one_with_its_other_signal_again() {
    let of_message = |label, words: &str, message: &str| Event::SignalHeard {
        label,
        words: words.to_owned(),
        quote: "今年要走招标, 预算也砍了".to_owned(),
        message: message.parse().unwrap(),
        chat: "chat1".parse().unwrap(),
    };
    let mut deal = Deal::new();

    let first = deal.happens(&of_message(Label::Tender, "要走招标", "m1"));
    let second = deal.happens(&of_message(Label::Budget, "预算也砍了", "m1"));
    let repeated = deal.happens(&of_message(Label::Budget, "预算也砍了", "m1"));
    let later = deal.happens(&of_message(Label::Budget, "没预算", "m2"));

    assert_eq!(kinds(&first), ["SendCard", "RaiseAlert"]);
    assert_eq!((second, repeated), (vec![], vec![]));
    let noted = &deal.run("op1-1").noted;
    assert_eq!(noted.len(), 1);
    assert_eq!(noted[0].label, Label::Budget);
    assert_eq!(kinds(&later), ["SendCard", "RaiseAlert"]);
    assert_eq!(cards(&later)[0].run, run("op1-2"));
}

#[test]
fn each_competitor_is_answered_once() {
    let mut deal = with_a_competitor();

    assert_eq!(deal.happens(&heard(Label::Competitor, " 凯 联")), []);
    let effects = deal.happens(&heard(Label::Competitor, "博锐"));

    assert_eq!(kinds(&effects), ["SendCard"], "no alert before it is late");
    assert_eq!(deal.run("op1-2").subject.as_deref(), Some("博锐"));
}

#[test]
fn a_subject_stays_dealt_with_for_the_quiet_time_and_opens_again_after_it() {
    let mut deal = with_a_tender();
    deal.happens(&chosen("op1-1", BOTH));

    let quiet = deal
        .after_minutes(30 * 24 * 60 - 1)
        .happens(&heard(Label::Tender, "招标"));
    let again = deal
        .after_minutes(1)
        .happens(&heard(Label::Tender, "又招标"));

    assert_eq!(quiet, []);
    assert_eq!(kinds(&again), ["SendCard", "RaiseAlert"]);
    assert_eq!(cards(&again)[0].run, run("op1-2"));
}

#[test]
fn only_so_many_later_mentions_are_kept() {
    let mut deal = with_a_tender();

    for nth in 0..50 {
        deal.happens(&heard(Label::Tender, &format!("招标{nth}")));
    }

    let noted = &deal.run("op1-1").noted;
    assert_eq!(noted.len(), 20);
    assert_eq!(noted[19].words, "招标49");
}

#[test]
fn other_signals_and_lost_deals_open_nothing() {
    let mut deal = Deal::new();
    assert_eq!(deal.happens(&heard(Label::Price, "太贵")), []);

    let lost = Event::StageMoved {
        to: "lost".to_owned(),
        by: zhang_wei(),
    };
    assert_eq!(deal.happens(&lost), []);
    assert_eq!(deal.happens(&heard(Label::Tender, "要走招标")), []);
    assert_eq!(deal.process().stage_of(&deal.state).unwrap().name, "输单");
}

#[test]
fn a_node_may_be_kept_to_some_stages() {
    let process = two_nodes_with(&[(
        "opens_on = [\"TENDER\", \"BUDGET\"]",
        "opens_on = [\"TENDER\", \"BUDGET\"]\nopens_in = [\"proposal\"]",
    )]);
    let mut deal = Deal::under(process);
    assert_eq!(deal.happens(&heard(Label::Tender, "要走招标")), []);

    deal.happens(&Event::StageMoved {
        to: "proposal".to_owned(),
        by: zhang_wei(),
    });

    assert_eq!(
        kinds(&deal.happens(&heard(Label::Tender, "要走招标"))),
        ["SendCard", "RaiseAlert"]
    );
}
