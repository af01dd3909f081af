//! What can happen to an opportunity, and what should then be done.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{ChatId, Label, MessageId, PersonId, RunId, Timestamp};

/// Something that happened. Past tense; written to the journal as it is, so variants carry
/// a version in their name as soon as their shape changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A customer's message carried a signal.
    SignalHeard {
        /// What it means.
        label: Label,
        /// The customer's exact words.
        words: String,
        /// The whole line, cut to 200 characters, for cards and alerts.
        quote: String,
        /// The message that carried it.
        message: MessageId,
        /// The chat it stands in.
        chat: ChatId,
    },
    /// The rep submitted the choices of a card.
    Chosen {
        /// The run the card belongs to.
        run: RunId,
        /// Question key → option ids.
        choices: BTreeMap<String, Vec<String>>,
        /// Who clicked.
        by: PersonId,
    },
    /// The rep answered a question in the chat.
    Told {
        /// The run the question belongs to.
        run: RunId,
        /// The question's key.
        question: String,
        /// The rep's words.
        text: String,
        /// Who wrote it.
        by: PersonId,
    },
    /// Time passed: a deadline of this opportunity is due.
    Ticked,
    /// The deal moved to another stage.
    StageMoved {
        /// The new stage's key.
        to: String,
        /// Who moved it.
        by: PersonId,
    },
}

/// Something that has to be done. An order; the shell turns it into outbox rows and deadlines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Send the rep a card that asks for choices.
    SendCard(CardPrompt),
    /// Ask the rep a question in the chat; their next text is taken for the answer.
    AskText {
        /// The run.
        run: RunId,
        /// The question's key.
        question: String,
        /// What to ask.
        text: String,
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
    /// Tell the director.
    RaiseAlert(AlertText),
    /// Wake this opportunity at that moment, once, with [`Event::Ticked`]; replaces the run's
    /// earlier deadline of that name.
    SetDeadline {
        /// The run.
        run: RunId,
        /// Which of the run's moments (`late`).
        name: String,
        /// When.
        due: Timestamp,
    },
    /// The run's deadlines no longer matter.
    ClearDeadlines {
        /// The run.
        run: RunId,
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

/// What a director is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertText {
    /// The run it is about.
    pub run: RunId,
    /// `opened` or `late`.
    pub reason: String,
    /// The headline.
    pub title: String,
    /// Name → value: customer, deal, rep, what is late, by how much.
    pub lines: Vec<(String, String)>,
    /// What the customer said.
    pub quote: String,
    /// The message to open on a click.
    pub message: MessageId,
    /// The chat it stands in.
    pub chat: ChatId,
}
