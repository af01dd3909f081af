//! Voice messages, pictures and places that reps send to the app.
//!
//! They are fetched and looked into outside of any transaction; a row that is broken off in between
//! is taken again and fetched again.

use super::app_message::journalled;
use super::worker::{WorkError, Worker};
use crate::dialogue::media::{self, Aim, Fetched, Media, Numbered, Taken};
use crate::store::{InboxRow, Payload, Person, Tx};

impl Worker {
    pub(super) async fn sent(
        &self,
        row: &InboxRow,
        lease: &str,
        user_id: &str,
        media: Media,
    ) -> Result<(), WorkError> {
        let mut tx = self.shared.store.begin().await?;
        let Some(person) = self.known(&mut tx, row, user_id).await? else {
            return self.finish(tx, row, lease, Payload::OnlyCopy).await;
        };
        drop(tx);
        let aim = media::aim(&self.shared, &person, &media).await?;
        if let Aim::OneOf(candidates) = &aim {
            let mut tx = self.shared.store.begin().await?;
            let asked = (&media, candidates.as_slice());
            media::hold(&self.shared, &mut tx, &person, asked, &row.key).await?;
            return self.finish(tx, row, lease, Payload::OnlyCopy).await;
        }
        let fetched = self.fetch(&media, aim).await?;
        let (tx, payload) = self.take(&person, fetched, &row.key).await?;
        self.finish(tx, row, lease, payload).await
    }

    /// The rep said by a number which question something answers.
    pub(super) async fn chosen(
        &self,
        row: &InboxRow,
        lease: &str,
        person: &Person,
        numbered: Numbered,
    ) -> Result<(), WorkError> {
        let shared = &self.shared;
        let aim = numbered.aim(shared, person).await?;
        if matches!(aim, Aim::OneOf(_)) {
            let mut tx = shared.store.begin().await?;
            numbered
                .ask_again(shared, &mut tx, person, &row.key)
                .await?;
            return self.finish(tx, row, lease, Payload::OnlyCopy).await;
        }
        let fetched = self.fetch(&numbered.media, aim).await?;
        let (mut tx, payload) = self.take(person, fetched, &row.key).await?;
        numbered.settle(shared, &mut tx, person, &row.key).await?;
        self.finish(tx, row, lease, payload).await
    }

    async fn fetch(&self, media: &Media, aim: Aim) -> Result<Fetched, WorkError> {
        let (candidate, question) = match aim {
            Aim::At(candidate, question) => (candidate, question),
            Aim::Nothing(why) => return Ok(Fetched::Refused(why)),
            Aim::OneOf(_) => return Err(WorkError::Unreadable("it has no question yet")),
        };
        Ok(media::fetch(&self.shared, media, candidate, &question).await?)
    }

    /// Tells the engine, in a transaction that is still to be committed. What the engine takes is
    /// kept before it is told for good, so that no transaction waits for the depot.
    async fn take(
        &self,
        person: &Person,
        mut fetched: Fetched,
        key: &str,
    ) -> Result<(Tx, Payload), WorkError> {
        loop {
            let mut tx = self.shared.store.begin().await?;
            let taken = media::take(&self.shared, &mut tx, person, &fetched, key).await?;
            if taken != Taken::FileFirst {
                return Ok((tx, journalled(taken == Taken::OnRecord)));
            }
            drop(tx);
            fetched.keep(&self.shared).await?;
        }
    }
}
