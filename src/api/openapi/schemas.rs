//! One entry a shape. Answers always have all members; what may be unknown is `null`.

use serde_json::{Map, Value, json};

use crate::domain::Label;

pub(super) fn all() -> Value {
    json!({
        "Board": board(),
        "Message": message(Vec::new()),
        "MessageWithSignals": message(vec![("signals", array(reference("Signal")))]),
        "Signal": signal(),
        "Opportunity": opportunity(),
        "NewOpportunity": new_opportunity(),
        "StageMove": stage_move(),
        "Run": run(),
        "Alert": alert(),
        "Delivery": delivery(),
        "Compliance": compliance(),
        "Rep": rep(),
        "Customer": customer(),
        "Hits": hits(),
        "Label": { "type": "string", "enum": Label::ALL },
        "Problem": problem(),
    })
}

fn board() -> Value {
    let counted = |name: &'static str, of: Value| {
        array(answer(vec![(name, of), ("hits", reference("Hits"))]))
    };
    answer(vec![
        ("from", text("The first day, in China: 2026-11-23")),
        ("to", text("The last day, included")),
        ("totals", reference("Hits")),
        (
            "top",
            array(answer(vec![
                ("label", reference("Label")),
                ("label_name", text("What people read: 价格, 招标")),
                ("hits", number("How often")),
            ])),
        ),
        ("by_day", counted("day", text("2026-11-23"))),
        (
            "by_region",
            counted("region", maybe("null where none is known")),
        ),
        (
            "by_rep",
            array(answer(vec![
                ("rep_id", maybe("null where there is none")),
                ("rep", maybe("Their name")),
                ("hits", reference("Hits")),
            ])),
        ),
        (
            "by_customer",
            counted("customer_id", maybe("null where none is known")),
        ),
        (
            "newest",
            array(answer(vec![
                ("message_id", text("GET /messages/{id} has the words")),
                ("label", reference("Label")),
                ("at", time("When it was said")),
            ])),
        ),
    ])
}

