//! One entry a shape. Answers always have all members; what may be unknown is `null`.

use serde_json::{Value, json};

use super::shapes::{answer, array, maybe, maybe_time, number, reference, text, time, word};
use super::{contacts, deals, run};
use crate::domain::Label;

pub(super) fn all() -> Value {
    json!({
        "Board": board(),
        "Message": message(Vec::new()),
        "MessageWithSignals": message(vec![("signals", array(reference("Signal")))]),
        "Signal": signal(),
        "Opportunity": deals::opportunity(),
        "NewOpportunity": deals::new_opportunity(),
        "StageMove": deals::stage_move(),
        "ContactMade": deals::contact_made(),
        "ConfirmedFact": deals::confirmed_fact(),
        "OpenedNode": deals::opened_node(),
        "Run": deals::run(),
        "WholeRun": run::whole(),
        "Supervision": run::supervision(),
        "Acknowledgement": run::acknowledgement(),
        "RuleAlert": run::rule_alert(),
        "Alert": deals::alert(),
        "Delivery": deals::delivery(),
        "Compliance": deals::compliance(),
        "Rep": rep(),
        "Customer": customer(),
        "Contact": contacts::contact(),
        "ContactTold": contacts::told(),
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
            "before",
            answer(vec![
                ("from", text("The first of as many days right before")),
                ("to", text("The last of them")),
                ("totals", reference("Hits")),
            ]),
        ),
        (
            "top",
            array(answer(vec![
                ("label", reference("Label")),
                ("label_name", text("What people read: 价格, 招标")),
                ("hits", number("How often")),
                ("before", number("How often in the days before")),
            ])),
        ),
        ("by_day", counted("day", text("2026-11-23"))),
        (
            "by_region",
            counted("region", maybe("null where none is known")),
        ),
        (
            "by_team",
            array(answer(vec![
                (
                    "lead_id",
                    text("Who leads the team; teams hold those below them"),
                ),
                ("lead", maybe("Their name")),
                ("hits", reference("Hits")),
            ])),
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
            "by_product",
            counted("product", maybe("null where none was named")),
        ),
        ("on_trial", reference("Hits")),
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
        ("product", maybe("The product that the words are about")),
        (
            "shadow",
            json!({ "type": "boolean", "description": "Whether its rule is only being tried: it counts apart" }),
        ),
        ("rule", text("The rule that heard it")),
        ("dictionaries", text("The version of the dictionaries")),
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
