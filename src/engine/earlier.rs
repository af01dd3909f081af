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
    if let Some(state) = value.as_object_mut() {
        match format {
            1 => from_first(state, opened_at),
            2 => from_second(state),
            _ => {}
        }
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

/// The second shape said once for a whole run whether a person has to look at what was given.
fn from_second(state: &mut Map<String, Value>) {
    state.insert("format".to_owned(), json!(State::FORMAT));
    let runs = state.get_mut("runs").and_then(Value::as_object_mut);
    for run in runs.into_iter().flat_map(Map::values_mut) {
        let run = run.as_object_mut();
        let Some((run, spot_check)) = run.and_then(|run| {
            let spot_check = run.remove("spot_check")?;
            Some((run, spot_check))
        }) else {
            continue;
        };
        let answers = run.get_mut("answers").and_then(Value::as_object_mut);
        let answers = answers.into_iter().flat_map(Map::values_mut);
        for answer in answers.filter(|answer| may_need_a_look(&answer["given"])) {
            answer["spot_check"] = spot_check.clone();
        }
    }
}

/// Whether a program may have failed to read it. The question, which would tell for sure, is not
/// known here; a look too many harms nobody.
fn may_need_a_look(given: &Value) -> bool {
    let finding = &given["evidence"]["finding"];
    match finding["found"].as_str() {
        Some("pdf") => finding["title"] == "unreadable" || finding["signature"] == "unreadable",
        Some("parts_list") => finding["has_history"] == false,
        Some("file") => true,
        _ => false,
    }
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

    const SECOND: &str = r#"{"format":2,"stage":"legal","stage_since":7,"opened":1,"signals":{},"facts":{},
        "contacts":{},"watches":{},"hinted":{},"runs":{
        "op1-1":{"node":"n","number":1,"process_version":"v1","opened_at":1000,"subject":null,
            "cause":{"cause":"gate","stage":"合同"},"noted":[],"questions":["a","b","c"],"past":[],"clock":[],
            "answers":{
              "a":{"given":{"given":"evidence","evidence":{"sha256":"00","name":"a.pdf","size":1,
                  "finding":{"found":"pdf","pages":1,"title":"unreadable","signature":"unreadable"}}},"by":"p1","at":1500},
              "b":{"given":{"given":"evidence","evidence":{"sha256":"01","name":"b.pdf","size":1,
                  "finding":{"found":"pdf","pages":1,"title":"yes","signature":"digital"}}},"by":"p1","at":1500},
              "c":{"given":{"given":"text","text":"好"},"by":"p1","at":1500}},
            "phase":{"phase":"open","due":9000,"yellow":{"at":8000}},"cards":0,"asked":null,"put_off":null,
            "returned":null,"spot_check":CHECK}}}"#;

    #[test]
    fn one_spot_check_of_a_run_becomes_that_of_what_no_program_could_read() {
        for (check, unseen, approved) in [
            ("\"wanted\"", vec!["a"], false),
            (
                r#"{"approved":{"at":1600,"by":{"id":"p2","name":"陈磊"}}}"#,
                vec![],
                true,
            ),
            ("null", vec![], false),
        ] {
            let stored = SECOND.replace("CHECK", check);

            let state = read(&stored, Timestamp(7)).expect("it was a state");

            assert_eq!(state.format, State::FORMAT);
            let run = &state.runs[&"op1-1".parse().expect("not empty")];
            let waiting: Vec<&str> = run.unseen().map(|(question, _)| question).collect();
            assert_eq!((waiting, run.approved().is_some()), (unseen, approved));
            let again = serde_json::to_string(&state).expect("it is JSON");
            assert_eq!(read(&again, Timestamp(8)).expect("it is one still"), state);
        }
    }
}
