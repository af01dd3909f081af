//! A line of any chat, whichever way it came: stored once, heard together with the lines around it,
//! and handed to the deal it belongs to.
//!
//! What a customer sends in pieces is one utterance (`signals/burst.rs`), so that a line may complete
//! what an earlier one began, or take it back. A signal that was taken back is counted no more, unless
//! a deal was told of it already: what opened a node is on record, and only a person lets the rep off.

use std::collections::{BTreeSet, HashMap};

use super::around::Around;
use super::contact;
use super::worker::{WorkError, Worker};
use crate::domain::{ContactId, Label, MessageId, Speaker, stored_number};
use crate::engine::Event;
use crate::fresh_id::fresh_id;
use crate::product;
use crate::signals::{Change, HeardIn};
use crate::store::{
    ChatRow, DISMISSED_BY_BURST, InboxRow, Kept, NewMessage, NewSignal, Standing, StoredMessage, Tx,
};
use crate::which_deal::{self, Heard};
use crate::who_is_it::{self, Said};

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Taken {
    /// It was stored before.
    Known,
    /// It is stored and means nothing.
    Silent,
    /// It is stored, and signals have to be counted once they are committed: its own, and those of
    /// these lines, which it completed or took back.
    Heard(Vec<MessageId>),
}

/// One of the customer's people for whom a line changes something.
struct Concerned {
    standing: Standing,
    /// The chat as far as they are concerned.
    chat: ChatRow,
    /// Whether the line is theirs.
    speaks: bool,
}

impl Concerned {
    /// Of what a line changes, what they said.
    fn of(&self, lines: &[StoredMessage], change: &Change, chat: &ChatRow) -> Change {
        let said = |place: usize| *contact_of(&lines[place], chat) == self.standing.id;
        let added = change.added.iter().filter(|one| said(one.line));
        let lost = change.lost.iter().filter(|(place, _)| said(*place));
        Change {
            added: added.cloned().collect(),
            lost: lost.copied().collect(),
        }
    }
}

/// Who said a line; of chats of two from before that was kept, who the chat is with.
fn contact_of<'a>(line: &'a StoredMessage, chat: &'a ChatRow) -> &'a ContactId {
    line.contact_id.as_ref().unwrap_or(&chat.contact_id)
}

