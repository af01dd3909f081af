//! Pressing a card: which event it makes, and what was chosen
//! (`developer.work.weixin.qq.com/document/path/90240`).

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::actors::PressError;

/// What was chosen: question → option ids.
pub(in crate::sandbox) type Chosen = BTreeMap<String, Vec<String>>;

/// What a member does to a card.
pub(in crate::sandbox) struct Press<'a> {
    pub(in crate::sandbox) key: &'a str,
    pub(in crate::sandbox) selections: &'a Chosen,
    /// Two quick presses, or a client that had not seen the change yet.
    pub(in crate::sandbox) even_if_used: bool,
}

/// What WeCom tells the app about a press.
pub(in crate::sandbox) struct Pressed {
    pub(in crate::sandbox) event: &'static str,
    pub(in crate::sandbox) card_type: String,
    pub(in crate::sandbox) chosen: Chosen,
}

pub(super) const CARD_EVENT: &str = "template_card_event";
const MENU_EVENT: &str = "template_card_menu_event";

/// What pressing the button with this key is called, if there is one that calls back.
pub(super) fn event_of(card: &Value, key: &str) -> Option<&'static str> {
    let lists = |list: &Value| {
        let items = list.as_array();
        items.is_some_and(|items| {
            items
                .iter()
                .any(|item| item["key"] == key && item["type"] != 1)
        })
    };
    if card["submit_button"]["key"] == key || lists(&card["button_list"]) {
        Some(CARD_EVENT)
    } else if lists(&card["action_menu"]["action_list"]) {
        Some(MENU_EVENT)
    } else {
        None
    }
}

/// The choice of every question: as given, else what the card shows without being touched.
pub(super) fn chosen(card: &Value, given: &Chosen) -> Result<Chosen, PressError> {
    let mut chosen = Chosen::new();
    let selects = card["select_list"].as_array().into_iter().flatten();
    for list in selects.chain(card.get("button_selection")) {
        let untouched = match list["selected_id"].as_str() {
            Some(selected) => vec![selected.to_owned()],
            None => ids(list).take(1).map(str::to_owned).collect(),
        };
        choose(list, untouched, given, &mut chosen)?;
    }
    if let Some(checkbox) = card.get("checkbox") {
        let checked = options(checkbox).filter(|option| option["is_checked"] == true);
        let untouched = checked.filter_map(id).map(str::to_owned).collect();
        choose(checkbox, untouched, given, &mut chosen)?;
    }
    if given.keys().all(|question| chosen.contains_key(question)) {
        Ok(chosen)
    } else {
        Err(PressError::NoSuchOption)
    }
}

fn choose(
    question: &Value,
    untouched: Vec<String>,
    given: &Chosen,
    chosen: &mut Chosen,
) -> Result<(), PressError> {
    let key = question["question_key"].as_str().unwrap_or_default();
    let wanted = given.get(key).cloned().unwrap_or(untouched);
    let is_multiple = question["mode"] == 1;
    let all_exist = wanted.iter().all(|want| ids(question).any(|id| id == want));
    if !all_exist || (wanted.len() > 1 && !is_multiple) {
        return Err(PressError::NoSuchOption);
    }
    chosen.insert(key.to_owned(), wanted);
    Ok(())
}

fn options(question: &Value) -> impl Iterator<Item = &Value> {
    question["option_list"].as_array().into_iter().flatten()
}

fn ids(question: &Value) -> impl Iterator<Item = &str> {
    options(question).filter_map(id)
}

fn id(option: &Value) -> Option<&str> {
    option["id"].as_str()
}
