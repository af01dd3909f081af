//! The six golden nodes, each as a story: what opens it, what is wrong with an answer, when it is
//! late, and what a supervisor can do.

use std::collections::BTreeMap;

use crate::domain::{Label, Timestamp};
use crate::engine::{
    Cause, Effect, Event, Evidence, FileSort, Finding, Given, Light, Looked, Phase, SignatureFound,
    SpotCheck, TitleFound, Unmatched,
};

use super::telling::{
    Deal, alerts, cards, chosen, director, golden_six, heard, kinds, receipts, refusals_of_stage,
    rep, run, sayings, shown, told, zhang_wei,
};

fn deal() -> Deal {
    Deal::under(golden_six().clone())
}

fn evidence(name: &str, finding: Finding) -> Evidence {
    Evidence {
        sha256: "0".repeat(64),
        name: name.to_owned(),
        size: 1000,
        finding,
    }
}

fn pdf(title: TitleFound, signature: SignatureFound) -> Evidence {
    let finding = Finding::Pdf {
        pages: 2,
        title,
        signature,
    };
    evidence("确认单.pdf", finding)
}

fn file(sort: FileSort) -> Evidence {
    evidence("文件", Finding::File { sort: Some(sort) })
}

fn voice(seconds: u64) -> Evidence {
    let finding = Finding::Voice {
        milliseconds: seconds * 1000,
        sound_ms: None,
    };
    evidence("语音.amr", finding)
}

fn parts(matched: usize, unmatched: usize) -> Evidence {
    let model = |number: usize| format!("M-{number}");
    let stranger = |number: usize| Unmatched {
        model: format!("X-{number}"),
        nearest: vec![format!("M-{number}")],
    };
    let finding = Finding::PartsList {
        matched: (0..matched).map(model).collect(),
        unmatched: (0..unmatched).map(stranger).collect(),
        more_matched: 0,
        more_unmatched: 0,
        has_history: true,
    };
    evidence("清单.xlsx", finding)
}

fn proved(id: &str, question: &str, evidence: Evidence) -> Event {
    Event::Proved {
        run: run(id),
        question: question.to_owned(),
        evidence,
        by: zhang_wei(),
    }
}

fn tabled(id: &str, rows: &[&[(&str, &str)]]) -> Event {
    let row = |cells: &&[(&str, &str)]| -> BTreeMap<String, String> {
        let cells = cells.iter();
        cells
            .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
            .collect()
    };
    Event::Tabled {
        run: run(id),
        question: "roles".to_owned(),
        rows: rows.iter().map(row).collect(),
        by: zhang_wei(),
    }
}

fn asked_for(stage: &str) -> Event {
    Event::StageAsked {
        to: stage.to_owned(),
        by: rep(),
    }
}

/// The questions whose answers wait for a person.
fn unseen(deal: &Deal) -> Vec<&str> {
    let unseen = deal.run("op1-1").unseen();
    unseen.map(|(question, _)| question).collect()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(&format!("{text}+08:00")).unwrap()
}

/// Lets time pass up to a moment, and ticks then.
fn tick_at(deal: &mut Deal, moment: &str) -> Vec<Effect> {
    deal.now = at(moment);
    deal.happens(&Event::Ticked)
}

#[test]
fn node_1_asks_for_the_signed_confirmation_and_half_a_minute_of_speech() {
    let mut deal = deal();

    let effects = deal.happens(&heard(Label::Intent, "要采购两套"));

    assert_eq!(kinds(&effects), ["TellRep", "Ask"]);
    assert!(sayings(&effects)[0].contains("客户提到「要采购两套」"));
    assert!(sayings(&effects)[1].contains("需求确认单"));

    for (wrong, why) in [
        (file(FileSort::Picture), "请发 PDF"),
        (
            pdf(TitleFound::No, SignatureFound::Ink),
            "没有找到《需求确认单》",
        ),
        (pdf(TitleFound::Yes, SignatureFound::None), "还没有签字"),
        (voice(40), "请发 PDF"),
    ] {
        let effects = deal.happens(&proved("op1-1", "confirmation", wrong));
        assert_eq!(kinds(&effects), ["TellRep"], "{why}");
        assert!(
            sayings(&effects)[0].contains(why),
            "{:?}",
            sayings(&effects)
        );
    }
    assert!(deal.run("op1-1").answers.is_empty());

    let signed = pdf(TitleFound::Yes, SignatureFound::Digital);
    let effects = deal.happens(&proved("op1-1", "confirmation", signed));
    assert_eq!(kinds(&effects), ["Ask"]);
    assert!(deal.state.facts.contains_key("needs_confirmed"));

    let effects = deal.happens(&proved("op1-1", "summary", voice(21)));
    assert!(
        sayings(&effects)[0].contains("还差 9 秒"),
        "{:?}",
        sayings(&effects)
    );
    let effects = deal.happens(&proved("op1-1", "summary", voice(30)));
    assert!(sayings(&effects)[0].starts_with("已登记 · 首次需求澄清"));
    assert_eq!(deal.run("op1-1").unseen().next(), None);
    assert_eq!(deal.happens(&heard(Label::Intent, "还要采购")), []);
}

