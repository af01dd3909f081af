//! The process engine: what a deal demands, and what follows from what happened to it.
//!
//! Pure. [`Definitions::step`] takes a [`State`], an [`Event`] and the time, and answers with the
//! new state and the [`Effect`]s, which the shell saves together and then carries out. There is
//! no IO, clock, randomness or logging in here, and the same events always give the same bytes.
//!
//! - [`Process`] is a definition, parsed and checked whole from `config/processes/*.toml`;
//!   [`Definitions`] are the one in use and those that open runs still follow.
//! - [`State`] is one opportunity's: its stage and its [`Run`]s, each in one [`Phase`].
//! - What to ask next is never stored: `checklist` computes it from the answers that are missing.
//!   Nor is the next moment: [`Definitions::next_moment`] computes it from the state.
//! - [`Definitions::form`] is a run as its page shows it.
//! - What answers confirm of the deal, as long as they stand, is settled in `confirming`.
//! - What an answer proves is judged in `judging`, from what the shell found in it.
//! - Everything people read is a template of the definition; `template` fills it in.
//!
//! Start at `step`: its `match` is the table of what each event does.

mod answer;
mod answering;
mod cause;
mod checklist;
mod choosing;
mod condition;
mod confirming;
mod context;
mod definition;
mod definitions;
mod earlier;
mod effect;
mod event;
mod evidence;
mod finishing;
mod form;
mod judging;
mod moments;
mod moving;
mod notice;
mod opening;
mod parse;
mod phase;
mod question;
mod resuming;
mod retelling;
mod rule;
mod run;
mod span;
mod state;
mod step;
mod supervising;
mod template;
#[cfg(test)]
mod tests;
mod wanted;
mod watching;
mod wording;

pub use answer::{Answer, Asked, Given, Past, Picked, SpotCheck};
pub use cause::{Cause, Heard};
pub use checklist::NONE_CHOSEN;
pub use condition::Condition;
pub use context::Context;
pub use definition::{
    ClockRule, Ending, Escalation, Light, Node, OnWork, OncePer, Opening, Process, Quiet, Stage,
};
pub use definitions::Definitions;
pub use effect::{AlertText, CardPrompt, ChoicePrompt, Effect, Receipt, Todo};
pub use event::{Event, Looked};
pub use evidence::{Evidence, Finding, SignatureFound, TitleFound, Unmatched};
pub use form::{Form, FormQuestion};
pub use notice::{DWELL, ESCALATED, LATE, NEGLECT, OPENED};
pub use phase::{Actor, Left, Phase, Reason, Signed, Yellow};
pub use question::{Choice, Column, FileSort, Question, QuestionKind, TextLimits};
pub use retelling::{Retold, Waited};
pub use rule::{ContactKind, Rule, RuleKind};
pub use run::{ClockChange, ClockEntry, Returned, Run};
pub use span::{Lead, Span, UnreadableSpan};
pub use state::{Confirmed, Red, State, Watch};
pub use template::{Placeholder, Template};
pub use wording::AlertWording;
