//! A voice message, a picture, a file or a place: which question it answers, and the answer.
//!
//! [`aim`] looks for the question, [`fetch`] gets and looks into what was sent, [`take`] tells the
//! engine. Only the last is in a transaction: a platform or a hostile file may take its time.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::command::number_in;
use super::open::{self, OpenRun};
use super::{cause, words};
use crate::domain::{OpportunityId, RunId};
use crate::engine::{Event, FileSort, Question, QuestionKind};
use crate::evidence::depot::DepotError;
use crate::intake::{self, LookedInto};
use crate::journal;
use crate::platform::{CallError, Refusal};
use crate::shared::Shared;
use crate::store::{HeldMedia, Person, StoreError, Tx};

/// What a rep sent, as the platform names it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "media", rename_all = "snake_case")]
pub enum Media {
    /// A voice message.
    Voice {
        /// The app it was sent to.
        app: String,
        /// For fetching it.
        media_id: String,
    },
    /// A picture.
    Picture {
        /// The app it was sent to.
        app: String,
        /// For fetching it.
        media_id: String,
    },
    /// A place.
    Place {
        /// Degrees.
        latitude: f64,
        /// Degrees.
        longitude: f64,
        /// The address in words.
        label: String,
    },
    /// Something that WeCom delivers to no app so far, such as a file.
    Other,
}

/// A question that takes it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    opportunity: OpportunityId,
    run: RunId,
    question: String,
    /// For people: customer, deal, node and question.
    pub(super) shown: String,
}

/// What is to become of it.
pub enum Aim {
    /// It answers this question.
    At(Candidate, Box<Question>),
    /// The rep has to say which.
    OneOf(Vec<Candidate>),
    /// Nothing takes it; what to say.
    Nothing(String),
}

/// What comes of fetching it.
pub enum Fetched {
    /// An answer, to be judged by the engine.
    Answer(Candidate, Box<LookedInto>),
    /// The rep has to send another; why.
    Refused(String),
}

/// What came of telling the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is on record.
    OnRecord,
    /// It is on no record: the rep was told why, or there is no such deal.
    Nowhere,
    /// It would be an answer, and its file has to be kept first. The transaction must not be
    /// committed.
    FileFirst,
}

impl Fetched {
    /// Keeps the file that was fetched.
    ///
    /// # Errors
    /// When the depot can't take it.
    pub async fn keep(&mut self, shared: &Shared) -> Result<(), DepotError> {
        match self {
            Self::Answer(_, file) => file.keep(shared).await,
            Self::Refused(_) => Ok(()),
        }
    }
}

impl Media {
    /// For people.
    pub(super) const fn chinese(&self) -> &'static str {
        match self {
            Self::Voice { .. } => "语音",
            Self::Picture { .. } => "图片",
            Self::Place { .. } => "位置",
            Self::Other => "文件",
        }
    }

    fn fits(&self, question: &Question) -> bool {
        match (&question.kind, self) {
            (QuestionKind::Voice { .. }, Self::Voice { .. })
            | (QuestionKind::Place { .. }, Self::Place { .. }) => true,
            (QuestionKind::File { accept, .. }, Self::Voice { .. }) => {
                accept.contains(&FileSort::Sound)
            }
            (QuestionKind::File { accept, .. }, Self::Picture { .. }) => {
                accept.contains(&FileSort::Picture)
            }
            _ => false,
        }
    }
}

/// The question that is said, if it takes this; else the only one of the rep's that does.
///
/// # Errors
/// When the database fails.
pub async fn aim(shared: &Shared, person: &Person, media: &Media) -> Result<Aim, StoreError> {
    let mut tx = shared.store.begin().await?;
    let open = open::runs(shared, &mut tx, &person.id).await?;
    let all = candidates(&open, media);
    let said = tx.said_question(&person.id).await?;
    drop(tx);
    let is_said = |(candidate, _): &&(Candidate, &Question)| {
        said.as_ref()
            .is_some_and(|said| said.run_id == candidate.run && said.question == candidate.question)
    };
    let aimed_at = match all.as_slice() {
        [only] => Some(only),
        several => several.iter().find(is_said),
    };
    Ok(match aimed_at {
        Some((candidate, question)) => {
            Aim::At(candidate.clone(), Box::new(Question::clone(question)))
        }
        None if all.is_empty() => Aim::Nothing(words::nothing_takes(media, &open)),
        None => Aim::OneOf(all.into_iter().map(|(candidate, _)| candidate).collect()),
    })
}

