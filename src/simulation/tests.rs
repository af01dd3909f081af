//! A year of forty reps, and what has to hold after every step of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Step, Team, run};
use crate::calendar::Calendar;
use crate::config::Document;
use crate::domain::{OpportunityId, RunId, Timestamp};
use crate::engine::{Context, Definitions, Effect, Event, LATE, Phase, Process, State};

fn definitions() -> Definitions {
    let text = include_str!("../../config/processes/golden-six.toml");
    let process = Process::from_document(&Document::new("golden-six.toml", text)).unwrap();
    Definitions::new(Arc::new(process), Arc::new(Calendar::embedded().unwrap()))
}

/// Another seed: `DINGDAN_SIMULATION_SEED=7 cargo test simulation`.
fn team() -> Team {
    let seed = std::env::var("DINGDAN_SIMULATION_SEED").ok();
    let seed = seed
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_260_105);
    println!("seed: {seed}");
    Team {
        reps: 40,
        days: 365,
        start: Timestamp::parse_rfc3339("2026-01-05T08:00:00+08:00").unwrap(),
        seed,
        neglect_percent: 20,
    }
}

/// What one deal went through, to be played again.
type History = BTreeMap<OpportunityId, (State, Vec<Happened>)>;
type Happened = (Context, Event, Timestamp, State, Vec<Effect>);

#[test]
fn a_year_of_forty_reps_keeps_every_promise() {
    let definitions = definitions();
    let mut reds: BTreeSet<(RunId, Timestamp)> = BTreeSet::new();
    let mut history = History::new();

    let summary = run(&definitions, &team(), |step| {
        check_runs(&definitions, step);
        check_red_alerts(step, &mut reds);
        check_stage(&definitions, step);
        check_moments(&definitions, step);
        // Every fifth deal is played again afterwards; all of them would hold a year in memory.
        if step.deal.as_str().ends_with('5') {
            let begins = || (step.before.clone(), Vec::new());
            let steps = history.entry(step.deal.clone()).or_insert_with(begins);
            steps.1.push((
                step.context.clone(),
                step.event.clone(),
                step.now,
                step.after.clone(),
                step.effects.to_vec(),
            ));
        }
    });

    assert!(
        summary.deals > 1000 && summary.steps > 20_000,
        "{}",
        summary.steps
    );
    assert!(
        summary
            .nodes
            .iter()
            .all(|node| node.opened > 0 && node.in_time > 0)
    );
    assert!(summary.nodes.iter().any(|node| node.late > 0));
    replayed(&definitions, &history);
}

/// No run is done without its answers, none is open after its deadline, and a run that was opened
/// never disappears.
fn check_runs(definitions: &Definitions, step: &Step<'_>) {
    for (id, run) in &step.after.runs {
        let node = definitions.node_of(run).unwrap();
        let is_complete = node
            .questions
            .iter()
            .filter(|question| question.required && run.questions.contains(&question.key))
            .all(|question| run.answers.contains_key(&question.key));
        match &run.phase {
            Phase::Done { .. } => assert!(is_complete, "{id} is done without its answers"),
            Phase::Open { due, .. } => assert!(step.now < *due, "{id} is open after its deadline"),
            Phase::Overdue { missed, .. } => assert!(*missed <= step.now, "{id} is late too soon"),
            _ => {}
        }
        if !run.phase.is_unfinished() {
            assert!(run.asked.is_none(), "{id} is asked and finished");
        }
    }
    assert!(
        step.before
            .runs
            .keys()
            .all(|id| step.after.runs.contains_key(id))
    );
}

