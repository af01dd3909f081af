//! `dingdan import` and `dingdan export`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::Context as _;

use super::ConfigOption;
use super::output::Output;
use crate::clock::Clock;
use crate::exchange::{self, ExportError, Format, Kind};
use crate::loaded::load_process;
use crate::store::{Store, StoreError};

/// What to import.
#[derive(clap::Args)]
pub struct ImportOptions {
    /// reps, customers, contacts, opportunities or accounts
    kind: Kind,
    /// An xlsx or csv file; `dingdan export KIND` of an empty store writes a template
    file: PathBuf,
    #[command(flatten)]
    config: ConfigOption,
}

/// What to export.
#[derive(clap::Args)]
pub struct ExportOptions {
    /// reps, customers, contacts, opportunities, accounts, runs, signals or alerts
    kind: Kind,
    /// xlsx, csv or json
    #[arg(long, default_value_t = Format::Xlsx)]
    format: Format,
    /// Where to write; standard output when left out
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    config: ConfigOption,
}

pub(super) async fn import(options: &ImportOptions) -> anyhow::Result<()> {
    let settings = options.config.load()?;
    let process = load_process(&settings.process)?;
    let store = Store::open(settings.storage.url.expose()).await?;
    let now = Clock::system().now();
    let imported = exchange::import(&store, &process, options.kind, &options.file, now)
        .await
        .with_context(|| options.file.display().to_string())?;
    store.close().await;
    writeln!(
        Output,
        "{}: {} new, {} changed, {} as they were",
        options.kind, imported.made, imported.changed, imported.unchanged
    )?;
    Ok(())
}

pub(super) async fn export(options: &ExportOptions) -> anyhow::Result<()> {
    let settings = options.config.load()?;
    let store = match Store::open_existing(settings.storage.url.expose()).await {
        Ok(store) => Some(store),
        // Where nothing is stored yet, the template for the first import is what is wanted.
        Err(StoreError::Missing) if options.kind.is_importable() => None,
        Err(error) => return Err(error.into()),
    };
    let store = store.as_ref();
    match &options.output {
        Some(file) => {
            let place = || format!("can't write {}", file.display());
            let mut out = BufWriter::new(File::create(file).with_context(place)?);
            write(store, options, &mut out).await?;
            out.flush().with_context(place)?;
        }
        None => {
            // Written whole before anything is shown: a broken export is worth nothing.
            let mut whole = Vec::new();
            write(store, options, &mut whole).await?;
            Output.write_all(&whole)?;
            Output.flush()?;
        }
    }
    Ok(())
}

async fn write(
    store: Option<&Store>,
    options: &ExportOptions,
    out: impl Write,
) -> Result<(), ExportError> {
    match store {
        Some(store) => exchange::export(store, options.kind, options.format, out).await,
        None => exchange::template(options.kind, options.format, out),
    }
}