#[test]
fn a_scan_is_taken_and_left_to_a_person_who_may_send_it_back() {
    let mut deal = deal();
    deal.happens(&heard(Label::Intent, "要采购两套"));
    deal.happens(&proved("op1-1", "summary", voice(31)));
    let scan = pdf(TitleFound::Unreadable, SignatureFound::Unreadable);
    deal.happens(&proved("op1-1", "confirmation", scan));
    assert_eq!(unseen(&deal), ["confirmation"]);

    let back = Event::SentBack {
        run: run("op1-1"),
        questions: vec!["confirmation".to_owned()],
        by: director(),
        why: "签字页缺了".to_owned(),
    };
    let effects = deal.after_minutes(60).happens(&back);

    assert_eq!(kinds(&effects), ["TellRep", "Ask"]);
    assert!(sayings(&effects)[0].contains("被陈磊退回：签字页缺了"));
    assert_eq!(deal.run("op1-1").phase.light(), Some(Light::Green));
    assert_eq!(deal.run("op1-1").past[0].why, "returned");
    assert!(deal.run("op1-1").answers.contains_key("summary"));

    let scan = pdf(TitleFound::Unreadable, SignatureFound::Unreadable);
    deal.happens(&proved("op1-1", "confirmation", scan));
    deal.happens(&Event::Approved {
        run: run("op1-1"),
        seen: None,
        by: director(),
    });
    assert!(matches!(
        &deal.run("op1-1").answers["confirmation"].spot_check,
        Some(SpotCheck::Approved(signed)) if signed.by == director()
    ));
}

#[test]
fn node_1_is_yellow_after_a_day_red_after_two_and_then_goes_up() {
    let mut deal = deal();
    deal.happens(&heard(Label::Intent, "要采购两套"));
    assert_eq!(deal.next_moment(), Some(at("2026-11-24T09:30:00")));

    let effects = tick_at(&mut deal, "2026-11-24T09:30:00");
    assert_eq!(
        kinds(&effects),
        ["TellRep"],
        "the rep is asked before the boss is told"
    );
    assert!(sayings(&effects)[0].contains("还差：需求确认单、语音小结"));

    let effects = tick_at(&mut deal, "2026-11-25T09:30:00");
    assert_eq!(kinds(&effects), ["RaiseAlert"]);
    assert_eq!(
        (
            alerts(&effects)[0].reason.as_str(),
            alerts(&effects)[0].level
        ),
        ("late", 1)
    );

    // Four working hours later: 09:30 to 12:00, 13:30 to 15:00.
    assert_eq!(deal.next_moment(), Some(at("2026-11-25T15:00:00")));
    let effects = tick_at(&mut deal, "2026-11-25T15:00:00");
    assert_eq!(
        (
            alerts(&effects)[0].reason.as_str(),
            alerts(&effects)[0].level
        ),
        ("escalated", 2)
    );

    deal.happens(&Event::Acknowledged {
        run: Some(run("op1-1")),
        rule: None,
        by: director(),
    });
    assert_eq!(deal.next_moment(), None, "nobody else is told");
    assert_eq!(tick_at(&mut deal, "2026-12-25T15:00:00"), []);
}

