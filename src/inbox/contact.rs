//! A rep's lines to a customer are contacts of the deal, so that a deal which stands still while its
//! rep keeps in touch is noticed from the chats themselves.

use std::time::Duration;

use super::worker::WorkError;
use crate::domain::{ChatId, Speaker, Timestamp};
use crate::engine::{ContactKind, Event};
use crate::journal::{self, Cause};
use crate::shared::Shared;
use crate::store::{ChatRow, InboxRow, NewMessage, Tx};
use crate::which_deal;

/// After so long without a line, the next one begins another conversation.
const CONVERSATION_ENDS_AFTER: Duration = Duration::from_secs(4 * 3600);
/// Lines that are looked back at for the rep's last one; after more of the customer's alone, the
/// rep's next one counts.
const LOOKED_BACK_AT: i64 = 200;

/// Counts the first line that a rep writes in a conversation as a contact of the customer's open
/// deal; of several, the one that the chat was last said to be about, or else the newest. Nobody is
/// asked which: a count is not worth a question.
///
/// # Errors
/// When the database fails.
pub(super) async fn count(
    shared: &std::sync::Arc<Shared>,
    tx: &mut Tx,
    row: &InboxRow,
    line: &NewMessage,
    chat: &ChatRow,
) -> Result<(), WorkError> {
    let Some(rep) = chat.rep_id.clone().filter(|_| line.speaker == Speaker::Rep) else {
        return Ok(());
    };
    if !is_first(tx, &line.chat, line).await? {
        return Ok(());
    }
    let Some(deal) = which_deal::likely(shared.clock.now(), tx, chat).await? else {
        return Ok(());
    };
    // An account that is pulled for the first time has lines from before the deal.
    if line.sent_at < deal.opened_at {
        return Ok(());
    }
    let contacted = Event::Contacted {
        kind: ContactKind::Contact,
        by: rep,
    };
    let cause = Cause {
        key: &row.key,
        click: None,
    };
    journal::step(shared, tx, &deal.id, &[contacted], cause).await?;
    Ok(())
}

/// Whether it is the rep's first line of a conversation.
async fn is_first(tx: &mut Tx, chat: &ChatId, line: &NewMessage) -> Result<bool, WorkError> {
    let before = tx
        .speakers_before(chat, line.sent_at, line.position, LOOKED_BACK_AT)
        .await?;
    Ok(begins(line.sent_at, &before))
}

/// `before` is when who spoke, the newest first.
fn begins(mut at: Timestamp, before: &[(Timestamp, Speaker)]) -> bool {
    for (earlier, speaker) in before {
        if at.since(*earlier) >= CONVERSATION_ENDS_AFTER {
            return true;
        }
        if *speaker == Speaker::Rep {
            return false;
        }
        at = *earlier;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn the_first_line_of_a_rep_in_a_conversation_counts() {
        let customer = |hours| (Timestamp(hours * HOUR), Speaker::Customer);
        let rep = |hours| (Timestamp(hours * HOUR), Speaker::Rep);
        for (before, expected, why) in [
            (vec![], true, "nobody spoke before"),
            (vec![customer(99)], true, "only the customer did"),
            (vec![rep(97)], false, "the rep did, not long ago"),
            (vec![rep(96)], true, "four hours of silence"),
            (
                vec![customer(98), rep(95)],
                false,
                "one conversation, kept up by the customer",
            ),
            (
                vec![customer(99), customer(94), rep(93)],
                true,
                "the customer began another one",
            ),
        ] {
            assert_eq!(begins(Timestamp(100 * HOUR), &before), expected, "{why}");
        }
    }
}
