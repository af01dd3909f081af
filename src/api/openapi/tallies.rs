//! Compliance, health and attribution.

use serde_json::{Value, json};

use super::shapes::{answer, array, maybe, number, text, time, word};
use crate::health::Band;

type Members = Vec<(&'static str, Value)>;

fn share(description: &str) -> Value {
    json!({ "type": ["number", "null"], "description": description })
}

/// The figures, behind whom they belong to.
fn figures(whose: Members) -> Value {
    let mut members = whose;
    members.extend([
        (
            "due",
            number("Runs whose deadline lies in the period and has come"),
        ),
        ("done", number("Of those, done by now, in time or late")),
        ("on_time", number("Of those, done before their deadline")),
        ("waived", number("Let off by a director; not part of `due`")),
        (
            "not_applicable",
            number("Said not to apply; not part of `due`"),
        ),
        (
            "paused",
            number("Their clock is stopped; not part of `due`"),
        ),
        (
            "ended",
            number("Their deal was over before the deadline; not part of `due`"),
        ),
        ("rate", share("done / due; null where nothing was due")),
        (
            "on_time_rate",
            share("on_time / due; null where nothing was due"),
        ),
    ]);
    answer(members)
}

fn begun() -> Members {
    vec![
        ("from", time("The period's first moment")),
        ("to", time("The first moment after it")),
        ("counted_until", time("The earlier of `to` and now")),
    ]
}

fn before() -> Members {
    vec![
        (
            "from",
            time("The first moment of as long a time right before"),
        ),
        ("to", time("The first moment after that")),
    ]
}

fn rep() -> Members {
    vec![
        ("rep_id", text("The rep")),
        ("rep", text("Their name")),
        ("region", maybe("Their region")),
    ]
}

fn node() -> Members {
    vec![
        ("node", text("The node's key")),
        ("node_name", text("What people read")),
    ]
}

pub(super) fn compliance() -> Value {
    let mut members = begun();
    members.extend([
        ("before", figures(before())),
        ("definition", text("What the figures count, in words")),
        ("reps", array(figures(rep()))),
        (
            "regions",
            array(figures(vec![(
                "region",
                maybe("null for reps without one"),
            )])),
        ),
        (
            "teams",
            array(figures(vec![
                (
                    "lead_id",
                    text("Who leads the team; teams hold those below them"),
                ),
                ("lead", maybe("Their name")),
            ])),
        ),
        ("total", figures(Vec::new())),
        ("bands", array(band())),
        (
            "without_band",
            answer(vec![
                ("reps", number("Reps of whom less than `least_due` was due")),
                ("won", number("Their deals of the period that were won")),
                ("lost", number("And lost")),
                (
                    "least_due",
                    number("So much has to be due of a rep for a band"),
                ),
            ]),
        ),
    ]);
    answer(members)
}

fn band() -> Value {
    answer(vec![
        ("band", word(&Band::ALL.map(Band::word))),
        (
            "reps",
            number("Reps whose rate of the period lies there; 85 % and 70 % belong to the middle"),
        ),
        ("due", number("What was due of them")),
        ("done", number("And is done")),
        (
            "won",
            number("Their deals that were won in the same period"),
        ),
        ("lost", number("And lost")),
        (
            "win_rate",
            share("won / (won + lost); null of fewer than `least_closed`"),
        ),
        (
            "least_closed",
            number("So many deals have to be closed for a win rate"),
        ),
    ])
}

pub(super) fn health() -> Value {
    let mut cell = rep();
    cell.extend(node());
    cell.push(("before", figures(Vec::new())));
    let mut members = begun();
    members.extend([
        ("before", answer(before())),
        ("cells", array(figures(cell))),
    ]);
    answer(members)
}

pub(super) fn attribution() -> Value {
    let part = |whose: Members| {
        let side = || {
            answer(vec![
                ("due", number("What was due")),
                ("done", number("And is done")),
                ("rate", share("done / due")),
            ])
        };
        let mut members = whose;
        members.extend([
            ("before", side()),
            ("now", side()),
            ("adds", json!({ "type": "number", "description": "What it adds to the change; all parts of one list add up to `change`" })),
            ("by_rate", json!({ "type": "number", "description": "Of that, by its own rate" })),
            ("by_share", json!({ "type": "number", "description": "Of that, by being a larger or smaller part of what was due" })),
            ("since", maybe("First day of the step from which what was due, taken together up to any later step, stayed beyond the line midway between both rates; null where there is none, of parts that make less than a tenth of the change, and of those that were not followed")),
        ]);
        array(answer(members))
    };
    let mut cell = rep();
    cell.extend(node());
    let mut members = begun();
    members.extend([
        ("before", figures(before())),
        ("total", figures(Vec::new())),
        ("change", share("rate now less rate before; null where one of both has nothing due")),
        ("step", json!({ "type": ["string", "null"], "enum": ["day", "week", null], "description": "How long the steps of `series` are" })),
        (
            "series",
            array(answer(vec![
                ("from", text("The step's first day")),
                ("due", number("What was due in it")),
                ("done", number("And is done")),
                ("on_time", number("And was done in time")),
                ("rate", share("done / due")),
            ])),
        ),
        ("nodes", part(node())),
        ("regions", part(vec![("region", maybe("null for reps without one"))])),
        ("reps", part(rep())),
        ("cells", part(cell)),
    ]);
    answer(members)
}
