//! A line of any chat, whichever way it came: stored once, heard, and handed to the deal it belongs
//! to.

use std::ops::Range;

use super::worker::{WorkError, Worker};
use super::{contact, product};
use crate::domain::Speaker;
use crate::engine::Event;
use crate::fresh_id::fresh_id;
use crate::signals::{Line, Signal};
use crate::store::{ChatRow, InboxRow, NewMessage, NewSignal, Standing, Tx};
use crate::which_deal::{self, Heard, HeardLine};
use crate::who_is_it::{self, Said};

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It was stored before.
    Known,
    /// It is stored and means nothing.
    Silent,
    /// It is stored with signals, which the board has to count once they are committed.
    Heard,
}

/// What of a line is listened to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hearing {
    /// All of its text.
    All,
    /// These bytes of its text: the rest are somebody else's words.
    Only(Range<usize>),
    /// None of it.
    Nothing,
}

impl Hearing {
    /// What is heard of the text, and where it begins.
    fn of<'a>(&self, text: &'a str) -> (&'a str, usize) {
        match self {
            Self::All => (text, 0),
            Self::Only(part) => (text.get(part.clone()).unwrap_or_default(), part.start),
            Self::Nothing => ("", 0),
        }
    }
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
        self.chat_line_heard(tx, row, line, chat, &Hearing::All)
            .await
    }

    /// As [`Worker::chat_line`], where not all of the line may be listened to.
    pub(super) async fn chat_line_heard(
        &self,
        tx: &mut Tx,
        row: &InboxRow,
        line: &NewMessage,
        chat: &ChatRow,
        hearing: &Hearing,
    ) -> Result<Taken, WorkError> {
        if !tx.store_message(line).await? {
            return Ok(Taken::Known);
        }
        if line.speaker != Speaker::Customer {
            contact::count(&self.shared, tx, row, line, chat).await?;
            return Ok(Taken::Silent);
        }
        let Some(speaker) = self.speaker(tx, line, chat).await? else {
            return Ok(Taken::Silent);
        };
        if !speaker.outsider.is_empty() {
            return Ok(Taken::Silent);
        }
        let chat = &speaker.in_chat(chat);
        let heard = self.hear(tx, line, hearing).await?;
        self.keep_signals(tx, line, chat, &heard).await?;
        self.hand_over(tx, row, line, (&speaker, chat), &heard)
            .await?;
        Ok(match heard.is_empty() {
            true => Taken::Silent,
            false => Taken::Heard,
        })
    }

    /// Who of the customer's people says the line. One whom nobody knows is taken until the commit:
    /// should somebody say meanwhile whose they are, this line is judged by it, here or there.
    async fn speaker(
        &self,
        tx: &mut Tx,
        line: &NewMessage,
        chat: &ChatRow,
    ) -> Result<Option<Standing>, WorkError> {
        let id = line.contact.as_ref().unwrap_or(&chat.contact_id);
        Ok(match tx.standing(id).await? {
            Some(known) if !known.is_unknown() => Some(known),
            _ => tx.take_contact(id).await?,
        })
    }

    /// Lets the board count what was heard, after its commit.
    pub(super) async fn count_signals(&self, line: &NewMessage, taken: Taken) {
        if taken == Taken::Heard {
            self.shared.board_keeper.count(&line.id).await;
        }
    }

    async fn hear(
        &self,
        tx: &mut Tx,
        line: &NewMessage,
        hearing: &Hearing,
    ) -> Result<Vec<Signal>, WorkError> {
        let (words, begin) = hearing.of(&line.text);
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let previous = tx
            .line_before(&line.chat, line.sent_at, line.position)
            .await?;
        let previous = previous
            .as_ref()
            .map(|line| (line.speaker, line.text.as_str()));
        let detector = self.shared.detector.load();
        let mut heard = detector.hear(Line {
            speaker: line.speaker,
            text: words,
            previous,
        });
        for signal in &mut heard {
            signal.start += begin;
            signal.end += begin;
        }
        Ok(heard)
    }

    async fn keep_signals(
        &self,
        tx: &mut Tx,
        line: &NewMessage,
        chat: &ChatRow,
        heard: &[Signal],
    ) -> Result<(), WorkError> {
        if heard.is_empty() {
            return Ok(());
        }
        let detector = self.shared.detector.load();
        let product = product::heard_of(tx, line, chat).await?;
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
                product: product.clone(),
            };
            tx.store_signal(&signal).await?;
        }
        Ok(())
    }

    /// Tells the customer's deal what was heard, each kind of signal once. What a rule heard that is
    /// only being tried is not told. Who the customer is has to be found out first where nobody knows.
    async fn hand_over(
        &self,
        tx: &mut Tx,
        row: &InboxRow,
        line: &NewMessage,
        (speaker, chat): (&Standing, &ChatRow),
        heard: &[Signal],
    ) -> Result<(), WorkError> {
        let events = events(line, heard);
        if speaker.is_unknown() {
            let said = Said {
                chat,
                is_signal: !events.is_empty(),
                words: &line.text,
                at: line.sent_at,
            };
            return Ok(who_is_it::spoke(&self.shared, tx, speaker, said).await?);
        }
        if speaker.looked_up_at.is_some() {
            who_is_it::look_up(&self.shared, tx, speaker).await?;
        }
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
    let heard = heard.iter().filter(|signal| !signal.shadow);
    let said = HeardLine {
        message: &line.id,
        chat: &line.chat,
        text: &line.text,
    };
    said.events(heard.map(|signal| (signal.label, signal.start..signal.end)))
}

fn offset(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
