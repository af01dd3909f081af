//! Labelled lines in files.

use std::path::{Path, PathBuf};

use crate::config::{Problem, Problems};
use crate::signals::learnt::{Corpus, LabelledLine, Wordings};

/// Where the repository keeps what is learnt from.
pub(super) const CORPUS: &str = "keyword-dicts/corpus";

/// The repository's lines that are measured on and never learnt from.
pub(super) const TESTS: [&str; 2] = ["tests/data/objections-dev.tsv", "tests/data/unseen.tsv"];

/// The lines of these files, and of the `*.tsv` files of these folders.
///
/// # Errors
/// Every mistake of every file.
pub(super) fn read(places: &[PathBuf]) -> Result<Vec<Corpus>, Problems> {
    let mut problems = Problems::default();
    let mut corpora = Vec::new();
    for place in places {
        let files = problems.keep(files(place).map_err(Problems::from));
        for file in files.unwrap_or_default() {
            corpora.extend(problems.keep(read_file(&file)));
        }
    }
    problems.or(corpora)
}

/// What is measured on: these files, those of the repository only where they are.
///
/// # Errors
/// Every mistake of every file.
pub(super) fn read_tests(files: &[PathBuf]) -> Result<Vec<Corpus>, Problems> {
    let is_wanted = |file: &&PathBuf| {
        let is_ours = TESTS.iter().any(|ours| file.as_path() == Path::new(ours));
        file.exists() || !is_ours
    };
    let files: Vec<PathBuf> = files.iter().filter(is_wanted).cloned().collect();
    read(&files)
}

fn read_file(file: &Path) -> Result<Corpus, Problems> {
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(file, &error))?;
    Corpus::parse(file, &text)
}

fn files(place: &Path) -> Result<Vec<PathBuf>, Problem> {
    if !place.is_dir() {
        return Ok(vec![place.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(place).map_err(|error| unreadable(place, &error))? {
        let file = entry.map_err(|error| unreadable(place, &error))?.path();
        if file.extension().is_some_and(|extension| extension == "tsv") {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Problem {
            found: "a folder without *.tsv files".to_owned(),
            ..unreadable(place, &"")
        });
    }
    Ok(files)
}

fn unreadable(file: &Path, why: &dyn std::fmt::Display) -> Problem {
    Problem {
        file: file.to_owned(),
        line: 0,
        key: String::new(),
        found: format!("no readable file ({why})"),
        expected: "labelled lines: tab separated speaker, text, labels, note, context_prev"
            .to_owned(),
    }
}

/// All lines of all files.
pub(super) fn lines(corpora: Vec<Corpus>) -> Vec<LabelledLine> {
    corpora
        .into_iter()
        .flat_map(|corpus| corpus.lines)
        .collect()
}

/// What is learnt from, and what was left out of it.
pub(super) struct Apart {
    pub(super) lines: Vec<LabelledLine>,
    /// Lines worded as one that is measured on.
    pub(super) left_out: usize,
    /// How that is worded.
    measured: Wordings,
}

/// Lines to be measured on are no use once they were learnt from: a corpus must not have them, and
/// its lines that are only worded alike are left out.
///
/// # Errors
/// When a line of a test stands in the corpus too: how many of which, and where the first.
pub(super) fn keep_apart(corpus: Vec<LabelledLine>, tests: &[Corpus]) -> Result<Apart, Problems> {
    let learnt = Wordings::of(corpus.iter());
    let problems = tests.iter().filter_map(|test| {
        let mut common = (test.lines.iter().enumerate()).filter(|(_, line)| learnt.have(line));
        let (first, _) = common.next()?;
        Some(Problem {
            file: test.name.clone().into(),
            line: first + 2,
            key: String::new(),
            found: format!("a line that is learnt from, and {} more", common.count()),
            expected: "lines that stand in no training corpus: others tell nothing".to_owned(),
        })
    });
    Problems(problems.collect()).or(())?;
    let measured = Wordings::of(tests.iter().flat_map(|test| &test.lines));
    let count = corpus.len();
    let lines: Vec<LabelledLine> = corpus
        .into_iter()
        .filter(|line| !measured.share_with(line))
        .collect();
    Ok(Apart {
        left_out: count - lines.len(),
        lines,
        measured,
    })
}

impl Apart {
    /// Adds lines that nobody could keep apart beforehand: what is worded as a test is left out.
    pub(super) fn add(&mut self, lines: Vec<LabelledLine>) {
        let measured = &self.measured;
        let count = self.lines.len() + lines.len();
        let is_apart = |line: &LabelledLine| !measured.have(line) && !measured.share_with(line);
        self.lines.extend(lines.into_iter().filter(is_apart));
        self.left_out += count - self.lines.len();
    }
}
