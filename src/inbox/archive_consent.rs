//! Who agreed to be archived, in which chat. Without consent nothing that somebody says is analysed.
//!
//! It is told by messages in the archive, by an event, and by the platform when it is asked; what was
//! heard holds for a day. While the platform can't be asked, what was heard last holds on, and what was
//! never heard waits.

use std::time::Duration;

use dingdan_webhooks::wecom::archive::{Agreement, MemberAndContact};
use dingdan_webhooks::wecom::callback::CustomerChange;

use super::worker::{WorkError, Worker};
use crate::domain::{Timestamp, fold_user_id};
use crate::store::{Consent, InboxRow, Payload};

const HOLDS_FOR: Duration = Duration::from_secs(24 * 3600);
/// When somebody agreed or refused who did neither, as far as anybody knows.
const NEVER: Timestamp = Timestamp(0);
const MEMBER: &str = "member:";
const ROOM: &str = "room:";

/// A chat, as consents are given in it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// With a member, by userid.
    Member(&'a str),
    /// In a group.
    Room(&'a str),
}

impl Place<'_> {
    pub(super) fn key(self) -> String {
        match self {
            Self::Member(userid) => format!("{MEMBER}{}", fold_user_id(userid)),
            Self::Room(id) => format!("{ROOM}{id}"),
        }
    }
}

/// A consent as the platform told of it. Its parts tell the time with more and with less precision.
pub(super) fn told(
    place: Place<'_>,
    contact: &str,
    agreed: bool,
    at: Timestamp,
    now: Timestamp,
) -> Consent {
    Consent {
        place: place.key(),
        contact: contact.to_owned(),
        agreed,
        changed_at: Timestamp::from_seconds(at.seconds()),
        checked_at: now,
    }
}

impl Worker {
    /// Whether that person agreed in that place.
    pub(super) async fn consents(
        &self,
        place: Place<'_>,
        contact: &str,
    ) -> Result<bool, WorkError> {
        let now = self.shared.clock.now();
        let known = self.shared.store.consent(&place.key(), contact).await?;
        if let Some(known) = &known
            && now.since(known.checked_at) < HOLDS_FOR
        {
            return Ok(known.agreed);
        }
        let heard = match self.ask_for_consents(place, contact, now).await {
            Ok(heard) => heard,
            Err(WorkError::Platform(error)) if known.is_some() => {
                tracing::warn!(error = %error, "archive: consents could not be asked for; what was heard last holds on");
                return Ok(known.is_some_and(|known| known.agreed));
            }
            Err(error) => return Err(error),
        };
        let is_own = |consent: &Consent| consent.place == place.key() && consent.contact == contact;
        let mut tx = self.shared.store.begin().await?;
        for consent in &heard {
            tx.put_consent(consent).await?;
        }
        if !heard.iter().any(is_own) {
            // The platform doesn't speak of them: that is no consent.
            tx.put_consent(&told(place, contact, false, NEVER, now))
                .await?;
        }
        tx.commit().await?;
        // What they said themselves may be newer than what the platform answers.
        let known = self.shared.store.consent(&place.key(), contact).await?;
        Ok(known.is_some_and(|known| known.agreed))
    }

    async fn ask_for_consents(
        &self,
        place: Place<'_>,
        contact: &str,
        now: Timestamp,
    ) -> Result<Vec<Consent>, WorkError> {
        let wecom = &self.shared.wecom;
        match place {
            Place::Room(room) => {
                let agreements = wecom.check_room_agree(room).await?;
                let heard = agreements.iter();
                Ok(heard
                    .map(|agreement| heard_in(place, agreement, now))
                    .collect())
            }
            Place::Member(userid) => {
                // Whoever says nothing isn't asked about: one whom the platform doesn't know any more would
                // take the answer about the others along.
                let pairs = vec![pair(userid, contact)];
                let agreements = wecom.check_single_agree(pairs).await?;
                let heard = agreements
                    .iter()
                    .map(|agreement| heard_in(Place::Member(&agreement.userid), agreement, now));
                Ok(heard.collect())
            }
        }
    }

    /// `msg_audit_approved` (92130): a customer agreed.
    pub(super) async fn consent_given(
        &self,
        row: &InboxRow,
        lease: &str,
        change: &CustomerChange,
        at: Timestamp,
    ) -> Result<(), WorkError> {
        let place = Place::Member(&change.user_id);
        let consent = told(
            place,
            &change.external_user_id,
            true,
            at,
            self.shared.clock.now(),
        );
        let mut tx = self.shared.store.begin().await?;
        tx.put_consent(&consent).await?;
        self.finish(tx, row, lease, Payload::KeptElsewhere).await
    }
}

fn heard_in(place: Place<'_>, agreement: &Agreement, now: Timestamp) -> Consent {
    // Without a time they never said a word: whatever they say, when it comes, is newer.
    let at = match agreement.status_change_time {
        0 => NEVER,
        seconds => Timestamp::from_seconds(seconds),
    };
    told(place, &agreement.contact, agreement.is_agreed(), at, now)
}

fn pair(userid: &str, contact: &str) -> MemberAndContact {
    MemberAndContact {
        userid: userid.to_owned(),
        contact: contact.to_owned(),
    }
}
