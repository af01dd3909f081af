//! Pictures, voice, videos and files of archived messages: fetched piece by piece, each piece kept at
//! once, so that whoever goes on after a crash begins where it stopped; checked as a whole, and put into
//! the depot. One at a time, in a lane of its own behind the pull's.
//! What follows when that fails is in `archive_media_failed`.

use dingdan_webhooks::wecom::archive::{ArchiveMessage, LibraryCode};
use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};

use super::archive_media_failed::{Failed, TOO_LARGE, TOO_OLD, count_lost};
use super::worker::{WorkError, Worker};
use crate::config::ARCHIVE;
use crate::domain::{Timestamp, stored_number};
use crate::platform::{Archive, ArchiveError};
use crate::store::{ArchiveMedia, Arrival, InboxRow, NewMessage, Payload, Tx};

/// The source of rows that want a file.
pub(super) const SOURCE: &str = "archive_media";
/// Among those of the notices, which take as long as the platform does.
const LANE: &str = "account:archive-media";

/// What a row says.
#[derive(Serialize, Deserialize)]
pub(super) struct Wanted {
    pub(super) message: String,
    pub(super) place: i64,
    /// Since when, in milliseconds; of rows that never stood back it is when they came.
    #[serde(default)]
    pub(super) since: Option<i64>,
    /// How often it stood back behind the others.
    #[serde(default)]
    pub(super) turn: u32,
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
                length: stored_number(length),
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
            let failed = Failed::NotAsSaid;
            return self.failed_once_more(row, lease, media, failed).await;
        }
        let kept = self.shared.depot.put(bytes.as_slice()).await?;
        let mut tx = store.begin().await?;
        tx.end_archive_media(media, Some(&kept.digest.to_string()), None)
            .await?;
        self.finish(tx, row, lease, Payload::KeptElsewhere).await?;
        metrics::counter!("dingdan_archive_media_total", "outcome" => "kept").increment(1);
        Ok(())
    }
}

impl Wanted {
    /// The row that wants it; another one each time it stands back.
    pub(super) fn row(&self, received_at: Timestamp, position: i64) -> Arrival {
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