fn message(further: Vec<(&'static str, Value)>) -> Value {
    let mut members = vec![
        ("id", text("Ours")),
        (
            "platform_id",
            text("The platform's own: a msgid of 微信客服"),
        ),
        ("chat_id", text("The chat")),
        ("speaker", word(&["customer", "rep", "system"])),
        ("sender", text("Who sent it, by the platform's id")),
        ("sent_at", time("When it was sent")),
        (
            "kind",
            text("The platform's word for its kind: text, voice"),
        ),
        (
            "text",
            text("What a reader sees; empty for kinds without words"),
        ),
        ("recalled_at", maybe_time("When it was recalled")),
        (
            "url",
            text("The page that shows it in its chat, after login"),
        ),
    ];
    members.extend(further);
    answer(members)
}

fn signal() -> Value {
    answer(vec![
        ("id", text("Ours")),
        ("label", reference("Label")),
        ("label_name", text("What people read: 价格, 招标")),
        ("words", text("The customer's exact words")),
        (
            "first_byte",
            number("Where the words begin in the message's text, in bytes of UTF-8"),
        ),
        ("end_byte", number("Where they end")),
        ("message_id", text("The message that holds the words")),
        ("chat_id", text("Its chat")),
        ("at", time("When it was said")),
        ("region", maybe("The rep's region at that time")),
        ("rep_id", maybe("The rep of the chat")),
        ("rep", maybe("Their name")),
        ("customer_id", maybe("The customer, where known")),
        ("customer", maybe("Its name")),
        ("rule", text("The rule that heard it")),
        ("dictionaries", text("The version of the dictionaries")),
    ])
}

fn opportunity() -> Value {
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

fn new_opportunity() -> Value {
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

fn stage_move() -> Value {
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

fn run() -> Value {
    answer(vec![
        ("id", text("Ours")),
        ("opportunity_id", text("The deal")),
        ("node", text("The node's key in the process definition")),
        ("title", text("Its name")),
        ("status", word(&["open", "overdue", "done", "ended"])),
        ("opened_at", time("When it was opened")),
        ("due_at", time("When it is or was late")),
        ("done_at", maybe_time("When it was done")),
        ("done_by", maybe("The name of who gave the last answer")),
        (
            "late",
            json!({ "type": "boolean", "description": "Whether its deadline passed before it was done" }),
        ),
        (
            "answers",
            json!({ "type": "object", "additionalProperties": { "type": "string" }, "description": "Question → answer" }),
        ),
    ])
}

fn alert() -> Value {
    answer(vec![
        ("id", text("Ours")),
        ("opportunity_id", text("The deal")),
        ("run_id", text("The run")),
        ("run", run_of_alert()),
        ("reason", text("opened or late")),
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
        ("status", word(&["queued", "sent", "refused", "unknown"])),
        ("status_at", time("Since when it stands so")),
        ("channel", maybe("By which way they were told")),
        ("why", maybe("Why it was refused or is unknown")),
        ("deliveries", array(reference("Delivery"))),
    ])
}

fn run_of_alert() -> Value {
    let mut run = answer(vec![
        ("status", word(&["open", "overdue", "done", "ended"])),
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

fn delivery() -> Value {
    answer(vec![
        ("channel", text("By which way it was tried")),
        ("at", time("When")),
        ("outcome", word(&["sent", "refused", "unknown"])),
        ("why", maybe("Why it was refused or is unknown")),
    ])
}

fn compliance() -> Value {
    let figures = |whose: Vec<(&'static str, Value)>| {
        let mut members = whose;
        members.extend([
            ("due", number("Runs whose deadline lies in the period")),
            ("done", number("Of those, done by now")),
            ("on_time", number("Of those, done before their deadline")),
            ("rate", json!({ "type": ["number", "null"], "description": "on_time / due; null where nothing was due" })),
        ]);
        answer(members)
    };
    answer(vec![
        ("from", time("The period's first moment")),
        ("to", time("The first moment after it")),
        ("counted_until", time("The earlier of `to` and now")),
        ("definition", text("What the figures count, in words")),
        (
            "reps",
            array(figures(vec![
                ("rep_id", text("The rep")),
                ("rep", text("Their name")),
                ("region", maybe("Their region")),
            ])),
        ),
        (
            "regions",
            array(figures(vec![(
                "region",
                maybe("null for reps without one"),
            )])),
        ),
        ("total", figures(Vec::new())),
    ])
}

fn rep() -> Value {
    answer(vec![
        ("id", text("Ours")),
        ("name", text("What people call them")),
        ("role", word(&["rep", "director", "admin"])),
        ("region", maybe("Where they work, or what they answer for")),
        (
            "supervisor_id",
            maybe("Who is told when their actions run late"),
        ),
        ("wecom_userid", maybe("As WeCom gave it")),
        ("dingtalk_userid", maybe("As DingTalk gave it")),
    ])
}

fn customer() -> Value {
    answer(vec![
        ("id", text("Ours")),
        ("name", text("The company's name")),
        ("industry", maybe("Its industry")),
        ("region", maybe("Its region")),
    ])
}

fn hits() -> Value {
    json!({
        "type": "object",
        "description": "Label → how often; labels without hits are left out",
        "additionalProperties": { "type": "integer" }
    })
}

fn problem() -> Value {
    json!({
        "type": "object",
        "description": "RFC 9457",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": { "type": "string", "description": "urn:problem-type:dingdan:… names the kind of problem" },
            "title": text("The kind in words"),
            "status": number("The HTTP status"),
            "detail": text("What was found and what was expected"),
            "instance": text("This one occurrence; the log has it where there is more to know"),
            "errors": array(json!({
                "type": "object",
                "required": ["field", "found", "expected"],
                "properties": { "field": text("Its name"), "found": text("What was there"), "expected": text("What should be") }
            })),
            "known_stages": array(json!({ "type": "string" })),
        }
    })
}

/// An object of which every member is always there.
fn answer(members: Vec<(&'static str, Value)>) -> Value {
    let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> = members
        .iter()
        .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
        .collect();
    json!({ "type": "object", "required": names, "properties": properties })
}

/// A body: only these members.
fn request(required: &[&str], members: Vec<(&'static str, Value)>) -> Value {
    let mut schema = answer(members);
    schema["required"] = json!(required);
    schema["additionalProperties"] = json!(false);
    schema
}

fn array(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn maybe(description: &str) -> Value {
    json!({ "type": ["string", "null"], "description": description })
}

fn word(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

fn number(description: &str) -> Value {
    json!({ "type": "integer", "description": description })
}

fn time(description: &str) -> Value {
    json!({ "type": "string", "format": "date-time", "description": description })
}

fn maybe_time(description: &str) -> Value {
    json!({ "type": ["string", "null"], "format": "date-time", "description": description })
}
