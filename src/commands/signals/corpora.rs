//! Labelled lines in files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::config::{Problem, Problems};
use crate::signals::learnt::{Corpus, LabelledLine};

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

/// Lines to be measured on are no use once they were learnt from.
///
/// # Errors
/// When a line of a test stands in the corpus too: how many of which, and where the first.
pub(super) fn keep_apart(corpus: &[LabelledLine], tests: &[Corpus]) -> Result<(), Problems> {
    let learnt: HashMap<(&str, Option<&str>), ()> =
        corpus.iter().map(|line| (wording(line), ())).collect();
    let problems = tests.iter().filter_map(|test| {
        let mut common =
            (test.lines.iter().enumerate()).filter(|(_, line)| learnt.contains_key(&wording(line)));
        let (first, _) = common.next()?;
        Some(Problem {
            file: test.name.clone().into(),
            line: first + 2,
            key: String::new(),
            found: format!("a line that is learnt from, and {} more", common.count()),
            expected: "lines that stand in no training corpus: others tell nothing".to_owned(),
        })
    });
    Problems(problems.collect()).or(())
}

/// Short answers are one wording with their questions only.
fn wording(line: &LabelledLine) -> (&str, Option<&str>) {
    let previous = line.previous.as_ref().map(|(_, text)| text.as_str());
    (line.text.as_str(), previous)
}
