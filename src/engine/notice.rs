//! What people are shown: receipts and alerts, and the facts that fill in their texts.

use std::borrow::Cow;

use crate::domain::{RunId, Timestamp};

use super::checklist;
use super::context::Context;
use super::definition::{Node, Question};
use super::event::{AlertText, Receipt};
use super::phase::Phase;
use super::span::Spoken;
use super::state::Run;
use super::step::Step;
use super::template::{Placeholder, Template};
use super::wording::{AlertWording, Line, ReceiptText};

/// The name of a run's deadline, and the reason of the alert when it passes.
pub const LATE: &str = "late";

/// How much of an answer a receipt shows: five of them, with titles and lines, fit into the 2048
/// bytes of a WeCom text (`developer.work.weixin.qq.com/document/path/90236`).
const LONGEST_SHOWN: usize = 80;

/// The reason of an alert that a run was opened.
pub const OPENED: &str = "opened";

impl Step<'_> {
    /// The director hears that a run was opened.
    pub(super) fn opened_alert(&self, id: &RunId, node: &Node, run: &Run) -> AlertText {
        self.alert(OPENED, &self.process.wording.opened_alert, id, node, run)
    }

    /// The director hears that a run is late.
    pub(super) fn late_alert(&self, id: &RunId, node: &Node, run: &Run) -> AlertText {
        self.alert(LATE, &self.process.wording.late_alert, id, node, run)
    }

    fn alert(
        &self,
        reason: &str,
        wording: &AlertWording,
        id: &RunId,
        node: &Node,
        run: &Run,
    ) -> AlertText {
        let facts = self.facts().run(node, run);
        let heard = run.cause.heard();
        AlertText {
            run: id.clone(),
            reason: reason.to_owned(),
            title: facts.fill(&wording.title),
            lines: filled(&wording.lines, &facts).collect(),
            quote: heard.quote.clone(),
            message: heard.message.clone(),
            chat: heard.chat.clone(),
        }
    }

    /// What a card shows as the run stands: done, done too late, these answers
    /// kept, or not wanted any more.
    pub(super) fn receipt(&self, node: &Node, run: &Run) -> Receipt {
        let receipts = &self.process.wording.receipts;
        let wording = match run.phase {
            Phase::Done { late: false, .. } => &receipts.done,
            Phase::Done { late: true, .. } => &receipts.done_late,
            Phase::Open { .. } | Phase::Overdue { .. } => &receipts.kept,
            Phase::Ended { .. } => &receipts.ended,
        };
        written(wording, node, run, &self.facts().run(node, run))
    }

    /// What a card shows on which something was not chosen.
    pub(super) fn refusal(&self, node: &Node, run: &Run, refused: &[&Question]) -> Receipt {
        let facts = self.facts().run(node, run).questions(refused);
        written(&self.process.wording.receipts.refused, node, run, &facts)
    }
}

fn written(wording: &ReceiptText, node: &Node, run: &Run, facts: &Facts<'_>) -> Receipt {
    let answers = node.questions.iter().filter_map(|question| {
        let answer = run.answers.get(&question.key)?;
        Some((question.title.clone(), cut(answer.shown())))
    });
    Receipt {
        title: facts.fill(&wording.title),
        lines: answers.chain(filled(&wording.lines, facts)).collect(),
        button: wording.button.clone(),
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The lines with their gaps filled.
pub(super) fn filled(lines: &[Line], facts: &Facts<'_>) -> impl Iterator<Item = (String, String)> {
    lines
        .iter()
        .map(|line| (line.name.clone(), facts.fill(&line.value)))
}

/// What a text may mention. What a place doesn't have stays empty; the definition was checked
/// not to ask for it.
#[derive(Clone)]
pub(super) struct Facts<'a> {
    context: &'a Context,
    now: Timestamp,
    run: Option<(&'a Node, &'a Run)>,
    questions: Vec<&'a Question>,
    length: usize,
}

impl<'a> Facts<'a> {
    pub(super) fn of(context: &'a Context, now: Timestamp) -> Self {
        Self {
            context,
            now,
            run: None,
            questions: Vec::new(),
            length: 0,
        }
    }

    pub(super) fn run<'b>(self, node: &'b Node, run: &'b Run) -> Facts<'b>
    where
        'a: 'b,
    {
        Facts {
            run: Some((node, run)),
            ..self
        }
    }

    pub(super) fn question(self, question: &'a Question) -> Self {
        self.questions(&[question])
    }

    pub(super) fn questions(mut self, questions: &[&'a Question]) -> Self {
        self.questions = questions.to_vec();
        self
    }

    /// The length of the text that is objected to.
    pub(super) fn length(mut self, length: usize) -> Self {
        self.length = length;
        self
    }

    pub(super) fn fill(&self, template: &Template) -> String {
        template.fill(|gap| self.value(gap))
    }

    fn value(&self, gap: Placeholder) -> Cow<'a, str> {
        match gap {
            Placeholder::Customer => self.context.customer.as_str().into(),
            Placeholder::Deal => self.context.opportunity_name.as_str().into(),
            Placeholder::Rep => self.context.rep.as_str().into(),
            Placeholder::Industry => self.context.industry.as_deref().unwrap_or_default().into(),
            Placeholder::Region => self.context.region.as_deref().unwrap_or_default().into(),
            Placeholder::Question => titles(self.questions.iter().copied()).into(),
            Placeholder::Min => self.of_question(|question| question.text.min_chars),
            Placeholder::Max => self.of_question(|question| question.text.max_chars),
            Placeholder::Length => self.length.to_string().into(),
            _ => self
                .run
                .map(|(node, run)| self.value_of_run(gap, node, run))
                .unwrap_or_default(),
        }
    }

    fn value_of_run(&self, gap: Placeholder, node: &'a Node, run: &'a Run) -> Cow<'a, str> {
        let heard = run.cause.heard();
        match (gap, &run.phase) {
            (Placeholder::Node, _) => node.name.as_str().into(),
            (Placeholder::Signal, _) => heard.label.chinese().into(),
            (Placeholder::Words, _) => heard.words.as_str().into(),
            (Placeholder::Quote, _) => heard.quote.as_str().into(),
            (Placeholder::Opened, _) => run.opened_at.for_people().into(),
            (Placeholder::Due, phase) => phase.due().for_people().into(),
            (Placeholder::Left, _) => titles(checklist::lacking(node, run)).into(),
            (Placeholder::By, Phase::Done { name, .. }) => name.as_str().into(),
            (Placeholder::At, Phase::Done { at, .. }) => at.for_people().into(),
            (Placeholder::LateBy, phase) => {
                let until = match phase {
                    Phase::Done { at, .. } | Phase::Ended { at, .. } => *at,
                    Phase::Open { .. } | Phase::Overdue { .. } => self.now,
                };
                Spoken(until.since(phase.due())).to_string().into()
            }
            _ => Cow::default(),
        }
    }

    fn of_question(&self, number: impl Fn(&Question) -> usize) -> Cow<'a, str> {
        let question = self.questions.first();
        question
            .map(|question| number(question).to_string())
            .unwrap_or_default()
            .into()
    }
}

fn titles<'q>(questions: impl Iterator<Item = &'q Question>) -> String {
    let titles: Vec<&str> = questions.map(|question| question.title.as_str()).collect();
    titles.join("、")
}