#[test]
fn node_2_gates_the_proposal_by_the_share_of_models_that_the_customer_knows() {
    let mut deal = deal();
    deal.happens(&asked_for("demo"));

    let effects = deal.happens(&asked_for("proposal"));

    assert_eq!(
        refusals_of_stage(&effects),
        ["进入「提案」之前，请先完成：方案匹配验证。"]
    );
    assert_eq!(deal.state.stage.as_deref(), Some("demo"));
    assert!(matches!(deal.run("op1-1").cause, Cause::Gate { .. }));
    let again = deal.happens(&asked_for("negotiation"));
    assert_eq!(
        kinds(&again),
        ["RefuseStage"],
        "passing it is entering it, and asks no second time"
    );

    // 89.9 % is not 90 %.
    let effects = deal.happens(&proved("op1-1", "parts", parts(899, 101)));
    assert!(
        sayings(&effects)[0].contains("899/1000（89%）"),
        "{:?}",
        sayings(&effects)
    );
    assert!(sayings(&effects)[0].contains("X-0（相近：M-0）"));
    deal.happens(&proved("op1-1", "parts", parts(900, 100)));
    assert!(matches!(deal.run("op1-1").phase, Phase::Done { .. }));

    let effects = deal.happens(&asked_for("proposal"));
    assert_eq!(deal.state.stage.as_deref(), Some("proposal"));
    assert!(kinds(&effects).contains(&"Ask"), "node 4 opens");
}

#[test]
fn a_customer_without_history_is_left_to_a_person() {
    let mut deal = deal();
    deal.happens(&asked_for("proposal"));
    let mut list = parts(0, 3);
    if let Finding::PartsList { has_history, .. } = &mut list.finding {
        *has_history = false;
    }

    deal.happens(&proved("op1-1", "parts", list));

    assert_eq!(unseen(&deal), ["parts"]);
    assert!(matches!(deal.run("op1-1").phase, Phase::Done { .. }));
}

#[test]
fn the_customers_industry_changes_what_is_asked_for() {
    let mut car_parts = deal();
    car_parts.context.industry = Some("汽车零部件厂".to_owned());
    car_parts.happens(&asked_for("proposal"));
    let effects = car_parts.happens(&proved("op1-1", "parts", parts(10, 0)));
    assert!(sayings(&effects)[0].contains("产线节拍匹配分析"));
    car_parts.happens(&proved("op1-1", "takt", file(FileSort::Pdf)));
    assert!(matches!(car_parts.run("op1-1").phase, Phase::Done { .. }));
    assert!(car_parts.state.facts.contains_key("tech_fit"));

    let mut food = deal();
    food.context.industry = Some("食品包装厂".to_owned());
    let effects = food.happens(&asked_for("proposal"));
    assert!(
        sayings(&effects)
            .iter()
            .any(|text| text.contains("卫生认证文件包"))
    );
    food.happens(&proved("op1-1", "parts", parts(10, 0)));
    assert!(matches!(food.run("op1-1").phase, Phase::Done { .. }));
}

#[test]
fn a_waived_gate_lets_the_deal_pass_and_stays_on_record() {
    let mut deal = deal();
    deal.happens(&asked_for("proposal"));

    let effects = deal.happens(&Event::Waived {
        run: run("op1-1"),
        by: director(),
        why: "标准产品，不用比对".to_owned(),
    });

    assert!(sayings(&effects)[0].starts_with("已豁免 · 方案匹配验证"));
    assert!(sayings(&effects)[0].contains("陈磊：标准产品，不用比对"));
    deal.happens(&asked_for("proposal"));
    assert_eq!(deal.state.stage.as_deref(), Some("proposal"));
    let Phase::Waived {
        signed, why, late, ..
    } = &deal.run("op1-1").phase
    else {
        panic!("waived");
    };
    assert_eq!(
        (&signed.by, why.0.as_str(), *late),
        (&director(), "标准产品，不用比对", false)
    );
}

