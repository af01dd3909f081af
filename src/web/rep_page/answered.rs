//! What became of an answer.

use std::sync::Arc;

use super::Opened;
use crate::domain::Timestamp;
use crate::engine::{Effect, Event};
use crate::intake::LookedInto;
use crate::journal::{self, Cause, Stepped};
use crate::shared::Shared;
use crate::store::StoreError;
use crate::web::error::PageError;
use crate::web::language::Language;

/// Somebody else may change the deal in the same moment, a tick or a customer's line.
const MOST_TRIES: u32 = 4;
const NOT_KEPT: (&str, &str) = (
    "这个回答没有保存，请检查后重试。",
    "This answer was not kept. Please check it and try again.",
);

/// Whether an answer was kept.
pub(super) enum Outcome {
    Kept,
    /// And why not, in the engine's words.
    Refused(String),
}

/// Lets the events happen that answer a question, and answers when they did. The file that proves
/// the answer is kept before, if the engine takes it.
pub(super) async fn step(
    shared: &Arc<Shared>,
    opened: &Opened,
    answer: (&str, &[Event]),
    mut file: Option<LookedInto>,
) -> Result<(Stepped, Timestamp), PageError> {
    let mut tries = 1;
    loop {
        match try_to_step(shared, opened, answer, file.as_ref()).await {
            Err(StoreError::Conflict) if tries < MOST_TRIES => tries += 1,
            Ok(Tried::Done(stepped, at)) => {
                shared.wake_after_commit();
                return Ok((*stepped, at));
            }
            Ok(Tried::FileFirst) => keep(shared, &mut file).await?,
            Ok(Tried::NoDeal) => return Err(PageError::NotFound),
            Err(error) => return Err(error.into()),
        }
    }
}

async fn keep(shared: &Shared, file: &mut Option<LookedInto>) -> Result<(), PageError> {
    let Some(file) = file else { return Ok(()) };
    let kept = file.keep(shared).await;
    kept.map_err(|error| PageError::Unavailable(anyhow::Error::new(error)))
}

/// What became of a try.
enum Tried {
    Done(Box<Stepped>, Timestamp),
    /// The engine would take the file, which isn't kept: nothing happened yet.
    FileFirst,
    NoDeal,
}

async fn try_to_step(
    shared: &Arc<Shared>,
    opened: &Opened,
    (question, events): (&str, &[Event]),
    file: Option<&LookedInto>,
) -> Result<Tried, StoreError> {
    let now = shared.clock.now();
    let mut tx = shared.store.begin().await?;
    let cause = Cause {
        key: "page",
        click: None,
    };
    let of = (&opened.deal.row.id, &opened.id);
    let by = (&opened.definitions, now);
    let stepped = journal::step_on_page(shared, &mut tx, of, events, cause, by).await?;
    let Some(stepped) = stepped else {
        return Ok(Tried::NoDeal);
    };
    if file.is_some_and(|file| file.has_to_be_kept(&stepped.state, &opened.id, question)) {
        return Ok(Tried::FileFirst);
    }
    tx.commit().await?;
    Ok(Tried::Done(Box::new(stepped), now))
}

/// What the step at that moment made of the answer to a question.
pub(super) fn outcome(
    after: &Opened,
    key: &str,
    at: Timestamp,
    stepped: &Stepped,
    language: Language,
) -> Result<Outcome, PageError> {
    let asked = after.question(key)?;
    let is_kept = !asked.is_lacking && asked.answer.is_some_and(|answer| answer.at == at);
    if is_kept {
        return Ok(Outcome::Kept);
    }
    let said = stepped
        .effects
        .iter()
        .rev()
        .find_map(|effect| match effect {
            Effect::TellRep { text, .. } => Some(text.as_str()),
            // What is wrong stands before what is asked next.
            Effect::Ask { text, .. } => text.lines().next(),
            Effect::SendCard(card) => card.lines.first().map(|(_, text)| text.as_str()),
            _ => None,
        });
    let not_kept = language.say(NOT_KEPT.0, NOT_KEPT.1);
    Ok(Outcome::Refused(said.unwrap_or(not_kept).to_owned()))
}
