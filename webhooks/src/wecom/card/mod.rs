//! Template cards (90236, 94888): what a chat can ask by buttons and lists.
//!
//! Build one of the five, [`check`](TemplateCard::check) it, send it. Empty
//! texts and lists stand for absent ones, as the platform reads them.

mod check;
mod check_inputs;
mod inputs;
mod lengths;
mod parts;

pub use crate::problem::{Advice as CardAdvice, Problem as CardProblem, Rule as CardRule};
pub use inputs::{
    ButtonSelection, CardButton, Checkbox, CheckboxOption, SelectOption, SubmitButton,
};
pub use parts::{
    ActionMenu, CardAction, CardImage, EmphasisContent, HorizontalContent, ImageTextArea, Jump,
    MainTitle, MenuAction, QuoteArea, Source, VerticalContent,
};

use serde::{Deserialize, Serialize};
use std::fmt;

/// A template card. `Debug` shows type and task id only.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "card_type", rename_all = "snake_case")]
pub enum TemplateCard {
    /// Text, one emphasised figure, links.
    TextNotice(TextNotice),
    /// Text with a picture, links.
    NewsNotice(NewsNotice),
    /// Up to six buttons, and a list to choose one from.
    ButtonInteraction(ButtonInteraction),
    /// One or several of up to twenty options.
    VoteInteraction(VoteInteraction),
    /// Up to three lists to choose one from each.
    MultipleInteraction(MultipleInteraction),
}

/// Text, one emphasised figure, links. Needs a title or a `sub_title_text`,
/// and a `card_action`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TextNotice {
    /// Who speaks, in the top line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The menu in the top right corner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_menu: Option<ActionMenu>,
    /// Unique in the app; required with a menu.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub task_id: String,
    /// Title and one line below.
    #[serde(skip_serializing_if = "MainTitle::is_empty")]
    pub main_title: MainTitle,
    /// A quoted text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote_area: Option<QuoteArea>,
    /// The figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emphasis_content: Option<EmphasisContent>,
    /// A paragraph.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sub_title_text: String,
    /// Up to 6 rows of name and value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub horizontal_content_list: Vec<HorizontalContent>,
    /// Up to 3 links.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub jump_list: Vec<Jump>,
    /// Where a tap on the card leads. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_action: Option<CardAction>,
}

/// Text with a picture, links. Needs a title, a `card_image` or an
/// `image_text_area`, and a `card_action`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewsNotice {
    /// Who speaks, in the top line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The menu in the top right corner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_menu: Option<ActionMenu>,
    /// Unique in the app; required with a menu.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub task_id: String,
    /// Title and one line below.
    #[serde(skip_serializing_if = "MainTitle::is_empty")]
    pub main_title: MainTitle,
    /// A quoted text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote_area: Option<QuoteArea>,
    /// A small picture with text beside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_text_area: Option<ImageTextArea>,
    /// A large picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_image: Option<CardImage>,
    /// Up to 4 paragraphs with titles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vertical_content_list: Vec<VerticalContent>,
    /// Up to 6 rows of name and value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub horizontal_content_list: Vec<HorizontalContent>,
    /// Up to 3 links.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub jump_list: Vec<Jump>,
    /// Where a tap on the card leads. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_action: Option<CardAction>,
}

/// Up to six buttons, and a list to choose one from. Needs a title, a task id
/// and a button.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ButtonInteraction {
    /// Who speaks, in the top line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The menu in the top right corner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_menu: Option<ActionMenu>,
    /// Unique in the app. Required.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub task_id: String,
    /// Title and one line below.
    #[serde(skip_serializing_if = "MainTitle::is_empty")]
    pub main_title: MainTitle,
    /// A quoted text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote_area: Option<QuoteArea>,
    /// A paragraph.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sub_title_text: String,
    /// Up to 6 rows of name and value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub horizontal_content_list: Vec<HorizontalContent>,
    /// Where a tap on the card leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_action: Option<CardAction>,
    /// A list of which one is always chosen, the first unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub button_selection: Option<ButtonSelection>,
    /// 1 to 6 buttons.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub button_list: Vec<CardButton>,
    /// In updates: one grey button with this text instead of all.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub replace_text: String,
}

/// One or several of up to twenty options. Needs a title and a task id.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct VoteInteraction {
    /// Who speaks, in the top line; no colour here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Unique in the app. Required.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub task_id: String,
    /// Title and a paragraph below.
    #[serde(skip_serializing_if = "MainTitle::is_empty")]
    pub main_title: MainTitle,
    /// The options. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkbox: Option<Checkbox>,
    /// Required when sending, optional in updates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submit_button: Option<SubmitButton>,
    /// In updates: one grey button with this text instead.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub replace_text: String,
}

/// Up to three lists to choose one from each. Needs a title and a task id.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MultipleInteraction {
    /// Who speaks, in the top line; no colour here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Unique in the app. Required.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub task_id: String,
    /// Title and a paragraph below.
    #[serde(skip_serializing_if = "MainTitle::is_empty")]
    pub main_title: MainTitle,
    /// 1 to 3 lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub select_list: Vec<ButtonSelection>,
    /// Required when sending, optional in updates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submit_button: Option<SubmitButton>,
    /// In updates: one grey button with this text instead.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub replace_text: String,
}

impl TemplateCard {
    /// The platform's `card_type`.
    pub fn card_type(&self) -> &'static str {
        match self {
            Self::TextNotice(_) => "text_notice",
            Self::NewsNotice(_) => "news_notice",
            Self::ButtonInteraction(_) => "button_interaction",
            Self::VoteInteraction(_) => "vote_interaction",
            Self::MultipleInteraction(_) => "multiple_interaction",
        }
    }

    /// The task id, empty when there is none.
    pub fn task_id(&self) -> &str {
        match self {
            Self::TextNotice(card) => &card.task_id,
            Self::NewsNotice(card) => &card.task_id,
            Self::ButtonInteraction(card) => &card.task_id,
            Self::VoteInteraction(card) => &card.task_id,
            Self::MultipleInteraction(card) => &card.task_id,
        }
    }

    /// Whether presses on it come back as events. Apps without a receiving URL
    /// cannot send such cards (errcode 43012).
    pub fn has_callback(&self) -> bool {
        match self {
            Self::TextNotice(card) => card.action_menu.is_some(),
            Self::NewsNotice(card) => card.action_menu.is_some(),
            Self::ButtonInteraction(_)
            | Self::VoteInteraction(_)
            | Self::MultipleInteraction(_) => true,
        }
    }
}

impl fmt::Debug for TemplateCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "TemplateCard({}, {:?})",
            self.card_type(),
            self.task_id()
        )
    }
}