#[test]
fn node_3_is_a_form_of_three_answers_for_each_competitor() {
    let mut deal = deal();

    let effects = deal.happens(&heard(Label::Competitor, "凯联"));
    assert_eq!(kinds(&effects), ["SendCard"]);
    deal.happens(&chosen("op1-1", &[("customer_concern", &["price"])]));
    let effects = deal.happens(&told("op1-1", "competitor_model", "K"));
    assert!(sayings(&effects)[0].starts_with("「竞品型号」至少要 2 个字"));
    deal.happens(&told("op1-1", "competitor_model", "凯联 K200"));
    let effects = deal.happens(&told("op1-1", "our_advantages", "质保五年，本地服务"));

    assert_eq!(kinds(&effects), ["ReplaceCard", "TellRep"]);
    assert_eq!(receipts(&effects)[0].title, "已登记 · 竞品应对备案");
    let effects = deal.happens(&heard(Label::Competitor, "博锐"));
    assert_eq!(cards(&effects)[0].run, run("op1-2"));
    assert_eq!(
        deal.next_moment(),
        Some(at("2026-11-23T21:30:00")),
        "half of 24 hours"
    );
    let late = tick_at(&mut deal, "2026-11-24T09:30:00");
    assert_eq!(alerts(&late)[0].title, "竞品应对备案超时：华东精工");
}

#[test]
fn node_4_wants_every_role_named_and_the_minutes_within_five_workdays() {
    let mut deal = deal();
    deal.happens(&Event::StageMoved {
        to: "proposal".to_owned(),
        by: zhang_wei(),
    });
    let due = deal.run("op1-1").phase.due();
    assert_eq!(due, at("2026-11-30T09:30:00"), "Monday to Monday");

    for (rows, why) in [
        (
            &[&[("role", "发起人"), ("name", "王工")][..]][..],
            "至少要 3 行",
        ),
        (
            &[
                &[("role", "发起人"), ("name", "王工")],
                &[("role", "影响者"), ("name", "")],
                &[("role", "否决者"), ("name", "李总")],
            ],
            "都要填「姓名」",
        ),
        (
            &[
                &[("role", "发起人"), ("name", "王工")],
                &[("role", "影响者"), ("name", "赵工")],
                &[("role", "影响者"), ("name", "李总")],
            ],
            "还缺：否决者",
        ),
        (
            &[
                &[("role", "老板"), ("name", "王工")],
                &[("role", "影响者"), ("name", "赵工")],
                &[("role", "否决者"), ("name", "李总")],
            ],
            "只能填：发起人、影响者、否决者",
        ),
    ] {
        let effects = deal.happens(&tabled("op1-1", rows));
        assert!(
            sayings(&effects)[0].contains(why),
            "{:?}",
            sayings(&effects)
        );
    }

    let effects = deal.happens(&tabled(
        "op1-1",
        &[
            &[("role", "发起人"), ("name", "王工")],
            &[("role", "影响者"), ("name", "赵工")],
            &[("role", "否决者"), ("name", "李总"), ("position", "总经理")],
        ],
    ));
    assert_eq!(kinds(&effects), ["Ask"]);
    let effects = deal.happens(&proved("op1-1", "minutes", file(FileSort::Sheet)));
    assert!(sayings(&effects)[0].contains("请发 PDF、文档（docx、txt）、图片"));
    deal.happens(&proved("op1-1", "minutes", file(FileSort::Document)));
    assert!(matches!(
        deal.run("op1-1").phase,
        Phase::Done { late: false, .. }
    ));
}

#[test]
fn node_5_comes_at_once_with_the_hint_that_nobody_signed_the_roi() {
    let mut deal = deal();

    let effects = deal.happens(&heard(Label::Finance, "财务不批"));

    assert_eq!(kinds(&effects), ["SendCard", "RaiseAlert"]);
    assert!(shown(&cards(&effects)[0].lines)[0].starts_with("提示：还没有客户签署的《ROI测算表》"));
    assert!(
        shown(&alerts(&effects)[0].lines)
            .iter()
            .any(|line| line.contains("ROI测算表"))
    );
    assert_eq!(
        deal.run("op1-1").phase.due(),
        at("2026-11-23T11:30:00"),
        "two working hours"
    );

    let mut evening = self::deal();
    evening.now = at("2026-11-27T17:30:00");
    evening.happens(&heard(Label::Tender, "要走招标"));
    assert_eq!(
        evening.run("op1-1").phase.due(),
        at("2026-11-30T10:30:00"),
        "over the weekend"
    );

    let mut signed = self::deal();
    signed.happens(&Event::FactConfirmed {
        fact: "roi_signed".to_owned(),
        by: director(),
    });
    let effects = signed.happens(&heard(Label::Finance, "财务不批"));
    assert!(!shown(&cards(&effects)[0].lines)[0].contains("ROI"));
}

