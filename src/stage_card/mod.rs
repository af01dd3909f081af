//! 推进: a rep moves a deal to another stage by a card.
//!
//! [`ask`] sends the card, [`answer`] takes the click. The engine decides as it does for the API and
//! the page: where a gate stands before the stage, the deal stays, the card turns into what is
//! missing, and the missing runs ask their questions.

mod answering;
mod asking;

pub(crate) use answering::{Answer, answer};
pub(crate) use asking::ask;

use crate::domain::RunId;
use crate::fresh_id::fresh_id;

/// What the ids of these cards begin with. Those of runs end in a short number, these in a ULID.
const PREFIX: &str = "stage-";
const ULID_CHARACTERS: usize = 26;
/// The card's one question.
const STAGE: &str = "stage";

/// Cards are named after runs; this one is named after itself.
fn fresh_card() -> RunId {
    let id = format!("{PREFIX}{}", fresh_id());
    RunId::try_from(id).expect("it has a prefix")
}

/// Whether the card of that id asks for a stage.
pub(crate) fn is_asked_by(card: &RunId) -> bool {
    let id = card.as_str().strip_prefix(PREFIX);
    id.is_some_and(|id| id.len() == ULID_CHARACTERS && !id.contains('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_never_taken_for_such_a_card() {
        assert!(is_asked_by(&fresh_card()));
        for run in [
            "stage-1",
            "stage-4294967295",
            "stage-a-12345678901234567890123",
            "deal-1",
        ] {
            assert!(!is_asked_by(&run.parse().expect("an id")), "{run}");
        }
    }
}
