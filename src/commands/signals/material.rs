//! What is learnt from, and beside which dictionaries.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::corpora::{self, Apart};
use crate::config::{ProcessSettings, Settings};
use crate::domain::Speaker;
use crate::loaded::{load_detector, read_dictionaries};
use crate::signals::Dictionaries;
use crate::signals::learnt::{Corpus, LabelledLine, Labels, Wordings};
use crate::store::{self, Store};

const LINES_AT_A_TIME: i64 = 1000;
/// The phenomenon under which figures tell what people corrected.
const CORRECTION: &str = "correction";

/// Where labelled lines and dictionaries are.
#[derive(clap::Args)]
pub(super) struct Material {
    /// Labelled lines: a tab separated file, or a folder of such (*.tsv)
    #[arg(long, value_name = "FILE|DIR", default_value = corpora::CORPUS)]
    corpus: Vec<PathBuf>,
    /// The configuration of a service: what people corrected there (误报, 漏报) counts as labelled lines
    /// too, and its dictionaries are used
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The dictionaries beside which the model hears; the configuration's, or those inside the binary,
    /// when left out
    #[arg(long, value_name = "DIR")]
    dicts: Option<PathBuf>,
}

/// What was found there.
pub(super) struct Gathered {
    pub(super) dictionaries: Arc<Dictionaries>,
    /// Their folder; none when they are inside the binary.
    pub(super) folder: Option<PathBuf>,
    /// How people worded what they corrected.
    pub(super) corrected: Wordings,
    /// By where they come from, how many lines.
    pub(super) sources: Vec<(String, usize)>,
    pub(super) apart: Apart,
}

impl Material {
    /// The folder of dictionaries that was asked for by itself.
    pub(super) fn dicts(&self) -> Option<&Path> {
        self.dicts.as_deref()
    }

    /// Reads it all, and keeps apart what is measured on.
    ///
    /// # Errors
    /// Every mistake of every file; a store that is not there or fails.
    pub(super) async fn gather(&self, tests: &[Corpus]) -> anyhow::Result<Gathered> {
        let settings = match &self.config {
            Some(file) => Some(Settings::load(file, std::env::vars_os())?),
            None => None,
        };
        let configured = settings
            .as_ref()
            .and_then(|all| all.process.dictionaries.clone());
        let folder = self.dicts.clone().or(configured);
        let dictionaries = match &folder {
            Some(folder) => Arc::new(read_dictionaries(folder)?),
            None => Arc::clone(load_detector(&ProcessSettings::default())?.dictionaries()),
        };
        let corpora = corpora::read(&self.corpus)?;
        let count = |corpus: &Corpus| (corpus.name.clone(), corpus.lines.len());
        let mut sources: Vec<(String, usize)> = corpora.iter().map(count).collect();
        let mut apart = corpora::keep_apart(corpora::lines(corpora), tests)?;
        let mut wordings = Wordings::default();
        if let Some(settings) = settings {
            let store = Store::open_existing(settings.storage.url.expose()).await?;
            let corrected = corrected(&store).await?;
            sources.push(("what people corrected".to_owned(), corrected.len()));
            wordings = Wordings::of(corrected.iter());
            apart.add(corrected);
        }
        Ok(Gathered {
            dictionaries,
            folder,
            corrected: wordings,
            sources,
            apart,
        })
    }
}

/// What to tell of lines that were left out; nothing where none was.
pub(super) fn told_left_out(apart: &Apart) -> String {
    match apart.left_out {
        0 => String::new(),
        1 => "1 line left out, since it is worded as one that is measured on\n".to_owned(),
        many => {
            format!("{many} lines left out, since they are worded as some that are measured on\n")
        }
    }
}

/// The customers' lines that people corrected and that nobody has to decide about any more.
async fn corrected(store: &Store) -> anyhow::Result<Vec<LabelledLine>> {
    let mut lines = Vec::new();
    let mut after = String::new();
    loop {
        let page = store.labelled_lines(&after, LINES_AT_A_TIME).await?;
        let Some(last) = page.last() else {
            return Ok(lines);
        };
        after = last.message.to_string();
        let settled = page.into_iter().filter(|line| line.is_settled);
        let customers = settled.filter(|line| line.speaker == Speaker::Customer);
        lines.extend(customers.map(labelled));
    }
}

fn labelled(line: store::LabelledLine) -> LabelledLine {
    let mut labels = Labels::default();
    for label in line.labels {
        labels[label as usize] = true;
    }
    LabelledLine {
        speaker: line.speaker,
        text: line.text,
        previous: line.previous,
        labels,
        group: CORRECTION.to_owned(),
    }
}
