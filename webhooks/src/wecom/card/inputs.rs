//! What a card asks with: buttons, lists, votes. Lengths marked "about" are
//! the platform's advice, the others are hard.

use crate::zero_one::{is_false, is_zero};
use serde::{Deserialize, Serialize};

/// A button of a button card.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CardButton {
    /// 0 reports its key, 1 opens `url` and reports nothing.
    #[serde(rename = "type", skip_serializing_if = "is_zero")]
    pub kind: u8,
    /// About 10 characters. Required.
    pub text: String,
    /// 1 to 4, 1 unless told.
    #[serde(skip_serializing_if = "is_zero")]
    pub style: u8,
    /// What its event says; for type 0, unique on the card, at most 1024 bytes.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// For type 1.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
}

/// A list of which exactly one is chosen. An untouched list reports its first
/// option: make that one 请选择 and refuse it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ButtonSelection {
    /// What the event calls it; unique on the card, at most 1024 bytes.
    pub question_key: String,
    /// What it asks.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// In updates: whether it can no longer be changed.
    #[serde(skip_serializing_if = "is_false")]
    pub disable: bool,
    /// The option chosen at first, the first one unless told.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub selected_id: String,
    /// 1 to 10 options.
    pub option_list: Vec<SelectOption>,
}

/// An option of a list.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SelectOption {
    /// What the event says; unique in the list, at most 128 bytes.
    pub id: String,
    /// About 16 characters. Required.
    pub text: String,
}

/// The options of a vote.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Checkbox {
    /// What the event calls it; at most 1024 bytes.
    pub question_key: String,
    /// In updates: whether it can no longer be changed.
    #[serde(skip_serializing_if = "is_false")]
    pub disable: bool,
    /// 0 one, 1 several may be chosen.
    #[serde(skip_serializing_if = "is_zero")]
    pub mode: u8,
    /// 1 to 20 options.
    pub option_list: Vec<CheckboxOption>,
}

/// An option of a vote.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckboxOption {
    /// What the event says; unique in the vote, at most 128 bytes.
    pub id: String,
    /// About 17 characters. Required.
    pub text: String,
    /// Whether it is chosen at first.
    #[serde(skip_serializing_if = "is_false")]
    pub is_checked: bool,
}

/// The button that sends the choices.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SubmitButton {
    /// About 10 characters. Required.
    pub text: String,
    /// What the event says; at most 1024 bytes.
    pub key: String,
}
