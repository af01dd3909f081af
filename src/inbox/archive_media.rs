//! Pictures, voice, videos and files of archived messages: fetched piece by piece, each piece kept at
//! once, so that whoever goes on after a crash begins where it stopped; checked as a whole, and put into
//! the depot. One at a time, in a lane of its own behind the pull's.
//!
//! A file that fails for a reason that may be its own is tried [`TRIES`] times, and is lost then; one for
//! which the platform is said to be away stands back behind the others, for as long as it may still come.

use std::time::Duration;

use dingdan_webhooks::wecom::archive::{ArchiveMessage, LibraryCode};
use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};

use super::worker::{WorkError, Worker};
use crate::config::ARCHIVE;
use crate::domain::Timestamp;
use crate::platform::{Archive, ArchiveError};
use crate::store::{ArchiveMedia, Arrival, InboxRow, NewMessage, Payload, Tx};

/// The source of rows that want a file.
pub(super) const SOURCE: &str = "archive_media";
/// Among those of the notices, which take as long as the platform does.
const LANE: &str = "account:archive-media";

/// How often a file is tried that fails for a reason that may be its own.
const TRIES: i64 = 5;
/// How often it is tried in its turn while the platform is away, before others have theirs.
const TRIES_OF_A_TURN: i64 = 3;
/// So long the platform keeps it (91774).
const KEPT_FOR: Duration = Duration::from_secs(5 * 24 * 3600);

/// What a row says.
#[derive(Serialize, Deserialize)]
struct Wanted {
    message: String,
    place: i64,
    /// Since when, in milliseconds; of rows that never stood back it is when they came.
    #[serde(default)]
    since: Option<i64>,
    /// How often it stood back behind the others.
    #[serde(default)]
    turn: u32,
}

/// How far a file came.
enum Step {
    /// There may be more.
    On,
    /// It will not come: a word for counters, and why.
    Lost(&'static str, &'static str),
}

impl Worker {
    /// Wants the files of a message that was just stored. Returns whether there are any.
    pub(super) async fn want_media(
        &self,
        tx: &mut Tx,
        line: &NewMessage,
        message: &ArchiveMessage,
    ) -> Result<bool, WorkError> {
        let settings = self.shared.settings.wecom.archive.as_ref();
        if !settings.is_some_and(|archive| archive.media) {
            return Ok(false);
        }
        let mut rows = Vec::new();
        for (place, attachment) in (0_i64..).zip(message.attachments()) {
            let length = attachment.length.unwrap_or(0);
            let is_too_large = length > self.shared.settings.storage.files.largest;
            let media = ArchiveMedia {
                platform_id: line.platform_id.clone(),
                place,
                message_id: line.id.clone(),
                kind: attachment.kind.name().to_owned(),
                name: attachment.name,
                length: i64::try_from(length).unwrap_or(i64::MAX),
                md5sum: attachment.md5sum,
                sdkfileid: attachment.sdkfileid,
                next_index: String::new(),
                received: 0,
                pieces: 0,
                is_whole: false,
                tries: 0,
                digest: None,
                lost: is_too_large.then(|| TOO_LARGE.to_owned()),
            };
            tx.want_archive_media(&media).await?;
            match is_too_large {
                true => count_lost("too_large"),
                false => rows.push(row_for(line, place)),
            }
        }
        let has_some = !rows.is_empty();
        tx.store_arrivals(rows).await?;
        Ok(has_some)
    }

