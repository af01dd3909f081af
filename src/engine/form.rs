//! A run as a form: every question that is meant for it, what is asked, and what was given so far.

use crate::domain::{RunId, Timestamp};

use super::answer::{Answer, Past};
use super::checklist;
use super::context::Context;
use super::definitions::Definitions;
use super::notice::Facts;
use super::question::Question;
use super::run::Run;
use super::state::State;

/// A run as a form.
#[derive(Debug, Clone)]
pub struct Form<'a> {
    /// The node's name.
    pub node: &'a str,
    /// Why it is asked.
    pub why: String,
    /// The questions that are meant for the run, in order.
    pub questions: Vec<FormQuestion<'a>>,
}

/// A question of a form.
#[derive(Debug, Clone)]
pub struct FormQuestion<'a> {
    /// Its definition.
    pub question: &'a Question,
    /// What is asked; empty for a choice, whose title says it.
    pub ask: String,
    /// Options that want words of one's own, and what they ask for.
    pub own_words: Vec<(&'a str, String)>,
    /// What to say when nothing was chosen.
    pub not_chosen: String,
    /// What was given.
    pub answer: Option<&'a Answer>,
    /// What was given before, the newest first.
    pub past: Vec<&'a Past>,
    /// Whether something is still missing.
    pub is_lacking: bool,
}

impl Definitions {
    /// The run as a form; `None` when there is no such run, or its node is not known any more.
    #[must_use]
    pub fn form<'a>(
        &'a self,
        context: &'a Context,
        state: &'a State,
        id: &RunId,
        now: Timestamp,
    ) -> Option<Form<'a>> {
        let run = state.runs.get(id)?;
        let node = self.node_of(run)?;
        let not_chosen = &self.process_of(run).wording.sentences.not_chosen;
        let questions = checklist::meant(node, run).map(|question| {
            let facts = Facts::of(context, now).run(node, run).question(question);
            let own_words = question.choices().iter().filter_map(|choice| {
                let ask = choice.ask_text.as_ref()?;
                Some((choice.id.as_str(), facts.fill(ask)))
            });
            FormQuestion {
                question,
                ask: question
                    .ask()
                    .map(|ask| facts.fill(ask))
                    .unwrap_or_default(),
                own_words: own_words.collect(),
                not_chosen: facts.fill(not_chosen),
                answer: run.answers.get(&question.key),
                past: past_of(run, question),
                is_lacking: checklist::lack(question, run).is_some(),
            }
        });
        Some(Form {
            node: &node.name,
            why: run.cause.shown(),
            questions: questions.collect(),
        })
    }
}

fn past_of<'a>(run: &'a Run, question: &Question) -> Vec<&'a Past> {
    let of_question = |past: &&Past| past.question == question.key;
    run.past.iter().rev().filter(of_question).collect()
}