#[test]
fn two_signals_of_one_sentence_are_one_occasion() {
    let mut deal = deal();
    let both = |label| match heard(label, "招标") {
        Event::SignalHeard {
            words,
            quote,
            message,
            chat,
            ..
        } => Event::SignalHeard {
            label,
            words,
            quote,
            message,
            chat,
        },
        other => other,
    };

    deal.happens(&both(Label::Tender));
    assert_eq!(deal.happens(&both(Label::Budget)), []);
    assert_eq!(deal.state.runs.len(), 1);
    assert_eq!(deal.run("op1-1").noted[0].label, Label::Budget);

    let effects = deal.happens(&heard(Label::Budget, "没预算"));
    assert_eq!(
        kinds(&effects),
        ["SendCard", "RaiseAlert"],
        "another sentence"
    );
}

#[test]
fn repeated_price_without_confirmed_fit_gives_a_hint_once_a_week() {
    let mut deal = deal();
    assert_eq!(deal.happens(&heard(Label::Price, "太贵")), []);

    let effects = deal.happens(&heard(Label::Price, "还是贵"));
    assert_eq!(
        sayings(&effects),
        ["客户反复谈价格，技术参数适配性还没有确认：先确认适配，再谈价。"]
    );
    assert_eq!(deal.happens(&heard(Label::Price, "贵")), []);
    let later = deal
        .after_minutes(7 * 24 * 60)
        .happens(&heard(Label::Price, "真贵"));
    assert_eq!(kinds(&later), ["TellRep"]);
}

#[test]
fn node_6_gates_the_contract_until_the_letter_is_signed() {
    let mut deal = deal();
    deal.happens(&Event::StageMoved {
        to: "legal".to_owned(),
        by: zhang_wei(),
    });

    let effects = deal.happens(&asked_for("contract"));
    assert_eq!(
        refusals_of_stage(&effects),
        ["进入「合同」之前，请先完成：合同条款共识。"]
    );
    assert!(matches!(
        deal.happens(&asked_for("won"))[0],
        Effect::RefuseStage { .. }
    ));
    let scan = pdf(TitleFound::Unreadable, SignatureFound::Unreadable);
    deal.happens(&proved("op1-1", "letter", scan));
    deal.happens(&asked_for("contract"));
    assert_eq!(deal.state.stage.as_deref(), Some("contract"));
    assert!(
        !deal.state.facts.contains_key("terms_agreed"),
        "nobody has looked at the scan"
    );
    deal.happens(&Event::Approved {
        run: run("op1-1"),
        seen: None,
        by: director(),
    });
    assert!(deal.state.facts.contains_key("terms_agreed"));
}

#[test]
fn a_lost_deal_is_gated_by_nothing() {
    let mut deal = deal();

    deal.happens(&asked_for("lost"));

    assert_eq!(deal.state.stage.as_deref(), Some("lost"));
    assert!(deal.state.runs.is_empty());
}

#[test]
fn a_demo_that_goes_on_for_three_days_alerts_and_makes_a_to_do() {
    let mut deal = deal();
    deal.happens(&asked_for("demo"));
    assert_eq!(deal.next_moment(), Some(at("2026-11-25T09:30:00")));

    let effects = tick_at(&mut deal, "2026-11-25T09:30:00");
    assert!(sayings(&effects)[0].contains("在「方案演示」已经 2 天"));
    let effects = tick_at(&mut deal, "2026-11-26T09:30:00");
    assert_eq!(kinds(&effects), ["CreateTodo", "RaiseAlert"]);
    let Effect::CreateTodo(todo) = &effects[0] else {
        panic!("a to-do");
    };
    assert_eq!(todo.subject, "调取华东精工近3月故障维修记录");
    assert_eq!(alerts(&effects)[0].rule.as_deref(), Some("demo_dwell"));
    assert_eq!(tick_at(&mut deal, "2026-11-26T10:30:00"), []);

    let key = todo.key.clone();
    let effects = deal.happens(&asked_for("discovery"));
    assert_eq!(effects, [Effect::CloseTodo { todo: key }]);
}

