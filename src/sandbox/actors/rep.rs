//! A rep in WeCom.

use std::collections::BTreeMap;

use super::super::Sandbox;
use super::super::callbacks::{CardPress, card_pressed, message_waiting, text_said};
use super::super::record::{Record, Said};
use super::super::state::State;
use super::super::wecom::{Press, What};
use super::customer::add_line;

/// A rep who talks with the app and with customers. Each method returns when the service has
/// acknowledged, or the platform has given up or waits with trying again.
pub struct RepActor {
    pub(super) sandbox: Sandbox,
    pub(super) userid: String,
}

/// Why a button can't be pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PressError {
    /// No such card has reached this person.
    #[error("this person has no such card")]
    NoSuchCard,
    /// It was pressed before, or its buttons were replaced.
    #[error("the card can't be pressed any more")]
    NotOpen,
    /// The card has no button with this key that calls back.
    #[error("the card has no such button")]
    NoSuchButton,
    /// The card has no such question or option, or only one may be chosen.
    #[error("the card does not offer this choice")]
    NoSuchOption,
}

/// What is chosen: question → option ids. A drop-down that is left out keeps what it shows.
pub type Selections = BTreeMap<String, Vec<String>>;

impl RepActor {
    /// Writes to the company's first app.
    pub async fn says(&self, text: &str) {
        let first = |state: &State| state.company.apps.first().map(|app| app.name.clone());
        if let Some(app) = self.sandbox.with_quietly(first) {
            self.says_to_app(&app, text).await;
        }
    }

    /// Writes to an app.
    pub async fn says_to_app(&self, app: &str, text: &str) {
        self.sandbox.with(|state| {
            state.record(Record::Said(Said {
                from: self.userid.clone(),
                text: text.to_owned(),
            }));
            text_said(state, app, &self.userid, text);
        });
        self.sandbox.deliver().await;
    }

    /// Writes to a customer, from the account that this rep answers for. Answers the `msgid`.
    pub async fn replies_to(&self, external_userid: &str, text: &str) -> String {
        let msgid = self.sandbox.with(|state| {
            let own = |customer: &super::super::Customer| customer.open_kfid.clone();
            let open_kfid = state.company.customer(external_userid).map(own);
            let open_kfid = open_kfid.unwrap_or_default();
            let what = What::FromServicer {
                userid: self.userid.clone(),
                text: text.to_owned(),
            };
            let msgid = add_line(state, &open_kfid, external_userid, what);
            message_waiting(state, &open_kfid);
            msgid
        });
        self.sandbox.deliver().await;
        msgid
    }

    /// Presses a button of a card that is on the phone and open, with a fresh response code.
    ///
    /// # Errors
    /// [`PressError`] when the phone would not let them.
    pub async fn clicks(
        &self,
        task_id: &str,
        key: &str,
        selections: &[(&str, &[&str])],
    ) -> Result<(), PressError> {
        self.press(task_id, key, &owned(selections), false).await
    }

    /// Presses a button of a card that was used already: two quick presses, or a phone that had
    /// not seen the card's change yet.
    ///
    /// # Errors
    /// [`PressError`], but not for a used card.
    pub async fn clicks_again(
        &self,
        task_id: &str,
        key: &str,
        selections: &[(&str, &[&str])],
    ) -> Result<(), PressError> {
        self.press(task_id, key, &owned(selections), true).await
    }

    pub(in crate::sandbox) async fn press(
        &self,
        task_id: &str,
        key: &str,
        selections: &Selections,
        even_if_used: bool,
    ) -> Result<(), PressError> {
        let press = Press {
            key,
            selections,
            even_if_used,
        };
        self.sandbox
            .with(|state| self.press_in(state, task_id, press))?;
        self.sandbox.deliver().await;
        Ok(())
    }

    fn press_in(
        &self,
        state: &mut State,
        task_id: &str,
        press: Press<'_>,
    ) -> Result<(), PressError> {
        let holds = |agent_id| {
            state
                .wecom
                .cards
                .of(agent_id, task_id, &self.userid)
                .is_some()
        };
        let apps = &state.company.apps;
        let app = apps.iter().find(|app| holds(app.agent_id)).cloned();
        let app = app.ok_or(PressError::NoSuchCard)?;
        let key = press.key;
        let cards = &mut state.wecom.cards;
        let pressed = cards.press(app.agent_id, task_id, &self.userid, press)?;

        let code = state.dice.word(48);
        let now = state.now();
        state.wecom.cards.issue(&code, app.agent_id, task_id, now);
        let person = state.company.by_wecom(&self.userid);
        let own = person.and_then(|person| person.wecom.clone());
        let press = CardPress {
            app: &app.name,
            userid: own.as_deref().unwrap_or(&self.userid),
            event: pressed.event,
            card_type: &pressed.card_type,
            task_id,
            key,
            chosen: &pressed.chosen,
            response_code: &code,
        };
        card_pressed(state, &press);
        Ok(())
    }

    /// A login code, as WeCom's login page would hand it to a page of the service.
    #[must_use]
    pub fn login_code(&self) -> String {
        self.sandbox.with(|state| {
            let (code, now) = (state.dice.word(43), state.now());
            state.wecom.codes.issue(&code, &self.userid, now);
            code
        })
    }
}

fn owned(selections: &[(&str, &[&str])]) -> Selections {
    let texts = |ids: &[&str]| ids.iter().map(ToString::to_string).collect();
    selections
        .iter()
        .map(|(question, ids)| ((*question).to_owned(), texts(ids)))
        .collect()
}
