//! Labelled lines: what is learnt from and measured on.

use std::path::Path;

use crate::config::{Problem, Problems};
use crate::domain::{Label, Speaker};

use super::super::Line;
use super::LABELS;

/// Which labels a line carries, by the order of [`Label::ALL`].
pub type Labels = [bool; LABELS];

/// A line that somebody has labelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledLine {
    /// Who said it.
    pub speaker: Speaker,
    /// The words.
    pub text: String,
    /// The line before it, where it matters.
    pub previous: Option<(Speaker, String)>,
    /// What it means.
    pub labels: Labels,
    /// The phenomenon that it shows (`negation`); empty where nobody said. For figures, and to
    /// learn why a line carries nothing.
    pub group: String,
}

/// A set of labelled lines, by the name that reports use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corpus {
    /// The file's name.
    pub name: String,
    /// Its lines.
    pub lines: Vec<LabelledLine>,
}

impl LabelledLine {
    /// The line as it is heard.
    #[must_use]
    pub fn line(&self) -> Line<'_> {
        Line {
            speaker: self.speaker,
            text: &self.text,
            previous: self
                .previous
                .as_ref()
                .map(|(speaker, text)| (*speaker, text.as_str())),
        }
    }

    /// Whether it carries nothing.
    #[must_use]
    pub fn is_none(&self) -> bool {
        !self.labels.contains(&true)
    }
}

/// The columns that are read. Others are left alone.
struct Columns {
    speaker: usize,
    text: usize,
    labels: usize,
    group: Option<usize>,
    previous: Option<usize>,
}

impl Corpus {
    /// Reads tab separated columns under a header: `speaker`, `text`, `labels` (codes with commas,
    /// or `NONE`), and perhaps `note` (the group, before any colon) and `context_prev`.
    ///
    /// # Errors
    /// Every line that can't be read, with its number. The lines' words are not told.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut refuse = |line: usize, found: String, expected: &str| {
            problems.push(Problem {
                file: file.to_owned(),
                line,
                key: String::new(),
                found,
                expected: expected.to_owned(),
            });
        };
        let mut rows = text.lines().enumerate();
        let header = rows
            .next()
            .map_or("", |(_, header)| header.trim_start_matches('\u{feff}'));
        let Some(columns) = Columns::of(header) else {
            refuse(
                1,
                "another header".to_owned(),
                "tab separated columns, among them speaker, text and labels",
            );
            return Err(Problems(problems));
        };
        let mut lines = Vec::new();
        for (index, row) in rows {
            if row.trim().is_empty() {
                continue;
            }
            match columns.read(row) {
                Ok(line) => lines.push(line),
                Err((found, expected)) => refuse(index + 1, found, expected),
            }
        }
        let name = file.file_name().unwrap_or(file.as_os_str());
        let name = name.to_string_lossy().into_owned();
        Problems(problems).or(Self { name, lines })
    }
}

impl Columns {
    fn of(header: &str) -> Option<Self> {
        let names: Vec<&str> = header.split('\t').collect();
        let place = |name: &str| names.iter().position(|other| *other == name);
        Some(Self {
            speaker: place("speaker")?,
            text: place("text")?,
            labels: place("labels")?,
            group: place("note"),
            previous: place("context_prev"),
        })
    }

    fn read(&self, row: &str) -> Result<LabelledLine, (String, &'static str)> {
        let cells: Vec<&str> = row.split('\t').collect();
        let cell = |at: usize| cells.get(at).map_or("", |cell| cell.trim());
        let speaker = cell(self.speaker).parse().map_err(|_| {
            (
                format!("the speaker {:?}", cell(self.speaker)),
                "customer or rep",
            )
        })?;
        let text = cell(self.text);
        if text.is_empty() {
            return Err(("no text".to_owned(), "the words of the line"));
        }
        let labels = labels(cell(self.labels))?;
        if speaker == Speaker::Rep && labels.contains(&true) {
            return Err((
                "a label on a rep's line".to_owned(),
                "NONE: only a customer's words are signals",
            ));
        }
        let note = self.group.map_or("", cell);
        Ok(LabelledLine {
            speaker,
            text: text.to_owned(),
            previous: self.previous.map(cell).and_then(previous),
            labels,
            group: note.split(':').next().unwrap_or(note).to_owned(),
        })
    }
}

fn labels(cell: &str) -> Result<Labels, (String, &'static str)> {
    let mut labels = [false; LABELS];
    if cell == "NONE" {
        return Ok(labels);
    }
    for code in cell.split(',') {
        let label: Label = code.trim().parse().map_err(|_| {
            (
                format!("{:?}", code.trim()),
                "codes of labels with commas (PRICE,BUDGET), or NONE",
            )
        })?;
        labels[label as usize] = true;
    }
    Ok(labels)
}

/// `rep: 预算呢？` → the rep and their words.
fn previous(context: &str) -> Option<(Speaker, String)> {
    let (speaker, text) = context.split_once(':')?;
    Some((speaker.trim().parse().ok()?, text.trim().to_owned()))
}