#[test]
fn every_second_contact_without_a_new_stage_is_neglect() {
    let mut deal = deal();
    let contact = Event::Contacted {
        kind: crate::engine::ContactKind::Visit,
        by: zhang_wei(),
    };
    assert_eq!(deal.happens(&contact), []);

    let effects = deal.happens(&contact);
    assert_eq!(kinds(&effects), ["TellRep", "RaiseAlert"]);
    assert!(sayings(&effects)[0].contains("连续 2 次"));
    assert_eq!(alerts(&effects)[0].reason, "neglect");

    assert_eq!(deal.happens(&contact), []);
    deal.happens(&asked_for("discovery"));
    assert_eq!(deal.happens(&contact), [], "counted from the new stage on");
}

#[test]
fn a_stopped_clock_goes_on_with_what_was_left() {
    let mut deal = deal();
    deal.happens(&heard(Label::Tender, "要走招标"));
    let stopped = Event::Stopped {
        run: run("op1-1"),
        by: director(),
        why: "客户停产检修".to_owned(),
    };
    deal.after_minutes(30).happens(&stopped);
    assert_eq!(tick_at(&mut deal, "2026-11-24T10:00:00"), []);
    assert_eq!(deal.run("op1-1").phase.word(), "paused");

    deal.happens(&Event::WentOn {
        run: run("op1-1"),
        by: director(),
    });

    assert_eq!(
        deal.run("op1-1").phase.due(),
        at("2026-11-24T11:30:00"),
        "an hour and a half"
    );
}

#[test]
fn more_time_makes_a_late_run_yellow_again() {
    let mut deal = deal();
    deal.happens(&heard(Label::Tender, "要走招标"));
    tick_at(&mut deal, "2026-11-23T11:30:00");
    let due = at("2026-11-23T18:00:00");

    let effects = deal.happens(&Event::Extended {
        run: run("op1-1"),
        due,
        by: director(),
        why: "下午才能见到客户".to_owned(),
    });

    assert!(sayings(&effects)[0].contains("已延期到 11月23日 18:00"));
    assert_eq!(deal.run("op1-1").phase.light(), Some(Light::Yellow));
    assert_eq!(deal.next_moment(), Some(due));
    let effects = tick_at(&mut deal, "2026-11-23T18:00:00");
    assert_eq!(kinds(&effects), ["RaiseAlert"], "late once more");
}

#[test]
fn what_does_not_apply_is_neither_kept_nor_missed() {
    let mut deal = deal();
    deal.happens(&heard(Label::Tender, "要走招标"));

    deal.happens(&Event::Dismissed {
        run: run("op1-1"),
        by: director(),
        why: "说的是别家的项目".to_owned(),
    });

    assert_eq!(deal.run("op1-1").phase.word(), "not_applicable");
    assert_eq!(deal.next_moment(), None);
}

#[test]
fn an_answer_can_be_taken_back_amended_and_put_off() {
    let mut deal = deal();
    deal.happens(&heard(Label::Competitor, "凯联"));
    deal.happens(&chosen("op1-1", &[("customer_concern", &["price"])]));
    deal.after_minutes(1)
        .happens(&told("op1-1", "competitor_model", "凯联 K200"));

    let back = Event::TookBack {
        run: run("op1-1"),
        by: zhang_wei(),
    };
    let effects = deal.happens(&back);
    assert!(sayings(&effects)[0].contains("哪个型号"));
    deal.happens(&told("op1-1", "competitor_model", "凯联 K300"));
    let amended = Event::Told {
        run: run("op1-1"),
        question: "competitor_model".to_owned(),
        text: "凯联 K400".to_owned(),
        by: zhang_wei(),
        amends: true,
    };
    deal.happens(&amended);

    let kept: Vec<String> = deal
        .run("op1-1")
        .past
        .iter()
        .map(|past| past.answer.shown())
        .collect();
    assert_eq!(kept, ["凯联 K200", "凯联 K300"]);
    assert_eq!(
        deal.run("op1-1").answers["competitor_model"].shown(),
        "凯联 K400"
    );

    let effects = deal.happens(&Event::PutOff {
        run: run("op1-1"),
        by: zhang_wei(),
    });
    assert!(sayings(&effects)[0].contains("11月23日 11:31 再问您"));
    assert_eq!(deal.run("op1-1").asked, None);
    let effects = tick_at(&mut deal, "2026-11-23T11:31:00");
    assert_eq!(kinds(&effects), ["Ask"]);
    assert!(matches!(
        &deal.run("op1-1").answers["customer_concern"].given,
        Given::Chosen { .. }
    ));
}

