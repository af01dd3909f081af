//! `dingdan signals`: chat lines in, labels out; and what makes it better: to learn, to measure, and
//! to see beforehand what a change would do.

mod aims;
mod change;
mod comparing;
mod corpora;
mod diff;
mod evaluate;
mod lines;
mod material;
mod report;
mod train;

use std::path::PathBuf;
use std::sync::Arc;

use crate::config::{ProcessSettings, Settings};
use crate::loaded::load_detector;
use crate::signals::Detector;

/// Which dictionaries to use, or what else to do.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct SignalsOptions {
    #[command(subcommand)]
    command: Option<SignalsCommand>,
    /// The configuration whose dictionaries are used; those inside the binary when left out
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What makes hearing better.
#[derive(clap::Subcommand)]
enum SignalsCommand {
    /// Learn from labelled lines, and write the model that hears beside the rules
    Train(train::TrainOptions),
    /// Tell how good rules and model are, by label and by phenomenon, on lines never learnt from
    Evaluate(evaluate::EvaluateOptions),
    /// Show which hits in the stored messages changed dictionaries or another model add and remove
    Diff(diff::DiffOptions),
}

pub(super) async fn signals(options: SignalsOptions) -> anyhow::Result<()> {
    match options.command {
        None => lines::lines(&*detector(options.config.as_ref())?),
        Some(SignalsCommand::Train(options)) => train::train(&options).await,
        Some(SignalsCommand::Evaluate(options)) => evaluate::evaluate(&options).await,
        Some(SignalsCommand::Diff(options)) => diff::diff(&options).await,
    }
}

fn detector(config: Option<&PathBuf>) -> anyhow::Result<Arc<Detector>> {
    let settings = match config {
        Some(file) => Settings::load(file, std::env::vars_os())?.process,
        None => ProcessSettings::default(),
    };
    Ok(load_detector(&settings)?)
}
