//! What is true after every event.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::{RunId, Timestamp};
use crate::engine::{
    Answer, ClockChange, Context, Definitions, Effect, Ending, Event, Evidence, FileSort, Finding,
    Given, Phase, Question, QuestionKind, Run, SignatureFound, State, TitleFound, Yellow,
};

/// Runs only grow in number, and go on from where they were.
pub(super) fn check_runs(
    definitions: &Definitions,
    before: &State,
    after: &State,
    event: &Event,
    now: Timestamp,
) {
    assert_eq!(usize::try_from(after.opened).unwrap(), after.runs.len());
    for (id, old) in &before.runs {
        let new = &after.runs[id];
        let begins_again = matches!(event, Event::SentBack { .. });
        assert!(
            new.clock.starts_with(&old.clock),
            "{id}: its clock is rewritten"
        );
        if !old.phase.is_unfinished() && old.phase != new.phase {
            assert!(
                matches!(old.phase, Phase::Done { .. }) && begins_again,
                "{id} was {:?} and is {:?}",
                old.phase,
                new.phase
            );
        }
    }
    for (id, run) in &after.runs {
        assert!(run.clock.is_sorted_by_key(|entry| entry.at), "{id}");
        if !run.phase.is_unfinished() {
            assert!(run.asked.is_none() && run.put_off.is_none(), "{id}");
        }
        check_phase(definitions, run, now);
    }
}

/// What is true in a phase; whoever is done has what was wanted.
fn check_phase(definitions: &Definitions, run: &Run, now: Timestamp) {
    match &run.phase {
        Phase::Open { due, yellow } => match yellow {
            Yellow::At(at) => assert!(now < *at && at <= due),
            Yellow::Since(at) => assert!(*at <= now && now < *due),
        },
        Phase::Paused { at, .. } => assert!(*at <= now),
        Phase::Overdue { missed, next, .. } => {
            assert!(*missed <= now && next.is_none_or(|next| now < next));
        }
        Phase::Done { signed, late, due } => {
            assert!(signed.at <= now && (!*late || run.was_late || *due <= signed.at));
            let node = definitions.node_of(run).unwrap();
            for question in &node.questions {
                let is_meant = run.questions.contains(&question.key);
                assert!(!is_meant || !question.required || is_proved(question, run));
            }
        }
        Phase::Waived { signed, .. } | Phase::NotApplicable { signed, .. } => {
            assert!(signed.at <= now);
        }
        Phase::Ended { at, late, due } => {
            let last = run.clock.last().map(|entry| &entry.change);
            let stood = matches!(last, Some(ClockChange::Paused { .. }));
            assert!(*at <= now && *late == (run.was_late || !stood && due <= at));
        }
    }
}

/// Whether the answer is what the table of the six nodes asks for.
fn is_proved(question: &Question, run: &Run) -> bool {
    let Some(answer) = run.answers.get(&question.key) else {
        return false;
    };
    match (&question.kind, &answer.given) {
        (QuestionKind::ChooseOne(choices), Given::Chosen { picked, own }) => {
            let option = choices.iter().find(|choice| choice.id == picked[0].id);
            picked.len() == 1 && (own.is_some() || option.unwrap().ask_text.is_none())
        }
        (QuestionKind::Text { .. }, Given::Text { text }) => {
            text.chars().count() >= question.text.min_chars
        }
        (QuestionKind::Table { min_rows, .. }, Given::Rows { rows }) => {
            let has = |role: &str| rows.iter().any(|row| row["role"] == role);
            rows.len() >= usize::try_from(*min_rows).unwrap()
                && ["发起人", "影响者", "否决者"].into_iter().all(has)
        }
        (kind, Given::Evidence { evidence }) => is_evident(kind, evidence, answer),
        _ => false,
    }
}

