//! What reps send to the app: texts, card clicks; and the platform's notices.

use std::collections::BTreeMap;

use dingdan_webhooks::wecom::callback::{
    Callback, CardClick, CustomerChangeKind, Event as Notice, Kind,
};

use super::contested::{self, Contest};
use super::worker::{WorkError, Worker};
use crate::corrections;
use crate::dialogue;
use crate::dialogue::media::{self, Media};
use crate::domain::{PersonId, Timestamp};
use crate::engine::Event;
use crate::journal::{self, Cause, Click};
use crate::stage_card;
use crate::store::{CardRow, InboxRow, Payload, Person, Tx};
use crate::which_deal::{self, Answer};
use crate::who_is_it;

const HANDED_OVER: &str = "这个商机已经转给其他同事，不用再填了。";
const UNKNOWN_CARD: &str = "这张卡片不是本系统发出的，或已经过期。有新的事项时会发卡片给您。";

/// A click of someone who is known.
struct Press<'a> {
    cause: &'a str,
    person: &'a Person,
    selected: &'a [(String, Vec<String>)],
    click: Click,
}

impl Worker {
    pub(super) async fn app_message(&self, row: &InboxRow, lease: &str) -> Result<(), WorkError> {
        let callback = Callback::parse(&row.payload)
            .map_err(|_| WorkError::Unreadable("it is no callback that can be read"))?;
        match &callback.kind {
            Kind::Event(Notice::KfMsgOrEvent { token, open_kf_id }) => {
                self.pull_messages(row, lease, open_kf_id, token).await
            }
            Kind::Event(Notice::TemplateCard(click)) => {
                self.clicked(row, lease, &callback.from, click).await
            }
            Kind::Text { content } => self.told(row, lease, &callback.from, content).await,
            Kind::Voice { media_id, .. } => {
                let (app, media_id) = (row.account.clone(), media_id.clone());
                let media = Media::Voice { app, media_id };
                self.sent(row, lease, &callback.from, media).await
            }
            Kind::Image { media_id, .. } => {
                let (app, media_id) = (row.account.clone(), media_id.clone());
                let media = Media::Picture { app, media_id };
                self.sent(row, lease, &callback.from, media).await
            }
            Kind::Location {
                latitude,
                longitude,
                label,
                ..
            } => {
                let media = Media::Place {
                    latitude: *latitude,
                    longitude: *longitude,
                    label: label.clone(),
                };
                self.sent(row, lease, &callback.from, media).await
            }
            // Files are not delivered to apps so far; should they be, nobody is left without a word.
            Kind::Video { .. } | Kind::Link { .. } | Kind::Other { .. } => {
                self.sent(row, lease, &callback.from, Media::Other).await
            }
            Kind::Event(Notice::MsgauditNotify) if self.shared.archive.is_some() => {
                self.archive_notified(row, lease).await
            }
            Kind::Event(Notice::ChangeExternalContact(change))
                if matches!(change.kind, CustomerChangeKind::ArchiveApproved { .. }) =>
            {
                let at = Timestamp::from_seconds(callback.create_time);
                self.consent_given(row, lease, change, at).await
            }
            Kind::Event(Notice::ChangeExternalContact(change)) => {
                self.customer_changed(row, lease, change).await
            }
            // Other events stay in the inbox as they came, for the parts that will know them.
            Kind::Event(_) => {
                let tx = self.shared.store.begin().await?;
                self.finish(tx, row, lease, Payload::OnlyCopy).await
            }
        }
    }

    async fn told(
        &self,
        row: &InboxRow,
        lease: &str,
        user_id: &str,
        text: &str,
    ) -> Result<(), WorkError> {
        let mut tx = self.shared.store.begin().await?;
        let Some(person) = self.known(&mut tx, row, user_id).await? else {
            return self.finish(tx, row, lease, Payload::OnlyCopy).await;
        };
        let numbered = media::numbered(&self.shared, &mut tx, &person, text).await?;
        if let Some(numbered) = numbered {
            drop(tx);
            return self.chosen(row, lease, &person, numbered).await;
        }
        let text = dialogue::Text {
            person: &person,
            words: text,
            cause: &row.key,
        };
        let told = dialogue::told(&self.shared, &mut tx, text).await;
        self.finish(tx, row, lease, told.map(journalled)?).await
    }

