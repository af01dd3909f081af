//! The process engine: what a deal demands, and what follows from what happened to it.
//!
//! Pure. [`Process::step`] takes a [`State`], an [`Event`] and the time, and answers with the
//! new state and the [`Effect`]s, which the shell saves together and then carries out. There is
//! no IO, clock, randomness or logging in here, and the same events always give the same bytes.
//!
//! - [`Process`] is a definition, parsed and checked whole from `config/processes/*.toml`.
//! - [`State`] is one opportunity's: its stage and its [`Run`]s, each in one [`Phase`].
//! - What to ask next is never stored: `checklist` computes it from the answers that are missing.
//! - Everything people read is a template of the definition; `template` fills it in.
//!
//! Start at `step`: its `match` is the table of what each event does.

mod answer;
mod answering;
mod checklist;
mod context;
mod definition;
mod event;
mod notice;
mod opening;
mod parse;
mod phase;
mod span;
mod state;
mod step;
mod template;
#[cfg(test)]
mod tests;
mod wording;

pub use answer::{Answer, Asked, Picked};
pub use checklist::NONE_CHOSEN;
pub use context::Context;
pub use definition::{
    Choice, Node, OncePer, Process, Question, QuestionKind, Quiet, Stage, TextLimits,
};
pub use event::{AlertText, CardPrompt, ChoicePrompt, Effect, Event, Receipt};
pub use notice::{LATE, OPENED};
pub use phase::Phase;
pub use span::{Span, UnreadableSpan};
pub use state::{Cause, Heard, Run, State};
pub use template::{Placeholder, Template};
