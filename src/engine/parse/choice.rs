//! Options of cards, and the libraries that several questions may share.

use std::collections::BTreeMap;

use crate::config::Section;

use super::super::question::Choice;
use super::super::template::IN_RUN;
use super::field::{Seen, key, optional_template, plain};
use super::keys;

/// Hard limit of an option's id in bytes
/// (`developer.work.weixin.qq.com/document/path/90236`).
pub(super) const LONGEST_ID: usize = 128;

/// WeCom recommends at most so many characters for an option's text.
pub(super) const LONGEST_TEXT: usize = 16;

/// The libraries by key.
pub(super) type Libraries = BTreeMap<String, Vec<Choice>>;

/// `[[library]]`: options to be used by several questions.
pub(super) fn libraries(root: &Section<'_>) -> Libraries {
    let mut seen = Seen::of("library");
    let mut libraries = Libraries::new();
    for section in root.sections("library") {
        let key = key(&section, "key", &mut seen);
        let choices = choices(&section, &mut Seen::of("option of the library"));
        if section.is_empty_list("options") || !section.holds("options") {
            section.refuse_section("an empty library", "at least one option in options = […]");
        }
        keys::library().finish(&section);
        libraries.extend(key.map(|key| (key, choices)));
    }
    libraries
}

/// `options = [{ id = "…", text = "…" }, …]`; none when left out.
pub(super) fn choices(section: &Section<'_>, seen: &mut Seen) -> Vec<Choice> {
    let options = section.sections("options");
    options
        .iter()
        .filter_map(|option| choice(option, seen))
        .collect()
}

fn choice(section: &Section<'_>, seen: &mut Seen) -> Option<Choice> {
    let id = id(section, seen);
    let text = plain(section, "text", LONGEST_TEXT);
    let ask_text = optional_template(section, "ask_text", IN_RUN);
    keys::option().finish(section);
    Some(Choice {
        id: id?,
        text: text?,
        ask_text,
    })
}

fn id(section: &Section<'_>, seen: &mut Seen) -> Option<String> {
    let expected = format!(
        "1 to {LONGEST_ID} letters, digits, - and _, not beginning with _ (kept for 请选择)"
    );
    let id = section.required_text("id", &expected)?;
    let is_well_formed = (1..=LONGEST_ID).contains(&id.value.len())
        && !id.value.starts_with('_')
        && id
            .value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if !is_well_formed {
        let found = format!("{} bytes: {:?}", id.value.len(), id.value);
        section.refuse(&id, found, expected);
        return None;
    }
    seen.add(section, &id);
    Some(id.value)
}
