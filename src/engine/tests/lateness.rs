//! Deadlines pass.

use std::time::Duration;

use crate::domain::{Label, Timestamp};
use crate::engine::{Event, Phase};

use super::telling::{
    BOTH, Deal, alerts, chosen, definitions, director, golden_six, heard, kinds, monday, receipts,
    run, shown, two_nodes_with, with_a_tender, zhang_wei,
};

#[test]
fn a_missed_deadline_alerts_once() {
    let mut deal = with_a_tender();

    assert_eq!(deal.after_minutes(119).happens(&Event::Ticked), []);
    let effects = deal.after_minutes(1 + 3 * 60 + 5).happens(&Event::Ticked);
    assert_eq!(kinds(&effects), ["RaiseAlert"]);
    assert_eq!(deal.after_minutes(60).happens(&Event::Ticked), []);

    let alert = alerts(&effects)[0];
    assert_eq!(
        (alert.reason.as_str(), &alert.run),
        ("late", &Some(run("op1-1")))
    );
    assert_eq!(alert.title, "风险预判登记超时：华东精工");
    assert_eq!(
        shown(&alert.lines),
        [
            "客户：华东精工",
            "商机：三号线改造",
            "销售：张伟",
            "未完成：风险预判登记",
            "应完成：11月23日 11:30",
            "已超时：3 小时 5 分",
        ]
    );
    assert_eq!(alert.quote, "我们要走招标，你们看着办");
    let missed = monday().plus(Duration::from_secs(7200));
    let Phase::Overdue {
        missed: at, level, ..
    } = deal.run("op1-1").phase
    else {
        panic!("it is late");
    };
    assert_eq!((at, level), (missed, 1));
}

#[test]
fn an_answer_after_the_deadline_counts_and_its_receipt_says_how_late() {
    let mut deal = with_a_tender();
    deal.after_minutes(120).happens(&Event::Ticked);

    let effects = deal.after_minutes(65).happens(&chosen("op1-1", BOTH));

    assert_eq!(kinds(&effects), ["ReplaceCard"]);
    let receipt = receipts(&effects)[0];
    assert_eq!(receipt.title, "超时完成 · 风险预判登记");
    assert!(
        shown(&receipt.lines).contains(&"登记：张伟 11月23日 12:35，超时 1 小时 5 分".to_owned())
    );
    assert!(matches!(
        deal.run("op1-1").phase,
        Phase::Done { late: true, .. }
    ));
}

#[test]
fn an_answer_that_overtakes_the_tick_is_as_late_as_one_that_follows_it() {
    let mut overtaking = with_a_tender();
    overtaking.after_minutes(120);
    let mut following = with_a_tender();
    following.after_minutes(120);

    let mut first = overtaking.happens(&chosen("op1-1", BOTH));
    first.extend(overtaking.happens(&Event::Ticked));
    let mut second = following.happens(&Event::Ticked);
    second.extend(following.happens(&chosen("op1-1", BOTH)));

    assert_eq!(kinds(&first), ["RaiseAlert", "ReplaceCard"]);
    assert_eq!(first, second);
    assert_eq!(overtaking.state, following.state);
}

#[test]
fn a_run_whose_node_left_the_definition_is_left_alone() {
    let mut deal = with_a_tender();
    deal.definitions = definitions(two_nodes_with(&[(
        "key = \"risk_registration\"",
        "key = \"risk_renamed\"",
    )]));
    let before = deal.state.clone();

    assert_eq!(deal.after_minutes(999).happens(&Event::Ticked), []);
    assert_eq!(kinds(&deal.happens(&chosen("op1-1", BOTH))), ["TellRep"]);
    assert_eq!(deal.state, before);
}

fn moved_to(stage: &str) -> Event {
    Event::StageMoved {
        to: stage.to_owned(),
        by: zhang_wei(),
    }
}

#[test]
fn nothing_is_late_any_more_when_the_deal_has_ended() {
    let mut deal = with_a_tender();

    let effects = deal.after_minutes(60).happens(&moved_to("lost"));
    assert_eq!(kinds(&effects), ["ReplaceCard"]);
    assert_eq!(receipts(&effects)[0].title, "不用再填 · 风险预判登记");
    let due = monday().plus(Duration::from_secs(7200));
    let (at, late) = (deal.now, false);
    assert_eq!(deal.run("op1-1").phase, Phase::Ended { at, late, due });
    assert_eq!(deal.after_minutes(999).happens(&Event::Ticked), []);

    let effects = deal.happens(&chosen("op1-1", BOTH));
    assert_eq!(kinds(&effects), ["ReplaceCard"]);
    assert_eq!(deal.run("op1-1").phase, Phase::Ended { at, late, due });
}

#[test]
fn a_deal_that_ends_while_the_clock_of_a_run_stands_has_missed_nothing() {
    let mut deal = with_a_tender();
    deal.after_minutes(60).happens(&Event::Stopped {
        run: run("op1-1"),
        by: director(),
        why: "客户停产检修".to_owned(),
    });

    deal.after_minutes(999).happens(&moved_to("lost"));

    let due = monday().plus(Duration::from_secs(7200));
    let (at, late) = (deal.now, false);
    assert_eq!(deal.run("op1-1").phase, Phase::Ended { at, late, due });
}

