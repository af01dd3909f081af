//! `dingdan import` and `dingdan export`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context as _;

use super::ConfigOption;
use super::output::Output;
use crate::clock::Clock;
use crate::domain::Day;
use crate::exchange::{self, ExportError, Format, Kind, KindError};
use crate::loaded::{load_detector, load_process};
use crate::signals::Dictionaries;
use crate::store::{Store, StoreError, Teams, ViewScope};
use crate::top_three::{Asked, Report};

/// The longest report.
const MOST_DAYS: i64 = 400;

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

/// What is written.
#[derive(Clone)]
enum Wanted {
    /// Rows of a kind.
    Rows(Kind),
    /// The report of the objections that were heard most.
    Objections,
}

impl FromStr for Wanted {
    type Err = KindError;

    fn from_str(word: &str) -> Result<Self, KindError> {
        match word {
            "objections" => Ok(Self::Objections),
            kind => kind.parse().map(Self::Rows),
        }
    }
}

/// What to export.
#[derive(clap::Args)]
pub struct ExportOptions {
    /// reps, customers, contacts, opportunities, accounts, purchases, runs, signals, corrections or alerts; or
    /// objections: the three that were heard most, with their changes and quotes, as xlsx
    kind: Wanted,
    /// Of objections the first day, such as 2026-11-16; six days before the last one when left out
    #[arg(long, value_name = "DAY")]
    from: Option<Day>,
    /// Of objections the last day; today when left out
    #[arg(long, value_name = "DAY")]
    to: Option<Day>,
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
    let days = days(options)?;
    let base = &settings.server.public_url;
    // A report has to know which names are rivals'.
    let detector = match options.kind {
        Wanted::Objections => Some(load_detector(&settings.process)?),
        Wanted::Rows(_) => None,
    };
    let report = detector.as_ref().map(|detector| ReportOf {
        days,
        base,
        dictionaries: detector.dictionaries(),
    });
    let store = match Store::open_existing(settings.storage.url.expose()).await {
        Ok(store) => Some(store),
        // Where nothing is stored yet, the template for the first import is what is wanted.
        Err(StoreError::Missing) if matches!(&options.kind, Wanted::Rows(kind) if kind.is_importable()) => {
            None
        }
        Err(error) => return Err(error.into()),
    };
    let store = store.as_ref();
    match &options.output {
        Some(file) => {
            let place = || format!("can't write {}", file.display());
            let mut out = BufWriter::new(File::create(file).with_context(place)?);
            write(store, options, report, &mut out).await?;
            out.flush().with_context(place)?;
        }
        None => {
            // Written whole before anything is shown: a broken export is worth nothing.
            let mut whole = Vec::new();
            write(store, options, report, &mut whole).await?;
            Output.write_all(&whole)?;
            Output.flush()?;
        }
    }
    Ok(())
}

/// What a report is made with.
#[derive(Clone, Copy)]
struct ReportOf<'a> {
    days: (Day, Day),
    base: &'a str,
    dictionaries: &'a Dictionaries,
}

/// The days of a report.
fn days(options: &ExportOptions) -> anyhow::Result<(Day, Day)> {
    let is_report = matches!(options.kind, Wanted::Objections);
    anyhow::ensure!(
        is_report || (options.from.is_none() && options.to.is_none()),
        "--from and --to are for objections; rows are written whole"
    );
    anyhow::ensure!(
        !is_report || options.format == Format::Xlsx,
        "objections are written as xlsx: three sheets are no csv"
    );
    let to = options.to.unwrap_or_else(|| Clock::system().now().day());
    let from = options.from.unwrap_or(to.plus(-6));
    anyhow::ensure!(
        (0..MOST_DAYS).contains(&(to.0 - from.0)),
        "--to has to be a day not before --from, and less than {MOST_DAYS} days after it"
    );
    Ok((from, to))
}

async fn write(
    store: Option<&Store>,
    options: &ExportOptions,
    report: Option<ReportOf<'_>>,
    out: impl Write,
) -> Result<(), ExportError> {
    match (store, &options.kind, report) {
        (Some(store), Wanted::Rows(kind), _) => {
            exchange::export(store, *kind, options.format, out).await
        }
        (Some(store), Wanted::Objections, Some(of)) => {
            let asked = Asked::all(&ViewScope::All, of.days, &Teams::default());
            let report = Report::of(store, of.dictionaries, &asked).await?;
            let teams = store.teams().await?;
            exchange::objections(store, &report, &teams, of.base, out).await
        }
        (None, Wanted::Rows(kind), _) => exchange::template(*kind, options.format, out),
        (_, Wanted::Objections, _) => Err(StoreError::Missing.into()),
    }
}
