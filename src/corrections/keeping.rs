//! Keeps what is said of one label of a line, beside what was said before.

use std::sync::Arc;

use super::{Line, Origin, applying};
use crate::domain::{CorrectionKind, CorrectionState, Label, Role};
use crate::fresh_id::fresh_id;
use crate::shared::Shared;
use crate::store::{NewCorrection, Person, StoreError, Tx};

/// What is said of one label.
#[derive(Clone, Copy)]
pub(super) struct Claim<'a> {
    pub(super) label: Label,
    pub(super) kind: CorrectionKind,
    pub(super) words: (i64, i64),
    pub(super) by: &'a Person,
    pub(super) role: Role,
    pub(super) origin: Origin,
}

/// Keeps it, settles what was said before of the same label, and lets it take effect if it holds.
pub(super) async fn keep(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    line: Line<'_>,
    claim: Claim<'_>,
) -> Result<(), StoreError> {
    let id = match settle_earlier(shared, tx, line, claim).await? {
        Earlier::SaysIt => return Ok(()),
        Earlier::WasRight(id) => id,
        Earlier::Nothing => {
            let id = fresh_id();
            store(shared, tx, line, (&id, claim)).await?;
            id
        }
    };
    if !claim.holds() {
        return Ok(());
    }
    let correction = applying::Correction {
        id: &id,
        label: claim.label,
        kind: claim.kind,
        words: claim.words,
        by: &claim.by.name,
    };
    applying::apply(shared, tx, line, correction).await
}

/// What was said before of a label.
enum Earlier {
    /// Nothing that agrees.
    Nothing,
    /// The same, and there is nothing to add.
    SaysIt,
    /// The same, by a rep whose word waited until now: that correction.
    WasRight(String),
}

/// A word that holds settles all that was said before of the label: what waited is confirmed or
/// refused, what held and says the opposite is replaced.
async fn settle_earlier(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    line: Line<'_>,
    claim: Claim<'_>,
) -> Result<Earlier, StoreError> {
    let now = shared.clock.now();
    let heard = (&line.message.id, claim.label);
    let mut before = Earlier::Nothing;
    for earlier in tx.standing_corrections(heard).await? {
        let agrees = earlier.kind == claim.kind;
        if agrees && (earlier.state == CorrectionState::Confirmed || !claim.holds()) {
            before = Earlier::SaysIt;
        } else if claim.holds() {
            let to = match (earlier.state, agrees) {
                (CorrectionState::Pending, true) => CorrectionState::Confirmed,
                (CorrectionState::Pending, false) => CorrectionState::Refused,
                _ => CorrectionState::Replaced,
            };
            tx.decide_correction(&earlier.id, (earlier.state, to), &claim.by.id, now)
                .await?;
            if agrees && matches!(before, Earlier::Nothing) {
                before = Earlier::WasRight(earlier.id);
            }
        }
    }
    Ok(before)
}

async fn store(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    line: Line<'_>,
    (id, claim): (&str, Claim<'_>),
) -> Result<(), StoreError> {
    let state = match claim.holds() {
        true => CorrectionState::Confirmed,
        false => CorrectionState::Pending,
    };
    tx.store_correction(&NewCorrection {
        id,
        message: &line.message.id,
        chat: &line.chat.id,
        label: claim.label,
        kind: claim.kind,
        words: claim.words,
        by: &claim.by.id,
        role: claim.role,
        origin: claim.origin.as_str(),
        at: shared.clock.now(),
        state,
    })
    .await?;
    tracing::info!(correction.id = %id, kind = %claim.kind, label = %claim.label, %state, origin = claim.origin.as_str(), "a signal was corrected");
    Ok(())
}

impl Claim<'_> {
    /// Whether nobody has to agree.
    fn holds(&self) -> bool {
        self.role != Role::Rep
    }
}
