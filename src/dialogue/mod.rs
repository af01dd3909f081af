//! The rep's dialogue with the app: commands, answers, and what fits no question.
//!
//! Nothing here remembers where a dialogue stands. What is said now is in the store's line of
//! questions, what a run lacks is computed from its answers, and a restart changes nothing.
//!
//! - [`told`] is a text: a command (`Command`), the answer to the question that is said, or neither.
//! - [`media`] finds the question that a voice message, a picture or a place answers.
//! - `open` lists what a rep has not finished, over all their deals.

mod command;
pub mod media;
mod open;
mod words;

use std::sync::Arc;

use command::Command;
use open::OpenRun;

use crate::domain::RunId;
use crate::engine::{Event, QuestionKind};
use crate::journal::{self, Cause};
use crate::shared::Shared;
use crate::stage_card;
use crate::store::{AskedQuestion, Person, StoreError, Tx};
use crate::who_is_it;

/// A text of a rep to the app.
pub struct Text<'a> {
    /// Who wrote it.
    pub person: &'a Person,
    /// What.
    pub words: &'a str,
    /// The inbox row's key.
    pub cause: &'a str,
}

/// Carries out a command, or takes the text as the answer to the question that is said. Answers
/// whether the words are on record or say nothing; those that fit no question are neither.
///
/// # Errors
/// When the database fails, or someone else changed the deal first.
pub async fn told(shared: &Arc<Shared>, tx: &mut Tx, text: Text<'_>) -> Result<bool, StoreError> {
    let said = tx.said_question(&text.person.id).await?;
    let since = said.as_ref().map(|said| said.said_at);
    let new_customer = who_is_it::wanted_name(tx, text.person, since).await?;
    let command = Command::read(text.words);
    if let Some(asked) = &new_customer {
        let (person, words) = (text.person, text.words);
        match command {
            None => {
                who_is_it::named(shared, tx, asked, (person, words), text.cause).await?;
                return Ok(true);
            }
            Some(Command::Back) => {
                who_is_it::ask_for_choice(shared, tx, asked, person).await?;
                return Ok(true);
            }
            Some(_) => {}
        }
    }
    let Some(command) = command else {
        return match said {
            Some(said) => answer(shared, tx, &text, said).await,
            None => {
                say_what_is_open(shared, tx, &text, words::NO_TEXT_WANTED).await?;
                Ok(false)
            }
        };
    };
    match command {
        Command::Help => journal::tell(shared, tx, text.person, words::HELP, text.cause).await,
        Command::Status => say_what_is_open(shared, tx, &text, words::OPEN).await,
        Command::Advance(number) => {
            stage_card::ask(shared, tx, text.person, number, text.cause).await
        }
        Command::Resume(Some(number)) => resume_numbered(shared, tx, &text, number).await,
        Command::Resume(None) | Command::Back | Command::Later => {
            act_on_focus(shared, tx, &text, command, said).await
        }
    }?;
    Ok(true)
}

async fn answer(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    text: &Text<'_>,
    said: AskedQuestion,
) -> Result<bool, StoreError> {
    let event = Event::Told {
        run: said.run_id,
        question: said.question,
        text: text.words.to_owned(),
        by: text.person.id.clone(),
        amends: false,
    };
    let cause = cause(text.cause);
    let stepped = journal::step(shared, tx, &said.opportunity_id, &[event], cause).await?;
    Ok(stepped.is_some())
}

/// The run in focus is the one whose question is said; else the only one that is open.
async fn act_on_focus(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    text: &Text<'_>,
    command: Command,
    said: Option<AskedQuestion>,
) -> Result<(), StoreError> {
    let (deal, run) = match said {
        Some(said) => (said.opportunity_id, said.run_id),
        None => {
            let open = open::runs(shared, tx, &text.person.id).await?;
            let [only] = open.as_slice() else {
                return say_list(shared, tx, text, words::NOTHING_SAID, &open).await;
            };
            (only.opportunity.clone(), only.id.clone())
        }
    };
    let by = text.person.id.clone();
    let event = match command {
        Command::Back => Event::TookBack { run, by },
        Command::Later => Event::PutOff { run, by },
        Command::Resume(_) | Command::Advance(_) | Command::Help | Command::Status => {
            Event::Resumed { run, by }
        }
    };
    journal::step(shared, tx, &deal, &[event], cause(text.cause)).await?;
    Ok(())
}

/// 继续 2: the second run of the list that the rep saw last gets the word.
async fn resume_numbered(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    text: &Text<'_>,
    number: usize,
) -> Result<(), StoreError> {
    let open = open::runs(shared, tx, &text.person.id).await?;
    let seen = tx.told_list(&text.person.id).await?;
    let seen: Vec<RunId> = match seen.and_then(|list| serde_json::from_str(&list).ok()) {
        Some(seen) => seen,
        None => open.iter().map(|run| run.id.clone()).collect(),
    };
    let wanted = number.checked_sub(1).and_then(|at| seen.get(at));
    let Some(run) = open.iter().find(|run| wanted == Some(&run.id)) else {
        return say_list(shared, tx, text, words::NO_SUCH_NUMBER, &open).await;
    };
    tx.opportunity(&run.opportunity).await?;
    if !is_asked_by_card(run) {
        let now = shared.clock.now();
        tx.give_the_word(&text.person.id, &run.id, now).await?;
    }
    let event = Event::Resumed {
        run: run.id.clone(),
        by: text.person.id.clone(),
    };
    journal::step(shared, tx, &run.opportunity, &[event], cause(text.cause)).await?;
    // Whoever had the word gets it back when nothing was asked in the chat after all.
    journal::say_next(shared, tx, &text.person.id).await
}

/// A card needs no word: it can be answered beside any question.
fn is_asked_by_card(run: &OpenRun) -> bool {
    let mut required = run.unanswered.iter().filter(|question| question.required);
    required.next().is_some_and(|question| {
        matches!(
            question.kind,
            QuestionKind::ChooseOne(_) | QuestionKind::ChooseSeveral(_)
        )
    })
}

async fn say_what_is_open(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    text: &Text<'_>,
    lead: &str,
) -> Result<(), StoreError> {
    let open = open::runs(shared, tx, &text.person.id).await?;
    say_list(shared, tx, text, lead, &open).await
}

async fn say_list(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    text: &Text<'_>,
    lead: &str,
    open: &[OpenRun],
) -> Result<(), StoreError> {
    if !open.is_empty() {
        let ids: Vec<&RunId> = open.iter().map(|run| &run.id).collect();
        let ids = serde_json::to_string(&ids).expect("a list of ids is always valid JSON");
        let now = shared.clock.now();
        tx.keep_told_list(&text.person.id, &ids, now).await?;
    }
    let said = words::list(lead, open);
    journal::tell(shared, tx, text.person, &said, text.cause).await
}

const fn cause(key: &str) -> Cause<'_> {
    Cause { key, click: None }
}
