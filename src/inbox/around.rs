//! The lines around one that has just been stored, which take part in what it means.

use std::ops::Range;
use std::time::Duration;

use super::worker::WorkError;
use crate::domain::{Speaker, Timestamp};
use crate::signals::{CONTEXT, Said};
use crate::store::{NewMessage, StoredMessage, Tx};

/// So many lines before a line, and after one that came late, take part in what it means.
const LINES_BEFORE: i64 = 16;
const LINES_AFTER: i64 = 8;
/// A burst, and the minute before its beginning.
const LOOKED_BACK: Duration = Duration::from_secs(150);

/// Lines of words in their order, and which of them is new.
pub(super) struct Around {
    pub(super) lines: Vec<StoredMessage>,
    pub(super) new: usize,
}

impl Around {
    /// Those around a line that carries words; `None` when it means nothing to any of them.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn of(tx: &mut Tx, line: &NewMessage) -> Result<Option<Self>, WorkError> {
        if line.speaker == Speaker::System || says_nothing(line) {
            return Ok(None);
        }
        let place = (line.sent_at, line.position);
        let until = line.sent_at.plus(CONTEXT);
        let after = tx
            .words_after(&line.chat, place, until, LINES_AFTER)
            .await?;
        // A rep's line means nothing by itself; only one that came late may be an earlier question.
        if after.is_empty() && line.speaker != Speaker::Customer {
            return Ok(None);
        }
        let before = tx.words_before(&line.chat, place, LINES_BEFORE).await?;
        let mut lines = near(before, line.sent_at);
        let new = lines.len();
        lines.push(stored(line));
        lines.extend(after);
        Ok(Some(Self { lines, new }))
    }

    /// The lines as the signals' part takes them.
    pub(super) fn said(&self) -> Vec<Said<'_>> {
        self.lines.iter().map(said).collect()
    }
}

/// A stored line as the signals' part takes it.
pub(crate) fn said(line: &StoredMessage) -> Said<'_> {
    Said {
        speaker: line.speaker,
        sender: &line.sender,
        at: line.sent_at,
        text: line.heard().0,
    }
}

fn says_nothing(line: &NewMessage) -> bool {
    line.text.is_empty() || line.heard.as_ref().is_some_and(Range::is_empty)
}

/// Those that are near enough, the oldest first, and the last one before them however old it is.
fn near(newest_first: Vec<StoredMessage>, at: Timestamp) -> Vec<StoredMessage> {
    let is_near = |line: &&StoredMessage| at.since(line.sent_at) <= LOOKED_BACK;
    let count = newest_first.iter().take_while(is_near).count() + 1;
    let mut lines: Vec<StoredMessage> = newest_first.into_iter().take(count).collect();
    lines.reverse();
    lines
}

fn stored(line: &NewMessage) -> StoredMessage {
    let place = |of: fn(&Range<usize>) -> usize| {
        let heard = line.heard.as_ref()?;
        i64::try_from(of(heard)).ok()
    };
    StoredMessage {
        id: line.id.clone(),
        platform_id: line.platform_id.clone(),
        chat_id: line.chat.clone(),
        speaker: line.speaker,
        sender: line.sender.clone(),
        contact_id: line.contact.clone(),
        sent_at: line.sent_at,
        position: line.position,
        kind: line.kind.clone(),
        text: line.text.clone(),
        heard_first: place(|heard| heard.start),
        heard_end: place(|heard| heard.end),
        recalled_at: None,
    }
}
