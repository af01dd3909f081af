//! `dingdan signals diff`: what a change would have heard in the stored messages, and what not.

use std::io::{BufWriter, Write, stderr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::super::ConfigOption;
use super::change::{Changed, Totals};
use super::comparing::Comparing;
use crate::clock::Clock;
use crate::commands::output::Output;
use crate::domain::Timestamp;
use crate::loaded::{load_detector, read_detector, read_model};
use crate::signals::Detector;
use crate::store::{MessageFilter, Period, Store};

const LINES_AT_A_TIME: i64 = 1000;

/// What to compare, and over which messages.
#[derive(clap::Args)]
pub(super) struct DiffOptions {
    #[command(flatten)]
    config: ConfigOption,
    /// How far back: days (30d) or hours (12h)
    #[arg(long, value_name = "TIME", default_value = "30d", value_parser = duration)]
    since: Duration,
    /// How to write the changes: text to read, or one JSON object a line
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The changed dictionaries, with or without a model beside them; or a changed model alone
    #[arg(value_name = "NEW_DICTS")]
    new: PathBuf,
}

/// How changes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

pub(super) async fn diff(options: &DiffOptions) -> anyhow::Result<()> {
    let settings = options.config.load()?;
    let old = load_detector(&settings.process)?;
    let new = changed(options, &old)?;
    let store = options.config.existing_store().await?;
    let now = Clock::system().now();
    let sent = Period {
        from: now.minus(options.since),
        until: now,
    };
    let comparing = Comparing::new(store.clone(), old, new).await?;
    let mut output = BufWriter::new(Output);
    let mut writing = Writing {
        format: options.format,
        output: &mut output,
        totals: Totals::default(),
    };
    compare(store, comparing, sent, &mut writing).await?;
    let totals = writing.totals;
    match options.format {
        Format::Text => write!(output, "{totals}")?,
        Format::Json => writeln!(output, "{}", totals.json())?,
    }
    output.flush()?;
    Ok(())
}

fn changed(options: &DiffOptions, old: &Detector) -> anyhow::Result<Detector> {
    if options.new.is_dir() {
        return Ok(read_detector(&options.new)?);
    }
    let model = read_model(&options.new)?;
    anyhow::ensure!(
        model.is_some(),
        "{}: neither a folder of dictionaries nor a model",
        options.new.display()
    );
    Ok(Detector::new(
        Arc::clone(old.dictionaries()),
        model.map(Arc::new),
    ))
}

/// `30d` or `12h`.
fn duration(text: &str) -> Result<Duration, String> {
    let expected = || format!("found {text:?}, expected days or hours, such as 30d or 12h");
    let split = text.len().saturating_sub(1);
    let (number, unit) = text.split_at_checked(split).ok_or_else(expected)?;
    let number: u32 = number.parse().map_err(|_| expected())?;
    let hours = match unit {
        "d" => 24,
        "h" => 1,
        _ => return Err(expected()),
    };
    Ok(Duration::from_secs(u64::from(number) * hours * 3600))
}

/// Writes the changes as they are found.
struct Writing<'o, W> {
    format: Format,
    output: &'o mut W,
    totals: Totals,
}

impl<W: Write> Writing<'_, W> {
    fn write(&mut self, all: Vec<Changed>) -> std::io::Result<()> {
        for changed in all {
            self.totals.add(&changed);
            match self.format {
                Format::Text => writeln!(self.output, "{changed}")?,
                Format::Json => writeln!(self.output, "{}", changed.json())?,
            }
        }
        Ok(())
    }
}

/// All lines of the time, page by page.
async fn compare<W: Write>(
    store: Store,
    mut comparing: Comparing,
    sent: Period,
    writing: &mut Writing<'_, W>,
) -> anyhow::Result<()> {
    let filter = MessageFilter {
        sent,
        chat: None,
        sender: None,
    };
    let mut after: Option<(Timestamp, i64, String)> = None;
    loop {
        let page = store
            .messages_page(&filter, after.as_ref(), LINES_AT_A_TIME)
            .await?;
        let Some(last) = page.last() else { break };
        let until = last.sent_at;
        after = Some((until, last.position, last.id.to_string()));
        for message in page {
            writing.write(comparing.take(message).await?)?;
        }
        writing.write(comparing.over_at(until))?;
        writing.totals.lines = comparing.lines;
        writeln!(
            stderr(),
            "{} customers' lines looked at, up to {until}",
            comparing.lines
        )?;
    }
    writing.write(comparing.finish())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_days_or_hours() {
        assert_eq!(duration("30d"), Ok(Duration::from_secs(30 * 86_400)));
        assert_eq!(duration("12h"), Ok(Duration::from_secs(12 * 3600)));
        for wrong in ["", "d", "30", "30天", "-1d", "1.5d", "99999999999d"] {
            assert!(duration(wrong).is_err(), "{wrong:?}");
        }
    }
}
