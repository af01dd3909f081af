//! `dingdan signals evaluate`: how good rules and model are, by themselves and together.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;

use super::corpora;
use super::material::{Gathered, Material, told_left_out};
use super::report::{Measured, Report};
use crate::commands::output::Output;
use crate::config::ProcessSettings;
use crate::loaded::{load_detector, read_model};
use crate::signals::learnt::{Corpus, LabelledLine, Labels, Lesson, Model, Prediction};
use crate::signals::{Detector, Dictionaries, MODEL, Signal};

/// What to measure, and on what.
#[derive(clap::Args)]
pub(super) struct EvaluateOptions {
    #[command(flatten)]
    material: Material,
    /// Labelled lines that were never learnt from. The repository's, where they are
    #[arg(long, value_name = "FILE", default_values = corpora::TESTS)]
    test: Vec<PathBuf>,
    /// The model; the one beside the dictionaries when left out
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Also write the figures as a page, with what has to be known to read them
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

pub(super) async fn evaluate(options: &EvaluateOptions) -> anyhow::Result<()> {
    let tests = corpora::read_tests(&options.test)?;
    let Gathered {
        dictionaries,
        folder,
        corrected,
        apart,
        ..
    } = options.material.gather(&tests).await?;
    let model = model(options, folder.as_deref())?;
    write!(Output, "{}", told_left_out(&apart))?;
    let corpus = apart.lines;

    let mut sets: Vec<Measured<'_>> = tests
        .iter()
        .map(|test| Measured {
            never_learnt_from: !test.lines.iter().any(|line| corrected.have(line)),
            ..on_test(test, &dictionaries, model.as_ref())
        })
        .collect();
    let lesson = Lesson::new(&dictionaries, &corpus);
    let predictions = lesson.cross_validate().predictions(lesson.lines());
    sets.push(Measured {
        name: "the corpus, cross-validated".to_owned(),
        never_learnt_from: false,
        lines: lesson.lines().to_vec(),
        predictions,
    });
    let report = Report {
        dictionaries: dictionaries.version(),
        model: model.as_deref(),
        sets: &sets,
    };
    write!(Output, "{}", report.figures())?;
    if let Some(file) = &options.markdown {
        std::fs::write(file, report.page()).with_context(|| format!("write {}", file.display()))?;
        writeln!(Output, "{}: written", file.display())?;
    }
    Ok(())
}

fn model(options: &EvaluateOptions, folder: Option<&Path>) -> anyhow::Result<Option<Arc<Model>>> {
    let beside = |folder: &Path| folder.join(MODEL);
    let file = options.model.clone().or_else(|| folder.map(beside));
    let Some(file) = file else {
        let inside = load_detector(&ProcessSettings::default())?;
        return Ok(inside.model().cloned());
    };
    let model = read_model(&file)?;
    anyhow::ensure!(
        model.is_some() || options.model.is_none(),
        "{}: no such file",
        file.display()
    );
    Ok(model.map(Arc::new))
}

fn on_test<'t>(
    test: &'t Corpus,
    dictionaries: &Arc<Dictionaries>,
    model: Option<&Arc<Model>>,
) -> Measured<'t> {
    let rules = Detector::new(Arc::clone(dictionaries), None);
    let both = Detector::new(Arc::clone(dictionaries), model.cloned());
    let predict = |line: &&LabelledLine| Prediction {
        rules: labels(&rules.hear(line.line())),
        model: both.hear_by_model(line.line()),
        both: labels(&both.hear(line.line())),
    };
    let lines: Vec<&LabelledLine> = test.lines.iter().collect();
    Measured {
        name: name(Path::new(&test.name)),
        never_learnt_from: true,
        predictions: lines.iter().map(predict).collect(),
        lines,
    }
}

fn name(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or(file.as_os_str());
    stem.to_string_lossy().into_owned()
}

/// What counts of what was heard: a rule on trial doesn't.
fn labels(signals: &[Signal]) -> Labels {
    let mut labels = Labels::default();
    for signal in signals.iter().filter(|signal| !signal.shadow) {
        labels[signal.label as usize] = true;
    }
    labels
}
