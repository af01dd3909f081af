//! Pictures, voice, videos and files of archived messages: wanted, in pieces, whole, or lost.

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{ChatId, MessageId, Timestamp, stored_number};

/// A file of an archived message.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ArchiveMedia {
    /// The message, by the platform's id with the platform's name before it.
    pub platform_id: String,
    /// Several in one message have each a place.
    pub place: i64,
    /// The message, by our id.
    pub message_id: MessageId,
    /// The platform's word: `image`, `voice`, `video`, `emotion`, `file` or `recording`.
    pub kind: String,
    /// Of files; else empty.
    pub name: String,
    /// In bytes, as the platform says; 0 when it doesn't.
    pub length: i64,
    /// Hex, as the platform says; empty when it doesn't.
    pub md5sum: String,
    /// What it is fetched by.
    pub sdkfileid: String,
    /// What the next piece is asked by.
    pub next_index: String,
    /// Bytes that are here already.
    pub received: i64,
    /// Pieces that are here already.
    pub pieces: i64,
    /// Whether the last piece is here.
    pub is_whole: bool,
    /// How often it could not be fetched for a reason that may be its own.
    pub tries: i64,
    /// By which the depot finds it, once it is whole.
    pub digest: Option<String>,
    /// Why it will not come.
    pub lost: Option<String>,
}

macro_rules! media_where {
    ($condition:literal) => {
        concat!(
            "select platform_id, place, message_id, kind, name, length, md5sum, sdkfileid, next_index, \
             received, pieces, is_whole, tries, digest, lost from archive_media where ",
            $condition
        )
    };
}

impl Store {
    /// The file at that place of a message.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn archive_media(
        &self,
        platform_id: &str,
        place: i64,
    ) -> Result<Option<ArchiveMedia>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(media_where!("platform_id = $1 and place = $2"))
            .bind(platform_id).bind(place).fetch_optional(pool).await)?,
        )
    }

    /// The files of a message, by our id of it, in their order; for pages that show the chat.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn media_of_message(
        &self,
        message: &MessageId,
    ) -> Result<Vec<ArchiveMedia>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(media_where!("message_id = $1 order by place"))
            .bind(message).fetch_all(pool).await)?,
        )
    }

    /// The files of a chat's messages that were sent within these moments, those included.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn media_of_chat(
        &self,
        chat: &ChatId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<ArchiveMedia>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(media_where!(
            "message_id in (select id from message where chat_id = $1 and sent_at between $2 and $3) \
             order by message_id, place"
        ))
            .bind(chat).bind(from).bind(until).fetch_all(pool).await)?)
    }

    /// A piece of what is being fetched.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn archive_media_piece(
        &self,
        platform_id: &str,
        place: i64,
        number: i64,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        const SQL: &str = "\
            select bytes from archive_media_piece where platform_id = $1 and place = $2 and number = $3";
        Ok(on_reader!(self, pool => sqlx::query_scalar(SQL)
            .bind(platform_id).bind(place).bind(number).fetch_optional(pool).await)?)
    }
}

impl Tx {
    /// Wants a file. Nothing changes when it is known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn want_archive_media(&mut self, media: &ArchiveMedia) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into archive_media (platform_id, place, message_id, kind, name, length, md5sum, \
                                       sdkfileid, lost) \
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (platform_id, place) do nothing";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&media.platform_id).bind(media.place).bind(&media.message_id).bind(&media.kind)
            .bind(&media.name).bind(media.length).bind(&media.md5sum).bind(&media.sdkfileid)
            .bind(&media.lost)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps the next piece, and by what the one after it is asked. `false` when someone else kept it
    /// meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_archive_piece(
        &mut self,
        media: &ArchiveMedia,
        bytes: &[u8],
        next_index: &str,
        is_last: bool,
    ) -> Result<bool, StoreError> {
        const PIECE: &str = "\
            insert into archive_media_piece (platform_id, place, number, bytes) values ($1, $2, $3, $4) \
            on conflict (platform_id, place, number) do nothing";
        const MEDIA: &str = "\
            update archive_media set next_index = $1, received = received + $2, pieces = pieces + 1, \
                   is_whole = $6 \
            where platform_id = $3 and place = $4 and pieces = $5";
        let kept = in_tx!(self, connection => sqlx::query(PIECE)
            .bind(&media.platform_id).bind(media.place).bind(media.pieces).bind(bytes)
            .execute(connection).await.map(|done| done.rows_affected()))?;
        let length = stored_number(bytes.len());
        let noted = in_tx!(self, connection => sqlx::query(MEDIA)
            .bind(next_index).bind(length)
            .bind(&media.platform_id).bind(media.place).bind(media.pieces).bind(is_last)
            .execute(connection).await.map(|done| done.rows_affected()))?;
        Ok(kept == 1 && noted == 1)
    }

    /// It could not be fetched for a reason that may be its own.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_media_try(&mut self, media: &ArchiveMedia) -> Result<(), StoreError> {
        const SQL: &str =
            "update archive_media set tries = tries + 1 where platform_id = $1 and place = $2";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&media.platform_id).bind(media.place)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// The file is whole and kept in the depot, or will not come, or has to be fetched from its
    /// beginning when it is neither. Its pieces go.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_archive_media(
        &mut self,
        media: &ArchiveMedia,
        digest: Option<&str>,
        lost: Option<&str>,
    ) -> Result<(), StoreError> {
        const MEDIA: &str = "\
            update archive_media set digest = $1, lost = $2, next_index = '', pieces = 0, is_whole = false, \
                   received = case when cast($1 as text) is null then 0 else received end \
            where platform_id = $3 and place = $4";
        const PIECES: &str =
            "delete from archive_media_piece where platform_id = $1 and place = $2";
        in_tx!(self, connection => sqlx::query(MEDIA)
            .bind(digest).bind(lost).bind(&media.platform_id).bind(media.place)
            .execute(connection).await.map(|_| ()))?;
        in_tx!(self, connection => sqlx::query(PIECES)
            .bind(&media.platform_id).bind(media.place)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}
