//! What people are shown: receipts and alerts, and the facts that fill in their texts.

use std::borrow::Cow;

use crate::domain::{RunId, Timestamp};

use super::checklist;
use super::context::Context;
use super::definition::{Node, Process};
use super::effect::{AlertText, Receipt};
use super::phase::{Actor, Phase, Signed};
use super::question::Question;
use super::rule::{Rule, RuleKind};
use super::run::Run;
use super::span::Spoken;
use super::state::State;
use super::step::Step;
use super::template::{Placeholder, Template};
use super::wording::{AlertWording, Line, ReceiptText};

/// The reason of an alert that a run's deadline passed.
pub const LATE: &str = "late";
/// The reason of an alert that a run was opened.
pub const OPENED: &str = "opened";
/// The reason of an alert to the next supervisor, since nobody acknowledged the one before.
pub const ESCALATED: &str = "escalated";
/// The reason of an alert that a deal stays in a stage for too long.
pub const DWELL: &str = "dwell";
/// The reason of an alert that a rep keeps in touch without moving the deal.
pub const NEGLECT: &str = "neglect";

/// How much of an answer a receipt shows: five of them, with titles and lines, fit into the 2048
/// bytes of a WeCom text (`developer.work.weixin.qq.com/document/path/90236`).
const LONGEST_SHOWN: usize = 80;

/// Stands on a receipt behind an answer that a person has yet to look at.
const TO_BE_SEEN: &str = "（待人工抽查）";

/// What stands in place of a deadline while the clock stands.
const STOPPED: &str = "已停表";

impl Step<'_> {
    /// The director hears that a run was opened, and what rules have to say to it.
    pub(super) fn opened_alert(&self, id: &RunId, node: &Node, run: &Run) -> AlertText {
        let wording = &self.process_of(run).wording;
        let mut alert = self.alert(OPENED, &wording.opened_alert, id, node, run);
        let hints = self.hints.iter();
        alert
            .lines
            .extend(hints.map(|hint| (wording.card.hint.clone(), hint.clone())));
        alert
    }

    /// The director hears that a run is late.
    pub(super) fn late_alert(&self, id: &RunId, node: &Node, run: &Run) -> AlertText {
        self.alert(
            LATE,
            &self.process_of(run).wording.late_alert,
            id,
            node,
            run,
        )
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
            run: Some(id.clone()),
            rule: None,
            reason: reason.to_owned(),
            level: 1,
            title: facts.fill(&wording.title),
            lines: filled(&wording.lines, &facts).collect(),
            quote: heard.map(|heard| heard.quote.clone()).unwrap_or_default(),
            message: heard.map(|heard| heard.message.clone()),
            chat: heard.map(|heard| heard.chat.clone()),
        }
    }

    /// What a card shows as the run stands: done, done too late, these answers
    /// kept, or not wanted any more.
    pub(super) fn receipt(&self, node: &Node, run: &Run) -> Receipt {
        let receipts = &self.process_of(run).wording.receipts;
        let wording = match &run.phase {
            Phase::Done {
                late: true,
                signed,
                due,
            } if signed.at >= *due => &receipts.done_late,
            // One that was late before it was sent back, and in time since, is no later than it was.
            Phase::Done { .. } => &receipts.done,
            Phase::Open { .. } | Phase::Paused { .. } | Phase::Overdue { .. } => &receipts.kept,
            Phase::Waived { .. } => &receipts.waived,
            Phase::NotApplicable { .. } => &receipts.not_applicable,
            Phase::Ended { .. } => &receipts.ended,
        };
        written(wording, node, run, &self.facts().run(node, run))
    }

    /// What a card shows on which something was not chosen.
    pub(super) fn refusal(&self, node: &Node, run: &Run, refused: &[&Question]) -> Receipt {
        let facts = self.facts().run(node, run).questions(refused);
        written(
            &self.process_of(run).wording.receipts.refused,
            node,
            run,
            &facts,
        )
    }
}

fn written(wording: &ReceiptText, node: &Node, run: &Run, facts: &Facts<'_>) -> Receipt {
    let answers = node.questions.iter().filter_map(|question| {
        let answer = run.answers.get(&question.key)?;
        let is_unseen = run.unseen().any(|(key, _)| key == question.key);
        let mark = if is_unseen { TO_BE_SEEN } else { "" };
        Some((question.title.clone(), cut(answer.shown()) + mark))
    });
    Receipt {
        title: facts.fill(&wording.title),
        lines: answers.chain(filled(&wording.lines, facts)).collect(),
        button: wording.button.clone(),
    }
}

/// A receipt as a text in the chat.
pub(super) fn as_text(receipt: &Receipt) -> String {
    let lines = receipt.lines.iter();
    let lines = lines.map(|(name, value)| format!("\n{name}：{value}"));
    std::iter::once(receipt.title.clone())
        .chain(lines)
        .collect()
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
    rule: Option<OfRule<'a>>,
    questions: Vec<&'a Question>,
    /// What only this text knows.
    values: Vec<(Placeholder, String)>,
}

/// What a rule's texts may mention.
#[derive(Clone, Copy)]
struct OfRule<'a> {
    rule: &'a Rule,
    stage: &'a str,
    since: Timestamp,
    count: u32,
}