    pub(super) async fn fetch_archive_media(
        &self,
        row: &InboxRow,
        lease: &str,
    ) -> Result<(), WorkError> {
        let wanted: Wanted = serde_json::from_str(&row.payload)
            .map_err(|_| WorkError::Unreadable("it names no file"))?;
        let archive = self.shared.archive.as_ref();
        let archive = archive.ok_or(WorkError::Unreadable("no [wecom.archive] is configured"))?;
        let store = &self.shared.store;
        loop {
            let media = store.archive_media(&wanted.message, wanted.place).await?;
            let media = media.ok_or(WorkError::Unreadable("its message is not there"))?;
            if media.digest.is_some() || media.lost.is_some() {
                let tx = store.begin().await?;
                return self.finish(tx, row, lease, Payload::KeptElsewhere).await;
            }
            if media.is_whole {
                return self.keep_whole(row, lease, &media).await;
            }
            match self.next_piece(archive, &media).await {
                Ok(Step::On) => {}
                Ok(Step::Lost(word, why)) => {
                    return self.lose(row, lease, &media, (word, why)).await;
                }
                Err(error) => {
                    return self
                        .media_failed(row, lease, (&wanted, &media), error)
                        .await;
                }
            }
        }
    }

    /// The file will not come, and says why.
    async fn lose(
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
    async fn media_failed(
        &self,
        row: &InboxRow,
        lease: &str,
        (wanted, media): (&Wanted, &ArchiveMedia),
        error: WorkError,
    ) -> Result<(), WorkError> {
        if is_of_the_file(&error) {
            if media.tries + 1 >= TRIES {
                return self.lose(row, lease, media, GIVEN_UP).await;
            }
            let mut tx = self.shared.store.begin().await?;
            tx.count_media_try(media).await?;
            tx.commit().await?;
            return Err(error);
        }
        if !is_of_the_platform(&error) || row.attempts < TRIES_OF_A_TURN {
            return Err(error);
        }
        let now = self.shared.clock.now();
        let since = wanted.since.map_or(row.received_at, Timestamp);
        if now.since(since) >= KEPT_FOR {
            return self.lose(row, lease, media, TOO_LATE).await;
        }
        let mut tx = self.shared.store.begin().await?;
        let behind = Wanted {
            message: wanted.message.clone(),
            place: wanted.place,
            since: Some(since.0),
            turn: wanted.turn + 1,
        };
        tx.store_arrivals(vec![behind.row(now, row.position)])
            .await?;
        self.finish(tx, row, lease, Payload::KeptElsewhere).await
    }

    /// Fetches and keeps the next piece; or says why there will be none.
    async fn next_piece(&self, archive: &Archive, media: &ArchiveMedia) -> Result<Step, WorkError> {
        let piece = match archive.media(&media.next_index, &media.sdkfileid).await {
            Ok(piece) => piece,
            Err(ArchiveError::Code {
                meaning: LibraryCode::TooOld,
                ..
            }) => {
                return Ok(Step::Lost("too_old", TOO_OLD));
            }
            Err(ArchiveError::Code {
                meaning: LibraryCode::NoSuchFile | LibraryCode::Parameter,
                ..
            }) => {
                return Ok(Step::Lost(
                    "no_such_file",
                    "the platform knows no such file",
                ));
            }
            Err(error) => {
                self.count_failure(&error);
                return Err(WorkError::Archive(error));
            }
        };
        let most = self.shared.settings.storage.files.largest;
        let received = u64::try_from(media.received).unwrap_or(0) + piece.bytes.len() as u64;
        if received > most {
            return Ok(Step::Lost("too_large", TOO_LARGE));
        }
        if piece.bytes.is_empty() && !piece.is_last {
            return Err(WorkError::Archive(ArchiveError::Unreadable));
        }
        let mut tx = self.shared.store.begin().await?;
        if !tx
            .keep_archive_piece(media, &piece.bytes, &piece.index, piece.is_last)
            .await?
        {
            return Err(WorkError::LeaseLost);
        }
        tx.commit().await?;
        Ok(Step::On)
    }

    /// Checks what is here against what the platform said of it, and puts it into the depot. What
    /// doesn't fit is fetched anew, a few times.
    async fn keep_whole(
        &self,
        row: &InboxRow,
        lease: &str,
        media: &ArchiveMedia,
    ) -> Result<(), WorkError> {
        let store = &self.shared.store;
        let mut bytes = Vec::with_capacity(usize::try_from(media.received).unwrap_or(0));
        let mut md5 = Md5::new();
        for number in 0..media.pieces {
            let piece = store
                .archive_media_piece(&media.platform_id, media.place, number)
                .await?;
            let piece = piece.ok_or(WorkError::LeaseLost)?;
            md5.update(&piece);
            bytes.extend_from_slice(&piece);
        }
        let has_length = media.length == 0 || u64::try_from(media.length) == Ok(bytes.len() as u64);
        let md5: String = md5
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        if !has_length || !(media.md5sum.is_empty() || media.md5sum == md5) {
            return self.fetch_anew(row, lease, media).await;
        }
        let kept = self.shared.depot.put(bytes.as_slice()).await?;
        let mut tx = store.begin().await?;
        tx.end_archive_media(media, Some(&kept.digest.to_string()), None)
            .await?;
        self.finish(tx, row, lease, Payload::KeptElsewhere).await?;
        metrics::counter!("dingdan_archive_media_total", "outcome" => "kept").increment(1);
        Ok(())
    }

    /// It isn't what the platform says of it.
    async fn fetch_anew(
        &self,
        row: &InboxRow,
        lease: &str,
        media: &ArchiveMedia,
    ) -> Result<(), WorkError> {
        if media.tries + 1 >= TRIES {
            return self.lose(row, lease, media, NOT_AS_SAID).await;
        }
        tracing::warn!(row = %row.mark(), "archive: a file isn't what the platform says of it; it is fetched anew");
        let store = &self.shared.store;
        let mut tx = store.begin().await?;
        tx.count_media_try(media).await?;
        tx.end_archive_media(media, None, None).await?;
        tx.commit().await?;
        let soon = self.shared.clock.now().plus(ANEW_AFTER);
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
                    meaning: LibraryCode::WrongKey | LibraryCode::Unopened | LibraryCode::Unknown,
                    ..
                }
        )
    )
}

