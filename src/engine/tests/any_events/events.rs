//! Anything that can happen to a deal under the six nodes.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;

use crate::domain::{Label, RunId, Timestamp};
use crate::engine::tests::telling::{
    director, golden_six, heard, monday, rep, run, told, zhang_wei,
};
use crate::engine::{
    Actor, ContactKind, Definitions, Event, Evidence, FileSort, Finding, Looked, NONE_CHOSEN,
    QuestionKind, SignatureFound, State, TitleFound, Unmatched,
};

pub(super) fn word<T: std::fmt::Debug + Clone + 'static>(
    words: &[T],
) -> impl Strategy<Value = T> + use<T> {
    select(words.to_vec())
}

fn any_run() -> impl Strategy<Value = RunId> {
    (1..8_u32).prop_map(|number| run(&format!("op1-{number}")))
}

fn any_question() -> impl Strategy<Value = String> {
    let nodes = golden_six().nodes().iter();
    let keys = nodes
        .flat_map(|node| &node.questions)
        .map(|q| q.key.clone());
    select(
        keys.chain(["no_such_question".to_owned()])
            .collect::<Vec<_>>(),
    )
}

fn any_stage() -> impl Strategy<Value = String> {
    let keys = golden_six().stages().iter().map(|stage| stage.key.clone());
    select(keys.chain(["no_such_stage".to_owned()]).collect::<Vec<_>>())
}

fn any_choices() -> impl Strategy<Value = BTreeMap<String, Vec<String>>> {
    let options = ["open_tender", "pilot", "own", "price", NONE_CHOSEN, "x"].map(str::to_owned);
    btree_map(any_question(), vec(word(&options), 0..3), 0..4)
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => word(&["凯联 K200 系列", "质保五年", "短", "", "。。。"]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn any_actor() -> impl Strategy<Value = Actor> {
    word(&[director(), rep()])
}

fn any_finding() -> impl Strategy<Value = Finding> {
    let titles = [TitleFound::Yes, TitleFound::No, TitleFound::Unreadable];
    let signatures = [
        SignatureFound::Digital,
        SignatureFound::None,
        SignatureFound::Unreadable,
    ];
    let sorts = [None, Some(FileSort::Picture), Some(FileSort::Sheet)];
    prop_oneof![
        (word(&titles), word(&signatures)).prop_map(|(title, signature)| Finding::Pdf {
            pages: 1,
            title,
            signature
        }),
        (0..90_000_u64).prop_map(|milliseconds| Finding::Voice {
            milliseconds,
            sound_ms: None
        }),
        (0..12_usize, 0..3_usize, any::<bool>()).prop_map(parts),
        word(&sorts).prop_map(|sort| Finding::File { sort }),
        Just(Finding::Place {
            latitude: 1,
            longitude: 2
        }),
    ]
}

fn parts((matched, unmatched, has_history): (usize, usize, bool)) -> Finding {
    let stranger = |number| Unmatched {
        model: format!("X-{number}"),
        nearest: Vec::new(),
    };
    Finding::PartsList {
        matched: (0..matched).map(|number| format!("M-{number}")).collect(),
        unmatched: (0..unmatched).map(stranger).collect(),
        more_matched: 0,
        more_unmatched: 0,
        has_history,
    }
}

fn evidence(finding: Finding) -> Evidence {
    Evidence {
        sha256: "0".repeat(64),
        name: "文件".to_owned(),
        size: 1000,
        finding,
    }
}

fn any_rows() -> impl Strategy<Value = Vec<BTreeMap<String, String>>> {
    let cell = (
        word(&["role", "name", "x"]),
        word(&["发起人", "否决者", "甲", ""]),
    );
    let cell = cell.prop_map(|(key, text)| (key.to_owned(), text.to_owned()));
    vec(
        vec(cell, 0..3).prop_map(|cells| cells.into_iter().collect()),
        0..4,
    )
}

fn of_the_customer() -> impl Strategy<Value = Event> {
    let words = word(&["招标", "凯联", "博锐", " 凯 联", ""]);
    (word(&Label::ALL), words).prop_map(|(label, words)| heard(label, words))
}

fn of_the_rep() -> impl Strategy<Value = Event> {
    let by = zhang_wei;
    prop_oneof![
        (any_run(), any_choices(), any::<bool>()).prop_map(move |(run, choices, amends)| {
            Event::Chosen {
                run,
                choices,
                by: by(),
                amends,
            }
        }),
        (any_run(), any_question(), any_text(), any::<bool>()).prop_map(
            |(id, question, text, amends)| match told(id.as_str(), &question, &text) {
                Event::Told {
                    run,
                    question,
                    text,
                    by,
                    ..
                } => Event::Told {
                    run,
                    question,
                    text,
                    by,
                    amends
                },
                other => other,
            }
        ),
        (any_run(), any_question(), any_finding()).prop_map(move |(run, question, finding)| {
            Event::Proved {
                run,
                question,
                evidence: evidence(finding),
                by: by(),
            }
        }),
        (any_run(), any_question(), any_rows()).prop_map(move |(run, question, rows)| {
            Event::Tabled {
                run,
                question,
                rows,
                by: by(),
            }
        }),
        any_run().prop_map(move |run| Event::TookBack { run, by: by() }),
        any_run().prop_map(move |run| Event::PutOff { run, by: by() }),
        any_run().prop_map(move |run| Event::Resumed { run, by: by() }),
        word(&ContactKind::ALL).prop_map(move |kind| Event::Contacted { kind, by: by() }),
    ]
}

fn of_the_supervisor() -> impl Strategy<Value = Event> {
    let why = || "理由".to_owned();
    let of_run = || (any_run(), any_actor());
    prop_oneof![
        of_run().prop_map(move |(run, by)| Event::Stopped {
            run,
            by,
            why: why()
        }),
        of_run().prop_map(|(run, by)| Event::WentOn { run, by }),
        (of_run(), -100_000_000..900_000_000_i64).prop_map(move |((run, by), later)| {
            Event::Extended {
                run,
                due: Timestamp(monday().0 + later),
                by,
                why: why(),
            }
        }),
        of_run().prop_map(move |(run, by)| Event::Waived {
            run,
            by,
            why: why()
        }),
        of_run().prop_map(move |(run, by)| Event::Dismissed {
            run,
            by,
            why: why()
        }),
        (of_run(), any_question(), word(&["0", "1", ""])).prop_map(
            |((run, by), question, digit)| {
                let seen = (!digit.is_empty()).then(|| Looked {
                    question,
                    sha256: digit.repeat(64),
                });
                Event::Approved { run, seen, by }
            }
        ),
        (of_run(), vec(any_question(), 0..2)).prop_map(move |((run, by), questions)| {
            Event::SentBack {
                run,
                questions,
                by,
                why: why(),
            }
        }),
        (of_run(), any::<bool>()).prop_map(|((run, by), of_rule)| Event::Acknowledged {
            run: (!of_rule).then_some(run),
            rule: of_rule.then(|| "demo_dwell".to_owned()),
            by,
        }),
        of_run().prop_map(|(run, by)| Event::Urged { run, by }),
    ]
}

fn of_the_deal() -> impl Strategy<Value = Event> {
    let nodes = golden_six().nodes().iter().map(|node| node.key.clone());
    let nodes: Vec<String> = nodes.chain(["no_such_node".to_owned()]).collect();
    let fact = |fact: &str| fact.to_owned();
    prop_oneof![
        3 => (any_stage(), any_actor()).prop_map(|(to, by)| Event::StageAsked { to, by }),
        1 => any_stage().prop_map(|to| Event::StageMoved { to, by: zhang_wei() }),
        2 => (select(nodes), any_actor()).prop_map(|(node, by)| Event::NodeOpened { node, by }),
        1 => (word(&["roi_signed", "x"]), any_actor())
            .prop_map(move |(name, by)| Event::FactConfirmed { fact: fact(name), by }),
        1 => word(&["op1:demo_dwell:1", "x"]).prop_map(move |todo| Event::TodoDone { todo: fact(todo) }),
    ]
}

pub(super) fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => of_the_customer(),
        3 => of_the_rep(),
        3 => of_the_supervisor(),
        3 => of_the_deal(),
        2 => Just(Event::Ticked),
    ]
}

