//! Shapes of deals, and of what they demand.

use serde_json::{Value, json};

use crate::api::alerts::STATUSES as ALERT_STATUSES;
use crate::api::runs::{SPOT_CHECKS, STATUSES};

use super::shapes::{answer, array, maybe, maybe_time, reference, request, text, time, word};

pub(super) fn opportunity() -> Value {
    answer(vec![
        ("id", text("Ours, or as given when it was opened")),
        ("customer_id", text("The customer")),
        ("customer", text("Its name")),
        ("rep_id", text("The rep who owns it")),
        ("rep", text("Their name")),
        ("region", maybe("The rep's region")),
        ("name", text("What people call it")),
        ("stage", text("The stage's key in the process definition")),
        ("opened_at", time("When it was opened")),
        ("closed_at", maybe_time("When it was won or lost")),
    ])
}

pub(super) fn new_opportunity() -> Value {
    request(
        &["customer_id", "rep_id", "name"],
        vec![
            ("customer_id", text("A known customer")),
            ("rep_id", text("A known rep, who will own it")),
            ("name", text("What people call it")),
            (
                "stage",
                text("The stage's key; the first stage when left out"),
            ),
            (
                "id",
                text(
                    "Up to 64 characters; made up when left out. Sending it makes repeating the request safe",
                ),
            ),
        ],
    )
}

pub(super) fn stage_move() -> Value {
    request(
        &["stage"],
        vec![
            ("stage", text("The key of the stage to move to")),
            ("reason", text("Recorded with the move")),
            (
                "by",
                text("The id of the person it is recorded for; the deal's rep when left out"),
            ),
        ],
    )
}

pub(super) fn contact_made() -> Value {
    request(
        &["kind", "by"],
        vec![
            ("kind", word(&["visit", "contact"])),
            ("by", text("The id of the person who was in touch")),
        ],
    )
}

pub(super) fn confirmed_fact() -> Value {
    request(
        &["fact", "by"],
        vec![
            (
                "fact",
                text("Its name, as the process definition's `records` and `deal.facts` use it"),
            ),
            ("by", text("The id of the person who confirmed it")),
        ],
    )
}

pub(super) fn opened_node() -> Value {
    request(
        &["node", "by"],
        vec![
            ("node", text("The node's key; it has opens_by_hand")),
            ("by", text("The id of the person who opens it")),
        ],
    )
}

pub(super) fn run() -> Value {
    answer(run_members())
}

pub(super) fn run_members() -> Vec<(&'static str, Value)> {
    vec![
        ("id", text("Ours")),
        ("opportunity_id", text("The deal")),
        ("node", text("The node's key in the process definition")),
        ("title", text("Its name")),
        ("status", word(&STATUSES)),
        ("opened_at", time("When it was opened")),
        (
            "expected_at",
            maybe_time(
                "When it should be done; its light is yellow from then on. null when its clock doesn't run",
            ),
        ),
        ("due_at", time("When it is or was late")),
        ("done_at", maybe_time("When it was done")),
        ("done_by", maybe("The name of who gave the last answer")),
        (
            "late",
            json!({ "type": "boolean", "description": "Whether its deadline passed before it was done" }),
        ),
        ("spot_check", spot_check()),
        (
            "answers",
            json!({ "type": "object", "additionalProperties": { "type": "string" }, "description": "Question → answer" }),
        ),
    ]
}

pub(super) fn spot_check() -> Value {
    let words = SPOT_CHECKS.iter().map(|word| json!(word));
    let words: Vec<Value> = words.chain([Value::Null]).collect();
    json!({
        "type": ["string", "null"],
        "enum": words,
        "description": "Whether a person has to look at what was given, or has"
    })
}

pub(super) fn alert() -> Value {
    answer(vec![
        ("id", text("Ours")),
        ("opportunity_id", text("The deal")),
        (
            "run_id",
            text("The run; of a rule's alert `rule:` and the rule's key"),
        ),
        ("run", run_of_alert()),
        (
            "reason",
            text("opened, late or escalated of a run; dwell or neglect of a rule"),
        ),
        (
            "person_id",
            maybe("Whom it is for; null when nobody is responsible"),
        ),
        ("person", maybe("Their name")),
        ("region", maybe("The rep's region")),
        ("title", text("The headline")),
        (
            "lines",
            array(answer(vec![
                ("name", text("客户")),
                ("value", text("What stands beside it")),
            ])),
        ),
        ("quote", text("What the customer said")),
        ("url", maybe("The page it leads to, after login")),
        ("raised_at", time("When it was raised")),
        ("status", word(&ALERT_STATUSES)),
        ("status_at", time("Since when it stands so")),
        ("channel", maybe("By which way they were told")),
        (
            "why",
            maybe("Why it was refused, is unknown or was withdrawn"),
        ),
        ("deliveries", array(reference("Delivery"))),
    ])
}

fn run_of_alert() -> Value {
    let mut run = answer(vec![
        ("status", word(&STATUSES)),
        ("due_at", time("When it is or was late")),
        ("done_at", maybe_time("When it was done")),
        ("done_by", maybe("The name of who gave the last answer")),
        (
            "late_by_seconds",
            json!({ "type": ["integer", "null"], "description": "How late it was done" }),
        ),
    ]);
    run["type"] = json!(["object", "null"]);
    run["description"] = json!("What became of the step since");
    run
}

pub(super) fn delivery() -> Value {
    answer(vec![
        ("channel", text("By which way it was tried")),
        ("at", time("When")),
        (
            "outcome",
            word(&["sent", "delivered", "refused", "unknown"]),
        ),
        ("why", maybe("Why it was refused or is unknown")),
    ])
}