fn candidates<'o>(open: &'o [OpenRun], media: &Media) -> Vec<(Candidate, &'o Question)> {
    let of_run = |run: &'o OpenRun| {
        let fitting = run.unanswered.iter().filter(|asked| media.fits(asked));
        let named = fitting.map(|question| {
            let shown = format!(
                "{}（{}）「{}」的{}",
                run.customer, run.deal, run.node, question.title
            );
            let candidate = Candidate {
                opportunity: run.opportunity.clone(),
                run: run.id.clone(),
                question: question.key.clone(),
                shown,
            };
            (candidate, question)
        });
        named.collect::<Vec<_>>()
    };
    open.iter().flat_map(of_run).collect()
}

/// Gets what was sent and looks into it.
///
/// # Errors
/// When the platform fails; it may be tried again.
pub async fn fetch(
    shared: &Shared,
    media: &Media,
    candidate: Candidate,
    question: &Question,
) -> Result<Fetched, CallError> {
    let largest = shared.settings.storage.files.largest;
    let (app, media_id) = match media {
        Media::Voice { app, media_id } | Media::Picture { app, media_id } => (app, media_id),
        Media::Place {
            latitude,
            longitude,
            label,
        } => {
            let place = intake::place(*latitude, *longitude, label);
            return Ok(Fetched::Answer(candidate, Box::new(place)));
        }
        Media::Other => return Ok(Fetched::Refused(words::GONE.to_owned())),
    };
    let file = match shared.wecom.media(app, media_id, largest).await {
        Ok(file) => file,
        Err(CallError::Refused {
            refusal: Refusal::MediaGone,
            ..
        }) => return Ok(Fetched::Refused(words::GONE.to_owned())),
        Err(CallError::Refused {
            refusal: Refusal::TooLarge,
            ..
        }) => {
            let largest = shared.settings.storage.files.largest_length();
            return Ok(Fetched::Refused(intake::too_large(largest)));
        }
        Err(error) => return Err(error),
    };
    // What is sent in a chat is never a parts list: no purchases to compare it with.
    let looked = intake::look_into(shared, question, Vec::new(), &file.name, file.bytes).await;
    Ok(match looked {
        Ok(file) => Fetched::Answer(candidate, Box::new(file)),
        Err(why) => Fetched::Refused(why),
    })
}

/// Tells the engine, or the rep why not.
///
/// # Errors
/// When the database fails, or someone else changed the deal first.
pub async fn take(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    person: &Person,
    fetched: &Fetched,
    key: &str,
) -> Result<Taken, StoreError> {
    let (candidate, file) = match fetched {
        Fetched::Answer(candidate, file) => (candidate, file),
        Fetched::Refused(why) => {
            journal::tell(shared, tx, person, why, key).await?;
            return Ok(Taken::Nowhere);
        }
    };
    let (run, question) = (&candidate.run, &candidate.question);
    let event = Event::Proved {
        run: run.clone(),
        question: question.clone(),
        evidence: file.evidence().clone(),
        by: person.id.clone(),
    };
    let stepped = journal::step(shared, tx, &candidate.opportunity, &[event], cause(key)).await?;
    Ok(match stepped {
        Some(stepped) if file.has_to_be_kept(&stepped.state, run, question) => Taken::FileFirst,
        Some(_) => Taken::OnRecord,
        None => Taken::Nowhere,
    })
}

/// Keeps it until the rep has said by a number what it answers, and asks.
///
/// # Errors
/// When the database fails.
pub async fn hold(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    person: &Person,
    (media, candidates): (&Media, &[Candidate]),
    key: &str,
) -> Result<(), StoreError> {
    let json = "what is held is always valid JSON";
    let held = HeldMedia {
        key: key.to_owned(),
        media: serde_json::to_string(media).expect(json),
        candidates: serde_json::to_string(candidates).expect(json),
    };
    let waits = tx.held_media(&person.id).await?;
    tx.hold_media(&person.id, &held, shared.clock.now()).await?;
    let text = match waits {
        Some(first) if first.key != key => words::ONE_MORE.to_owned(),
        _ => words::which(media, candidates),
    };
    journal::tell(shared, tx, person, &text, key).await
}