#[test]
fn nobody_is_told_that_something_was_late_of_a_deal_that_just_ended() {
    let mut deal = with_a_tender();

    let effects = deal.after_minutes(121).happens(&moved_to("won"));

    assert_eq!(kinds(&effects), ["ReplaceCard"]);
    let due = monday().plus(Duration::from_secs(7200));
    let (at, late) = (deal.now, true);
    assert_eq!(deal.run("op1-1").phase, Phase::Ended { at, late, due });
}

#[test]
fn a_deal_that_moves_on_after_a_deadline_is_late_all_the_same() {
    let mut deal = with_a_tender();

    let effects = deal.after_minutes(121).happens(&moved_to("proposal"));

    assert_eq!(kinds(&effects), ["RaiseAlert"]);
}

#[test]
fn a_deal_that_moves_on_keeps_its_deadlines_and_one_taken_up_again_gets_new_ones() {
    let mut deal = with_a_tender();
    assert_eq!(deal.happens(&moved_to("proposal")), []);
    assert!(deal.run("op1-1").phase.is_unfinished());

    deal.happens(&moved_to("lost"));
    deal.happens(&moved_to("proposal"));
    let effects = deal.happens(&heard(Label::Tender, "又要招标"));

    assert_eq!(kinds(&effects), ["SendCard", "RaiseAlert"]);
    assert!(deal.next_moment() > Some(deal.now));
    assert!(deal.run("op1-2").phase.is_unfinished());
}

/// A working-time run whose deadline lies in the night, stopped there.
fn stopped_in_the_evening() -> Deal {
    let mut deal = Deal::under(golden_six().clone());
    deal.happens(&heard(Label::Tender, "要走招标"));
    let due = Timestamp::parse_rfc3339("2026-11-24T06:00:00+08:00").unwrap();
    deal.happens(&Event::Extended {
        run: run("op1-1"),
        due,
        by: director(),
        why: "等客户回复".to_owned(),
    });
    deal.now = Timestamp::parse_rfc3339("2026-11-23T20:00:00+08:00").unwrap();
    deal.happens(&Event::Stopped {
        run: run("op1-1"),
        by: director(),
        why: "等客户回复".to_owned(),
    });
    deal
}

fn went_on() -> Event {
    Event::WentOn {
        run: run("op1-1"),
        by: director(),
    }
}

#[test]
fn a_clock_that_goes_on_with_no_working_time_left_is_late_when_work_begins() {
    for (minutes, due) in [
        (1, "2026-11-24T09:00:00+08:00"),
        (24 * 60, "2026-11-25T09:00:00+08:00"),
    ] {
        let mut deal = stopped_in_the_evening();

        deal.after_minutes(minutes).happens(&went_on());

        let due = Timestamp::parse_rfc3339(due).unwrap();
        assert_eq!(deal.run("op1-1").phase.due(), due);
        assert_eq!(deal.next_moment(), Some(due));
        deal.now = due;
        assert_eq!(alerts(&deal.happens(&Event::Ticked))[0].reason, "late");
    }
}

#[test]
fn what_was_late_before_it_was_sent_back_stays_late() {
    let mut deal = with_a_tender();
    deal.after_minutes(121).happens(&chosen("op1-1", BOTH));
    let back = Event::SentBack {
        run: run("op1-1"),
        questions: vec!["strategy".to_owned()],
        by: director(),
        why: "策略不对".to_owned(),
    };
    deal.after_minutes(60).happens(&back);
    assert!(!deal.run("op1-1").phase.is_late() && deal.run("op1-1").is_late());

    let effects = deal.happens(&chosen("op1-1", &[("strategy", &["pilot"])]));

    assert_eq!(receipts(&effects)[0].title, "已登记 · 风险预判登记");
    assert!(matches!(
        deal.run("op1-1").phase,
        Phase::Done { late: true, .. }
    ));
}

#[test]
fn a_clock_that_goes_on_before_work_does_is_late_when_work_begins() {
    let at = |text: &str| Timestamp::parse_rfc3339(&format!("{text}:00+08:00")).unwrap();
    let mut deal = Deal::under(golden_six().clone());
    // Opened on a Saturday, so the five workdays are over on a Monday at nine.
    deal.now = at("2026-11-28T10:00");
    deal.happens(&moved_to("proposal"));
    let due = deal.run("op1-1").phase.due();
    let (id, by) = (run("op1-1"), director());

    // On the Sunday before, no working time is left.
    deal.now = at("2026-12-06T10:00");
    deal.happens(&Event::Stopped {
        run: id.clone(),
        by: by.clone(),
        why: "客户出差".to_owned(),
    });
    deal.happens(&Event::WentOn { run: id, by });

    assert_eq!(due, at("2026-12-07T09:00"));
    assert_eq!(deal.run("op1-1").phase.due(), due);
    assert_eq!(deal.next_moment(), Some(due));
}