/// Whether the network or the platform is said to have failed.
const fn is_of_the_platform(error: &WorkError) -> bool {
    matches!(
        error,
        WorkError::Archive(ArchiveError::Code {
            meaning: LibraryCode::Again,
            ..
        })
    )
}

/// Before a file is fetched anew that came wrong.
const ANEW_AFTER: Duration = Duration::from_secs(2);
const TOO_OLD: &str = "it is older than the five days for which the platform keeps it";
const TOO_LATE: (&str, &str) = (
    "too_late",
    "the platform did not give it within the five days for which it keeps it",
);
const GIVEN_UP: (&str, &str) = ("given_up", "the library fails over it each time");
const NOT_AS_SAID: (&str, &str) = (
    "not_as_said",
    "what came each time wasn't what the platform says of it",
);
const TOO_LARGE: &str = "it is larger than [storage] largest_file_mb";

fn count_lost(outcome: &'static str) {
    metrics::counter!("dingdan_archive_media_total", "outcome" => outcome).increment(1);
}

impl Wanted {
    /// The row that wants it; another one each time it stands back.
    fn row(&self, received_at: Timestamp, position: i64) -> Arrival {
        let key = format!("{SOURCE}:{}:{}", self.message, self.place);
        Arrival {
            key: match self.turn {
                0 => key,
                turn => format!("{key}:{turn}"),
            },
            source: SOURCE,
            account: ARCHIVE.into(),
            lane: LANE.to_owned(),
            received_at,
            position,
            payload: serde_json::to_string(self).unwrap_or_default(),
            set_aside: None,
        }
    }
}

fn row_for(line: &NewMessage, place: i64) -> Arrival {
    let wanted = Wanted {
        message: line.platform_id.clone(),
        place,
        since: None,
        turn: 0,
    };
    wanted.row(line.received_at, line.position)
}
