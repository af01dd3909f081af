//! What was learnt from labelled lines: a linear model on pieces of text, beside the rules.
//!
//! Pure, and the same to the bit on every machine: whole numbers where a line is weighed, and
//! arithmetic in a fixed order where lines are learnt from.
//!
//! * `grams` cuts a folded line into its runs of one to three characters, and what the rep asked
//!   before into such runs crossed with the kind of answer;
//! * `solve` learns a weight for each run and each *lane*: the label itself, what the line is
//!   about, whether it carries anything at all, and why it might not;
//! * `combine` makes one chance of a label's lanes and of what the rules heard, and holds it
//!   against the label's threshold. So the model adds what rules miss and vetoes what they get
//!   wrong;
//! * `learn` does it all from [`LabelledLine`]s, and chooses the thresholds by cross-validation;
//! * `wording` keeps apart what is learnt from and what is measured on;
//! * `table` is the weights by run, `file` how a [`Model`] is kept, `pieces` why it says so,
//!   `measure` how good it is.

mod combine;
mod corpus;
mod file;
mod folds;
mod grams;
mod learn;
pub mod measure;
mod model;
mod pieces;
mod solve;
mod table;
#[cfg(test)]
mod tests;
mod thresholds;
mod wording;

pub use corpus::{Corpus, LabelledLine, Labels};
pub use file::MalformedModel;
pub use learn::{CrossValidation, Lesson, Prediction};
pub use model::{LEARNT, Model};
pub use wording::Wordings;

use crate::domain::Label;

/// How many labels there are.
pub const LABELS: usize = Label::ALL.len();
