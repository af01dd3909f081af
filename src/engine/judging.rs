//! Whether an answer does, and what is wrong with it, in one sentence.

use std::collections::BTreeMap;

use super::definition::Node;
use super::evidence::{Evidence, Finding, SignatureFound, TitleFound};
use super::notice::Facts;
use super::question::{Column, FileSort, Question, QuestionKind};
use super::run::Run;
use super::step::Step;
use super::template::{Placeholder, Template};

/// How many models an objection names.
const MOST_NAMED: usize = 5;

/// What comes of looking at an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It does.
    Good,
    /// It is taken, and a person has to look at it: no program can.
    ToBeSeen,
    /// It doesn't do: this is what is missing.
    Wrong(String),
}

impl Step<'_> {
    /// A text.
    pub(super) fn judge_text(
        &self,
        node: &Node,
        run: &Run,
        question: &Question,
        text: &str,
    ) -> Verdict {
        let sentences = &self.process_of(run).wording.sentences;
        let spoken = text.chars().filter(|char| char.is_alphanumeric()).count();
        let all = text.chars().count();
        let limits = question.text;
        let (sentence, length) = match (spoken, all) {
            (0, _) => (&sentences.text_missing, 0),
            (spoken, _) if spoken < limits.min_chars => (&sentences.text_too_short, spoken),
            (_, all) if all > limits.max_chars => (&sentences.text_too_long, all),
            _ => return Verdict::Good,
        };
        let facts = self.facts().run(node, run).question(question);
        wrong(
            &facts.with(Placeholder::Length, length.to_string()),
            sentence,
        )
    }

    /// A file, a voice message, a place.
    pub(super) fn judge_evidence(
        &self,
        node: &Node,
        run: &Run,
        question: &Question,
        evidence: &Evidence,
    ) -> Verdict {
        let facts = self.facts().run(node, run).question(question);
        let sentences = &self.process_of(run).wording.sentences;
        match (&question.kind, &evidence.finding) {
            (
                QuestionKind::File {
                    accept,
                    title,
                    signed,
                    ..
                },
                _,
            ) => {
                if !evidence.sort().is_some_and(|sort| accept.contains(&sort)) {
                    return wrong(
                        &facts.with(Placeholder::Accept, listed(accept)),
                        &sentences.file_sort,
                    );
                }
                self.judge_document(&facts, run, title.as_deref(), *signed, &evidence.finding)
            }
            (QuestionKind::Voice { min_seconds, .. }, Finding::Voice { milliseconds, .. }) => {
                let wanted = u64::from(*min_seconds) * 1000;
                if *milliseconds >= wanted {
                    return Verdict::Good;
                }
                let short = (wanted - milliseconds).div_ceil(1000);
                let facts = facts
                    .with(Placeholder::Length, (milliseconds / 1000).to_string())
                    .with(Placeholder::Short, short.to_string())
                    .with(Placeholder::Min, min_seconds.to_string());
                wrong(&facts, &sentences.voice_too_short)
            }
            (QuestionKind::Voice { min_seconds, .. }, _) => wrong(
                &facts.with(Placeholder::Min, min_seconds.to_string()),
                &sentences.not_voice,
            ),
            (QuestionKind::PartsList { min_percent, .. }, finding) => {
                judge_parts(&facts, run, *min_percent, finding, self)
            }
            (QuestionKind::Place { .. }, Finding::Place { .. }) => Verdict::Good,
            _ => wrong(&facts, &sentences.not_asked_so),
        }
    }

    /// A document by its title and its signature. What is no PDF, or has no text, a person looks at.
    fn judge_document(
        &self,
        facts: &Facts<'_>,
        run: &Run,
        title: Option<&str>,
        signed: bool,
        finding: &Finding,
    ) -> Verdict {
        let sentences = &self.process_of(run).wording.sentences;
        if title.is_none() && !signed {
            return Verdict::Good;
        }
        let Finding::Pdf {
            title: found,
            signature,
            ..
        } = finding
        else {
            return Verdict::ToBeSeen;
        };
        if let (Some(title), TitleFound::No) = (title, found) {
            let facts = facts.clone().with(Placeholder::Wanted, title.to_owned());
            return wrong(&facts, &sentences.title_missing);
        }
        if signed && *signature == SignatureFound::None {
            return wrong(facts, &sentences.not_signed);
        }
        let is_unread = title.is_some() && *found == TitleFound::Unreadable
            || signed && *signature == SignatureFound::Unreadable;
        if is_unread {
            Verdict::ToBeSeen
        } else {
            Verdict::Good
        }
    }

    /// Rows of a table.
    pub(super) fn judge_rows(
        &self,
        node: &Node,
        run: &Run,
        question: &Question,
        rows: &[BTreeMap<String, String>],
    ) -> Verdict {
        let QuestionKind::Table {
            columns, min_rows, ..
        } = &question.kind
        else {
            return Verdict::Good;
        };
        let facts = self.facts().run(node, run).question(question);
        let sentences = &self.process_of(run).wording.sentences;
        for column in columns {
            let is_missing = rows
                .iter()
                .any(|row| says_nothing(cell(row, column), column));
            if column.required && is_missing {
                let facts = facts.with(Placeholder::Wanted, column.title.clone());
                return wrong(&facts, &sentences.cell_missing);
            }
            let stranger = rows.iter().map(|row| cell(row, column)).find(|text| {
                !column.options.is_empty()
                    && !text.is_empty()
                    && !column.options.iter().any(|option| option == text)
            });
            if stranger.is_some() {
                let facts = facts
                    .with(Placeholder::Wanted, column.title.clone())
                    .with(Placeholder::Accept, column.options.join("、"));
                return wrong(&facts, &sentences.cell_unknown);
            }
        }
        if rows.len() < usize::try_from(*min_rows).unwrap_or(usize::MAX) {
            let facts = facts
                .with(Placeholder::Min, min_rows.to_string())
                .with(Placeholder::Length, rows.len().to_string());
            return wrong(&facts, &sentences.rows_missing);
        }
        let absent: Vec<&str> = columns
            .iter()
            .filter(|column| column.each_option)
            .flat_map(|column| absent_options(column, rows))
            .collect();
        if absent.is_empty() {
            return Verdict::Good;
        }
        wrong(
            &facts.with(Placeholder::Wanted, absent.join("、")),
            &sentences.option_missing,
        )
    }
}

