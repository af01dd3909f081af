//! Lines whose labels a person has looked at: what a model is taught by, and judged by.

use std::collections::BTreeSet;

use super::database::on_reader;
use super::{CorrectionRow, Store, StoreError, StoredMessage};
use crate::domain::{
    CorrectionKind, CorrectionState, Label, MessageId, PersonId, Role, Speaker, Timestamp,
};

/// A line with what it means, as a person said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledLine {
    /// The message.
    pub message: MessageId,
    /// Who said the line.
    pub speaker: Speaker,
    /// The line.
    pub text: String,
    /// The line of words before it in its chat.
    pub previous: Option<(Speaker, String)>,
    /// All that it means; nothing, when it means nothing. What nobody objected to counts as right:
    /// whoever corrected the line has read it.
    pub labels: Vec<Label>,
    /// Who last corrected it.
    pub by: PersonId,
    /// As what: a rep speaks of their own chats.
    pub role: Role,
    /// When.
    pub at: Timestamp,
    /// Whether somebody who answers for the rep agrees: nothing of it waits for a decision.
    pub is_settled: bool,
}

/// A correction, as far as labels depend on it.
#[derive(sqlx::FromRow)]
struct Said {
    label: Label,
    kind: CorrectionKind,
    state: CorrectionState,
    person_id: PersonId,
    role: Role,
    said_at: Timestamp,
    decided_by: Option<PersonId>,
    decider_role: Option<Role>,
    decided_at: Option<Timestamp>,
}

impl Store {
    /// Up to `limit` labelled lines after a message's id, in the order of those ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn labelled_lines(
        &self,
        after: &str,
        limit: i64,
    ) -> Result<Vec<LabelledLine>, StoreError> {
        const SQL: &str = "\
            select id, platform_id, chat_id, speaker, sender, contact_id, sent_at, position, kind, \
                   text, heard_first, heard_end, recalled_at from message \
            where id > $1 and id in (select message_id from signal_correction) \
            order by id limit $2";
        let messages: Vec<StoredMessage> = on_reader!(self, pool => sqlx::query_as(SQL).bind(after).bind(limit).fetch_all(pool).await)?;
        let mut lines = Vec::with_capacity(messages.len());
        for message in messages {
            lines.extend(self.labelled(message).await?);
        }
        Ok(lines)
    }

    async fn labelled(&self, message: StoredMessage) -> Result<Option<LabelledLine>, StoreError> {
        let own = message.heard().0.to_owned();
        if own.is_empty() {
            return Ok(None);
        }
        let said = self.said_of(&message.id).await?;
        let Some((by, role, at)) = last_word(&said) else {
            return Ok(None);
        };
        let place = (message.sent_at, message.position);
        let signals = self.signals_of_message(&message.id).await?;
        let heard = signals
            .iter()
            .filter(|signal| !signal.shadow && signal.dismissed_at.is_none());
        let mut labels: BTreeSet<Label> = heard.map(|signal| signal.label).collect();
        let waiting = || {
            said.iter()
                .filter(|one| one.state == CorrectionState::Pending)
        };
        for one in waiting() {
            match one.kind {
                CorrectionKind::FalseAlarm => labels.remove(&one.label),
                CorrectionKind::Missed => labels.insert(one.label),
            };
        }
        Ok(Some(LabelledLine {
            previous: self.words_before(&message, place).await?,
            is_settled: waiting().next().is_none(),
            message: message.id,
            speaker: message.speaker,
            text: own,
            labels: labels.into_iter().collect(),
            by,
            role,
            at,
        }))
    }

    async fn said_of(&self, message: &MessageId) -> Result<Vec<Said>, StoreError> {
        const SQL: &str = "\
            select signal_correction.label, signal_correction.kind, signal_correction.state, \
                   signal_correction.person_id, signal_correction.role, signal_correction.said_at, \
                   signal_correction.decided_by, decider.role as decider_role, \
                   signal_correction.decided_at \
            from signal_correction left join person as decider on decider.id = signal_correction.decided_by \
            where message_id = $1 order by said_at, signal_correction.id";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL).bind(message).fetch_all(pool).await)?)
    }

    async fn words_before(
        &self,
        message: &StoredMessage,
        (sent_at, position): (Timestamp, i64),
    ) -> Result<Option<(Speaker, String)>, StoreError> {
        const SQL: &str = "\
            select id, platform_id, chat_id, speaker, sender, contact_id, sent_at, position, kind, \
                   text, heard_first, heard_end, recalled_at from message \
            where chat_id = $1 and (sent_at, position) < ($2, $3) and text <> '' and speaker <> 'system' \
              and (heard_end is null or heard_end > heard_first) and recalled_at is null \
            order by sent_at desc, position desc limit 1";
        let before: Option<StoredMessage> = on_reader!(self, pool => sqlx::query_as(SQL)
            .bind(&message.chat_id).bind(sent_at).bind(position).fetch_optional(pool).await)?;
        Ok(before.map(|line| (line.speaker, line.heard().0.to_owned())))
    }
}

/// Who spoke last of the line, whether by a correction or by deciding about one.
fn last_word(said: &[Said]) -> Option<(PersonId, Role, Timestamp)> {
    let corrected = said
        .iter()
        .map(|one| (one.person_id.clone(), one.role, one.said_at));
    let decided = said
        .iter()
        .filter_map(|one| Some((one.decided_by.clone()?, one.decider_role?, one.decided_at?)));
    corrected.chain(decided).max_by_key(|(_, _, at)| *at)
}

impl CorrectionRow {
    /// Whether it waits for somebody's decision.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.state == CorrectionState::Pending
    }
}
