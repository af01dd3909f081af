//! The chat archive (会话内容存档): pulled by number, opened, and put into the inbox, the messages and the
//! number in one commit, so that the number never runs ahead of what is stored.
//! Source: `developer.work.weixin.qq.com/document/path/91774`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use dingdan_webhooks::wecom::archive::{LibraryCode, SealedMessage};

use super::archive_row::{Opened, opened, sealed};
use super::worker::{WorkError, Worker};
use crate::domain::Timestamp;
use crate::platform::{Archive, ArchiveError};
use crate::store::{ArchiveCursor, Arrival, InboxRow, Payload};

/// The source of rows that let the archive be pulled.
pub(super) const TIMER: &str = "archive_timer";
/// One lane, so that one worker at a time pulls, of all replicas. It is among those of the service
/// accounts' notices, whose ids begin with wk.
pub(super) const LANE: &str = "account:archive";
/// Pages pulled in one go, before the lease is asked for again.
const PAGES: usize = 50;
/// How often a message is opened before it is set aside.
const OPENED: usize = 3;
/// How often the library's process may end over one message, or answer in a way that is not foreseen,
/// before that message is set aside.
const FAILURES: u32 = 3;
/// Before a message is tried again over which the library stumbled.
const STUMBLED: Duration = Duration::from_secs(2);
/// After so many failures in a row the turn is over; the timer's next one comes anyway.
const TRIES: i64 = 5;
/// As in `kf_pull`.
const PLACES_OF_ONE_MILLISECOND: i64 = 1000;

/// The messages that could not be opened in a way that may be their own fault, and how often.
#[derive(Debug, Default)]
pub(super) struct Suspects(Mutex<BTreeMap<u64, u32>>);

impl Suspects {
    /// It failed once more. Returns whether it did so often enough.
    fn is_given_up(&self, seq: u64) -> bool {
        let mut suspects = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = suspects.entry(seq).or_default();
        *failures += 1;
        let is_given_up = *failures >= FAILURES;
        if is_given_up {
            suspects.remove(&seq);
        }
        is_given_up
    }

    /// It is opened.
    fn clear(&self, seq: u64) {
        let mut suspects = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        suspects.remove(&seq);
    }
}

/// What became of a page.
struct Page {
    arrivals: Vec<Arrival>,
    /// The highest number that may be passed.
    seq: u64,
    /// Why the rest of it could not be opened now.
    broken_off: Option<ArchiveError>,
}

impl Worker {
    /// Pulls page after page until there is no more.
    pub(super) async fn pull_archive(&self, row: &InboxRow, lease: &str) -> Result<(), WorkError> {
        let Some(archive) = &self.shared.archive else {
            // It was configured when the row was stored.
            let tx = self.shared.store.begin().await?;
            return self.finish(tx, row, lease, Payload::KeptElsewhere).await;
        };
        for _ in 0..PAGES {
            let known = self.shared.store.archive_cursor().await?;
            let from = known.unwrap_or_default();
            let messages = match archive.pull(from.seq).await {
                Ok(messages) => messages,
                Err(error) => return self.archive_failed(row, lease, error).await,
            };
            let page = self.open_page(archive, from, messages).await?;
            let is_last = page.seq == from.seq || page.broken_off.is_some();
            let last = page.arrivals.last().map(|last| last.position);
            let next = ArchiveCursor {
                seq: page.seq,
                last_place: last.unwrap_or(from.last_place),
                pulled_at: match page.broken_off {
                    Some(_) => from.pulled_at,
                    None => self.shared.clock.now(),
                },
            };
            let mut tx = self.shared.store.begin().await?;
            tx.store_arrivals(page.arrivals).await?;
            if !tx.move_archive_cursor(known, next).await? {
                return Err(WorkError::LeaseLost);
            }
            if is_last && page.broken_off.is_none() {
                self.finish(tx, row, lease, Payload::KeptElsewhere).await?;
                self.arrived.messages.notify_one();
                return Ok(());
            }
            tx.commit().await?;
            self.arrived.messages.notify_one();
            match page.broken_off {
                Some(error) if error.is_an_answer() => {
                    return self.stumbled(row, lease, &error).await;
                }
                Some(error) => return self.archive_failed(row, lease, error).await,
                None => {}
            }
        }
        // So much that others should have a turn.
        let now = self.shared.clock.now();
        Ok(self
            .shared
            .store
            .postpone_arrival(&row.key, lease, now)
            .await?)
    }

