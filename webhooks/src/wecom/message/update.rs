//! Updating a card after it was sent (94888).

use crate::problem::{Check, Problem};
use crate::wecom::card::TemplateCard;
use crate::zero_one;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The body of `message/update_template_card`: `button` or `template_card`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UpdateCardRequest {
    /// Up to 1000 userids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub userids: Vec<String>,
    /// Up to 100 departments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub partyids: Vec<i64>,
    /// Up to 100 tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tagids: Vec<i64>,
    /// Whether to update it for everybody who got it.
    #[serde(with = "zero_one", skip_serializing_if = "zero_one::is_false")]
    pub atall: bool,
    /// The app that sent it.
    pub agentid: i64,
    /// From the send answer or a click; each works once.
    pub response_code: String,
    /// Greys the buttons and writes this on them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub button: Option<ReplaceButton>,
    /// The whole new card, of any type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_card: Option<TemplateCard>,
}

/// Greys a card's buttons.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplaceButton {
    /// What is written on them.
    pub replace_name: String,
}

/// What `message/update_template_card` answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UpdateCardResponse {
    /// 0, or see [`errcode`](crate::wecom::errcode).
    pub errcode: i64,
    /// For people; its wording changes.
    pub errmsg: String,
    /// Userids whose card stays as it was. A list here, unlike in the answer
    /// to sending.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub invaliduser: Vec<String>,
}

impl UpdateCardRequest {
    /// Checks every hard limit of 94888.
    ///
    /// # Errors
    /// All limits that are not kept.
    pub fn check(&self) -> Result<(), Vec<Problem>> {
        let mut check = Check::default();
        check.count("userids", self.userids.len(), 0, 1000);
        check.count("partyids", self.partyids.len(), 0, 100);
        check.count("tagids", self.tagids.len(), 0, 100);
        let receivers = self.userids.len() + self.partyids.len() + self.tagids.len();
        let has_receiver = self.atall || receivers > 0;
        check.range("userids", has_receiver, "given, unless another receiver is");
        check.required("response_code", &self.response_code);
        let is_one_of_two = self.button.is_some() != self.template_card.is_some();
        check.range(
            "template_card",
            is_one_of_two,
            "given if and only if button is not",
        );
        if let Some(button) = &self.button {
            check.required("button.replace_name", &button.replace_name);
        }
        if let Some(card) = &self.template_card {
            card.check_update_into(&mut check);
        }
        check.finish()
    }
}

impl fmt::Debug for UpdateCardRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateCardRequest")
            .field("agentid", &self.agentid)
            .field("userids", &self.userids)
            .field("template_card", &self.template_card)
            .finish_non_exhaustive()
    }
}
