//! When a file of an archived message doesn't come.
//!
//! One that fails for a reason that may be its own is tried [`TRIES`] times. Then it is lost, if what
//! came is not what the platform says of it; where the library failed over it, which it may do over all
//! of them, it is set aside for a person, who can have it tried again. One for which the platform is said
//! to be away, or says what this version doesn't know, stands back behind the others, for as long as it
//! may still come.

use std::time::Duration;

use dingdan_webhooks::wecom::archive::LibraryCode;

use super::archive_media::Wanted;
use super::worker::{WorkError, Worker};
use crate::domain::Timestamp;
use crate::platform::ArchiveError;
use crate::store::{ArchiveMedia, InboxRow, Payload};

/// How often a file is tried that fails for a reason that may be its own.
const TRIES: i64 = 5;
/// Before it is tried again.
const AGAIN_AFTER: Duration = Duration::from_secs(2);
/// How often it is tried in its turn while the platform is away, before others have theirs: more often,
/// and so with longer pauses, each time it stood back.
const TRIES_OF_A_TURN: i64 = 3;
const MOST_FURTHER_TRIES: u32 = 6;
/// So long the platform keeps it (91774).
const KEPT_FOR: Duration = Duration::from_secs(5 * 24 * 3600);

pub(super) const TOO_LARGE: &str = "it is larger than [storage] largest_file_mb";
pub(super) const TOO_OLD: &str = "it is older than the five days for which the platform keeps it";
const TOO_LATE: (&str, &str) = (
    "too_late",
    "the platform did not give it within the five days for which it keeps it",
);

/// A word for counters, and why it is lost.
const NOT_AS_SAID: (&str, &str) = (
    "not_as_said",
    "what came each time wasn't what the platform says of it",
);
const FAILS_OVER_IT: &str = "the archive's library fails over this file each time";

/// What went wrong with a file, by what may be its own fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failed {
    /// The library failed over it.
    InTheLibrary,
    /// What came isn't what the platform says of it; it is fetched anew.
    NotAsSaid,
}

impl Worker {
    /// The file will not come, and says why.
    pub(super) async fn lose(
        &self,
        row: &InboxRow,
        lease: &str,
        media: &ArchiveMedia,
        (word, why): (&'static str, &'static str),
    ) -> Result<(), WorkError> {
        count_lost(word);
        tracing::warn!(row = %row.mark(), why, "archive: a file of a message is lost");
        let mut tx = self.shared.store.begin().await?;
        tx.end_archive_media(media, None, Some(why)).await?;
        self.finish(tx, row, lease, Payload::KeptElsewhere).await
    }

    /// Tries again, for as long as that may help and nobody else waits for it in vain.
    pub(super) async fn media_failed(
        &self,
        row: &InboxRow,
        lease: &str,
        (wanted, media): (&Wanted, &ArchiveMedia),
        error: WorkError,
    ) -> Result<(), WorkError> {
        if is_of_the_file(&error) {
            let failed = Failed::InTheLibrary;
            return self.failed_once_more(row, lease, media, failed).await;
        }
        let further = i64::from(wanted.turn.min(MOST_FURTHER_TRIES));
        if !is_of_the_platform(&error) || row.attempts < TRIES_OF_A_TURN + further {
            return Err(error);
        }
        let now = self.shared.clock.now();
        let since = wanted.since.map_or(row.received_at, Timestamp);
        if now.since(since) >= KEPT_FOR {
            return self.lose(row, lease, media, TOO_LATE).await;
        }
        let behind = Wanted {
            message: wanted.message.clone(),
            place: wanted.place,
            since: Some(since.0),
            turn: wanted.turn + 1,
        };
        let mut tx = self.shared.store.begin().await?;
        tx.store_arrivals(vec![behind.row(now, row.position)])
            .await?;
        self.finish(tx, row, lease, Payload::KeptElsewhere).await
    }

    /// Counts a try that may have failed by the file's own fault, and lets there be another, or none.
    pub(super) async fn failed_once_more(
        &self,
        row: &InboxRow,
        lease: &str,
        media: &ArchiveMedia,
        failed: Failed,
    ) -> Result<(), WorkError> {
        let store = &self.shared.store;
        match (media.tries + 1 >= TRIES, failed) {
            (true, Failed::NotAsSaid) => return self.lose(row, lease, media, NOT_AS_SAID).await,
            (true, Failed::InTheLibrary) => {
                count_lost("set_aside");
                tracing::warn!(row = %row.mark(), why = FAILS_OVER_IT, "archive: a file of a message is set aside");
                return Ok(store
                    .set_arrival_aside(&row.key, lease, FAILS_OVER_IT)
                    .await?);
            }
            (false, _) => {}
        }
        let mut tx = store.begin().await?;
        tx.count_media_try(media).await?;
        if failed == Failed::NotAsSaid {
            tx.end_archive_media(media, None, None).await?;
        }
        tx.commit().await?;
        tracing::warn!(row = %row.mark(), tries = media.tries + 1, ?failed, "archive: a file of a message did not come; it is tried again");
        let soon = self.shared.clock.now().plus(AGAIN_AFTER);
        Ok(store.postpone_arrival(&row.key, lease, soon).await?)
    }
}

/// Whether it may be this file's own fault.
const fn is_of_the_file(error: &WorkError) -> bool {
    matches!(
        error,
        WorkError::Archive(
            ArchiveError::Died(_)
                | ArchiveError::Unreadable
                | ArchiveError::Code {
                    meaning: LibraryCode::WrongKey | LibraryCode::Unopened,
                    ..
                }
        )
    )
}

/// Whether the network or the platform is said to have failed, or something that nobody knows.
const fn is_of_the_platform(error: &WorkError) -> bool {
    matches!(
        error,
        WorkError::Archive(ArchiveError::Code {
            meaning: LibraryCode::Again | LibraryCode::Unknown,
            ..
        })
    )
}

pub(super) fn count_lost(outcome: &'static str) {
    metrics::counter!("dingdan_archive_media_total", "outcome" => outcome).increment(1);
}
