//! The chat archive (会话内容存档): pulled by number, opened, and put into the inbox, the messages and the
//! number in one commit, so that the number never runs ahead of what is stored.
//! Source: `developer.work.weixin.qq.com/document/path/91774`.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::PoisonError;

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
/// How often in a row the library's process may end over one message, before it is set aside.
const DEATHS: u32 = 3;
/// After so many failures in a row the turn is over; the timer's next one comes anyway.
const TRIES: i64 = 5;
/// As in `kf_pull`.
const PLACES_OF_ONE_MILLISECOND: i64 = 1000;

/// The message over which the library's process ended, and how often in a row.
#[derive(Debug, Default)]
pub(super) struct Suspect(Mutex<Option<(u64, u32)>>);

impl Suspect {
    /// The process ended over it once more. Returns how often that was.
    fn died_over(&self, seq: u64) -> u32 {
        let mut suspect = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let deaths = match *suspect {
            Some((known, deaths)) if known == seq => deaths + 1,
            _ => 1,
        };
        *suspect = Some((seq, deaths));
        deaths
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
            if let Some(error) = page.broken_off {
                return self.archive_failed(row, lease, error).await;
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
    /// ended over this message again and again, it would for ever, and nothing behind it would come.
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
                Err(ArchiveError::Died(_)) if self.suspect.died_over(message.seq) >= DEATHS => {
                    return Err(ArchiveError::Deadly);
                }
                outcome => return outcome,
            }
        }
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
