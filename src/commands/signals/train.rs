//! `dingdan signals train`: from labelled lines to a model.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;

use super::corpora;
use super::material::{Gathered, Material, told_left_out};
use crate::commands::output::Output;
use crate::signals::MODEL;
use crate::signals::learnt::measure::Score;
use crate::signals::learnt::{CrossValidation, Lesson, Model};

/// What to learn from, and where to write what was learnt.
#[derive(clap::Args)]
pub(super) struct TrainOptions {
    #[command(flatten)]
    material: Material,
    /// Lines that are measured on: one of them in the corpus is a mistake. The repository's, where they are
    #[arg(long, value_name = "FILE", default_values = corpora::TESTS)]
    test: Vec<PathBuf>,
    /// The model's file; `model` in the folder of --dicts when left out
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl TrainOptions {
    fn file(&self) -> Option<PathBuf> {
        let beside = || Some(self.material.dicts()?.join(MODEL));
        self.out.clone().or_else(beside)
    }
}

pub(super) async fn train(options: &TrainOptions) -> anyhow::Result<()> {
    let Some(file) = options.file() else {
        // A service takes a new model of its folder at once.
        anyhow::bail!(
            "where should the model go? --out FILE, to measure it first by `dingdan signals evaluate --model FILE`; \
             or --dicts DIR, to put it among those dictionaries"
        );
    };
    let tests = corpora::read_tests(&options.test)?;
    let Gathered {
        dictionaries,
        sources,
        apart,
        ..
    } = options.material.gather(&tests).await?;
    for (source, lines) in sources {
        writeln!(Output, "{source}: {lines} lines")?;
    }
    write!(Output, "{}", told_left_out(&apart))?;
    let lines = apart.lines;

    let began = Instant::now();
    let lesson = Lesson::new(&dictionaries, &lines);
    writeln!(
        Output,
        "{} customers' lines, beside dictionaries of version {}",
        lesson.lines().len(),
        dictionaries.version()
    )?;
    let validation = lesson.cross_validate();
    tell(&lesson, &validation)?;
    let validated = began.elapsed();
    let bytes = lesson.learn(&validation);
    let took = began.elapsed();

    let model = Model::read(&bytes).context("read what was learnt")?;
    for (label, add, veto) in model.thresholds() {
        let add = told_threshold(add);
        let veto = told_threshold(veto);
        writeln!(
            Output,
            "{label}: added from odds of {add} on, vetoed below {veto} (logarithms)"
        )?;
    }
    write_whole(&file, &bytes)?;
    writeln!(
        Output,
        "{}: model {}, {} runs of characters, {} KB; {} ms to cross-validate, {} ms to learn",
        file.display(),
        model.version(),
        model.runs(),
        bytes.len() / 1000,
        validated.as_millis(),
        (took - validated).as_millis(),
    )?;
    Ok(())
}

fn tell(lesson: &Lesson<'_>, validation: &CrossValidation) -> anyhow::Result<()> {
    let predictions = validation.predictions(lesson.lines());
    let lines = || lesson.lines().iter().copied().zip(&predictions);
    for (name, score) in [
        (
            "rules alone",
            Score::of(lines().map(|(line, all)| (line, all.rules))),
        ),
        (
            "model alone",
            Score::of(lines().map(|(line, all)| (line, all.model))),
        ),
        (
            "both",
            Score::of(lines().map(|(line, all)| (line, all.both))),
        ),
    ] {
        writeln!(
            Output,
            "cross-validated, {name}: macro F1 {:.3}, precision {:.3}, recall {:.3}",
            score.macro_f1(),
            score.macro_precision(),
            score.macro_recall()
        )?;
    }
    Ok(())
}

/// In logarithms of odds.
fn told_threshold(odds: f32) -> String {
    if odds.abs() == f32::MAX {
        return "none".to_owned();
    }
    format!("{odds:.2}")
}

/// A service that watches the folder must never see half a model.
fn write_whole(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut half = file.as_os_str().to_owned();
    half.push(".part");
    let half = PathBuf::from(half);
    std::fs::write(&half, bytes)
        .and_then(|()| std::fs::rename(&half, file))
        .with_context(|| format!("write {}", file.display()))
}
