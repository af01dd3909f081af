//! What people said of signals: 误报 and 漏报.

use super::database::{in_tx, on_reader};
use super::{Period, Store, StoreError, Tx};
use crate::domain::{
    ChatId, CorrectionKind, CorrectionState, Label, MessageId, PersonId, Role, Timestamp,
};

/// A correction, before it is stored.
#[derive(Debug, Clone)]
pub struct NewCorrection<'a> {
    /// Ours.
    pub id: &'a str,
    /// The line.
    pub message: &'a MessageId,
    /// Its chat.
    pub chat: &'a ChatId,
    /// What the line doesn't mean, or does.
    pub label: Label,
    /// Which of the two.
    pub kind: CorrectionKind,
    /// The words of what was missed, as bytes of the message's text.
    pub words: (i64, i64),
    /// Who said it.
    pub by: &'a PersonId,
    /// As what: a director's own chats make them a rep.
    pub role: Role,
    /// Where: `page`, `card` or `api`.
    pub origin: &'a str,
    /// When.
    pub at: Timestamp,
    /// Whether it holds already.
    pub state: CorrectionState,
}

/// A correction as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CorrectionRow {
    /// Ours.
    pub id: String,
    /// The line.
    pub message_id: MessageId,
    /// Its chat.
    pub chat_id: ChatId,
    /// What the line doesn't mean, or does.
    pub label: Label,
    /// Which of the two.
    pub kind: CorrectionKind,
    /// Where the words of what was missed begin in the message's text.
    pub first_byte: i64,
    /// Where they end.
    pub end_byte: i64,
    /// Who said it.
    pub person_id: PersonId,
    /// Their name.
    pub person: String,
    /// As what.
    pub role: Role,
    /// Where: `page`, `card` or `api`.
    pub origin: String,
    /// When.
    pub said_at: Timestamp,
    /// Where it stands.
    pub state: CorrectionState,
    /// Who decided.
    pub decided_by: Option<PersonId>,
    /// Their name; empty while nobody has.
    pub decider: String,
    /// When they did.
    pub decided_at: Option<Timestamp>,
}

/// Which corrections.
#[derive(Debug, Clone)]
pub struct CorrectionFilter {
    /// When they were said.
    pub said: Period,
    /// In that state, by its word.
    pub state: Option<String>,
    /// Of that kind, by its word.
    pub kind: Option<String>,
    /// Of one chat.
    pub chat: Option<String>,
    /// Said by that person.
    pub person: Option<String>,
}

macro_rules! corrections_where {
    ($condition:literal) => {
        concat!(
            "select signal_correction.id, signal_correction.message_id, signal_correction.chat_id, \
             signal_correction.label, signal_correction.kind, signal_correction.first_byte, \
             signal_correction.end_byte, signal_correction.person_id, said.name as person, \
             signal_correction.role, signal_correction.origin, signal_correction.said_at, \
             signal_correction.state, signal_correction.decided_by, \
             coalesce(decider.name, '') as decider, signal_correction.decided_at \
             from signal_correction join person as said on said.id = signal_correction.person_id \
             left join person as decider on decider.id = signal_correction.decided_by where ",
            $condition
        )
    };
}

impl Store {
    /// What was said of lines of the chat that were sent between two moments, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn corrections_of_chat(
        &self,
        chat: &ChatId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<CorrectionRow>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(corrections_where!(
            "signal_correction.chat_id = $1 and signal_correction.message_id in \
             (select id from message where chat_id = $1 and sent_at between $2 and $3) \
             order by signal_correction.said_at, signal_correction.id"
        )).bind(chat).bind(from).bind(until).fetch_all(pool).await)?)
    }

    /// The correction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn correction(&self, id: &str) -> Result<Option<CorrectionRow>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(corrections_where!("signal_correction.id = $1"))
                .bind(id).fetch_optional(pool).await)?,
        )
    }

    /// Corrections after a moment and id, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn corrections_page(
        &self,
        filter: &CorrectionFilter,
        after: Option<&(Timestamp, String)>,
        limit: i64,
    ) -> Result<Vec<CorrectionRow>, StoreError> {
        let (from, id) = after.map_or((filter.said.from, ""), |(at, id)| (*at, id.as_str()));
        Ok(on_reader!(self, pool => sqlx::query_as(corrections_where!(
            "(signal_correction.said_at, signal_correction.id) > ($1, $2) \
             and signal_correction.said_at < $3 \
             and (cast($4 as text) is null or signal_correction.state = $4) \
             and (cast($5 as text) is null or signal_correction.kind = $5) \
             and (cast($6 as text) is null or signal_correction.chat_id = $6) \
             and (cast($7 as text) is null or signal_correction.person_id = $7) \
             order by signal_correction.said_at, signal_correction.id limit $8"
        ))
            .bind(from).bind(id).bind(filter.said.until)
            .bind(&filter.state).bind(&filter.kind).bind(&filter.chat).bind(&filter.person)
            .bind(limit).fetch_all(pool).await)?)
    }
}

impl Tx {
    /// Stores a correction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn store_correction(&mut self, new: &NewCorrection<'_>) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into signal_correction (id, message_id, chat_id, label, kind, first_byte, end_byte, \
                                           person_id, role, origin, said_at, state, decided_by, decided_at) \
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        let holds = new.state == CorrectionState::Confirmed;
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(new.id).bind(new.message).bind(new.chat).bind(new.label).bind(new.kind)
            .bind(new.words.0).bind(new.words.1)
            .bind(new.by).bind(new.role).bind(new.origin).bind(new.at).bind(new.state)
            .bind(holds.then_some(new.by)).bind(holds.then_some(new.at))
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// What was said of one label of a line and still waits or holds, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn standing_corrections(
        &mut self,
        (message, label): (&MessageId, Label),
    ) -> Result<Vec<CorrectionRow>, StoreError> {
        Ok(
            in_tx!(self, connection => sqlx::query_as(corrections_where!(
            "signal_correction.message_id = $1 and signal_correction.label = $2 \
             and signal_correction.state in ('pending', 'confirmed') \
             order by signal_correction.said_at, signal_correction.id"
        )).bind(message).bind(label).fetch_all(connection).await)?,
        )
    }

    /// The correction, as it stands inside this transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn correction(&mut self, id: &str) -> Result<Option<CorrectionRow>, StoreError> {
        Ok(
            in_tx!(self, connection => sqlx::query_as(corrections_where!("signal_correction.id = $1"))
                .bind(id).fetch_optional(connection).await)?,
        )
    }

    /// Says what became of a correction that stood so until now. `false` when it no longer did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decide_correction(
        &mut self,
        id: &str,
        (from, to): (CorrectionState, CorrectionState),
        by: &PersonId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "\
            update signal_correction set state = $3, decided_by = $4, decided_at = $5 \
            where id = $1 and state = $2";
        let changed = in_tx!(self, connection => sqlx::query(SQL)
            .bind(id).bind(from).bind(to).bind(by).bind(at)
            .execute(connection).await.map(|done| done.rows_affected()))?;
        Ok(changed == 1)
    }
}
