//! What holds of the six nodes after any sequence of all that can happen.

mod events;
mod promises;

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::domain::{RunId, Timestamp};
use crate::engine::{Context, Definitions, Effect, Event, State};

use super::properties::check_limits;
use super::telling::{context, definitions, golden_six, monday};
use events::{any_event, right_answer, word};
use promises::{check_alerts, check_moments, check_runs, check_stage};

/// Something that happens: anything, or the right answer to what a run lacks, without which hardly
/// any would ever be finished.
#[derive(Debug, Clone)]
enum Act {
    Event(Event),
    Answer(Index),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => any_event().prop_map(Act::Event),
        1 => any::<Index>().prop_map(Act::Answer),
    ]
}

/// What happens, and the minutes that pass before each; the clock may also stand still.
fn history() -> impl Strategy<Value = Vec<(u64, Act)>> {
    let minutes = prop_oneof![3 => 0..20_u64, 2 => 20..3000_u64, 1 => 5_000..20_000_u64];
    vec((minutes, act()), 0..60)
}

/// The customer's industry, and how many supervisors stand above the rep.
fn any_deal() -> impl Strategy<Value = (Option<&'static str>, u8)> {
    let industries = [None, Some("汽车零部件厂"), Some("食品包装厂")];
    (word(&industries), 0..4_u8)
}

fn of_deal((industry, levels): (Option<&str>, u8)) -> Context {
    Context {
        industry: industry.map(str::to_owned),
        levels,
        ..context()
    }
}

/// The history as it went, to the byte; what holds is checked after each event.
fn replay(definitions: &Definitions, context: &Context, history: &[(u64, Act)]) -> String {
    let (mut state, mut now) = (State::new(None, monday()), monday());
    let mut red: BTreeMap<RunId, usize> = BTreeMap::new();
    let mut all = Vec::new();
    for (minutes, act) in history {
        now = now.plus(Duration::from_secs(minutes * 60));
        let event = match act {
            Act::Event(event) => event.clone(),
            Act::Answer(_) if state.runs.is_empty() => Event::Ticked,
            Act::Answer(index) => {
                let id = index.get(&state.runs.keys().collect::<Vec<_>>()).to_owned();
                right_answer(definitions, id, &state).unwrap_or(Event::Ticked)
            }
        };
        let before = state.clone();
        let (after, effects) = definitions.step(state, context, &event, now);
        for effect in &effects {
            check_limits(effect);
            if let Effect::RaiseAlert(alert) = effect
                && alert.reason == "late"
                && let Some(run) = &alert.run
            {
                *red.entry(run.clone()).or_default() += 1;
            }
        }
        check_runs(definitions, &before, &after, &event, now);
        check_stage(definitions, &before, &after, &event, &effects);
        check_alerts(&after, &red);
        check_moments(definitions, context, &after, now);
        state = after;
        all.push(effects);
    }
    let stored = serde_json::to_string(&state).unwrap();
    assert_eq!(serde_json::from_str::<State>(&stored).unwrap(), state);
    stored + &serde_json::to_string(&all).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_six_nodes_keep_their_promises(
        deal in any_deal(),
        history in history(),
    ) {
        let definitions = definitions(golden_six().clone());
        let context = of_deal(deal);
        let first = replay(&definitions, &context, &history);
        prop_assert_eq!(first, replay(&definitions, &context, &history));
    }

    #[test]
    fn the_six_nodes_survive_any_clock(steps in vec((any::<i64>(), any_event()), 1..20)) {
        let definitions = definitions(golden_six().clone());
        let mut state = State::default();
        for (time, event) in steps {
            state = definitions.step(state, &context(), &event, Timestamp(time)).0;
        }
    }
}

#[test]
fn every_kind_of_event_is_among_them() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    // Serde names them all, a new one too.
    let unknown = serde_json::from_str::<Event>("{\"event\":\"?\"}").unwrap_err();
    let told = unknown.to_string();
    let (_, listed) = told.split_once("one of ").unwrap();
    let mut wanted: Vec<&str> = listed.split('`').skip(1).step_by(2).collect();

    let mut runner = TestRunner::deterministic();
    for _ in 0..2000 {
        let event = any_event().new_tree(&mut runner).unwrap().current();
        wanted.retain(|kind| *kind != event.kind());
    }

    assert_eq!(wanted, [""; 0]);
}
