//! One entry a shape. Answers always have all members; what may be unknown is `null`.

use serde_json::{Value, json};

use super::shapes::{
    answer, array, maybe, maybe_time, number, reference, request, text, time, word,
};
use super::{contacts, deals, run, tallies};
use crate::api::corrections::{KINDS, STATES};
use crate::domain::Label;

pub(super) fn all() -> Value {
    json!({
        "Board": board(),
        "Message": message(Vec::new()),
        "MessageWithSignals": message(vec![("signals", array(reference("Signal")))]),
        "Signal": signal(),
        "Correction": correction(),
        "Corrections": answer(vec![("corrections", array(reference("Correction")))]),
        "NewCorrection": new_correction(),
        "CorrectionDecision": request(&["by"], vec![("by", text("Who decides: an administrator or a director who answers for the rep, by id"))]),
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
        "Compliance": tallies::compliance(),
        "Health": tallies::health(),
        "Attribution": tallies::attribution(),
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
        (
            "model",
            maybe("The version of the learnt model that took part"),
        ),
        (
            "why",
            maybe(
                "Why it was heard, where the rule's name doesn't tell: the strongest pieces of words, or the lines that are one utterance",
            ),
        ),
        (
            "shadow",
            json!({ "type": "boolean", "description": "Heard by a rule that is only being tried: no node opens, nobody is told" }),
        ),
        (
            "dismissed_at",
            maybe_time(
                "Since when it means nothing any more: a false alarm, or taken back by the customer within seconds",
            ),
        ),
        (
            "dismissed_by",
            maybe("The correction's id, or `burst` when the customer took it back"),
        ),
    ])
}

fn correction() -> Value {
    answer(vec![
        ("id", text("Ours")),
        ("message_id", text("The line")),
        ("chat_id", text("Its chat")),
        ("label", reference("Label")),
        ("label_name", text("What people read: 价格, 招标")),
        ("kind", word(&KINDS)),
        ("person_id", text("Who said it")),
        ("person", text("Their name")),
        ("role", word(&["rep", "director", "admin"])),
        ("origin", word(&["page", "card", "api"])),
        ("said_at", time("When")),
        ("state", word(&STATES)),
        ("decided_by", maybe("Who decided about it")),
        ("decided_at", maybe_time("When they did")),
    ])
}

fn new_correction() -> Value {
    request(
        &["message_id", "kind", "labels", "by"],
        vec![
            (
                "message_id",
                text("The line, by our id or by the platform's own"),
            ),
            ("kind", word(&KINDS)),
            ("labels", array(reference("Label"))),
            (
                "words",
                text(
                    "The words of what was missed, as they stand in the line; the whole line when left out",
                ),
            ),
            (
                "by",
                text("Who says it, by id. A rep's word of their own chat waits for a decision"),
            ),
        ],
    )
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