#[test]
fn open_runs_finish_under_the_version_they_began_with() {
    let mut deal = deal();
    deal.happens(&heard(Label::Competitor, "凯联"));
    let changed = super::telling::golden_six_with(&[
        ("title = \"我方优势\"", "title = \"我们的优势\""),
        ("key = \"our_advantages\"", "key = \"strengths\""),
    ]);
    deal.definitions = deal.definitions.clone().followed_by(changed.into());

    deal.happens(&chosen("op1-1", &[("customer_concern", &["price"])]));
    deal.happens(&told("op1-1", "competitor_model", "凯联 K200"));
    let effects = deal.happens(&told("op1-1", "our_advantages", "质保五年，本地服务"));

    assert_eq!(receipts(&effects)[0].title, "已登记 · 竞品应对备案");
    deal.happens(&heard(Label::Competitor, "博锐"));
    assert!(
        deal.run("op1-2")
            .questions
            .contains(&"strengths".to_owned())
    );
}

#[test]
fn each_answer_waits_for_its_own_look() {
    let mut deal = deal_with_two_scans();
    assert_eq!(unseen(&deal), ["letter", "terms"]);

    deal.happens(&sent_back_for("letter"));
    assert_eq!(unseen(&deal), ["terms"], "the other one waits still");

    let mut replaced = self::deal();
    replaced.happens(&heard(Label::Intent, "要采购两套"));
    replaced.happens(&proved("op1-1", "confirmation", scan()));
    let signed = pdf(TitleFound::Yes, SignatureFound::Digital);
    replaced.happens(&proved("op1-1", "confirmation", signed));
    assert!(unseen(&replaced).is_empty(), "a program can read it");
}

#[test]
fn of_what_is_let_off_or_over_nothing_waits_for_a_look() {
    for end in [
        Event::Waived {
            run: run("op1-1"),
            by: director(),
            why: "框架协议已覆盖".to_owned(),
        },
        asked_for("lost"),
    ] {
        let mut deal = deal();
        deal.happens(&heard(Label::Intent, "要采购两套"));
        deal.happens(&proved("op1-1", "confirmation", scan()));
        assert_eq!(unseen(&deal), ["confirmation"]);

        deal.happens(&end);

        assert!(unseen(&deal).is_empty(), "{end:?}");
    }
}

fn scan() -> Evidence {
    pdf(TitleFound::Unreadable, SignatureFound::Unreadable)
}

fn sent_back_for(question: &str) -> Event {
    Event::SentBack {
        run: run("op1-1"),
        questions: vec![question.to_owned()],
        by: director(),
        why: "签字页缺了".to_owned(),
    }
}

/// The contract's gate asks for two signed documents; both came as scans.
fn deal_with_two_scans() -> Deal {
    let second = "\n[[node.question]]\nkey = \"terms\"\ntitle = \"条款附件\"\nkind = \"file\"\n\
        ask = \"请上传条款附件。\"\naccept = [\"pdf\"]\nsigned = true\n\n\n# ───────── 规则";
    let process = super::telling::golden_six_with(&[("\n\n# ───────── 规则", second)]);
    let mut deal = Deal::under(process);
    deal.happens(&Event::NodeOpened {
        node: "terms_consensus".to_owned(),
        by: rep(),
    });
    deal.happens(&proved("op1-1", "letter", scan()));
    deal.happens(&proved("op1-1", "terms", scan()));
    deal
}

#[test]
fn an_open_run_goes_up_by_the_version_it_began_with() {
    let mut deal = deal();
    deal.happens(&heard(Label::Tender, "要走招标"));
    let changed = super::telling::golden_six_with(&[("levels = 3", "levels = 1")]);
    deal.definitions = deal.definitions.clone().followed_by(changed.into());

    tick_at(&mut deal, "2026-11-23T11:30:00");
    let next = deal.next_moment().expect("three levels, as it began");
    deal.now = next;

    assert_eq!(alerts(&deal.happens(&Event::Ticked))[0].level, 2);
}

