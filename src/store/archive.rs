//! What the chat archive needs to remember: how far it was pulled, who agreed, and what was taken back.

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::Timestamp;

/// How far the archive was pulled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ArchiveCursor {
    /// The highest number that is stored.
    pub seq: u64,
    /// The place of the last message in the inbox.
    pub last_place: i64,
    /// When a pull last came to an end without a failure.
    pub pulled_at: Timestamp,
}

/// Whether somebody agreed to be archived, in one chat.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Consent {
    /// `member:` and the folded userid, or `room:` and its id.
    pub place: String,
    /// The `external_userid`.
    pub contact: String,
    /// Whether they did.
    pub agreed: bool,
    /// When they said so, as far as the platform tells; 0 when it tells of no such moment.
    pub changed_at: Timestamp,
    /// When we last heard it.
    pub checked_at: Timestamp,
}

const CONSENT: &str = "\
    select place, contact, agreed, changed_at, checked_at from archive_consent \
    where place = $1 and contact = $2";

impl Store {
    /// How far the archive was pulled; `None` before the first time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn archive_cursor(&self) -> Result<Option<ArchiveCursor>, StoreError> {
        const SQL: &str =
            "select seq, last_place, pulled_at from archive_cursor where id = 'archive'";
        let row: Option<(String, i64, Timestamp)> =
            on_reader!(self, pool => sqlx::query_as(SQL).fetch_optional(pool).await)?;
        Ok(row.map(|(seq, last_place, pulled_at)| ArchiveCursor {
            // Only we write it. Were it no number, the platform would begin with the oldest it has,
            // which is harmless.
            seq: seq.parse().unwrap_or_default(),
            last_place,
            pulled_at,
        }))
    }

    /// Whether that person agreed in that place, as last heard.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn consent(&self, place: &str, contact: &str) -> Result<Option<Consent>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(CONSENT)
            .bind(place).bind(contact).fetch_optional(pool).await)?)
    }

    /// The folded userids of our own people that look like ids of somebody outside.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn people_who_look_external(&self) -> Result<Vec<String>, StoreError> {
        const SQL: &str = "\
            select wecom_folded from person where wecom_folded like 'wm%' \
            or wecom_folded like 'wo%' or wecom_folded like 'wb%'";
        Ok(on_reader!(self, pool => sqlx::query_scalar(SQL).fetch_all(pool).await)?)
    }
}

impl Tx {
    /// Moves the cursor on. `false` when someone else moved it meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn move_archive_cursor(
        &mut self,
        from: Option<ArchiveCursor>,
        to: ArchiveCursor,
    ) -> Result<bool, StoreError> {
        const FIRST: &str = "\
            insert into archive_cursor (id, seq, last_place, pulled_at) values ('archive', $1, $2, $3) \
            on conflict (id) do nothing";
        const ON: &str = "\
            update archive_cursor set seq = $1, last_place = $2, pulled_at = $3 \
            where id = 'archive' and seq = $4 and last_place = $5";
        let moved = in_tx!(self, connection => match from {
            None => sqlx::query(FIRST)
                .bind(to.seq.to_string()).bind(to.last_place).bind(to.pulled_at)
                .execute(connection).await.map(|done| done.rows_affected()),
            Some(from) => sqlx::query(ON)
                .bind(to.seq.to_string()).bind(to.last_place).bind(to.pulled_at)
                .bind(from.seq.to_string()).bind(from.last_place)
                .execute(connection).await.map(|done| done.rows_affected()),
        })?;
        Ok(moved == 1)
    }

    /// Keeps what was heard of a consent, unless something newer is known, and that it was heard. Of an
    /// unknown moment is taken only that there is no consent, and what comes then is newer: who refused
    /// at a known one has done so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_consent(&mut self, consent: &Consent) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into archive_consent (place, contact, agreed, changed_at, checked_at) \
            values ($1, $2, $3, $4, $5) \
            on conflict (place, contact) do update set checked_at = excluded.checked_at, \
                agreed = case \
                    when archive_consent.changed_at <= excluded.changed_at then excluded.agreed \
                    when excluded.changed_at = 0 and not excluded.agreed then excluded.agreed \
                    else archive_consent.agreed end, \
                changed_at = case \
                    when archive_consent.changed_at <= excluded.changed_at then excluded.changed_at \
                    when excluded.changed_at = 0 and not excluded.agreed and archive_consent.agreed then 0 \
                    else archive_consent.changed_at end";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&consent.place).bind(&consent.contact).bind(consent.agreed)
            .bind(consent.changed_at).bind(consent.checked_at)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Remembers that a message was taken back, and marks it when it is here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recall_archived(
        &mut self,
        platform_id: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "insert into archive_recall (platform_id, at) values ($1, $2) on conflict (platform_id) do nothing";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(platform_id).bind(at).execute(connection).await.map(|_| ()))?;
        self.recall_message(platform_id, at).await
    }

    /// When a message was taken back, if it was before it came.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn archive_recall(
        &mut self,
        platform_id: &str,
    ) -> Result<Option<Timestamp>, StoreError> {
        const SQL: &str = "select at from archive_recall where platform_id = $1";
        Ok(in_tx!(self, connection => sqlx::query_scalar(SQL)
            .bind(platform_id).fetch_optional(connection).await)?)
    }
}
