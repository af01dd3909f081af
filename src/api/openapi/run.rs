//! Shapes of one run with everything that was asked, given and decided.

use serde_json::{Value, json};

use super::deals::{run_members, spot_check};
use super::shapes::{
    answer, array, maybe, maybe_time, number, reference, request, text, time, word,
};

pub(super) fn whole() -> Value {
    let mut members = run_members();
    members.extend([
        ("opportunity", text("What people call the deal")),
        ("customer_id", text("The customer")),
        ("customer", text("Its name")),
        ("rep_id", text("The rep who owns the deal")),
        ("rep", text("Their name")),
        ("region", maybe("The rep's region")),
        (
            "light",
            json!({ "type": ["string", "null"], "enum": ["green", "yellow", "red", null], "description": "null once it is finished" }),
        ),
        ("why", text("Why it was opened, in words")),
        ("heard", or_null(heard(), "The customer's words that opened it")),
        ("questions", array(question())),
        ("clock", array(clock_entry())),
        (
            "decided",
            or_null(decision(true), "Who finished, waived, dismissed or paused it"),
        ),
        (
            "acknowledged",
            or_null(decision(false), "Who took the alert of a late run on"),
        ),
        (
            "spot_checked",
            or_null(decision(false), "Who looked at what was given and found it right"),
        ),
        (
            "returned",
            or_null(decision(true), "Who sent it back the last time"),
        ),
        ("put_off_until", maybe_time("The rep is asked again then")),
    ]);
    answer(members)
}

pub(super) fn supervision() -> Value {
    request(
        &["by"],
        vec![
            (
                "by",
                text(
                    "The id of the person it is recorded for: an administrator, or a director who answers for the rep",
                ),
            ),
            (
                "reason",
                text(
                    "Why; needed by extend, pause, waive, dismiss and return, refused by the others",
                ),
            ),
            ("due_at", time("extend: the new deadline")),
            (
                "hours",
                number(
                    "extend, instead of due_at: so many hours from the deadline on, or from now when it has passed; 1 to 2160",
                ),
            ),
            (
                "question",
                text("approve: the question whose answer was looked at"),
            ),
            (
                "sha256",
                text("approve: of the file that was looked at; refused when it was replaced since"),
            ),
            (
                "questions",
                array(text(
                    "return: the questions to be answered again; those that prove something when left out",
                )),
            ),
        ],
    )
}

fn heard() -> Value {
    answer(vec![
        ("label", reference("Label")),
        ("words", text("The customer's exact words")),
        ("quote", text("The line they stand in")),
        ("message_id", text("The message")),
        ("chat_id", text("Its chat")),
        ("at", time("When it was heard")),
    ])
}

fn question() -> Value {
    let mut former = given_members();
    former.extend([
        ("until", time("Since when it doesn't count")),
        ("why", word(&["amended", "taken_back", "returned"])),
    ]);
    answer(vec![
        ("key", text("Its key in the process definition")),
        ("title", text("Its name")),
        (
            "required",
            json!({ "type": "boolean", "description": "Whether the run waits for it" }),
        ),
        ("answer", or_null(answer(given_members()), "What was given")),
        ("history", array(answer(former))),
    ])
}

fn given_members() -> Vec<(&'static str, Value)> {
    let evidence = answer(vec![
        ("sha256", maybe("Of its bytes; null for a place")),
        ("name", text("What the sender called it")),
        ("size", number("Bytes")),
        (
            "finding",
            json!({ "type": "object", "additionalProperties": true, "description": "What was found in it" }),
        ),
    ]);
    let row = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    vec![
        ("text", text("As people read it")),
        ("by_id", text("Who gave it")),
        ("at", time("When")),
        (
            "evidence",
            or_null(evidence, "A file, a voice message or a place"),
        ),
        (
            "rows",
            json!({ "type": ["array", "null"], "items": row, "description": "Of a table: column → text" }),
        ),
        ("spot_check", spot_check()),
    ]
}

pub(super) fn acknowledgement() -> Value {
    request(
        &["by"],
        vec![(
            "by",
            text(
                "The id of the person it is recorded for: an administrator, or a director who answers for the rep",
            ),
        )],
    )
}

pub(super) fn rule_alert() -> Value {
    answer(vec![
        ("opportunity_id", text("The deal")),
        ("rule", text("The rule's key")),
        ("name", text("What people call it")),
        ("raised_at", maybe_time("When it was raised")),
        (
            "level",
            json!({ "type": ["integer", "null"], "description": "Which supervisor above the rep was told last, from 1" }),
        ),
        ("acknowledged", or_null(decision(false), "Who took it on")),
    ])
}

fn clock_entry() -> Value {
    answer(vec![
        ("at", time("When")),
        (
            "what",
            word(&[
                "started",
                "turned_yellow",
                "turned_red",
                "escalated",
                "acknowledged",
                "paused",
                "resumed",
                "extended",
                "returned",
            ]),
        ),
        ("by_id", maybe("Who, if a person did")),
        ("by", maybe("Their name then")),
        ("why", maybe("Why")),
        ("due_at", maybe_time("The deadline since")),
        (
            "level",
            json!({ "type": ["integer", "null"], "description": "Which supervisor above the rep, from 1" }),
        ),
    ])
}

fn decision(has_reason: bool) -> Value {
    let mut members = vec![
        ("at", time("When")),
        ("by_id", text("Who")),
        ("by", text("Their name then")),
    ];
    if has_reason {
        members.push(("why", maybe("Why")));
    }
    answer(members)
}

fn or_null(mut schema: Value, description: &str) -> Value {
    schema["type"] = json!(["object", "null"]);
    schema["description"] = json!(description);
    schema
}