/// What a line changed: a message and what is heard in it.
type HeardAt<'a> = (&'a StoredMessage, &'a HeardIn);

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
            return Ok(Taken::Known);
        }
        let around = Around::of(tx, line).await?;
        if line.speaker != Speaker::Customer {
            contact::count(&self.shared, tx, row, line, chat).await?;
            // A question that came late may give sense to what was answered.
            if around.is_none() {
                return Ok(Taken::Silent);
            }
        }
        let change = match &around {
            Some(around) => self.change(around),
            None => Change::default(),
        };
        let lines = around.map(|around| around.lines).unwrap_or_default();
        let mut touched = Vec::new();
        for whose in self.concerned(tx, line, chat, (&lines, &change)).await? {
            let own = whose.of(&lines, &change, chat);
            let (messages, heard) = self.keep(tx, &lines, &whose.chat, &own).await?;
            for message in &messages {
                push_new(&mut touched, message);
            }
            self.hand_over(tx, row, line, &whose, &heard).await?;
        }
        if touched.is_empty() {
            return Ok(Taken::Silent);
        }
        touched.retain(|message| *message != line.id);
        Ok(Taken::Heard(touched))
    }

    /// Who of the customer's people is concerned: who says the line, and whose earlier lines it
    /// completes or takes back. One whom nobody knows is taken until the commit: should somebody say
    /// meanwhile whose they are, this line is judged by it, here or there. Several are taken in the
    /// order of their ids, so that no two wait for each other.
    async fn concerned(
        &self,
        tx: &mut Tx,
        line: &NewMessage,
        chat: &ChatRow,
        (lines, change): (&[StoredMessage], &Change),
    ) -> Result<Vec<Concerned>, WorkError> {
        let own = (line.speaker == Speaker::Customer)
            .then(|| line.contact.as_ref().unwrap_or(&chat.contact_id));
        let changed = change.added.iter().map(|one| one.line);
        let changed = changed.chain(change.lost.iter().map(|(place, _)| *place));
        let changed = changed.map(|place| contact_of(&lines[place], chat));
        let ids: BTreeSet<&ContactId> = own.into_iter().chain(changed).collect();
        let mut concerned = Vec::new();
        for id in ids {
            let standing = match tx.standing(id).await? {
                Some(known) if !known.is_unknown() => Some(known),
                _ => tx.take_contact(id).await?,
            };
            if let Some(standing) = standing.filter(|known| known.outsider.is_empty()) {
                concerned.push(Concerned {
                    chat: standing.in_chat(chat),
                    speaks: own == Some(id),
                    standing,
                });
            }
        }
        Ok(concerned)
    }

    /// Lets the board count what was heard, after its commit.
    pub(super) async fn count_signals(&self, line: &NewMessage, taken: Taken) {
        if let Taken::Heard(others) = taken {
            for message in others.iter().chain([&line.id]) {
                self.shared.board_keeper.count(message).await;
            }
        }
    }

    /// What the new line changes among those around it.
    fn change(&self, around: &Around) -> Change {
        let detector = self.shared.detector.load();
        detector.hear_in_chat(&around.said(), around.new)
    }

    /// Keeps what is heard, and lets go what was taken back. Answers in which messages, and what of it
    /// a deal has to be told.
    async fn keep<'h>(
        &self,
        tx: &mut Tx,
        lines: &'h [StoredMessage],
        chat: &ChatRow,
        change: &'h Change,
    ) -> Result<(Vec<MessageId>, Vec<HeardAt<'h>>), WorkError> {
        let detector = self.shared.detector.load();
        let mut touched = Vec::new();
        let mut news = Vec::new();
        let mut products: HashMap<usize, String> = HashMap::new();
        for one in &change.added {
            let line = &lines[one.line];
            let product = match products.get(&one.line) {
                Some(known) => known.clone(),
                None => product::heard_of(tx, line, chat, &detector).await?,
            };
            products.insert(one.line, product.clone());
            let kept = self.keep_signal(tx, line, chat, (one, product)).await?;
            if is_news(tx, chat, (&line.id, one.signal.label), kept).await? {
                news.push((line, one));
            }
            push_new(&mut touched, &line.id);
        }
        for (place, label) in &change.lost {
            let lost = (&lines[*place].id, *label);
            if self.take_back(tx, chat, lost).await? {
                push_new(&mut touched, lost.0);
            }
        }
        Ok((touched, news))
    }

    async fn keep_signal(
        &self,
        tx: &mut Tx,
        line: &StoredMessage,
        chat: &ChatRow,
        (heard, product): (&HeardIn, String),
    ) -> Result<Kept, WorkError> {
        let detector = self.shared.detector.load();
        let signal = &heard.signal;
        let (own, begin) = line.heard();
        // The line alone doesn't say what stands in several.
        let is_spread = !own.starts_with(&heard.quote);
        let spread = |text: &str| {
            if is_spread {
                text.to_owned()
            } else {
                String::new()
            }
        };
        let signal = NewSignal {
            id: fresh_id(),
            message: line.id.clone(),
            label: signal.label,
            first_byte: stored_number(begin + signal.start),
            end_byte: stored_number(begin + signal.end),
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
            product,
            words: spread(&heard.words),
            quote: spread(&heard.quote),
        };
        Ok(tx.store_signal(&signal).await?)
    }

    /// Lets a signal mean nothing any more that the customer took back, unless a deal was told of it.
    async fn take_back(
        &self,
        tx: &mut Tx,
        chat: &ChatRow,
        (message, label): (&MessageId, Label),
    ) -> Result<bool, WorkError> {
        let was_told = match &chat.customer_id {
            Some(customer) => tx.was_told(customer, (message, label)).await?,
            None => false,
        };
        if was_told {
            return Ok(false);
        }
        let now = self.shared.clock.now();
        let lost = tx
            .dismiss_signals((message, label), DISMISSED_BY_BURST, now)
            .await?;
        Ok(lost > 0)
    }

    /// Tells the customer's deal what was heard, each kind of signal of a message once. What a rule
    /// heard that is only being tried is not told. Who the customer is has to be found out first where
    /// nobody knows.
    async fn hand_over(
        &self,
        tx: &mut Tx,
        row: &InboxRow,
        line: &NewMessage,
        whose: &Concerned,
        heard: &[HeardAt<'_>],
    ) -> Result<(), WorkError> {
        let (speaker, chat) = (&whose.standing, &whose.chat);
        let events = events(heard);
        if speaker.is_unknown() && !whose.speaks {
            return Ok(());
        }
        if speaker.is_unknown() {
            let said = Said {
                chat,
                is_signal: !events.is_empty(),
                words: heard.first().map_or("", |(_, one)| &one.quote),
                at: line.sent_at,
            };
            return Ok(who_is_it::spoke(&self.shared, tx, speaker, said).await?);
        }
        if whose.speaks && speaker.looked_up_at.is_some() {
            who_is_it::look_up(&self.shared, tx, speaker).await?;
        }
        if events.is_empty() {
            return Ok(());
        }
        // Several people's words may be news at once, for one deal: each for a cause of its own.
        let cause = if whose.speaks {
            row.key.clone()
        } else {
            format!("{}:{}", row.key, speaker.id)
        };
        let heard = Heard {
            cause: &cause,
            position: row.position,
            events: &events,
        };
        Ok(which_deal::hand_over(&self.shared, tx, chat, heard).await?)
    }
}

fn events(heard: &[HeardAt<'_>]) -> Vec<Event> {
    let mut told: Vec<(&MessageId, Label)> = Vec::new();
    let mut events = Vec::new();
    for (line, heard) in heard {
        let label = heard.signal.label;
        if heard.signal.shadow || told.contains(&(&line.id, label)) {
            continue;
        }
        told.push((&line.id, label));
        events.push(Event::SignalHeard {
            label,
            words: heard.words.clone(),
            quote: heard.quote.clone(),
            message: line.id.clone(),
            chat: line.chat_id.clone(),
        });
    }
    events
}

/// Whether a deal has to be told: what means something now, and what it neither heard of nor will when
/// the rep has said which deal is meant.
async fn is_news(
    tx: &mut Tx,
    chat: &ChatRow,
    heard: (&MessageId, Label),
    kept: Kept,
) -> Result<bool, WorkError> {
    match kept {
        Kept::New => Ok(true),
        Kept::Dismissed => Ok(false),
        Kept::Again => {
            let was_told = match &chat.customer_id {
                Some(customer) => tx.was_told(customer, heard).await?,
                None => false,
            };
            Ok(!was_told && !tx.waits_for_a_deal(heard).await?)
        }
    }
}

fn push_new(messages: &mut Vec<MessageId>, message: &MessageId) {
    if !messages.contains(message) {
        messages.push(message.clone());
    }
}
