//! A year of forty reps, and what has to hold after every step of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::{Step, Team, play, run};
use crate::calendar::Calendar;
use crate::config::Document;
use crate::domain::{OpportunityId, RunId, Timestamp};
use crate::engine::{
    Context, Definitions, Effect, Event, Finding, Given, LATE, Phase, Process, Question,
    QuestionKind, Run, SignatureFound, State, TitleFound, Yellow,
};

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
type Happened = (Definitions, Context, Event, Timestamp, State, Vec<Effect>);

#[test]
fn a_year_of_forty_reps_keeps_every_promise() {
    let definitions = definitions();
    let changed = definitions.clone().followed_by(Arc::new(changed()));
    let half_a_year = Duration::from_secs(182 * 86_400);
    let change = Some((team().start.plus(half_a_year), &changed));
    let mut reds: BTreeSet<(RunId, Timestamp)> = BTreeSet::new();
    let mut history = History::new();
    let mut kinds: BTreeMap<&'static str, u32> = BTreeMap::new();

    let summary = play(&definitions, change, &team(), |step| {
        *kinds.entry(step.event.kind()).or_default() += 1;
        check_runs(step.definitions, step);
        check_red_alerts(step, &mut reds);
        check_stage(step.definitions, step);
        check_moments(step.definitions, step);
        // Every fifth deal is played again afterwards; all of them would hold a year in memory.
        if step.deal.as_str().ends_with('5') {
            let begins = || (step.before.clone(), Vec::new());
            let steps = history.entry(step.deal.clone()).or_insert_with(begins);
            steps.1.push((
                step.definitions.clone(),
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
    for kind in [
        "stopped",
        "went_on",
        "dismissed",
        "sent_back",
        "approved",
        "waived",
        "extended",
    ] {
        assert!(kinds.contains_key(kind), "{kind} never happened: {kinds:?}");
    }
    replayed(&history);
}

/// What is asked and how soon it is late change in the middle of the year.
fn changed() -> Process {
    let text = include_str!("../../config/processes/golden-six.toml");
    let text = text
        .replace("key = \"our_advantages\"", "key = \"strengths\"")
        .replace("late_after = \"48h\"", "late_after = \"40h\"");
    Process::from_document(&Document::new("changed.toml", text)).unwrap()
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
            .all(|question| is_proved(question, run));
        let is_waited_for = !definitions.unanswered(run).is_empty();
        assert_eq!(
            is_waited_for,
            run.phase.is_unfinished(),
            "{id} waits for nothing"
        );
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

/// Whether the answer is what the question asks for: the file is of the sort, signed and titled, the
/// list fits, the voice is long enough, or a person was asked to look.
fn is_proved(question: &Question, run: &Run) -> bool {
    let Some(answer) = run.answers.get(&question.key) else {
        return false;
    };
    let is_left_to_a_person = answer.spot_check.is_some();
    let Given::Evidence { evidence } = &answer.given else {
        return match (&question.kind, &answer.given) {
            (QuestionKind::Table { min_rows, .. }, Given::Rows { rows }) => {
                rows.len() >= usize::try_from(*min_rows).unwrap()
            }
            (QuestionKind::Text { .. }, Given::Text { text }) => {
                text.chars().filter(|char| char.is_alphanumeric()).count()
                    >= question.text.min_chars
            }
            (_, Given::Chosen { picked, .. }) => !picked.is_empty(),
            _ => false,
        };
    };
    match (&question.kind, &evidence.finding) {
        (
            QuestionKind::File { signed: true, .. },
            Finding::Pdf {
                title, signature, ..
            },
        ) => {
            let is_signed = *title == TitleFound::Yes && *signature != SignatureFound::None;
            is_signed && *signature != SignatureFound::Unreadable || is_left_to_a_person
        }
        (QuestionKind::File { accept, .. }, _) => {
            evidence.sort().is_some_and(|sort| accept.contains(&sort))
        }
        (QuestionKind::Voice { min_seconds, .. }, Finding::Voice { milliseconds, .. }) => {
            *milliseconds >= u64::from(*min_seconds) * 1000
        }
        (
            QuestionKind::PartsList { min_percent, .. },
            Finding::PartsList {
                matched, unmatched, ..
            },
        ) => {
            let all = matched.len() + unmatched.len();
            let percent = usize::try_from(*min_percent).unwrap();
            matched.len() * 100 >= all * percent || is_left_to_a_person
        }
        (QuestionKind::Place { .. }, Finding::Place { .. }) => true,
        _ => false,
    }
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
            let newest = newest_of(step.after, &node.key);
            let is_open = newest.is_some_and(|run| run.phase.opens_gate());
            assert!(is_open, "{} was passed", node.key);
        }
    }
}

/// The run of a node that decides: the newest that didn't end with the deal.
fn newest_of<'s>(state: &'s State, node: &str) -> Option<&'s Run> {
    let runs = state.runs.values().filter(|run| run.node == node);
    let runs = runs.filter(|run| !matches!(run.phase, Phase::Ended { .. }));
    runs.max_by_key(|run| run.number).map(AsRef::as_ref)
}

/// Whatever can still turn by itself has a moment ahead, and the deal is looked at again by then.
fn check_moments(definitions: &Definitions, step: &Step<'_>) {
    let next = definitions.next_moment(step.after, step.now);
    let of_runs = step.after.runs.values().flat_map(|run| match &run.phase {
        Phase::Open { due, yellow } => match yellow {
            Yellow::At(at) => vec![*due, *at],
            Yellow::Since(_) => vec![*due],
        },
        Phase::Overdue { next, .. } => next.iter().copied().collect(),
        _ => Vec::new(),
    });
    let watches = step.after.watches.values();
    let of_rules = watches.filter_map(|watch| watch.red.as_ref()?.next);
    for moment in of_runs.chain(of_rules) {
        assert!(moment > step.now, "a moment has passed and nothing turned");
        assert!(next.is_some_and(|next| next <= moment), "a moment is lost");
    }
}

/// Playing the journal again gives the same states and effects, to the byte.
fn replayed(history: &History) {
    assert!(history.len() > 50);
    for (first, steps) in history.values() {
        let mut state = first.clone();
        for (definitions, context, event, now, after, effects) in steps {
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
        reps: 20,
        days: 90,
        ..team()
    };

    let late = |definitions| {
        let summary = run(definitions, &short, |_| {});
        summary.alerts.values().map(|day| day.late).sum::<u32>()
    };

    assert!(late(&strict) > late(&definitions()));
}
