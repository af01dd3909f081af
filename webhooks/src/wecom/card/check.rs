//! The hard limits of cards (90236, 94888).

use super::check_inputs::{
    MAX_ID_BYTES, MAX_KEY_BYTES, check_buttons, check_checkbox, check_selection, check_selections,
    check_submit,
};
use super::parts::{
    ActionMenu, CardAction, CardImage, HorizontalContent, ImageTextArea, Jump, MainTitle,
    QuoteArea, Source, VerticalContent,
};
use super::{CardProblem, TemplateCard};
use crate::problem::{Check, Rule};

impl TemplateCard {
    /// Checks every hard limit of sending a card.
    ///
    /// # Errors
    /// All limits that are not kept.
    pub fn check(&self) -> Result<(), Vec<CardProblem>> {
        let mut check = Check::default();
        self.check_into(&mut check);
        check.finish()
    }

    /// As [`check`](Self::check) for updating a card: there a task id and a
    /// submit button are not required.
    ///
    /// # Errors
    /// All limits that are not kept.
    pub fn check_update(&self) -> Result<(), Vec<CardProblem>> {
        let mut check = Check::default();
        self.check_update_into(&mut check);
        check.finish()
    }

    pub(crate) fn check_into(&self, check: &mut Check) {
        if self.has_callback() {
            check.required("task_id", self.task_id());
        }
        match self {
            Self::VoteInteraction(card) if card.submit_button.is_none() => {
                check.add("submit_button", Rule::Required);
            }
            Self::MultipleInteraction(card) if card.submit_button.is_none() => {
                check.add("submit_button", Rule::Required);
            }
            _ => {}
        }
        self.check_update_into(check);
    }

    pub(crate) fn check_update_into(&self, check: &mut Check) {
        check_task_id(check, self.task_id());
        match self {
            Self::TextNotice(card) => {
                check_source(check, card.source.as_ref());
                check_menu(check, card.action_menu.as_ref());
                if card.main_title.title.is_empty() && card.sub_title_text.is_empty() {
                    check.add("main_title.title", Rule::Required);
                }
                check_quote(check, card.quote_area.as_ref());
                check_rows(check, &card.horizontal_content_list);
                check_jumps(check, &card.jump_list);
                check_required_action(check, card.card_action.as_ref());
            }
            Self::NewsNotice(card) => {
                check_source(check, card.source.as_ref());
                check_menu(check, card.action_menu.as_ref());
                check_title(check, &card.main_title);
                check_quote(check, card.quote_area.as_ref());
                check_pictures(
                    check,
                    card.card_image.as_ref(),
                    card.image_text_area.as_ref(),
                );
                check_paragraphs(check, &card.vertical_content_list);
                check_rows(check, &card.horizontal_content_list);
                check_jumps(check, &card.jump_list);
                check_required_action(check, card.card_action.as_ref());
            }
            Self::ButtonInteraction(card) => {
                check_source(check, card.source.as_ref());
                check_menu(check, card.action_menu.as_ref());
                check_title(check, &card.main_title);
                check_quote(check, card.quote_area.as_ref());
                check_rows(check, &card.horizontal_content_list);
                check_action(check, card.card_action.as_ref());
                if let Some(list) = &card.button_selection {
                    check_selection(check, "button_selection", list);
                }
                check_buttons(check, &card.button_list);
            }
            Self::VoteInteraction(card) => {
                check_source(check, card.source.as_ref());
                check_title(check, &card.main_title);
                check_checkbox(check, card.checkbox.as_ref());
                check_submit(check, card.submit_button.as_ref());
            }
            Self::MultipleInteraction(card) => {
                check_source(check, card.source.as_ref());
                check_title(check, &card.main_title);
                check_selections(check, &card.select_list);
                check_submit(check, card.submit_button.as_ref());
            }
        }
    }
}

impl CardProblem {
    /// The errcode with which the platform refuses it: 42014 for a bad task
    /// id, 40058 for a bad parameter otherwise.
    pub fn errcode(&self) -> i64 {
        if self.field == "task_id" {
            42014
        } else {
            40058
        }
    }
}

fn check_task_id(check: &mut Check, task_id: &str) {
    check.bytes("task_id", task_id, MAX_ID_BYTES);
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-@".contains(&byte);
    if !task_id.bytes().all(is_allowed) {
        check.add("task_id", Rule::Charset("letters, digits, _, - and @"));
    }
}

