//! The parts that several kinds of cards share (`developer.work.weixin.qq.com/document/path/90236`).

use super::super::fields::{Fields, Misfit, unique};
use super::card::{ID_BYTES, KEY_BYTES, Purpose};

/// A question with one answer out of a list; gives its key.
pub(super) fn drop_down<'a>(
    fields: &Fields<'a>,
    purpose: Purpose,
    sizes: [usize; 2],
) -> Result<&'a str, Misfit> {
    let known = [
        "question_key",
        "title",
        "selected_id",
        "option_list",
        "disable",
    ];
    fields.only(if purpose == Purpose::Update {
        &known
    } else {
        &known[..4]
    })?;
    fields.text("title")?;
    fields.truth("disable")?;
    let mut ids = Vec::new();
    for option in fields.required_list("option_list", sizes)? {
        option.only(&["id", "text"])?;
        option.filled("text")?;
        ids.push(option.filled_within("id", ID_BYTES)?);
    }
    if let Some(selected) = fields.text("selected_id")?
        && !ids.contains(&selected)
    {
        return Err(fields.misfit("selected_id", "is not among the options"));
    }
    unique(ids, "option_list.id")?;
    fields.filled_within("question_key", KEY_BYTES)
}

pub(super) fn only(fields: &Fields<'_>, known: &[&str], own: &[&str]) -> Result<(), Misfit> {
    let all: Vec<&str> = known.iter().chain(own).copied().collect();
    fields.only(&all)
}

pub(super) fn texts(fields: &Fields<'_>, keys: &[&str]) -> Result<(), Misfit> {
    fields.only(keys)?;
    keys.iter().try_for_each(|key| fields.text(key).map(drop))
}

pub(super) fn title(fields: &Fields<'_>, is_optional: bool) -> Result<(), Misfit> {
    match fields.child("main_title")? {
        Some(main) if is_optional => texts(&main, &["title", "desc"]),
        Some(main) => {
            texts(&main, &["title", "desc"])?;
            main.filled("title").map(drop)
        }
        None if is_optional => fields.filled("sub_title_text").map(drop),
        None => Err(fields.misfit("main_title", "is missing")),
    }
}

pub(super) fn source(fields: &Fields<'_>) -> Result<(), Misfit> {
    let Some(source) = fields.child("source")? else {
        return Ok(());
    };
    let has_color = !matches!(
        fields.filled("card_type")?,
        "vote_interaction" | "multiple_interaction"
    );
    let known = ["icon_url", "desc", "desc_color"];
    source.only(if has_color { &known } else { &known[..2] })?;
    source.text("desc")?;
    if source.has("icon_url") {
        source.address("icon_url")?;
    }
    source.one_of("desc_color", &[0, 1, 2, 3], 0).map(drop)
}

pub(super) fn action_menu(fields: &Fields<'_>) -> Result<(), Misfit> {
    let Some(menu) = fields.child("action_menu")? else {
        return Ok(());
    };
    menu.only(&["desc", "action_list"])?;
    menu.text("desc")?;
    let mut keys = Vec::new();
    for action in menu.required_list("action_list", [1, 3])? {
        action.only(&["text", "key"])?;
        action.filled("text")?;
        keys.push(action.filled_within("key", KEY_BYTES)?);
    }
    unique(keys, "action_menu.action_list.key")
}

pub(super) fn quote_area(fields: &Fields<'_>) -> Result<(), Misfit> {
    let Some(quote) = fields.child("quote_area")? else {
        return Ok(());
    };
    quote.only(&["type", "url", "appid", "pagepath", "title", "quote_text"])?;
    quote.text("title")?;
    quote.text("quote_text")?;
    target(&quote, &[0, 1, 2])
}

pub(super) fn rows(fields: &Fields<'_>) -> Result<(), Misfit> {
    for row in fields.list("horizontal_content_list", [0, 6])? {
        row.only(&["type", "keyname", "value", "url", "media_id", "userid"])?;
        row.filled("keyname")?;
        row.text("value")?;
        match row.one_of("type", &[0, 1, 2, 3], 0)? {
            1 => row.address("url").map(drop)?,
            2 => row.filled("media_id").map(drop)?,
            3 => row.filled("userid").map(drop)?,
            _ => {}
        }
    }
    Ok(())
}

pub(super) fn jumps(fields: &Fields<'_>) -> Result<(), Misfit> {
    for jump in fields.list("jump_list", [0, 3])? {
        jump.only(&["type", "title", "url", "appid", "pagepath"])?;
        jump.filled("title")?;
        target(&jump, &[0, 1, 2])?;
    }
    Ok(())
}

pub(super) fn card_action(
    fields: &Fields<'_>,
    types: &[i64],
    is_required: bool,
) -> Result<(), Misfit> {
    match fields.child("card_action")? {
        Some(action) => {
            action.only(&["type", "url", "appid", "pagepath"])?;
            target(&action, types)
        }
        None if is_required => Err(fields.misfit("card_action", "is missing")),
        None => Ok(()),
    }
}

/// Type 1 leads to an address, type 2 to a mini program.
pub(super) fn target(fields: &Fields<'_>, types: &[i64]) -> Result<(), Misfit> {
    match fields.one_of("type", types, 0)? {
        1 => fields.address("url").map(drop),
        2 => fields.filled("appid").map(drop),
        _ => Ok(()),
    }
}
