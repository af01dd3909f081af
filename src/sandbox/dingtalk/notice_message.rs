//! The forms of a work notice. Snake case here, where robots use camel case.

use super::super::fields::{Fields, Misfit};

/// Checks `msg`.
pub(super) fn message(message: &Fields<'_>) -> Result<(), Misfit> {
    let msgtype = message.filled("msgtype")?;
    message.only(&["msgtype", msgtype])?;
    let body = message.required_child(msgtype)?;
    match msgtype {
        "text" => {
            body.only(&["content"])?;
            body.filled("content").map(drop)
        }
        "markdown" => {
            body.only(&["title", "text"])?;
            body.filled("title")?;
            short(&body, "text", 5000)
        }
        "link" => {
            body.only(&["messageUrl", "picUrl", "title", "text"])?;
            body.address("messageUrl")?;
            body.filled("picUrl")?;
            short(&body, "title", 100)?;
            short(&body, "text", 500)
        }
        "action_card" => action_card(&body),
        "oa" => oa(&body),
        _ => Err(message.misfit("msgtype", "is unknown")),
    }
}

fn action_card(card: &Fields<'_>) -> Result<(), Misfit> {
    card.only(&[
        "title",
        "markdown",
        "single_title",
        "single_url",
        "btn_orientation",
        "btn_json_list",
    ])?;
    card.filled("title")?;
    card.filled("markdown")?;
    if card.has("single_title") || card.has("single_url") {
        short(card, "single_title", 20)?;
        card.filled_within("single_url", 500)?;
        return card.address("single_url").map(drop);
    }
    if !matches!(card.filled("btn_orientation")?, "0" | "1") {
        return Err(card.misfit("btn_orientation", "is neither \"0\" nor \"1\""));
    }
    for button in card.required_list("btn_json_list", [1, usize::MAX])? {
        button.only(&["title", "action_url"])?;
        short(&button, "title", 20)?;
        button.filled_within("action_url", 700)?;
        button.address("action_url")?;
    }
    Ok(())
}

fn oa(notice: &Fields<'_>) -> Result<(), Misfit> {
    notice.only(&[
        "message_url",
        "pc_message_url",
        "head",
        "status_bar",
        "body",
    ])?;
    notice.address("message_url")?;
    let head = notice.required_child("head")?;
    head.only(&["bgcolor", "text"])?;
    let color = head.filled("bgcolor")?;
    if color.len() != 8 || !color.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(head.misfit("bgcolor", "is not eight hexadecimal digits"));
    }
    head.filled("text")?;
    status_bar(notice)?;
    let body = notice.required_child("body")?;
    body.only(&[
        "title",
        "form",
        "rich",
        "content",
        "image",
        "file_count",
        "author",
    ])?;
    if body.has("title") {
        short(&body, "title", 50)?;
    }
    for row in body.list("form", [0, 6])? {
        row.only(&["key", "value"])?;
        row.filled("key")?;
        row.filled("value")?;
    }
    Ok(())
}

fn status_bar(notice: &Fields<'_>) -> Result<(), Misfit> {
    let Some(bar) = notice.child("status_bar")? else {
        return Ok(());
    };
    bar.only(&["status_value", "status_bg"])?;
    bar.filled("status_value")?;
    match bar.filled("status_bg")?.strip_prefix("0xFF") {
        Some(color) if color.len() == 6 => Ok(()),
        _ => Err(bar.misfit("status_bg", "is not 0xFF and six digits")),
    }
}

fn short(fields: &Fields<'_>, key: &str, most: usize) -> Result<(), Misfit> {
    if fields.filled(key)?.chars().count() > most {
        return Err(fields.misfit(key, &format!("has more than {most} characters")));
    }
    Ok(())
}
