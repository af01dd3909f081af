//! States as earlier releases stored them, in today's shape.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::domain::Timestamp;

use super::state::State;

/// The shape of a stored state.
#[derive(Deserialize)]
struct Shape {
    format: u32,
}

/// Reads a state of any shape that was ever stored.
pub(super) fn read(stored: &str, opened_at: Timestamp) -> Result<State, serde_json::Error> {
    let Shape { format } = serde_json::from_str(stored)?;
    if format == State::FORMAT {
        return serde_json::from_str(stored);
    }
    let mut value: Value = serde_json::from_str(stored)?;
    if let Some(state) = value.as_object_mut().filter(|_| format == 1) {
        from_first(state, opened_at);
    }
    serde_json::from_value(value)
}

/// The first shape knew runs that a signal opened, choices and texts.
fn from_first(state: &mut Map<String, Value>, opened_at: Timestamp) {
    state.insert("format".to_owned(), json!(State::FORMAT));
    state.insert("stage_since".to_owned(), json!(opened_at));
    for new in ["signals", "facts", "contacts", "watches", "hinted"] {
        state.insert(new.to_owned(), json!({}));
    }
    let runs = state.get_mut("runs").and_then(Value::as_object_mut);
    for run in runs.into_iter().flat_map(Map::values_mut) {
        if let Some(run) = run.as_object_mut() {
            run_from_first(run);
        }
    }
}

fn run_from_first(run: &mut Map<String, Value>) {
    let phase = phase_from_first(&run["phase"]);
    run.insert("phase".to_owned(), phase);
    let answers = run.get_mut("answers").and_then(Value::as_object_mut);
    let mut questions: Vec<String> = Vec::new();
    for (question, answer) in answers.into_iter().flatten() {
        questions.push(question.clone());
        *answer = answer_from_first(answer);
    }
    for (new, value) in [
        // Decided anew with the next event, as long as the run is unfinished.
        ("questions", json!(questions)),
        ("past", json!([])),
        (
            "clock",
            json!([{ "at": run["opened_at"], "clock": "started", "due": due(&run["phase"]) }]),
        ),
        ("put_off", Value::Null),
        ("returned", Value::Null),
        ("spot_check", Value::Null),
    ] {
        run.insert(new.to_owned(), value);
    }
}

fn due(phase: &Value) -> &Value {
    match &phase["missed"] {
        Value::Null => &phase["due"],
        missed => missed,
    }
}

fn phase_from_first(phase: &Value) -> Value {
    match phase["phase"].as_str() {
        Some("open") => json!({
            "phase": "open", "due": phase["due"], "yellow": { "at": phase["due"] },
        }),
        Some("overdue") => json!({
            "phase": "overdue", "missed": phase["missed"], "level": 1, "next": null, "acknowledged": null,
        }),
        Some("done") => json!({
            "phase": "done",
            "signed": { "at": phase["at"], "by": { "id": phase["by"], "name": phase["name"] } },
            "late": phase["late"], "due": phase["due"],
        }),
        _ => phase.clone(),
    }
}

fn answer_from_first(answer: &Value) -> Value {
    let given = match answer["answer"].as_str() {
        Some("chosen") => {
            json!({ "given": "chosen", "picked": answer["picked"], "own": answer["own"] })
        }
        _ => json!({ "given": "text", "text": answer["text"] }),
    };
    json!({ "given": given, "by": answer["by"], "at": answer["at"] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Given, Phase};

    const FIRST: &str = r#"{"format":1,"stage":"demo","opened":2,"runs":{
        "op1-1":{"node":"risk_registration","number":1,"process_version":"v1","opened_at":1000,"subject":"TENDER",
            "cause":{"cause":"signal","label":"TENDER","words":"招标","quote":"要招标","message":"m1","chat":"c1","at":1000},
            "noted":[],"answers":{"risk_type":{"answer":"chosen","picked":[{"id":"a","text":"甲"}],"own":null,"by":"p1","at":1500}},
            "phase":{"phase":"open","due":9000},"cards":1,"asked":null},
        "op1-2":{"node":"competitor_response","number":2,"process_version":"v1","opened_at":1000,"subject":"凯联",
            "cause":{"cause":"signal","label":"COMPETITOR","words":"凯联","quote":"凯联","message":"m2","chat":"c1","at":1000},
            "noted":[],"answers":{"our_advantages":{"answer":"text","text":"质保","by":"p1","at":1500}},
            "phase":{"phase":"done","at":2000,"by":"p1","name":"张伟","late":false,"due":9000},"cards":1,"asked":null}}}"#;

    #[test]
    fn what_the_first_release_stored_is_read() {
        let state = read(FIRST, Timestamp(7)).expect("it was a state");

        assert_eq!(
            (state.format, state.stage_since),
            (State::FORMAT, Timestamp(7))
        );
        let open = &state.runs[&"op1-1".parse().expect("not empty")];
        assert_eq!(open.phase.due(), Timestamp(9000));
        assert!(matches!(
            open.answers["risk_type"].given,
            Given::Chosen { .. }
        ));
        let done = &state.runs[&"op1-2".parse().expect("not empty")];
        assert!(matches!(&done.phase, Phase::Done { signed, .. } if signed.by.name == "张伟"));
        assert_eq!(done.answers["our_advantages"].shown(), "质保");
        let again = serde_json::to_string(&state).expect("it is JSON");
        assert_eq!(read(&again, Timestamp(8)).expect("it is one still"), state);
    }
}
