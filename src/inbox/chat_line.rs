//! A line of any chat, whichever way it came: stored once, heard, and handed to the deal it belongs
//! to.

use super::contact;
use super::worker::{WorkError, Worker};
use crate::domain::{Label, Speaker};
use crate::engine::Event;
use crate::fresh_id::fresh_id;
use crate::signals::{Line, Signal};
use crate::store::{ChatRow, InboxRow, NewMessage, NewSignal, Tx};
use crate::which_deal::{self, Heard};

/// Cards and alerts show at most so much of a line.
const QUOTE_CHARACTERS: usize = 200;

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is stored and means nothing, or it was known.
    Silent,
    /// It is stored with signals, which the board has to count once they are committed.
    Heard,
}

impl Worker {
    /// Stores the line if it is new; then hears it, keeps its signals, and tells the deal.
    pub(super) async fn chat_line(
        &self,
        tx: &mut Tx,
        row: &InboxRow,
        line: &NewMessage,
        chat: &ChatRow,
    ) -> Result<Taken, WorkError> {
        if !tx.store_message(line).await? {
            return Ok(Taken::Silent);
        }
        let heard = self.hear(tx, line).await?;
        self.keep_signals(tx, line, chat, &heard).await?;
        self.hand_over(tx, row, line, chat, &heard).await?;
        contact::count(&self.shared, tx, row, line, chat).await?;
        Ok(match heard.is_empty() {
            true => Taken::Silent,
            false => Taken::Heard,
        })
    }

    /// Lets the board count what was heard, after its commit.
    pub(super) async fn count_signals(&self, line: &NewMessage, taken: Taken) {
        if taken == Taken::Heard {
            self.shared.board_keeper.count(&line.id).await;
        }
    }

    async fn hear(&self, tx: &mut Tx, line: &NewMessage) -> Result<Vec<Signal>, WorkError> {
        if line.speaker != Speaker::Customer || line.text.is_empty() {
            return Ok(Vec::new());
        }
        let previous = tx
            .line_before(&line.chat, line.sent_at, line.position)
            .await?;
        let previous = previous
            .as_ref()
            .map(|line| (line.speaker, line.text.as_str()));
        let detector = self.shared.detector.load();
        Ok(detector.hear(Line {
            speaker: line.speaker,
            text: &line.text,
            previous,
        }))
    }

    async fn keep_signals(
        &self,
        tx: &mut Tx,
        line: &NewMessage,
        chat: &ChatRow,
        heard: &[Signal],
    ) -> Result<(), WorkError> {
        let detector = self.shared.detector.load();
        for signal in heard {
            let signal = NewSignal {
                id: fresh_id(),
                message: line.id.clone(),
                label: signal.label,
                first_byte: offset(signal.start),
                end_byte: offset(signal.end),
                rule: signal.rule.clone(),
                dictionaries: detector.dictionaries_version().to_owned(),
                model: detector.model_version().to_owned(),
                why: signal.why.clone(),
                shadow: signal.shadow,
                at: line.sent_at,
                chat: chat.id.clone(),
                region: chat.region.clone(),
                rep: chat.rep_id.clone(),
                customer: chat.customer_id.clone(),
            };
            tx.store_signal(&signal).await?;
        }
        Ok(())
    }

    /// Tells the customer's deal what was heard, each kind of signal once. What a rule heard that is
    /// only being tried is not told.
    async fn hand_over(
        &self,
        tx: &mut Tx,
        row: &InboxRow,
        line: &NewMessage,
        chat: &ChatRow,
        heard: &[Signal],
    ) -> Result<(), WorkError> {
        let events = events(line, heard);
        if events.is_empty() {
            return Ok(());
        }
        let heard = Heard {
            cause: &row.key,
            position: row.position,
            events: &events,
        };
        Ok(which_deal::hand_over(&self.shared, tx, chat, heard).await?)
    }
}

fn events(line: &NewMessage, heard: &[Signal]) -> Vec<Event> {
    let mut told: Vec<Label> = Vec::new();
    let mut events = Vec::new();
    for signal in heard {
        if signal.shadow || told.contains(&signal.label) {
            continue;
        }
        told.push(signal.label);
        events.push(Event::SignalHeard {
            label: signal.label,
            words: line
                .text
                .get(signal.start..signal.end)
                .unwrap_or_default()
                .to_owned(),
            quote: line.text.chars().take(QUOTE_CHARACTERS).collect(),
            message: line.id.clone(),
            chat: line.chat.clone(),
        });
    }
    events
}

fn offset(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
