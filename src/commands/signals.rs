//! `dingdan signals`: chat lines in, labels out.

use std::io::{BufWriter, Write as _, stderr, stdin};
use std::path::PathBuf;

use super::output::Output;
use crate::config::{ProcessSettings, Settings};
use crate::loaded::load_dictionaries;
use crate::signals::run_lines;

/// Which dictionaries to use.
#[derive(clap::Args)]
pub struct SignalsOptions {
    /// The configuration whose dictionaries are used; those inside the binary when left out
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(super) fn signals(options: &SignalsOptions) -> anyhow::Result<()> {
    let settings = match &options.config {
        Some(file) => Settings::load(file, std::env::vars_os())?.process,
        None => ProcessSettings::default(),
    };
    let dictionaries = load_dictionaries(&settings)?;
    let malformed = run_lines(&dictionaries, stdin().lock(), BufWriter::new(Output))?;
    for line in &malformed {
        writeln!(stderr(), "{line}")?;
    }
    if malformed.is_empty() {
        Ok(())
    } else {
        anyhow::bail!("{} line(s) could not be read", malformed.len())
    }
}