fn check_source(check: &mut Check, source: Option<&Source>) {
    let color = source.map_or(0, |source| source.desc_color);
    check.range("source.desc_color", color <= 3, "0 to 3");
}

fn check_menu(check: &mut Check, menu: Option<&ActionMenu>) {
    let Some(menu) = menu else { return };
    let path = |index, field| format!("action_menu.action_list[{index}].{field}");
    check.count("action_menu.action_list", menu.action_list.len(), 1, 3);
    for (index, action) in menu.action_list.iter().enumerate() {
        check.required(&path(index, "text"), &action.text);
        check.key(&path(index, "key"), &action.key, MAX_KEY_BYTES);
    }
    let keys = menu.action_list.iter().map(|action| action.key.as_str());
    check.unique(keys, |index| path(index, "key"));
}

fn check_title(check: &mut Check, title: &MainTitle) {
    check.required("main_title.title", &title.title);
}

/// A target by type: 0 none, 1 an address, 2 a mini-program.
fn check_target(check: &mut Check, path: &str, kind: u8, url: &str, appid: &str) {
    match kind {
        0 => {}
        1 => check.required(&format!("{path}.url"), url),
        2 => check.required(&format!("{path}.appid"), appid),
        _ => check.add(format!("{path}.type"), Rule::Range("0, 1 or 2")),
    }
}

fn check_quote(check: &mut Check, quote: Option<&QuoteArea>) {
    if let Some(quote) = quote {
        check_target(check, "quote_area", quote.kind, &quote.url, &quote.appid);
    }
}

fn check_rows(check: &mut Check, rows: &[HorizontalContent]) {
    check.count("horizontal_content_list", rows.len(), 0, 6);
    for (index, row) in rows.iter().enumerate() {
        let path = |field| format!("horizontal_content_list[{index}].{field}");
        check.required(&path("keyname"), &row.keyname);
        match row.kind {
            0 => {}
            1 => check.required(&path("url"), &row.url),
            2 => check.required(&path("media_id"), &row.media_id),
            3 => check.required(&path("userid"), &row.userid),
            _ => check.add(path("type"), Rule::Range("0, 1, 2 or 3")),
        }
    }
}

fn check_jumps(check: &mut Check, jumps: &[Jump]) {
    check.count("jump_list", jumps.len(), 0, 3);
    for (index, jump) in jumps.iter().enumerate() {
        let path = format!("jump_list[{index}]");
        check.required(&format!("{path}.title"), &jump.title);
        check_target(check, &path, jump.kind, &jump.url, &jump.appid);
    }
}

fn check_required_action(check: &mut Check, action: Option<&CardAction>) {
    match action {
        None => check.add("card_action", Rule::Required),
        Some(action) if action.kind == 0 => {
            check.add("card_action.type", Rule::Range("1 or 2"));
        }
        action => check_action(check, action),
    }
}

fn check_action(check: &mut Check, action: Option<&CardAction>) {
    if let Some(action) = action {
        check_target(
            check,
            "card_action",
            action.kind,
            &action.url,
            &action.appid,
        );
    }
}

fn check_pictures(check: &mut Check, image: Option<&CardImage>, area: Option<&ImageTextArea>) {
    if image.is_none() && area.is_none() {
        check.add("card_image", Rule::Required);
    }
    if let Some(image) = image {
        check.required("card_image.url", &image.url);
        let ratio = image.aspect_ratio.unwrap_or(1.3);
        let is_allowed = (1.3..=2.25).contains(&ratio);
        check.range("card_image.aspect_ratio", is_allowed, "1.3 to 2.25");
    }
    if let Some(area) = area {
        check.required("image_text_area.image_url", &area.image_url);
        check_target(check, "image_text_area", area.kind, &area.url, &area.appid);
    }
}

fn check_paragraphs(check: &mut Check, paragraphs: &[VerticalContent]) {
    check.count("vertical_content_list", paragraphs.len(), 0, 4);
    for (index, paragraph) in paragraphs.iter().enumerate() {
        let path = format!("vertical_content_list[{index}].title");
        check.required(&path, &paragraph.title);
    }
}