/// What waits for a number, when the text is one.
pub struct Numbered {
    held: HeldMedia,
    /// What was sent.
    pub media: Media,
    candidates: Vec<Candidate>,
    number: usize,
}

/// The rep's number for what is held; `None` when nothing is, or the text is no number. A number
/// that names no choice answers a question that is said and takes words.
///
/// # Errors
/// When the database fails, or what is held can't be read.
pub async fn numbered(
    shared: &Shared,
    tx: &mut Tx,
    person: &Person,
    text: &str,
) -> Result<Option<Numbered>, StoreError> {
    let Some(number) = number_in(text) else {
        return Ok(None);
    };
    let Some(held) = tx.held_media(&person.id).await? else {
        return Ok(None);
    };
    let unreadable = |error| StoreError::Unreadable("what a rep sent", error);
    let candidates: Vec<Candidate> = serde_json::from_str(&held.candidates).map_err(unreadable)?;
    let is_choice = (1..=candidates.len()).contains(&number);
    if !is_choice && words_are_wanted(shared, tx, person).await? {
        return Ok(None);
    }
    Ok(Some(Numbered {
        media: serde_json::from_str(&held.media).map_err(unreadable)?,
        candidates,
        held,
        number,
    }))
}

/// Whether the question that is said is answered by words.
async fn words_are_wanted(
    shared: &Shared,
    tx: &mut Tx,
    person: &Person,
) -> Result<bool, StoreError> {
    let Some(said) = tx.said_question(&person.id).await? else {
        return Ok(false);
    };
    let open = open::runs(shared, tx, &person.id).await?;
    let of_run = open.iter().filter(|run| run.id == said.run_id);
    let mut asked = of_run.flat_map(|run| &run.unanswered);
    let asked = asked.find(|question| question.key == said.question);
    Ok(asked.is_some_and(|question| {
        matches!(
            question.kind,
            QuestionKind::Text { .. } | QuestionKind::ChooseOne(_) | QuestionKind::ChooseSeveral(_)
        )
    }))
}

impl Numbered {
    /// The question that was chosen, if it still takes what is held.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn aim(&self, shared: &Shared, person: &Person) -> Result<Aim, StoreError> {
        let chosen = self.number.checked_sub(1);
        let Some(chosen) = chosen.and_then(|at| self.candidates.get(at)) else {
            return Ok(Aim::OneOf(self.candidates.clone()));
        };
        let mut tx = shared.store.begin().await?;
        let open = open::runs(shared, &mut tx, &person.id).await?;
        drop(tx);
        let found = candidates(&open, &self.media)
            .into_iter()
            .find(|(one, _)| (&one.run, &one.question) == (&chosen.run, &chosen.question))
            .map(|(one, question)| (one, question.clone()));
        Ok(match found {
            Some((candidate, question)) => Aim::At(candidate, Box::new(question)),
            None => Aim::Nothing(words::nothing_takes(&self.media, &open)),
        })
    }

    /// It is settled: what was sent after it is asked about next.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle(
        &self,
        shared: &Arc<Shared>,
        tx: &mut Tx,
        person: &Person,
        key: &str,
    ) -> Result<(), StoreError> {
        tx.release_media(&self.held.key).await?;
        let Some(next) = tx.held_media(&person.id).await? else {
            return Ok(());
        };
        let unreadable = |error| StoreError::Unreadable("what a rep sent", error);
        let media: Media = serde_json::from_str(&next.media).map_err(unreadable)?;
        let candidates: Vec<Candidate> =
            serde_json::from_str(&next.candidates).map_err(unreadable)?;
        let text = words::which(&media, &candidates);
        journal::tell(shared, tx, person, &text, &format!("{key}:next")).await
    }

    /// Asks again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_again(
        &self,
        shared: &Arc<Shared>,
        tx: &mut Tx,
        person: &Person,
        key: &str,
    ) -> Result<(), StoreError> {
        let text = words::which(&self.media, &self.candidates);
        journal::tell(shared, tx, person, &text, key).await
    }
}