    /// Opens what can be opened, and keeps sealed what can't be for reasons of its own. When the library
    /// goes away in between, what was opened counts.
    async fn open_page(
        &self,
        archive: &Archive,
        from: ArchiveCursor,
        messages: Vec<SealedMessage>,
    ) -> Result<Page, WorkError> {
        let now = self.shared.clock.now();
        let mut place = (from.last_place + 1).max(now.0.saturating_mul(PLACES_OF_ONE_MILLISECOND));
        let people = self.shared.store.people_who_look_external().await?;
        let people: BTreeSet<String> = people.into_iter().collect();
        let mut page = Page {
            arrivals: Vec::new(),
            seq: from.seq,
            broken_off: None,
        };
        for message in messages {
            let received_at = Timestamp(place / PLACES_OF_ONE_MILLISECOND);
            match self.open_one(archive, &message).await {
                Ok(text) => match opened(&message, text, &people, (received_at, place)) {
                    Opened::Kept(arrival) => page.arrivals.push(*arrival),
                    Opened::Passed(why) => {
                        metrics::counter!("dingdan_archive_passed_total", "why" => why)
                            .increment(1);
                    }
                },
                Err(error) if error.is_of_the_message() => {
                    self.count_failure(&error);
                    tracing::error!(
                        seq = message.seq, publickey_ver = message.publickey_ver, error = %error,
                        "archive: a message can't be opened and is kept sealed; see `dingdan inbox list`"
                    );
                    page.arrivals
                        .push(sealed(&message, &error, (received_at, place)));
                }
                Err(error) => {
                    page.broken_off = Some(error);
                    break;
                }
            }
            page.seq = page.seq.max(message.seq);
            place += 1;
        }
        Ok(page)
    }

    /// Opens a message, some times when it has to be: 10008 may pass (91552). When the library's process
    /// ended over this message again and again, or it answered what nobody foresaw, it would for ever, and
    /// nothing behind it would come.
    async fn open_one(
        &self,
        archive: &Archive,
        message: &SealedMessage,
    ) -> Result<String, ArchiveError> {
        let mut tries = 1;
        loop {
            match archive.open(message).await {
                Err(ArchiveError::Code {
                    meaning: LibraryCode::Unopened,
                    ..
                }) if tries < OPENED => {
                    tries += 1;
                }
                Err(ArchiveError::Died(_)) if self.suspects.is_given_up(message.seq) => {
                    return Err(ArchiveError::Deadly);
                }
                Err(error)
                    if error.is_an_answer()
                        && !error.is_of_the_message()
                        && self.suspects.is_given_up(message.seq) =>
                {
                    return Err(ArchiveError::GivenUp(Box::new(error)));
                }
                Ok(text) => {
                    self.suspects.clear(message.seq);
                    return Ok(text);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Lets the turn go on soon with the message that the library stumbled over: after few tries it is
    /// opened or set aside, so that neither the turn's end nor a longer pause has to wait for it.
    async fn stumbled(
        &self,
        row: &InboxRow,
        lease: &str,
        error: &ArchiveError,
    ) -> Result<(), WorkError> {
        self.count_failure(error);
        tracing::warn!(error = %error, "archive: the library stumbled over a message, which is tried again");
        let soon = self.shared.clock.now().plus(STUMBLED);
        let store = &self.shared.store;
        Ok(store.postpone_arrival(&row.key, lease, soon).await?)
    }

    /// Lets the turn be taken again soon, or leaves it to the next one.
    async fn archive_failed(
        &self,
        row: &InboxRow,
        lease: &str,
        error: ArchiveError,
    ) -> Result<(), WorkError> {
        self.count_failure(&error);
        if error.needs_a_person() {
            tracing::error!(error = %error, "archive: nothing can be pulled until somebody mends this");
        }
        if row.attempts < TRIES {
            return Err(WorkError::Archive(error));
        }
        tracing::warn!(error = %error, "archive: a pull failed; the next turn of the timer goes on from the same place");
        let tx = self.shared.store.begin().await?;
        self.finish(tx, row, lease, Payload::KeptElsewhere).await
    }

    pub(super) fn count_failure(&self, error: &ArchiveError) {
        metrics::counter!("dingdan_archive_failures_total", "what" => error.word()).increment(1);
    }

    /// Opens what was kept sealed, with the keys of now, and puts it into the inbox in its place.
    pub(super) async fn sealed_archive_message(
        &self,
        row: &InboxRow,
        lease: &str,
    ) -> Result<(), WorkError> {
        let message: SealedMessage = serde_json::from_str(&row.payload)
            .map_err(|_| WorkError::Unreadable("it is no sealed message"))?;
        let archive = self.shared.archive.as_ref();
        let archive = archive.ok_or(WorkError::Unreadable("no [wecom.archive] is configured"))?;
        let text = match self.open_one(archive, &message).await {
            Ok(text) => text,
            Err(error) => {
                self.count_failure(&error);
                return Err(WorkError::Archive(error));
            }
        };
        let people = self.shared.store.people_who_look_external().await?;
        let people = people.into_iter().collect();
        let mut tx = self.shared.store.begin().await?;
        match opened(&message, text, &people, (row.received_at, row.position)) {
            Opened::Kept(arrival) => {
                tx.store_arrivals(vec![*arrival]).await?;
            }
            Opened::Passed(why) => {
                metrics::counter!("dingdan_archive_passed_total", "why" => why).increment(1);
            }
        }
        self.finish(tx, row, lease, Payload::KeptElsewhere).await?;
        self.arrived.messages.notify_one();
        Ok(())
    }
}
