//! The parts that cards are made of. Lengths marked "about" are the
//! platform's advice, the others are hard.

use crate::zero_one::is_zero;
use serde::{Deserialize, Serialize};

/// Who speaks, in a card's top line.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Source {
    /// About 72 by 72 pixels.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub icon_url: String,
    /// About 20 characters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub desc: String,
    /// 0 grey, 1 black, 2 red, 3 green.
    #[serde(skip_serializing_if = "is_zero")]
    pub desc_color: u8,
}

/// The menu in a card's top right corner.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActionMenu {
    /// What the menu is for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub desc: String,
    /// 1 to 3 entries.
    pub action_list: Vec<MenuAction>,
}

/// An entry of a card's menu.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MenuAction {
    /// What it says.
    pub text: String,
    /// What its event says; unique in the menu, at most 1024 bytes.
    pub key: String,
}

/// Title and description.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MainTitle {
    /// About 36 characters, 16 in votes.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// About 44 characters, 160 in votes and lists.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub desc: String,
}

impl MainTitle {
    pub(super) fn is_empty(&self) -> bool {
        self.title.is_empty() && self.desc.is_empty()
    }
}

/// A quoted text.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuoteArea {
    /// What a tap does: 0 nothing, 1 `url`, 2 the mini-program.
    #[serde(rename = "type", skip_serializing_if = "is_zero")]
    pub kind: u8,
    /// For type 1.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// For type 2.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub appid: String,
    /// For type 2.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub pagepath: String,
    /// Its title.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Its text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub quote_text: String,
}

/// One emphasised figure.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EmphasisContent {
    /// The figure, about 14 characters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What it is, about 22 characters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub desc: String,
}

/// A row of name and value.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HorizontalContent {
    /// 0 text, 1 link, 2 attachment, 3 member.
    #[serde(rename = "type", skip_serializing_if = "is_zero")]
    pub kind: u8,
    /// About 5 characters. Required.
    pub keyname: String,
    /// About 30 characters; for type 2 the file name with its extension.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// For type 1.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// For type 2.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub media_id: String,
    /// For type 3.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub userid: String,
}

/// A paragraph with a title.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VerticalContent {
    /// About 38 characters. Required.
    pub title: String,
    /// About 160 characters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub desc: String,
}

/// A link below a card.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Jump {
    /// 0 no link, 1 `url`, 2 the mini-program.
    #[serde(rename = "type", skip_serializing_if = "is_zero")]
    pub kind: u8,
    /// About 18 characters. Required.
    pub title: String,
    /// For type 1.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// For type 2.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub appid: String,
    /// For type 2.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub pagepath: String,
}

/// Where a tap on a card leads.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CardAction {
    /// 1 `url`, 2 the mini-program; in button cards also 0, nowhere.
    #[serde(rename = "type")]
    pub kind: u8,
    /// For type 1.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// For type 2.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub appid: String,
    /// For type 2.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub pagepath: String,
}

/// A small picture with text beside.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImageTextArea {
    /// What a tap does: 0 nothing, 1 `url`, 2 the mini-program.
    #[serde(rename = "type", skip_serializing_if = "is_zero")]
    pub kind: u8,
    /// For type 1.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// For type 2.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub appid: String,
    /// For type 2.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub pagepath: String,
    /// Its title.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Its text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub desc: String,
    /// The picture. Required.
    pub image_url: String,
}

/// A large picture.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CardImage {
    /// The picture. Required.
    pub url: String,
    /// Width by height, 1.3 to 2.25; 1.3 unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<f64>,
}
