//! What holds after any sequence of events.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;

use crate::domain::{Label, RunId, Timestamp};
use crate::engine::{
    Definitions, Effect, Event, Given, NONE_CHOSEN, Phase, Process, QuestionKind, State, TextLimits,
};

use super::telling::{
    context, definitions, heard, monday, run, told, two_nodes, two_nodes_with, zhang_wei,
};

const RUNS: &[&str] = &["op1-1", "op1-2", "op1-3", "op1-4", "op9-1"];
const QUESTIONS: &[&str] = &[
    "risk_type",
    "strategy",
    "customer_concern",
    "competitor_model",
    "our_advantages",
    "no_such_question",
];
const OPTIONS: &[&str] = &[
    "open_tender",
    "pilot",
    "own",
    "price",
    NONE_CHOSEN,
    "no_such_option",
];

fn event() -> impl Strategy<Value = Event> {
    let words = select(vec!["招标", "凯联", "博锐", " 凯 联", ""]);
    let label = select(vec![
        Label::Tender,
        Label::Budget,
        Label::Competitor,
        Label::Price,
    ]);
    let choices = btree_map(
        select(QUESTIONS).prop_map(str::to_owned),
        vec(select(OPTIONS).prop_map(str::to_owned), 0..3),
        0..4,
    );
    let text = prop_oneof![
        4 => select(vec!["凯联 K200 系列", "质保五年", "短", "", "。。。"]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop_oneof![
        3 => (label, words).prop_map(|(label, words)| heard(label, words)),
        4 => (select(RUNS), choices).prop_map(|(id, choices)| Event::Chosen {
            run: run(id),
            choices,
            by: zhang_wei(),
            amends: false,
        }),
        4 => (select(RUNS), select(QUESTIONS), text)
            .prop_map(|(id, question, text)| told(id, question, &text)),
        3 => Just(Event::Ticked),
        1 => select(vec!["lead", "proposal", "lost", "no_such_stage"]).prop_map(|to| {
            Event::StageMoved { to: to.to_owned(), by: zhang_wei() }
        }),
    ]
}

/// Events and the minutes that pass before each; the clock may also stand still.
fn history() -> impl Strategy<Value = Vec<(u64, Event)>> {
    let minutes = prop_oneof![3 => 0..20_u64, 1 => 20..3000_u64, 1 => 40_000..50_000_u64];
    vec((minutes, event()), 0..60)
}

/// The effects of the history, as they are stored, and what holds after each event.
fn replay(definitions: &Definitions, history: &[(u64, Event)]) -> (String, String) {
    let (mut state, mut now) = (State::default(), monday());
    let mut late_alerts: BTreeMap<RunId, u32> = BTreeMap::new();
    let mut all = Vec::new();
    for (minutes, event) in history {
        now = now.plus(Duration::from_secs(minutes * 60));
        let (next, effects) = definitions.step(state, &context(), event, now);
        state = next;

        for effect in &effects {
            check_limits(effect);
            if let Effect::RaiseAlert(alert) = effect
                && alert.reason == "late"
                && let Some(run) = &alert.run
            {
                *late_alerts.entry(run.clone()).or_default() += 1;
            }
        }
        check_state(definitions.current(), &state, &late_alerts, now);
        all.push(effects);
    }
    let state_json = serde_json::to_string(&state).unwrap();
    assert_eq!(serde_json::from_str::<State>(&state_json).unwrap(), state);
    (state_json, serde_json::to_string(&all).unwrap())
}

fn check_state(
    process: &Process,
    state: &State,
    late_alerts: &BTreeMap<RunId, u32>,
    now: Timestamp,
) {
    for (id, run) in &state.runs {
        let node = process.node(&run.node).unwrap();
        let answered = node.questions.iter().filter(|question| {
            let is_own = |id: &str| {
                question
                    .choices()
                    .iter()
                    .any(|c| c.id == id && c.ask_text.is_some())
            };
            match run.answers.get(&question.key).map(|answer| &answer.given) {
                Some(Given::Chosen { picked, own }) => {
                    assert!(!picked.is_empty());
                    own.is_some() || !picked.iter().any(|option| is_own(&option.id))
                }
                Some(Given::Text { text }) => {
                    let TextLimits { max_chars, .. } = question.text;
                    !text.trim().is_empty() && text.chars().count() <= max_chars
                }
                Some(_) | None => false,
            }
        });
        let is_complete = answered.count() == node.questions.len();
        let alerted = late_alerts.get(id).copied().unwrap_or_default();
        match &run.phase {
            Phase::Open { due, .. } => assert!(now < *due && !is_complete && alerted == 0),
            Phase::Overdue { missed, .. } => {
                assert!(now >= *missed && !is_complete && alerted == 1);
            }
            Phase::Ended { at, late, due } => {
                // Nobody is told of a deadline that passed while nobody looked, before the end.
                assert!(!is_complete && alerted <= u32::from(*late));
                assert!(*late == (at >= due));
                assert!(run.asked.is_none());
            }
            Phase::Done { signed, late, due } => {
                assert!(is_complete && alerted == u32::from(*late));
                assert!(*late == (signed.at >= *due));
                assert!(run.asked.is_none());
            }
            other => panic!("no supervisor acted: {other:?}"),
        }
    }
}

/// What WeCom would refuse is never sent.
pub(super) fn check_limits(effect: &Effect) {
    match effect {
        Effect::SendCard(card) => {
            assert!((1..=3).contains(&card.questions.len()));
            for question in &card.questions {
                let most = if question.several { 20 } else { 10 };
                assert!((2..=most).contains(&question.options.len()));
                assert!(card.questions.len() == 1 || !question.several);
                assert!(question.options.iter().all(|(id, _)| id.len() <= 128));
            }
        }
        Effect::Ask { text, .. } | Effect::TellRep { text, .. } => {
            assert!(!text.is_empty());
        }
        _ => {}
    }
}

/// The shipped process with a question that takes several options.
fn with_boxes() -> Process {
    let process = two_nodes_with(&[("kind = \"choose_one\"", "kind = \"choose_several\"")]);
    let kind = &process.nodes()[0].questions[0].kind;
    assert!(matches!(kind, QuestionKind::ChooseSeveral(_)));
    process
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_engine_keeps_its_promises_and_repeats_itself(history in history()) {
        for process in [two_nodes().clone(), with_boxes()].map(definitions) {
            prop_assert_eq!(replay(&process, &history), replay(&process, &history));
        }
    }

    #[test]
    fn any_clock_is_survived(times in vec(any::<i64>(), 1..20), event in event()) {
        let definitions = definitions(two_nodes().clone());
        let mut state = State::default();
        for time in times {
            for event in [&heard(Label::Tender, "招标"), &event, &Event::Ticked] {
                state = definitions.step(state, &context(), event, Timestamp(time)).0;
            }
        }
    }
}
