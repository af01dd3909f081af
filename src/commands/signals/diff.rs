//! `dingdan signals diff`: what a change would have heard in the stored messages, and what not.

use std::collections::HashMap;
use std::io::{BufWriter, Write, stderr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::super::ConfigOption;
use super::change::{Change, Changed, Totals};
use crate::clock::Clock;
use crate::commands::output::Output;
use crate::domain::{ChatId, Speaker, Timestamp};
use crate::loaded::{load_detector, read_detector, read_model};
use crate::signals::{Detector, Line, Signal};
use crate::store::{MessageFilter, Period, Store, StoredMessage};

const LINES_AT_A_TIME: i64 = 1000;
/// The last lines of so many chats are remembered; of others they are looked up.
const CHATS_REMEMBERED: usize = 10_000;

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
    let mut comparing = Comparing {
        store,
        old,
        new,
        last_lines: HashMap::new(),
        totals: Totals::default(),
    };
    let mut output = BufWriter::new(Output);
    comparing.run(sent, options.format, &mut output).await?;
    match options.format {
        Format::Text => write!(output, "{}", comparing.totals)?,
        Format::Json => writeln!(output, "{}", comparing.totals.json())?,
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

struct Comparing {
    store: Store,
    old: Arc<Detector>,
    new: Detector,
    /// What was last said in a chat, for the sense of the next line.
    last_lines: HashMap<ChatId, (Speaker, String)>,
    totals: Totals,
}

impl Comparing {
    async fn run(
        &mut self,
        sent: Period,
        format: Format,
        output: &mut impl Write,
    ) -> anyhow::Result<()> {
        let filter = MessageFilter {
            sent,
            chat: None,
            sender: None,
        };
        let mut after: Option<(Timestamp, i64, String)> = None;
        loop {
            let page = self
                .store
                .messages_page(&filter, after.as_ref(), LINES_AT_A_TIME)
                .await?;
            let Some(last) = page.last() else { break };
            after = Some((last.sent_at, last.position, last.id.to_string()));
            let until = last.sent_at;
            for message in page {
                for changed in self.compare(&message).await? {
                    match format {
                        Format::Text => writeln!(output, "{changed}")?,
                        Format::Json => writeln!(output, "{}", changed.json())?,
                    }
                }
                self.remember(message);
            }
            writeln!(
                stderr(),
                "{} lines compared, up to {until}",
                self.totals.lines
            )?;
        }
        Ok(())
    }

    /// The hits of a line that only one of the two hears.
    async fn compare<'m>(
        &mut self,
        message: &'m StoredMessage,
    ) -> anyhow::Result<Vec<Changed<'m>>> {
        let (own, begin) = message.heard();
        if message.speaker != Speaker::Customer || !is_words(message) {
            return Ok(Vec::new());
        }
        let previous = self.before(message).await?;
        let line = Line {
            speaker: message.speaker,
            text: own,
            previous: previous
                .as_ref()
                .map(|(speaker, text)| (*speaker, text.as_str())),
        };
        let (mut old, mut new) = (self.old.hear(line), self.new.hear(line));
        for signal in old.iter_mut().chain(&mut new) {
            signal.start += begin;
            signal.end += begin;
        }
        self.totals.lines += 1;
        let changes = only_in(&new, &old).map(|signal| (Change::Added, signal));
        let changes = changes.chain(only_in(&old, &new).map(|signal| (Change::Removed, signal)));
        let mut changed: Vec<Changed<'_>> = changes
            .map(|(change, signal)| Changed {
                change,
                signal: signal.clone(),
                message,
            })
            .collect();
        changed.sort_by_key(|one| (one.signal.start, one.signal.end));
        for one in &changed {
            self.totals.add(one);
        }
        Ok(changed)
    }

    /// The line of words before it in its chat, as it was when it was heard.
    async fn before(&self, message: &StoredMessage) -> anyhow::Result<Option<(Speaker, String)>> {
        if let Some(last) = self.last_lines.get(&message.chat_id) {
            return Ok(Some(last.clone()));
        }
        const LOOKED_AT: i64 = 20;
        let place = (message.sent_at, message.position);
        let before = self
            .store
            .lines_before(&message.chat_id, place, LOOKED_AT)
            .await?;
        let words = before.into_iter().find(is_words);
        Ok(words.map(|line| (line.speaker, line.heard().0.to_owned())))
    }

    fn remember(&mut self, message: StoredMessage) {
        if !is_words(&message) {
            return;
        }
        if self.last_lines.len() >= CHATS_REMEMBERED {
            self.last_lines.clear();
        }
        let own = message.heard().0.to_owned();
        self.last_lines
            .insert(message.chat_id, (message.speaker, own));
    }
}

fn is_words(message: &StoredMessage) -> bool {
    let is_there = message.recalled_at.is_none() && !message.heard().0.is_empty();
    message.speaker != Speaker::System && is_there
}

/// The signals of a line whose label the others don't have. One that is marked elsewhere is the
/// same: what follows from it is.
fn only_in<'s>(these: &'s [Signal], others: &'s [Signal]) -> impl Iterator<Item = &'s Signal> {
    let same =
        |one: &Signal, other: &Signal| one.label == other.label && one.shadow == other.shadow;
    these
        .iter()
        .filter(move |one| !others.iter().any(|other| same(one, other)))
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