fn judge_parts(
    facts: &Facts<'_>,
    run: &Run,
    min_percent: u32,
    finding: &Finding,
    step: &Step<'_>,
) -> Verdict {
    let sentences = &step.process_of(run).wording.sentences;
    let Finding::PartsList {
        matched,
        unmatched,
        more_matched,
        more_unmatched,
        has_history,
    } = finding
    else {
        let accept = FileSort::Sheet.chinese().to_owned();
        return wrong(
            &facts.clone().with(Placeholder::Accept, accept),
            &sentences.file_sort,
        );
    };
    // Nothing to compare with is not the same as nothing that fits.
    if !has_history {
        return Verdict::ToBeSeen;
    }
    let count = matched.len() + more_matched;
    let total = count + unmatched.len() + more_unmatched;
    if count * 100 >= total * usize::try_from(min_percent).unwrap_or(usize::MAX) {
        return Verdict::Good;
    }
    let models: Vec<String> = unmatched
        .iter()
        .take(MOST_NAMED)
        .map(|unmatched| match unmatched.nearest.first() {
            Some(nearest) => format!("{}（相近：{nearest}）", unmatched.model),
            None => unmatched.model.clone(),
        })
        .collect();
    let facts = facts
        .clone()
        .with(Placeholder::Min, min_percent.to_string())
        .with(Placeholder::Matched, count.to_string())
        .with(Placeholder::Total, total.to_string())
        .with(Placeholder::Share, (count * 100 / total.max(1)).to_string())
        .with(Placeholder::Unmatched, models.join("、"));
    wrong(&facts, &sentences.parts_below)
}

fn wrong(facts: &Facts<'_>, sentence: &Template) -> Verdict {
    Verdict::Wrong(facts.fill(sentence))
}

fn cell<'r>(row: &'r BTreeMap<String, String>, column: &Column) -> &'r str {
    row.get(&column.key).map_or("", |text| text.trim())
}

/// An empty cell, and one's own words without a letter or digit: `。` is nobody's name.
fn says_nothing(text: &str, column: &Column) -> bool {
    let says = |character: char| !column.options.is_empty() || character.is_alphanumeric();
    !text.chars().any(says)
}

fn absent_options<'c>(
    column: &'c Column,
    rows: &'c [BTreeMap<String, String>],
) -> impl Iterator<Item = &'c str> {
    let stands = move |option: &&String| !rows.iter().any(|row| cell(row, column) == **option);
    column.options.iter().filter(stands).map(String::as_str)
}

fn listed(accept: &[FileSort]) -> String {
    let names: Vec<&str> = accept.iter().map(|sort| sort.chinese()).collect();
    names.join("、")
}
