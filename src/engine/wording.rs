//! What people read that is the same for all nodes: cards, receipts, alerts and sentences.

use super::template::Template;

/// All texts of a definition that don't belong to one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wording {
    pub(super) card: CardWording,
    pub(super) receipts: ReceiptWording,
    pub(super) opened_alert: AlertWording,
    pub(super) late_alert: AlertWording,
    pub(super) sentences: Sentences,
}

/// A name and its value, one line of a card, receipt or alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) value: Template,
}

/// `[card]`: what the rep is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CardWording {
    pub(super) title: Template,
    pub(super) lines: Vec<Line>,
    pub(super) submit: String,
    /// The option that stands first and chooses nothing. A drop-down always has a value, so
    /// without it an untouched list would look like a choice.
    pub(super) please_choose: String,
    /// The name of the line that says why a card is there again.
    pub(super) attention: String,
    /// The name of a line that says what a rule has to say.
    pub(super) hint: String,
}

/// `[receipt.*]`: what a clicked card turns into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReceiptWording {
    /// The run is done.
    pub(super) done: ReceiptText,
    /// The run is done, after its deadline.
    pub(super) done_late: ReceiptText,
    /// These answers are kept, others are still missing.
    pub(super) kept: ReceiptText,
    /// The deal was won or lost before everything was answered.
    pub(super) ended: ReceiptText,
    /// The rep was let off.
    pub(super) waived: ReceiptText,
    /// It does not apply to this deal.
    pub(super) not_applicable: ReceiptText,
    /// Something was not chosen; another card asks for it.
    pub(super) refused: ReceiptText,
}

/// One kind of receipt. The answers stand above its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReceiptText {
    pub(super) title: Template,
    pub(super) lines: Vec<Line>,
    pub(super) button: String,
}

/// `[alert.opened]`, `[alert.late]` and those of rules: what the director is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertWording {
    pub(super) title: Template,
    pub(super) lines: Vec<Line>,
}

/// `[say]`: single sentences to the rep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sentences {
    /// A node opens that begins without a card that would say why.
    pub(super) opened: Template,
    /// A card was submitted with something left at 请选择.
    pub(super) not_chosen: Template,
    /// A text without a letter or digit.
    pub(super) text_missing: Template,
    pub(super) text_too_short: Template,
    pub(super) text_too_long: Template,
    /// A text for something that asks for none now.
    pub(super) text_not_asked: Template,
    /// A text for a run that is done.
    pub(super) already_done: Template,
    /// A click or text for a run that doesn't exist.
    pub(super) unknown_run: Template,
    /// A file of a sort that is not taken.
    pub(super) file_sort: Template,
    /// A document in which the title doesn't stand.
    pub(super) title_missing: Template,
    /// A document without a signature.
    pub(super) not_signed: Template,
    /// Something else than a voice message.
    pub(super) not_voice: Template,
    pub(super) voice_too_short: Template,
    /// A parts list with too few models that the customer knows.
    pub(super) parts_below: Template,
    /// A table with too few rows.
    pub(super) rows_missing: Template,
    /// A cell that may not be empty.
    pub(super) cell_missing: Template,
    /// A cell with something that is no option.
    pub(super) cell_unknown: Template,
    /// A table in which an option stands in no row.
    pub(super) option_missing: Template,
    /// Something that can't be the answer.
    pub(super) not_asked_so: Template,
    /// More time has gone than should have.
    pub(super) remind: Template,
    /// The supervisor waits.
    pub(super) urged: Template,
    /// The supervisor gave more time.
    pub(super) extended: Template,
    /// The supervisor sent it back.
    pub(super) returned: Template,
    /// The supervisor looked at what no program could read, and found it right.
    pub(super) approved: Template,
    /// The rep wants to be asked later.
    pub(super) put_off: Template,
    /// There is no answer to take back.
    pub(super) nothing_to_take_back: Template,
    /// The stage is gated.
    pub(super) gated: Template,
}