    async fn clicked(
        &self,
        row: &InboxRow,
        lease: &str,
        user_id: &str,
        click: &CardClick,
    ) -> Result<(), WorkError> {
        let mut tx = self.shared.store.begin().await?;
        let Some(person) = self.known(&mut tx, row, user_id).await? else {
            return self.finish(tx, row, lease, Payload::OnlyCopy).await;
        };
        let press = Press {
            cause: &row.key,
            person: &person,
            selected: &click.selected,
            click: Click {
                app: row.account.clone(),
                user_id: user_id.to_owned(),
                response_code: click.response_code.clone(),
            },
        };
        if contested::is_contest(click)
            && let Some(card) = tx.card(&click.task_id).await?
            && card.person_id == person.id
        {
            let contest = Contest {
                person: &person,
                card: &card,
                click: &press.click,
                cause: press.cause,
            };
            if let Some(messages) = self.contest(&mut tx, &contest).await? {
                self.finish(tx, row, lease, Payload::KeptElsewhere).await?;
                for message in &messages {
                    corrections::settled(&self.shared, message).await;
                }
                return Ok(());
            }
        }
        let payload = match self.answered(&mut tx, &click.task_id, press).await? {
            Some(payload) => payload,
            None => {
                journal::tell(&self.shared, &mut tx, &person, UNKNOWN_CARD, &row.key).await?;
                Payload::OnlyCopy
            }
        };
        self.finish(tx, row, lease, payload).await
    }

    /// Hands the click to what the card asks. Only the one who was asked may answer; a forwarded
    /// card can't be clicked by others, so anything else is forged or a mistake of ours: `None`.
    async fn answered(
        &self,
        tx: &mut Tx,
        task_id: &str,
        press: Press<'_>,
    ) -> Result<Option<Payload>, WorkError> {
        let is_own = |person: &PersonId| *person == press.person.id;
        if let Some(card) = tx.card(task_id).await? {
            if !is_own(&card.person_id) {
                return Ok(None);
            }
            let deal = tx.look_at_opportunity(&card.opportunity_id).await?;
            if deal.is_some_and(|deal| !is_own(&deal.rep_id)) {
                journal::tell(&self.shared, tx, press.person, HANDED_OVER, press.cause).await?;
                return Ok(Some(Payload::OnlyCopy));
            }
            if stage_card::is_asked_by(&card.run_id) {
                let answer = stage_card::Answer {
                    card: &card,
                    selected: press.selected,
                    person: press.person,
                    click: &press.click,
                    cause: press.cause,
                };
                let told = stage_card::answer(&self.shared, tx, answer).await?;
                return Ok(Some(journalled(told)));
            }
            return self.answer_run(tx, card, press).await.map(Some);
        }
        if let Some((question, number)) = who_is_it::question_of(tx, task_id).await? {
            if !is_own(&question.person_id) {
                return Ok(None);
            }
            let answer = who_is_it::Answer {
                number,
                selected: press.selected,
                person: press.person,
                click: &press.click,
                cause: press.cause,
            };
            who_is_it::answer(&self.shared, tx, question, answer).await?;
            return Ok(Some(Payload::KeptElsewhere));
        }
        let asked = which_deal::question_of(tx, task_id).await?;
        let Some((question, number)) = asked.filter(|(asked, _)| is_own(&asked.person_id)) else {
            return Ok(None);
        };
        let answer = Answer {
            number,
            selected: press.selected,
            person: press.person,
            click: &press.click,
            cause: press.cause,
        };
        which_deal::answer(&self.shared, tx, question, answer).await?;
        Ok(Some(Payload::KeptElsewhere))
    }

    async fn answer_run(
        &self,
        tx: &mut Tx,
        card: CardRow,
        press: Press<'_>,
    ) -> Result<Payload, WorkError> {
        let choices: BTreeMap<_, _> = press.selected.iter().cloned().collect();
        let event = Event::Chosen {
            run: card.run_id,
            choices,
            by: press.person.id.clone(),
            amends: false,
        };
        let cause = Cause {
            key: press.cause,
            click: Some(press.click),
        };
        let events = [event];
        let step = journal::step(&self.shared, tx, &card.opportunity_id, &events, cause);
        Ok(journalled(step.await?.is_some()))
    }

    pub(super) async fn known(
        &self,
        tx: &mut Tx,
        row: &InboxRow,
        user_id: &str,
    ) -> Result<Option<Person>, WorkError> {
        let person = tx.person_in_wecom(user_id).await?;
        if person.is_none() {
            tracing::warn!(
                row = %row.mark(),
                "inbox: a message of someone who is no known rep was kept and not answered; `dingdan import reps` makes them known"
            );
        }
        Ok(person)
    }

    /// Marks the row as done together with everything it led to.
    pub(super) async fn finish(
        &self,
        mut tx: Tx,
        row: &InboxRow,
        lease: &str,
        payload: Payload,
    ) -> Result<(), WorkError> {
        let now = self.shared.clock.now();
        if !tx.finish_arrival(&row.key, lease, now, payload).await? {
            return Err(WorkError::LeaseLost);
        }
        tx.commit().await?;
        self.shared.wake_after_commit();
        Ok(())
    }
}

/// What a deal was told stands in its journal; without the deal, nowhere.
pub(super) const fn journalled(was_told: bool) -> Payload {
    if was_told {
        Payload::KeptElsewhere
    } else {
        Payload::OnlyCopy
    }
}