fn is_evident(kind: &QuestionKind, evidence: &Evidence, answer: &Answer) -> bool {
    let is_left_to_a_person = answer.spot_check.is_some();
    match (kind, &evidence.finding) {
        (QuestionKind::Voice { min_seconds, .. }, Finding::Voice { milliseconds, .. }) => {
            *milliseconds >= u64::from(*min_seconds) * 1000
        }
        (
            QuestionKind::File { title, signed, .. },
            Finding::Pdf {
                title: found,
                signature,
                ..
            },
        ) => {
            let unread = title.is_some() && *found == TitleFound::Unreadable
                || *signed && *signature == SignatureFound::Unreadable;
            (title.is_none() || *found != TitleFound::No)
                && (!signed || *signature != SignatureFound::None)
                && (!unread || is_left_to_a_person)
        }
        (QuestionKind::File { accept, .. }, Finding::File { sort }) => {
            sort.is_some_and(|sort| accept.contains(&sort))
        }
        (QuestionKind::File { accept, .. }, Finding::PartsList { .. }) => {
            accept.contains(&FileSort::Sheet)
        }
        (
            QuestionKind::PartsList { min_percent, .. },
            Finding::PartsList {
                matched,
                unmatched,
                has_history,
                ..
            },
        ) => {
            let all = matched.len() + unmatched.len();
            let enough = matched.len() * 100 >= all * usize::try_from(*min_percent).unwrap();
            if *has_history {
                enough
            } else {
                is_left_to_a_person
            }
        }
        _ => false,
    }
}

/// A stage that was asked for is reached only past nodes that were done or let off.
pub(super) fn check_stage(
    definitions: &Definitions,
    before: &State,
    after: &State,
    event: &Event,
    effects: &[Effect],
) {
    let process = definitions.current();
    let refused = effects
        .iter()
        .any(|effect| matches!(effect, Effect::RefuseStage { .. }));
    if before.stage == after.stage {
        return;
    }
    assert!(!refused);
    let place = |state: &State| match &state.stage {
        Some(key) => process.stages().iter().position(|stage| stage.key == *key),
        None => Some(0),
    };
    match event {
        Event::StageMoved { .. } => {}
        Event::StageAsked { .. } => {
            let to = place(after).unwrap();
            let was_over = |from: &usize| process.stages()[*from].is_end();
            let from = place(before).filter(|from| !was_over(from));
            let from = from.map_or(0, |from| from + 1);
            let is_lost = process.stages()[to].ends == Some(Ending::Lost);
            for passed in process.stages().get(from..=to).into_iter().flatten() {
                for node in process.nodes() {
                    let runs = after.runs.values().filter(|run| run.node == node.key);
                    let runs = runs.filter(|run| !matches!(run.phase, Phase::Ended { .. }));
                    let newest = runs.max_by_key(|run| run.number);
                    let is_gated = node.opening.gates.contains(&passed.key);
                    let is_open = newest.is_some_and(|run| run.phase.opens_gate());
                    assert!(is_lost || !is_gated || is_open);
                }
            }
        }
        other => panic!("{other:?} moved the deal"),
    }
}

/// The director is told once of each time that a run turns red.
pub(super) fn check_alerts(state: &State, red: &BTreeMap<RunId, usize>) {
    for (id, run) in &state.runs {
        let turned = run
            .clock
            .iter()
            .filter(|entry| matches!(entry.change, ClockChange::TurnedRed));
        assert_eq!(turned.count(), red.get(id).copied().unwrap_or_default());
        let is_red = matches!(run.phase, Phase::Overdue { .. });
        assert!(!is_red || red.contains_key(id));
        for (question, answer) in run.unseen() {
            assert!(matches!(answer.given, Given::Evidence { .. }), "{question}");
        }
    }
}

/// Between an event and the next moment nothing turns, and at the moment something does.
pub(super) fn check_moments(
    definitions: &Definitions,
    context: &Context,
    state: &State,
    now: Timestamp,
) {
    let ticked = |at| definitions.step(state.clone(), context, &Event::Ticked, at);
    let silent = (state.clone(), Vec::new());
    assert_eq!(ticked(now), silent, "a second look changes nothing");
    match definitions.next_moment(state, now) {
        Some(moment) => {
            assert!(moment > now);
            assert_eq!(ticked(Timestamp(moment.0 - 1)), silent);
            assert_ne!(ticked(moment).0, *state);
        }
        None => assert_eq!(ticked(now.plus(Duration::from_secs(400 * 86_400))), silent),
    }
}