impl<'a> Facts<'a> {
    pub(super) fn of(context: &'a Context, now: Timestamp) -> Self {
        Self {
            context,
            now,
            run: None,
            rule: None,
            questions: Vec::new(),
            values: Vec::new(),
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

    pub(super) fn rule<'b>(self, rule: &'b Rule, process: &'b Process, state: &State) -> Facts<'b>
    where
        'a: 'b,
    {
        let stage = process.stage_of(state);
        let count = match &rule.kind {
            RuleKind::Neglect { subjects, .. } => subjects
                .iter()
                .filter_map(|subject| state.contacts.get(subject))
                .sum(),
            _ => 0,
        };
        Facts {
            rule: Some(OfRule {
                rule,
                stage: stage.map_or("", |stage| stage.name.as_str()),
                since: state.stage_since,
                count,
            }),
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

    /// What only this text knows.
    pub(super) fn with(mut self, gap: Placeholder, value: String) -> Self {
        self.values.push((gap, value));
        self
    }

    /// The stage that is gated, and the nodes that have to be done first.
    pub(super) fn gate(self, stage: &str, nodes: &str) -> Self {
        self.with(Placeholder::Stage, stage.to_owned())
            .with(Placeholder::Missing, nodes.to_owned())
    }

    /// Who acts.
    pub(super) fn actor(self, by: &Actor) -> Self {
        self.with(Placeholder::By, by.name.clone())
    }

    pub(super) fn fill(&self, template: &Template) -> String {
        template.fill(|gap| self.value(gap))
    }

    fn value(&self, gap: Placeholder) -> Cow<'_, str> {
        if let Some((_, value)) = self.values.iter().find(|(own, _)| *own == gap) {
            return value.as_str().into();
        }
        match gap {
            Placeholder::Customer => self.context.customer.as_str().into(),
            Placeholder::Deal => self.context.opportunity_name.as_str().into(),
            Placeholder::Rep => self.context.rep.as_str().into(),
            Placeholder::Industry => self.context.industry.as_deref().unwrap_or_default().into(),
            Placeholder::Region => self.context.region.as_deref().unwrap_or_default().into(),
            Placeholder::Question => titles(self.questions.iter().copied()).into(),
            Placeholder::Min => self.of_question(|question| question.text.min_chars),
            Placeholder::Max => self.of_question(|question| question.text.max_chars),
            _ => match (self.rule, self.run) {
                (Some(rule), _) => self.value_of_rule(gap, rule),
                (None, Some((node, run))) => self.value_of_run(gap, node, run),
                (None, None) => Cow::default(),
            },
        }
    }

    fn value_of_rule(&self, gap: Placeholder, of: OfRule<'a>) -> Cow<'a, str> {
        match gap {
            Placeholder::Rule => of.rule.name.as_str().into(),
            Placeholder::Stage => of.stage.into(),
            Placeholder::Dwell => Spoken(self.now.since(of.since)).to_string().into(),
            Placeholder::Count => of.count.to_string().into(),
            _ => Cow::default(),
        }
    }

    fn value_of_run(&self, gap: Placeholder, node: &'a Node, run: &'a Run) -> Cow<'a, str> {
        let heard = run.cause.heard();
        match (gap, &run.phase) {
            (Placeholder::Node, _) => node.name.as_str().into(),
            (Placeholder::Why, _) => run.cause.shown().into(),
            (Placeholder::Signal, _) => heard.map_or("", |heard| heard.label.chinese()).into(),
            (Placeholder::Words, _) => heard.map_or("", |heard| heard.words.as_str()).into(),
            (Placeholder::Quote, _) => heard.map_or("", |heard| heard.quote.as_str()).into(),
            (Placeholder::Opened, _) => run.opened_at.for_people().into(),
            (Placeholder::Due, Phase::Paused { .. }) => STOPPED.into(),
            (Placeholder::Due, phase) => phase.due().for_people().into(),
            (Placeholder::Left, _) => titles(checklist::lacking(node, run)).into(),
            (Placeholder::Again, _) => run
                .put_off
                .map(Timestamp::for_people)
                .unwrap_or_default()
                .into(),
            (Placeholder::By, phase) => signed(run, phase)
                .map_or("", |signed| signed.by.name.as_str())
                .into(),
            (Placeholder::At, phase) => signed(run, phase)
                .map(|signed| signed.at.for_people())
                .unwrap_or_default()
                .into(),
            (Placeholder::Reason, phase) => reason(run, phase).into(),
            (Placeholder::LateBy, phase) => {
                let until = match phase {
                    Phase::Done { signed, .. } | Phase::Waived { signed, .. } => signed.at,
                    Phase::Ended { at, .. } => *at,
                    _ => self.now,
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

/// Who brought the run to where it stands.
fn signed<'a>(run: &'a Run, phase: &'a Phase) -> Option<&'a Signed> {
    match phase {
        Phase::Done { signed, .. }
        | Phase::Waived { signed, .. }
        | Phase::NotApplicable { signed, .. } => Some(signed),
        _ => run.returned.as_ref().map(|returned| &returned.signed),
    }
}

/// Why they did.
fn reason<'a>(run: &'a Run, phase: &'a Phase) -> &'a str {
    match phase {
        Phase::Waived { why, .. } | Phase::NotApplicable { why, .. } => &why.0,
        _ => run.returned.as_ref().map_or("", |returned| &returned.why),
    }
}

fn titles<'q>(questions: impl Iterator<Item = &'q Question>) -> String {
    let titles: Vec<&str> = questions.map(|question| question.title.as_str()).collect();
    titles.join("、")
}
