//! What two detectors hear in stored chats, utterance by utterance, as the service would.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::change::{Change, Changed};
use crate::domain::{ChatId, Speaker, Timestamp};
use crate::inbox::said;
use crate::signals::{Detector, HeardIn, Said};
use crate::store::{Outsiders, Store, StoredMessage};

/// A pause that ends every utterance.
const PAUSE: Duration = Duration::from_secs(60);
/// So many lines of a chat give sense to what follows; of chats not met yet they are looked up.
const LINES_BEFORE: usize = 16;
/// A chat that never pauses is compared after so many lines.
const LINES_AT_ONCE: usize = 200;
/// So many chats are remembered.
const CHATS_REMEMBERED: usize = 10_000;

/// Compares the lines that it is given, in the order of their time.
pub(super) struct Comparing {
    store: Store,
    old: Arc<Detector>,
    new: Detector,
    /// What they say gives others a sense and is not heard.
    outsiders: Outsiders,
    chats: HashMap<ChatId, Chat>,
    /// Customers' lines that were compared.
    pub(super) lines: u64,
}

/// Lines of words of one chat, oldest first.
#[derive(Default)]
struct Chat {
    lines: Vec<StoredMessage>,
    /// So many of them were compared before.
    compared: usize,
}

impl Comparing {
    /// # Errors
    /// When the database fails.
    pub(super) async fn new(
        store: Store,
        old: Arc<Detector>,
        new: Detector,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            outsiders: store.outsiders().await?,
            store,
            old,
            new,
            chats: HashMap::new(),
            lines: 0,
        })
    }

    /// Takes one more line, and tells what is over with it.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn take(&mut self, message: StoredMessage) -> anyhow::Result<Vec<Changed>> {
        if !is_words(&message) {
            return Ok(Vec::new());
        }
        let mut changed = Vec::new();
        if !self.chats.contains_key(&message.chat_id) {
            if self.chats.len() >= CHATS_REMEMBERED {
                changed = self.finish();
                self.chats.clear();
            }
            let chat = self.before(&message).await?;
            self.chats.insert(message.chat_id.clone(), chat);
        }
        let is_over = |chat: &Chat| chat.is_over_at(message.sent_at);
        if let Some(chat) = self.chats.get_mut(&message.chat_id) {
            if is_over(chat) {
                changed.extend(chat.compare(&self.old, &self.new));
            }
            let is_heard = message.speaker == Speaker::Customer && !self.outsiders.said(&message);
            self.lines += u64::from(is_heard);
            chat.lines.push(message);
        }
        Ok(self.of_customers(changed))
    }

    fn of_customers(&self, mut changed: Vec<Changed>) -> Vec<Changed> {
        changed.retain(|one| !self.outsiders.said(one.message()));
        changed
    }

    /// Tells what is over by this time in all chats, in the order of time.
    pub(super) fn over_at(&mut self, now: Timestamp) -> Vec<Changed> {
        self.compare_where(|chat| chat.is_over_at(now))
    }

    /// Tells all that is left.
    pub(super) fn finish(&mut self) -> Vec<Changed> {
        self.compare_where(|_| true)
    }

    fn compare_where(&mut self, is_over: impl Fn(&Chat) -> bool) -> Vec<Changed> {
        let over = self.chats.values_mut().filter(|chat| is_over(chat));
        let changed = over.flat_map(|chat| chat.compare(&self.old, &self.new));
        let mut changed: Vec<Changed> = changed.collect();
        changed.sort_by(|one, other| one.place().cmp(&other.place()));
        self.of_customers(changed)
    }

    /// The lines of words before the first one of its chat.
    async fn before(&self, message: &StoredMessage) -> anyhow::Result<Chat> {
        let place = (message.sent_at, message.position);
        let limit = i64::try_from(LINES_BEFORE)?;
        let newest_first = self
            .store
            .lines_before(&message.chat_id, place, limit)
            .await?;
        let mut lines: Vec<_> = newest_first.into_iter().filter(is_words).collect();
        lines.reverse();
        Ok(Chat {
            compared: lines.len(),
            lines,
        })
    }
}

impl Chat {
    fn is_over_at(&self, now: Timestamp) -> bool {
        let pauses = |last: &StoredMessage| now.since(last.sent_at) > PAUSE;
        self.lines.last().is_some_and(pauses) || self.lines.len() >= LINES_AT_ONCE
    }

    /// The hits that only one of the two hears in the lines not compared yet.
    fn compare(&mut self, old: &Detector, new: &Detector) -> Vec<Changed> {
        if self.compared == self.lines.len() {
            return Vec::new();
        }
        let said: Vec<Said<'_>> = self.lines.iter().map(said).collect();
        let (old, new) = (
            old.hear_chat(&said, self.compared),
            new.hear_chat(&said, self.compared),
        );
        let added = only_in(&new, &old).map(|heard| (Change::Added, heard));
        let removed = only_in(&old, &new).map(|heard| (Change::Removed, heard));
        let changed = added.chain(removed).map(|(change, heard)| {
            let message = &self.lines[heard.line];
            Changed::new(change, heard.clone(), message.clone())
        });
        let mut changed: Vec<Changed> = changed.collect();
        changed.sort_by(|one, other| one.place().cmp(&other.place()));
        self.lines
            .drain(..self.lines.len().saturating_sub(LINES_BEFORE));
        self.compared = self.lines.len();
        changed
    }
}

fn is_words(message: &StoredMessage) -> bool {
    let is_there = message.recalled_at.is_none() && !message.heard().0.is_empty();
    message.speaker != Speaker::System && is_there
}

/// What is heard in a line under a label that the others don't hear there. One that is marked
/// elsewhere is the same: what follows from it is.
fn only_in<'s>(these: &'s [HeardIn], others: &'s [HeardIn]) -> impl Iterator<Item = &'s HeardIn> {
    let what = |one: &HeardIn| (one.line, one.signal.label, one.signal.shadow);
    these
        .iter()
        .filter(move |one| !others.iter().any(|other| what(one) == what(other)))
}
