//! Whoever answers for a rep decides about what the rep said.

use std::sync::Arc;

use super::{Line, Outcome, Senseless, applying, is_an_outsiders, role_of, settled};
use crate::domain::{CorrectionState, Role};
use crate::shared::Shared;
use crate::store::{Person, StoreError, ViewScope};

/// Confirms or refuses a correction that waits.
///
/// # Errors
/// When the database fails, or someone else changed the deal at the same moment.
pub(crate) async fn decide(
    shared: &Arc<Shared>,
    correction: &str,
    confirms: bool,
    by: &Person,
) -> Result<Outcome, StoreError> {
    let Some(found) = shared.store.correction(correction).await? else {
        return Ok(Outcome::Unknown);
    };
    let scope = ViewScope::of(by);
    let chat = shared.store.chat_in(&scope, found.chat_id.as_str()).await?;
    let Some(chat) = chat.filter(|chat| role_of(by, chat) != Role::Rep) else {
        return Ok(Outcome::Unknown);
    };
    let Some(message) = shared.store.message(found.message_id.as_str()).await? else {
        return Ok(Outcome::Unknown);
    };
    let mut tx = shared.store.begin().await?;
    tx.lock_message(&message.id).await?;
    // Looked at again, now that nobody else corrects the line.
    let Some(found) = tx.correction(correction).await? else {
        return Ok(Outcome::Unknown);
    };
    let line = Line {
        message: &message,
        chat: &chat,
    };
    if confirms && is_an_outsiders(&mut tx, line, found.kind).await? {
        return Ok(Outcome::Senseless(Senseless::NoCustomers));
    }
    let to = match confirms {
        true => CorrectionState::Confirmed,
        false => CorrectionState::Refused,
    };
    let now = shared.clock.now();
    let was_pending = tx
        .decide_correction(correction, (CorrectionState::Pending, to), &by.id, now)
        .await?;
    if !was_pending {
        return Ok(match found.state == to {
            true => Outcome::Holds,
            false => Outcome::Senseless(Senseless::Decided),
        });
    }
    if confirms {
        for other in tx.standing_corrections((&message.id, found.label)).await? {
            if other.kind != found.kind {
                let to = match other.state {
                    CorrectionState::Pending => CorrectionState::Refused,
                    _ => CorrectionState::Replaced,
                };
                tx.decide_correction(&other.id, (other.state, to), &by.id, now)
                    .await?;
            }
        }
        let correction = applying::Correction {
            id: correction,
            label: found.label,
            kind: found.kind,
            words: (found.first_byte, found.end_byte),
            by: &found.person,
        };
        applying::apply(shared, &mut tx, line, correction).await?;
    }
    tx.commit().await?;
    tracing::info!(correction.id = %found.id, state = %to, "a correction was decided about");
    settled(shared, &message.id).await;
    Ok(Outcome::Holds)
}
