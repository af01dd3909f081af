//! People outside, and whose they are.

use serde_json::{Value, json};

use super::shapes::{answer, array, maybe, maybe_time, number, request, text, word};
use crate::api::contacts::OUTSIDERS;

pub(super) fn contact() -> Value {
    answer(vec![
        ("id", text("WeCom's external_userid")),
        ("name", maybe("What they call themselves")),
        (
            "customer_id",
            maybe("Whose they are; null as long as nobody knows, and when they are no customer's"),
        ),
        ("customer", maybe("Its name")),
        (
            "not_customer",
            maybe("Why they are no customer's: private, supplier or other"),
        ),
        (
            "companies",
            array(
                json!({ "type": "string", "description": "The companies that WeCom names for them" }),
            ),
        ),
        (
            "told_by",
            maybe(
                "Whose word it is: wecom, or a person's id; null when it was imported or is open",
            ),
        ),
        ("told_at", maybe_time("When it was said")),
        (
            "chat_id",
            maybe("Where they spoke last while nobody knew them"),
        ),
        ("rep_id", maybe("The rep of that chat")),
        ("rep", maybe("Their name")),
        (
            "lines",
            number("Lines that they said while nobody knew them"),
        ),
        ("first_said_at", maybe_time("The first of those")),
        ("last_said_at", maybe_time("The last of those")),
        (
            "signals",
            number("Their signals that belong to no customer"),
        ),
    ])
}

pub(super) fn told() -> Value {
    request(
        &["by"],
        vec![
            (
                "customer",
                text("The id of a known customer; exactly one of the first three is given"),
            ),
            (
                "new_customer",
                text("A company's name; who is called so already is taken"),
            ),
            ("not_customer", word(&OUTSIDERS)),
            ("by", text("The id of the person who says it")),
        ],
    )
}
