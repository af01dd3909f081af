//! The lengths that the platform recommends for cards (90236): it takes
//! longer texts and may cut them on small screens.

use super::inputs::ButtonSelection;
use super::parts::{HorizontalContent, Jump, MainTitle, Source};
use super::{CardAdvice, TemplateCard};

impl TemplateCard {
    /// Every text that is longer than recommended.
    pub fn advice(&self) -> Vec<CardAdvice> {
        let mut lengths = Lengths::default();
        match self {
            Self::TextNotice(card) => {
                lengths.source(card.source.as_ref());
                lengths.title(&card.main_title, 36, 44);
                if let Some(figure) = &card.emphasis_content {
                    lengths.of("emphasis_content.title", &figure.title, 14);
                    lengths.of("emphasis_content.desc", &figure.desc, 22);
                }
                lengths.of("sub_title_text", &card.sub_title_text, 160);
                lengths.rows(&card.horizontal_content_list);
                lengths.jumps(&card.jump_list);
            }
            Self::NewsNotice(card) => {
                lengths.source(card.source.as_ref());
                lengths.title(&card.main_title, 36, 44);
                for (index, part) in card.vertical_content_list.iter().enumerate() {
                    let path = format!("vertical_content_list[{index}]");
                    lengths.of(&format!("{path}.title"), &part.title, 38);
                    lengths.of(&format!("{path}.desc"), &part.desc, 160);
                }
                lengths.rows(&card.horizontal_content_list);
                lengths.jumps(&card.jump_list);
            }
            Self::ButtonInteraction(card) => {
                lengths.source(card.source.as_ref());
                lengths.title(&card.main_title, 36, 44);
                lengths.of("sub_title_text", &card.sub_title_text, 160);
                lengths.rows(&card.horizontal_content_list);
                if let Some(list) = &card.button_selection {
                    lengths.list("button_selection", list);
                }
                for (index, button) in card.button_list.iter().enumerate() {
                    lengths.of(&format!("button_list[{index}].text"), &button.text, 10);
                }
            }
            Self::VoteInteraction(card) => {
                lengths.source(card.source.as_ref());
                lengths.title(&card.main_title, 16, 160);
                let options = card.checkbox.iter().flat_map(|vote| &vote.option_list);
                for (index, option) in options.enumerate() {
                    let path = format!("checkbox.option_list[{index}].text");
                    lengths.of(&path, &option.text, 17);
                }
                lengths.submit(card.submit_button.as_ref().map(|button| &*button.text));
            }
            Self::MultipleInteraction(card) => {
                lengths.source(card.source.as_ref());
                lengths.title(&card.main_title, 36, 160);
                for (index, list) in card.select_list.iter().enumerate() {
                    lengths.list(&format!("select_list[{index}]"), list);
                }
                lengths.submit(card.submit_button.as_ref().map(|button| &*button.text));
            }
        }
        lengths.found
    }
}

#[derive(Default)]
struct Lengths {
    found: Vec<CardAdvice>,
}

impl Lengths {
    fn of(&mut self, field: &str, text: &str, recommended: usize) {
        let found = text.chars().count();
        if found > recommended {
            self.found.push(CardAdvice {
                field: field.to_owned(),
                found,
                recommended,
            });
        }
    }

    fn source(&mut self, source: Option<&Source>) {
        let desc = source.map_or("", |source| &source.desc);
        self.of("source.desc", desc, 20);
    }

    fn title(&mut self, title: &MainTitle, title_chars: usize, desc_chars: usize) {
        self.of("main_title.title", &title.title, title_chars);
        self.of("main_title.desc", &title.desc, desc_chars);
    }

    fn rows(&mut self, rows: &[HorizontalContent]) {
        for (index, row) in rows.iter().enumerate() {
            let path = format!("horizontal_content_list[{index}]");
            self.of(&format!("{path}.keyname"), &row.keyname, 5);
            self.of(&format!("{path}.value"), &row.value, 30);
        }
    }

    fn jumps(&mut self, jumps: &[Jump]) {
        for (index, jump) in jumps.iter().enumerate() {
            self.of(&format!("jump_list[{index}].title"), &jump.title, 18);
        }
    }

    fn list(&mut self, path: &str, list: &ButtonSelection) {
        for (index, option) in list.option_list.iter().enumerate() {
            let path = format!("{path}.option_list[{index}].text");
            self.of(&path, &option.text, 16);
        }
    }

    fn submit(&mut self, text: Option<&str>) {
        self.of("submit_button.text", text.unwrap_or(""), 10);
    }
}
