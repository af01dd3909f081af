//! A press on a template card (90240).

use crate::hidden::Hidden;
use crate::xml::Node;
use std::fmt;

/// A press on a template card's button, submit button or menu. Buttons that
/// open an address report nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct CardClick {
    /// Key of the button or menu entry.
    pub event_key: String,
    /// The card's `task_id`.
    pub task_id: String,
    /// One of the five card types, as the platform spells it.
    pub card_type: String,
    /// Updates this card once, within 72 hours.
    pub response_code: String,
    /// Question key and chosen option ids, in the order of the card. A list
    /// nobody touched reports its first option.
    pub selected: Vec<(String, Vec<String>)>,
}

impl CardClick {
    pub(super) fn read(root: Node<'_, '_>) -> CardClick {
        CardClick {
            event_key: root.word("EventKey").to_owned(),
            task_id: root.word("TaskId").to_owned(),
            card_type: root.word("CardType").to_owned(),
            response_code: root.word("ResponseCode").to_owned(),
            selected: root
                .child("SelectedItems")
                .into_iter()
                .flat_map(|items| items.children("SelectedItem"))
                .map(|item| (item.word("QuestionKey").to_owned(), option_ids(item)))
                .collect(),
        }
    }

    /// The options chosen for a question; none when it was not on the card.
    pub fn options(&self, question_key: &str) -> &[String] {
        let answer = self.selected.iter().find(|(key, _)| key == question_key);
        answer.map_or(&[], |(_, options)| options)
    }
}

fn option_ids(item: Node<'_, '_>) -> Vec<String> {
    item.child("OptionIds")
        .into_iter()
        .flat_map(|ids| ids.children("OptionId"))
        .map(|id| id.trimmed().to_owned())
        .collect()
}

impl fmt::Debug for CardClick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardClick")
            .field("event_key", &self.event_key)
            .field("task_id", &self.task_id)
            .field("card_type", &self.card_type)
            .field("response_code", &Hidden(&self.response_code))
            .field("selected", &self.selected)
            .finish()
    }
}