/// What satisfies the first question that a run lacks.
pub(super) fn right_answer(definitions: &Definitions, id: &RunId, state: &State) -> Option<Event> {
    let question = *definitions.unanswered(&state.runs[id]).first()?;
    let (run, by, key) = (id.clone(), zhang_wei(), question.key.clone());
    let proved = |finding| Event::Proved {
        run: id.clone(),
        question: question.key.clone(),
        evidence: evidence(finding),
        by: zhang_wei(),
    };
    Some(match &question.kind {
        QuestionKind::ChooseOne(choices) | QuestionKind::ChooseSeveral(choices) => Event::Chosen {
            run,
            choices: [(key, vec![choices[0].id.clone()])].into(),
            by,
            amends: true,
        },
        QuestionKind::Text { .. } => told(id.as_str(), &key, "凯联 K200 系列，我们质保五年"),
        QuestionKind::File { .. } => proved(Finding::Pdf {
            pages: 1,
            title: TitleFound::Yes,
            signature: SignatureFound::Digital,
        }),
        QuestionKind::Voice { .. } => proved(Finding::Voice {
            milliseconds: 31_000,
            sound_ms: None,
        }),
        QuestionKind::PartsList { .. } => proved(parts((10, 1, true))),
        QuestionKind::Place { .. } => proved(Finding::Place {
            latitude: 1,
            longitude: 2,
        }),
        QuestionKind::Table { .. } => {
            let row = |role: &str| {
                let cells = [("role", role), ("name", "甲")];
                BTreeMap::from(cells.map(|(key, text)| (key.to_owned(), text.to_owned())))
            };
            Event::Tabled {
                run,
                question: key,
                rows: ["发起人", "影响者", "否决者"].map(row).into(),
                by,
            }
        }
    })
}
