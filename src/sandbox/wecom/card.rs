//! The hard rules of template cards (`developer.work.weixin.qq.com/document/path/90236`).
//!
//! Recommended lengths (建议) are not checked: the client cuts what is longer.

use serde_json::Value;

use super::super::fields::{Fields, Misfit, unique};
use super::card_parts::{
    action_menu, card_action, drop_down, jumps, only, quote_area, rows, source, texts, title,
};

/// What a card is checked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// message/send.
    Send,
    /// update_template_card, which knows some more fields and asks for fewer (94888).
    Update,
}

const NOTICE: [&str; 9] = [
    "card_type",
    "source",
    "action_menu",
    "task_id",
    "main_title",
    "quote_area",
    "horizontal_content_list",
    "jump_list",
    "card_action",
];
/// Of a key: of a button, a menu entry, a question.
pub(super) const KEY_BYTES: usize = 1024;
/// Of an option's id.
pub(super) const ID_BYTES: usize = 128;

/// Whether clicks on this card come back to the app.
pub(super) fn calls_back(card: &Value) -> bool {
    is_interaction(card) || card.get("action_menu").is_some()
}

/// Whether it is one of the three types with buttons.
pub(super) fn is_interaction(card: &Value) -> bool {
    card["card_type"]
        .as_str()
        .is_some_and(|kind| kind.ends_with("_interaction"))
}

/// Letters, digits and `_-@`, at most 128 bytes.
pub(super) fn is_task_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-@".contains(&byte))
}

/// Checks everything but the `task_id`, which has a code of its own.
pub(super) fn check(card: &Value, purpose: Purpose) -> Result<(), Misfit> {
    let fields = Fields::of(card, "template_card")?;
    match fields.filled("card_type")? {
        "text_notice" => text_notice(&fields)?,
        "news_notice" => news_notice(&fields)?,
        "button_interaction" => buttons(&fields, purpose)?,
        "vote_interaction" => vote(&fields, purpose)?,
        "multiple_interaction" => multiple(&fields, purpose)?,
        _ => return Err(fields.misfit("card_type", "is unknown")),
    }
    fields.text("sub_title_text")?;
    fields.text("replace_text")?;
    source(&fields)?;
    action_menu(&fields)?;
    quote_area(&fields)?;
    rows(&fields)?;
    jumps(&fields)
}

fn text_notice(fields: &Fields<'_>) -> Result<(), Misfit> {
    only(fields, &NOTICE, &["emphasis_content", "sub_title_text"])?;
    title(fields, fields.has("sub_title_text"))?;
    if let Some(emphasis) = fields.child("emphasis_content")? {
        texts(&emphasis, &["title", "desc"])?;
    }
    card_action(fields, &[1, 2], true)
}

fn news_notice(fields: &Fields<'_>) -> Result<(), Misfit> {
    let own = ["card_image", "image_text_area", "vertical_content_list"];
    only(fields, &NOTICE, &own)?;
    title(fields, false)?;
    match (
        fields.child("card_image")?,
        fields.child("image_text_area")?,
    ) {
        (None, None) => return Err(fields.misfit("card_image", "is missing")),
        (Some(image), _) => {
            image.only(&["url", "aspect_ratio"])?;
            image.address("url")?;
            let ratio = image.number("aspect_ratio")?.unwrap_or(1.3);
            if !(1.3..=2.25).contains(&ratio) {
                return Err(image.misfit("aspect_ratio", "is not within 1.3 to 2.25"));
            }
        }
        (None, Some(area)) => area.address("image_url").map(drop)?,
    }
    for row in fields.list("vertical_content_list", [0, 4])? {
        texts(&row, &["title", "desc"])?;
        row.filled("title")?;
    }
    card_action(fields, &[1, 2], true)
}

fn buttons(fields: &Fields<'_>, purpose: Purpose) -> Result<(), Misfit> {
    let own = ["sub_title_text", "button_selection", "button_list"];
    let updated = ["replace_text"];
    let known: Vec<&str> = NOTICE
        .into_iter()
        .filter(|key| *key != "jump_list")
        .chain(own)
        .chain(updated.into_iter().filter(|_| purpose == Purpose::Update))
        .collect();
    fields.only(&known)?;
    title(fields, false)?;
    if let Some(selection) = fields.child("button_selection")? {
        drop_down(&selection, purpose, [1, 10])?;
    }
    let mut keys = Vec::new();
    for button in fields.required_list("button_list", [1, 6])? {
        button.only(&["type", "text", "style", "key", "url"])?;
        button.filled("text")?;
        button.one_of("style", &[1, 2, 3, 4], 1)?;
        if button.one_of("type", &[0, 1], 0)? == 1 {
            button.address("url")?;
        } else {
            keys.push(button.filled_within("key", KEY_BYTES)?);
        }
    }
    unique(keys, "button_list.key")?;
    card_action(fields, &[0, 1, 2], false)
}

fn vote(fields: &Fields<'_>, purpose: Purpose) -> Result<(), Misfit> {
    interaction_only(fields, purpose, "checkbox")?;
    let checkbox = fields.required_child("checkbox")?;
    let known = ["question_key", "mode", "option_list", "disable"];
    checkbox.only(if purpose == Purpose::Update {
        &known
    } else {
        &known[..3]
    })?;
    checkbox.filled_within("question_key", KEY_BYTES)?;
    checkbox.one_of("mode", &[0, 1], 0)?;
    checkbox.truth("disable")?;
    let mut ids = Vec::new();
    for option in checkbox.required_list("option_list", [1, 20])? {
        option.only(&["id", "text", "is_checked"])?;
        option.filled("text")?;
        option.truth("is_checked")?;
        ids.push(option.filled_within("id", ID_BYTES)?);
    }
    unique(ids, "checkbox.option_list.id")
}

fn multiple(fields: &Fields<'_>, purpose: Purpose) -> Result<(), Misfit> {
    interaction_only(fields, purpose, "select_list")?;
    let mut questions = Vec::new();
    for selection in fields.required_list("select_list", [1, 3])? {
        questions.push(drop_down(&selection, purpose, [1, 10])?);
    }
    unique(questions, "select_list.question_key")
}

/// Vote and multiple cards know few fields, and end in one button.
fn interaction_only(fields: &Fields<'_>, purpose: Purpose, own: &str) -> Result<(), Misfit> {
    let known = [
        "card_type",
        "source",
        "task_id",
        "main_title",
        "submit_button",
        own,
    ];
    let updated: &[&str] = if purpose == Purpose::Update {
        &["replace_text"]
    } else {
        &[]
    };
    only(fields, &known, updated)?;
    title(fields, false)?;
    let submit = match purpose {
        Purpose::Send => Some(fields.required_child("submit_button")?),
        Purpose::Update => fields.child("submit_button")?,
    };
    if let Some(submit) = submit {
        submit.only(&["text", "key"])?;
        submit.filled("text")?;
        submit.filled_within("key", KEY_BYTES)?;
    }
    Ok(())
}
