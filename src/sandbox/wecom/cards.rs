//! The cards on members' phones: what they hold, whether they can be pressed, who may change them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::super::Refusal;
use super::super::actors::PressError;
use super::card;
use super::press::{CARD_EVENT, Chosen, Press, Pressed, chosen, event_of};
use crate::domain::{Timestamp, fold_user_id};

/// A response code works for 72 hours (`developer.work.weixin.qq.com/document/path/94888`).
const CODE_LIFE: Duration = Duration::from_secs(72 * 3600);

/// All cards that call back, and the codes that change them.
#[derive(Default)]
pub(in crate::sandbox) struct Cards {
    /// By app, task and folded userid.
    held: BTreeMap<(i64, String, String), Card>,
    codes: BTreeMap<String, Code>,
}

struct Code {
    agent_id: i64,
    task_id: String,
    issued: Timestamp,
    is_used: bool,
}

/// One member's copy of a card.
#[derive(Clone)]
pub(in crate::sandbox) struct Card {
    pub(in crate::sandbox) userid: String,
    pub(in crate::sandbox) content: Value,
    pub(in crate::sandbox) state: CardState,
}

/// Whether a card can be pressed.
#[derive(Clone)]
pub(in crate::sandbox) enum CardState {
    Open,
    Pressed {
        key: String,
        chosen: Chosen,
    },
    /// By its new content, or by the grey text in place of its buttons.
    Closed {
        replaced_by: Option<String>,
    },
}

impl Cards {
    /// Puts a card on a phone.
    pub(super) fn deliver(&mut self, agent_id: i64, userid: &str, content: &Value) {
        let Some(task_id) = content["task_id"].as_str() else {
            return;
        };
        let card = Card {
            userid: userid.to_owned(),
            content: content.clone(),
            state: CardState::Open,
        };
        let key = (agent_id, task_id.to_owned(), fold_user_id(userid));
        self.held.insert(key, card);
    }

    pub(in crate::sandbox) fn of(
        &self,
        agent_id: i64,
        task_id: &str,
        userid: &str,
    ) -> Option<&Card> {
        self.held
            .get(&(agent_id, task_id.to_owned(), fold_user_id(userid)))
    }

    /// Everyone who holds this card.
    pub(super) fn holders(&self, agent_id: i64, task_id: &str) -> Vec<String> {
        self.held
            .iter()
            .filter(|((agent, task, _), _)| *agent == agent_id && task == task_id)
            .map(|(_, card)| card.userid.clone())
            .collect()
    }

    /// Makes `code` good for one change of a card.
    pub(in crate::sandbox) fn issue(
        &mut self,
        code: &str,
        agent_id: i64,
        task_id: &str,
        now: Timestamp,
    ) {
        let issued = Code {
            agent_id,
            task_id: task_id.to_owned(),
            issued: now,
            is_used: false,
        };
        self.codes.insert(code.to_owned(), issued);
    }

    /// The card that a code may change now.
    pub(super) fn task_of(
        &self,
        code: &str,
        agent_id: i64,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        let known = self.codes.get(code);
        match known {
            Some(known) if known.agent_id != agent_id => {
                Err(Refusal::number(42015, "card belongs to another agent"))
            }
            Some(known) if !known.is_used && now.since(known.issued) < CODE_LIFE => {
                Ok(known.task_id.clone())
            }
            _ => Err(Refusal::number(60140, "invalid or expired response_code")),
        }
    }

    pub(super) fn use_up(&mut self, code: &str) {
        if let Some(known) = self.codes.get_mut(code) {
            known.is_used = true;
        }
    }

    /// Gives one member's copy new content, and says whether they hold one.
    pub(super) fn replace(
        &mut self,
        agent_id: i64,
        task_id: &str,
        userid: &str,
        content: &Value,
    ) -> bool {
        let key = (agent_id, task_id.to_owned(), fold_user_id(userid));
        let Some(card) = self.held.get_mut(&key) else {
            return false;
        };
        let grey = |name: &str| content[name].as_str().map(str::to_owned);
        if let Some(name) = grey("replace_name") {
            card.state = CardState::Closed {
                replaced_by: Some(name),
            };
            return true;
        }
        card.content = content.clone();
        card.content["task_id"] = task_id.into();
        card.state = match grey("replace_text") {
            None if card::calls_back(content) => CardState::Open,
            replaced_by => CardState::Closed { replaced_by },
        };
        true
    }

    /// A member presses a button, having chosen this.
    pub(in crate::sandbox) fn press(
        &mut self,
        agent_id: i64,
        task_id: &str,
        userid: &str,
        press: Press<'_>,
    ) -> Result<Pressed, PressError> {
        let key = (agent_id, task_id.to_owned(), fold_user_id(userid));
        let card = self.held.get_mut(&key).ok_or(PressError::NoSuchCard)?;
        if !press.even_if_used && !matches!(card.state, CardState::Open) {
            return Err(PressError::NotOpen);
        }
        let event = event_of(&card.content, press.key).ok_or(PressError::NoSuchButton)?;
        let chosen = chosen(&card.content, press.selections)?;
        if matches!(card.state, CardState::Open) && event == CARD_EVENT {
            card.state = CardState::Pressed {
                key: press.key.to_owned(),
                chosen: chosen.clone(),
            };
        }
        Ok(Pressed {
            event,
            card_type: card.content["card_type"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            chosen,
        })
    }
}
