//! What the board counts.

use crate::domain::{CustomerId, Label, MessageId, PersonId, Timestamp};

/// One signal in one message, and whom it concerns. Message, label and whether it is on trial make
/// it the same hit, whoever it is said to concern when it is delivered again. Only its moment may not change:
/// what was counted is remembered by day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The message that holds the words.
    pub message: MessageId,
    /// What the words mean.
    pub label: Label,
    /// When they were said; decides the day.
    pub at: Timestamp,
    /// The rep's region, where one is known.
    pub region: Option<String>,
    /// The rep whose chat it is, where there is one.
    pub rep: Option<PersonId>,
    /// The contact's customer, where one is known.
    pub customer: Option<CustomerId>,
    /// The product that the words are about, where one is known.
    pub product: Option<String>,
    /// Whether a rule heard it that is only being tried: it is counted apart.
    pub on_trial: bool,
}

impl Hit {
    pub(super) fn cell(&self) -> Cell {
        Cell {
            region: self.region.clone(),
            rep: self.rep.clone(),
            customer: self.customer.clone(),
            product: self.product.clone(),
            on_trial: self.on_trial,
        }
    }
}

/// Where hits are counted together; with a day and a label, the board's finest figure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    pub(super) region: Option<String>,
    pub(super) rep: Option<PersonId>,
    pub(super) customer: Option<CustomerId>,
    pub(super) product: Option<String>,
    pub(super) on_trial: bool,
}