#[test]
fn an_approval_holds_for_what_was_seen_and_for_nothing_that_came_since() {
    let mut deal = deal_with_two_scans();
    let other = Evidence {
        sha256: "1".repeat(64),
        ..scan()
    };
    let seen = |digit: &str| Event::Approved {
        run: run("op1-1"),
        seen: Some(Looked {
            question: "letter".to_owned(),
            sha256: digit.repeat(64),
        }),
        by: director(),
    };
    deal.happens(&sent_back_for("letter"));
    deal.happens(&proved("op1-1", "letter", other));

    deal.happens(&seen("0"));
    assert_eq!(unseen(&deal), ["letter", "terms"]);

    deal.happens(&seen("1"));
    assert_eq!(unseen(&deal), ["terms"]);
}

#[test]
fn an_approval_of_before_it_said_what_was_seen_is_read_and_means_all_that_waited() {
    let mut deal = deal_with_two_scans();
    let stored = r#"{"event":"approved","run":"op1-1","by":{"id":"chen.lei","name":"陈磊"}}"#;

    deal.happens(&serde_json::from_str(stored).unwrap());

    assert!(unseen(&deal).is_empty());
}

#[test]
fn a_bad_scan_is_sent_back_while_other_answers_are_missing() {
    let mut deal = deal();
    deal.happens(&heard(Label::Intent, "要采购两套"));
    deal.happens(&proved("op1-1", "confirmation", scan()));
    let before = deal.run("op1-1").phase.clone();

    let effects = deal
        .after_minutes(60)
        .happens(&sent_back_for("confirmation"));

    assert_eq!(kinds(&effects), ["TellRep", "Ask"]);
    assert!(sayings(&effects)[0].contains("被陈磊退回：签字页缺了"));
    assert!(deal.run("op1-1").answers.is_empty() && unseen(&deal).is_empty());
    assert_eq!(deal.run("op1-1").phase, before, "under the clock it has");
}

#[test]
fn a_clock_that_a_bad_answer_stopped_goes_on_when_it_is_sent_back() {
    let process = super::telling::golden_six_with(&[(
        "late_after = \"48h\"",
        "late_after = \"48h\"\non_work = \"stops\"",
    )]);
    let mut deal = Deal::under(process);
    deal.happens(&heard(Label::Intent, "要采购两套"));
    deal.happens(&proved("op1-1", "confirmation", scan()));
    assert_eq!(deal.run("op1-1").phase.word(), "paused");

    deal.happens(&sent_back_for("confirmation"));

    assert_eq!(deal.run("op1-1").phase.word(), "open");
    assert!(deal.next_moment().is_some());
}

#[test]
fn the_rep_hears_that_a_person_looks_and_that_they_found_it_right() {
    let mut deal = deal();
    deal.happens(&Event::NodeOpened {
        node: "terms_consensus".to_owned(),
        by: rep(),
    });

    let effects = deal.happens(&proved("op1-1", "letter", scan()));
    assert!(
        sayings(&effects)[0].contains("关键条款确认函：确认单.pdf（待人工抽查）"),
        "{:?}",
        sayings(&effects)
    );

    let effects = deal.happens(&Event::Approved {
        run: run("op1-1"),
        seen: None,
        by: director(),
    });
    assert_eq!(
        sayings(&effects),
        ["华东精工的「合同条款共识」：陈磊看过「关键条款确认函」，抽查通过。"]
    );
}

#[test]
fn a_cell_of_punctuation_is_no_name() {
    let mut deal = deal();
    deal.happens(&asked_for("demo"));
    deal.happens(&Event::NodeOpened {
        node: "decision_chain".to_owned(),
        by: rep(),
    });

    let effects = deal.happens(&tabled(
        "op1-1",
        &[
            &[("role", "发起人"), ("name", "王工")],
            &[("role", "影响者"), ("name", "。")],
            &[("role", "否决者"), ("name", "李总")],
        ],
    ));

    assert!(sayings(&effects)[0].contains("每一行都要填「姓名」"));
}

#[test]
fn a_clock_that_stands_names_no_deadline() {
    let mut deal = deal();
    deal.happens(&heard(Label::Intent, "要采购两套"));
    deal.happens(&Event::Stopped {
        run: run("op1-1"),
        by: director(),
        why: "客户停产检修".to_owned(),
    });

    let effects = deal.happens(&Event::PutOff {
        run: run("op1-1"),
        by: zhang_wei(),
    });

    assert!(sayings(&effects)[0].contains("截止时间还是 已停表"));
}
