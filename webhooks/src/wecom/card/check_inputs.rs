//! The hard limits of buttons, lists and votes (90236).

use super::inputs::{ButtonSelection, CardButton, Checkbox, SubmitButton};
use crate::problem::{Check, Rule};

pub(super) const MAX_KEY_BYTES: usize = 1024;
pub(super) const MAX_ID_BYTES: usize = 128;

pub(super) fn check_buttons(check: &mut Check, buttons: &[CardButton]) {
    let path = |index, field| format!("button_list[{index}].{field}");
    check.count("button_list", buttons.len(), 1, 6);
    for (index, button) in buttons.iter().enumerate() {
        check.required(&path(index, "text"), &button.text);
        check.range(&path(index, "style"), button.style <= 4, "1 to 4");
        match button.kind {
            0 => check.key(&path(index, "key"), &button.key, MAX_KEY_BYTES),
            1 => check.required(&path(index, "url"), &button.url),
            _ => check.add(path(index, "type"), Rule::Range("0 or 1")),
        }
    }
    let keys = buttons.iter().map(|button| match button.kind {
        0 => button.key.as_str(),
        _ => "",
    });
    check.unique(keys, |index| path(index, "key"));
}

pub(super) fn check_selections(check: &mut Check, lists: &[ButtonSelection]) {
    check.count("select_list", lists.len(), 1, 3);
    for (index, list) in lists.iter().enumerate() {
        check_selection(check, &format!("select_list[{index}]"), list);
    }
    let keys = lists.iter().map(|list| list.question_key.as_str());
    check.unique(keys, |index| format!("select_list[{index}].question_key"));
}

pub(super) fn check_selection(check: &mut Check, path: &str, list: &ButtonSelection) {
    let question_key = format!("{path}.question_key");
    check.key(&question_key, &list.question_key, MAX_KEY_BYTES);
    let options = list.option_list.iter();
    let options = options.map(|option| (option.id.as_str(), option.text.as_str()));
    check_options(check, path, options.collect(), 10);
}

pub(super) fn check_checkbox(check: &mut Check, checkbox: Option<&Checkbox>) {
    let Some(checkbox) = checkbox else {
        check.add("checkbox", Rule::Required);
        return;
    };
    check.key(
        "checkbox.question_key",
        &checkbox.question_key,
        MAX_KEY_BYTES,
    );
    check.range("checkbox.mode", checkbox.mode <= 1, "0 or 1");
    let options = checkbox.option_list.iter();
    let options = options.map(|option| (option.id.as_str(), option.text.as_str()));
    check_options(check, "checkbox", options.collect(), 20);
}

fn check_options(check: &mut Check, path: &str, options: Vec<(&str, &str)>, max: usize) {
    let list = format!("{path}.option_list");
    let path = |index, field| format!("{list}[{index}].{field}");
    check.count(&list, options.len(), 1, max);
    for (index, (id, text)) in options.iter().enumerate() {
        check.key(&path(index, "id"), id, MAX_ID_BYTES);
        check.required(&path(index, "text"), text);
    }
    let ids = options.iter().map(|(id, _)| *id);
    check.unique(ids, |index| path(index, "id"));
}

pub(super) fn check_submit(check: &mut Check, submit: Option<&SubmitButton>) {
    if let Some(submit) = submit {
        check.required("submit_button.text", &submit.text);
        check.key("submit_button.key", &submit.key, MAX_KEY_BYTES);
    }
}
