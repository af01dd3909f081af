//! What can happen to an opportunity.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{ChatId, Label, MessageId, PersonId, RunId, Timestamp};

use super::answer::Answer;
use super::evidence::Evidence;
use super::phase::Actor;
use super::rule::ContactKind;

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
        /// Whether answers that are there already are to be replaced, as on the run's page.
        #[serde(default)]
        amends: bool,
    },
    /// The rep answered a question by a text.
    Told {
        /// The run the question belongs to.
        run: RunId,
        /// The question's key.
        question: String,
        /// The rep's words.
        text: String,
        /// Who wrote it.
        by: PersonId,
        /// Whether an answer that is there already is to be replaced, as on the run's page.
        #[serde(default)]
        amends: bool,
    },
    /// The rep answered a question by a file, a voice message or a place.
    Proved {
        /// The run the question belongs to.
        run: RunId,
        /// The question's key.
        question: String,
        /// What they sent, and what was found in it.
        evidence: Evidence,
        /// Who sent it.
        by: PersonId,
    },
    /// The rep answered a question by the rows of a table.
    Tabled {
        /// The run the question belongs to.
        run: RunId,
        /// The question's key.
        question: String,
        /// Column key → text, one a row.
        rows: Vec<BTreeMap<String, String>>,
        /// Who wrote it.
        by: PersonId,
    },
    /// 返回: the rep takes the last answer of an unfinished run back, to give another.
    TookBack {
        /// The run.
        run: RunId,
        /// Who.
        by: PersonId,
    },
    /// 稍后: the rep wants to be asked later.
    PutOff {
        /// The run.
        run: RunId,
        /// Who.
        by: PersonId,
    },
    /// The rep wants to be asked now what is missing.
    Resumed {
        /// The run.
        run: RunId,
        /// Who.
        by: PersonId,
    },
    /// A person opened a node.
    NodeOpened {
        /// The node's key.
        node: String,
        /// Who.
        by: Actor,
    },
    /// Somebody wants the deal in another stage. It moves when no gate stands between.
    StageAsked {
        /// The stage's key.
        to: String,
        /// Who.
        by: Actor,
    },
    /// The deal moved to another stage, without asking: as a system of record tells it.
    StageMoved {
        /// The new stage's key.
        to: String,
        /// Who moved it.
        by: PersonId,
    },
    /// A supervisor stopped a run's clock.
    Stopped {
        /// The run.
        run: RunId,
        /// Who.
        by: Actor,
        /// Why.
        why: String,
    },
    /// A supervisor let a stopped clock go on.
    WentOn {
        /// The run.
        run: RunId,
        /// Who.
        by: Actor,
    },
    /// A supervisor gave a run more time.
    Extended {
        /// The run.
        run: RunId,
        /// The new deadline.
        due: Timestamp,
        /// Who.
        by: Actor,
        /// Why.
        why: String,
    },
    /// A supervisor let the rep off.
    Waived {
        /// The run.
        run: RunId,
        /// Who.
        by: Actor,
        /// Why.
        why: String,
    },
    /// A supervisor said that a run does not apply to this deal.
    Dismissed {
        /// The run.
        run: RunId,
        /// Who.
        by: Actor,
        /// Why.
        why: String,
    },
    /// A supervisor looked at what no program can read and found it right.
    Approved {
        /// The run.
        run: RunId,
        /// What they saw. Records that don't say it mean all that waited then.
        #[serde(default)]
        seen: Option<Looked>,
        /// Who.
        by: Actor,
    },
    /// A supervisor sent a run back: these answers don't do.
    SentBack {
        /// The run.
        run: RunId,
        /// The questions to be answered again; empty means those that prove something.
        questions: Vec<String>,
        /// Who.
        by: Actor,
        /// Why.
        why: String,
    },
    /// A supervisor took an alert on.
    Acknowledged {
        /// The run; `None` for a rule.
        run: Option<RunId>,
        /// The rule's key; `None` for a run.
        rule: Option<String>,
        /// Who.
        by: Actor,
    },
    /// A supervisor urged the rep.
    Urged {
        /// The run.
        run: RunId,
        /// Who.
        by: Actor,
    },
    /// The rep was in touch with the customer.
    Contacted {
        /// How.
        kind: ContactKind,
        /// Who.
        by: PersonId,
    },
    /// A person confirmed a fact of the deal.
    FactConfirmed {
        /// Its name in the definition.
        fact: String,
        /// Who.
        by: Actor,
    },
    /// A to-do was ticked off where people keep theirs.
    TodoDone {
        /// Its key.
        todo: String,
    },
    /// Time passed: a moment of this opportunity has come.
    Ticked,
}

/// An answer as somebody saw it: the rep may have given another since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    /// The question's key.
    pub question: String,
    /// The SHA-256 of the file.
    pub sha256: String,
}

impl Looked {
    /// Whether that is what stands there now.
    #[must_use]
    pub fn is_at(&self, question: &str, answer: &Answer) -> bool {
        self.question == question && self.sha256 == answer.sha256()
    }
}

impl Event {
    /// The word by which conditions and lists name it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SignalHeard { .. } => "signal_heard",
            Self::Chosen { .. } => "chosen",
            Self::Told { .. } => "told",
            Self::Proved { .. } => "proved",
            Self::Tabled { .. } => "tabled",
            Self::TookBack { .. } => "took_back",
            Self::PutOff { .. } => "put_off",
            Self::Resumed { .. } => "resumed",
            Self::NodeOpened { .. } => "node_opened",
            Self::StageAsked { .. } => "stage_asked",
            Self::StageMoved { .. } => "stage_moved",
            Self::Stopped { .. } => "stopped",
            Self::WentOn { .. } => "went_on",
            Self::Extended { .. } => "extended",
            Self::Waived { .. } => "waived",
            Self::Dismissed { .. } => "dismissed",
            Self::Approved { .. } => "approved",
            Self::SentBack { .. } => "sent_back",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Urged { .. } => "urged",
            Self::Contacted { .. } => "contacted",
            Self::FactConfirmed { .. } => "fact_confirmed",
            Self::TodoDone { .. } => "todo_done",
            Self::Ticked => "ticked",
        }
    }
}
