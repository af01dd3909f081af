//! What should be done after something happened.

use serde::{Deserialize, Serialize};

use crate::domain::{ChatId, MessageId, RunId};

/// Something that has to be done. An order; the shell turns it into outbox rows. When the deal has
/// to be looked at again is no effect: [`State::next_moment`](super::State) tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Send the rep a card that asks for choices.
    SendCard(CardPrompt),
    /// Ask the rep a question in the chat; what they send next is taken for the answer.
    Ask {
        /// The run.
        run: RunId,
        /// The question's key.
        question: String,
        /// What to ask.
        text: String,
        /// Whether the answer needs the run's page; the shell adds its link. It is offered for
        /// files too, which can't be sent to an app.
        page: bool,
    },
    /// Say something to the rep in the chat.
    TellRep {
        /// The run, if one is meant.
        run: Option<RunId>,
        /// What to say.
        text: String,
    },
    /// Turn the clicked card into its receipt (or into why the click changed nothing).
    ReplaceCard {
        /// The run.
        run: RunId,
        /// What the card shows from now on.
        receipt: Receipt,
    },
    /// Tell a supervisor.
    RaiseAlert(AlertText),
    /// Give the supervisor a to-do, where they keep theirs.
    CreateTodo(Todo),
    /// It is done, or no longer needed.
    CloseTodo {
        /// Its key.
        todo: String,
    },
    /// The stage that was asked for is gated: these runs have to be done first.
    RefuseStage {
        /// The stage's key.
        to: String,
        /// The runs.
        missing: Vec<RunId>,
        /// What whoever asked reads.
        text: String,
    },
}

/// A card that asks the rep to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardPrompt {
    /// The run.
    pub run: RunId,
    /// Counts the cards of a run from 1, so that each has a task id of its own.
    pub number: u32,
    /// The node's name.
    pub title: String,
    /// Customer, deadline, what the customer said.
    pub lines: Vec<(String, String)>,
    /// At most three single choices, or one multiple choice.
    pub questions: Vec<ChoicePrompt>,
    /// The text on the button.
    pub submit: String,
    /// Whether a customer's words led here, which the rep may call a false alarm.
    #[serde(default)]
    pub may_be_false: bool,
}

/// One choice on a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoicePrompt {
    /// The question's key.
    pub key: String,
    /// What is asked.
    pub title: String,
    /// Whether several options may be chosen.
    pub several: bool,
    /// Option id and text, in order.
    pub options: Vec<(String, String)>,
}

/// What a card shows when nothing is left to click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// 已登记 · 风险预判登记.
    pub title: String,
    /// Question → answer.
    pub lines: Vec<(String, String)>,
    /// The grey button's text.
    pub button: String,
}

/// What a supervisor is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertText {
    /// The run it is about; `None` for a rule.
    pub run: Option<RunId>,
    /// The rule that raised it; `None` for a run.
    pub rule: Option<String>,
    /// `opened`, `late`, `escalated`, `dwell`, `neglect`.
    pub reason: String,
    /// Which supervisor above the rep, from 1.
    pub level: u8,
    /// The headline.
    pub title: String,
    /// Name → value: customer, deal, rep, what is late, by how much.
    pub lines: Vec<(String, String)>,
    /// What the customer said; empty when it was not their words that led here.
    pub quote: String,
    /// The message to open on a click.
    pub message: Option<MessageId>,
    /// The chat it stands in.
    pub chat: Option<ChatId>,
}

/// Something a supervisor has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Todo {
    /// Names it for ever.
    pub key: String,
    /// The rule that made it.
    pub rule: String,
    /// What to do.
    pub subject: String,
    /// Why.
    pub description: String,
}