/// Each missed deadline is told once.
fn check_red_alerts(step: &Step<'_>, reds: &mut BTreeSet<(RunId, Timestamp)>) {
    let mut told: Vec<&RunId> = Vec::new();
    for effect in step.effects {
        if let Effect::RaiseAlert(alert) = effect
            && alert.reason == LATE
        {
            let run = alert.run.as_ref().unwrap();
            // A run may turn red and be finished in one step.
            let missed = step.before.runs[run].phase.due();
            assert!(reds.insert((run.clone(), missed)), "{run} was told twice");
            told.push(run);
        }
    }
    for (id, run) in &step.after.runs {
        let was_late = step
            .before
            .runs
            .get(id)
            .is_some_and(|run| run.phase.is_late());
        let turned = matches!(run.phase, Phase::Overdue { .. }) && !was_late;
        assert!(
            !turned || told.contains(&id),
            "{id} is late and nobody was told"
        );
    }
}

/// No gated stage is entered before its nodes are done or let off.
fn check_stage(definitions: &Definitions, step: &Step<'_>) {
    if step.before.stage == step.after.stage {
        return;
    }
    let process = definitions.current();
    let place = |key: &Option<String>| {
        let key = key.as_ref().unwrap();
        process
            .stages()
            .iter()
            .position(|stage| stage.key == *key)
            .unwrap()
    };
    let (from, to) = (place(&step.before.stage), place(&step.after.stage));
    // A deal that was over begins before the first gate again.
    let was_over = process.stages()[from].is_end();
    let is_lost = process.stages()[to].ends == Some(crate::engine::Ending::Lost);
    for node in process.nodes().iter().filter(|_| !is_lost) {
        let gates = node.opening.gates.iter();
        let mut passed = gates
            .map(|gate| place(&Some(gate.clone())))
            .filter(|gate| (was_over || from < *gate) && *gate <= to);
        if passed.next().is_some() {
            let runs = step.after.runs.values();
            let mut of_node = runs.filter(|run| run.node == node.key);
            assert!(
                of_node.any(|run| run.phase.opens_gate()),
                "{} was passed",
                node.key
            );
        }
    }
}

/// Whatever can still turn by itself has a moment ahead.
fn check_moments(definitions: &Definitions, step: &Step<'_>) {
    let next = definitions.next_moment(step.after, step.now);
    let waits = |phase: &Phase| matches!(phase, Phase::Open { .. });
    if step.after.runs.values().any(|run| waits(&run.phase)) {
        assert!(next.is_some_and(|next| next > step.now));
    }
}

/// Playing the journal again gives the same states and effects, to the byte.
fn replayed(definitions: &Definitions, history: &History) {
    assert!(history.len() > 50);
    for (first, steps) in history.values() {
        let mut state = first.clone();
        for (context, event, now, after, effects) in steps {
            let (next, again) = definitions.step(state, context, event, *now);
            assert_eq!(
                serde_json::to_string(&again).unwrap(),
                serde_json::to_string(effects).unwrap()
            );
            state = serde_json::from_str(&serde_json::to_string(&next).unwrap()).unwrap();
            assert_eq!(
                serde_json::to_string(&state).unwrap(),
                serde_json::to_string(after).unwrap()
            );
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_time_and_another_seed_another() {
    let definitions = definitions();
    let short = Team {
        reps: 5,
        days: 30,
        ..team()
    };
    let other = Team {
        seed: short.seed + 1,
        ..short.clone()
    };

    let (first, again, another) = (
        run(&definitions, &short, |_| {}),
        run(&definitions, &short, |_| {}),
        run(&definitions, &other, |_| {}),
    );

    assert_eq!(first, again);
    assert_ne!(first, another);
    assert!(first.to_string().contains("风险预判登记"));
}

#[test]
fn a_shorter_deadline_gives_more_alerts() {
    let text = include_str!("../../config/processes/golden-six.toml");
    let strict = text.replace("late_after = \"24h\"", "late_after = \"1h\"");
    let process = Process::from_document(&Document::new("strict.toml", strict)).unwrap();
    let strict = Definitions::new(Arc::new(process), Arc::new(Calendar::embedded().unwrap()));
    let short = Team {
        reps: 10,
        days: 60,
        ..team()
    };

    let late = |definitions| {
        let summary = run(definitions, &short, |_| {});
        summary.alerts.values().map(|day| day.late).sum::<u32>()
    };

    assert!(late(&strict) > late(&definitions()));
}
