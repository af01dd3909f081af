//! `dingdan check`: every mistake in configuration, process, dictionaries and calendar, before
//! anything starts.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use super::ConfigOption;
use super::output::Output;
use crate::calendar::Calendar;
use crate::clock::Clock;
use crate::config::{FilePlace, Settings};
use crate::domain::Day;
use crate::evidence::depot::Depot;
use crate::loaded::Loaded;
use crate::platform::{Archive, Dingtalk, Http, Tokens, Wecom};
use crate::signals::Detector;
use crate::store::{Store, StoreError};

/// How far ahead the calendar should know the public holidays, in days: a year and some weeks, so
/// that the next year is asked for all through this one.
const DAYS_AHEAD: i64 = 400;

/// What to check.
#[derive(clap::Args)]
pub struct CheckOptions {
    #[command(flatten)]
    config: ConfigOption,
    /// Also ask store, Redis, WeCom and DingTalk whether they take what is configured
    #[arg(long)]
    online: bool,
}

pub(super) async fn check(options: &CheckOptions) -> anyhow::Result<()> {
    let Loaded {
        settings,
        process,
        detector,
        calendar,
    } = options.config.load_all()?;
    writeln!(
        Output,
        "configuration: {} app(s), public address {}",
        settings.wecom.apps.len(),
        settings.server.public_url
    )?;
    writeln!(
        Output,
        "process: {} ({} nodes, version {})",
        process.name(),
        process.nodes().len(),
        process.version()
    )?;
    writeln!(
        Output,
        "dictionaries: version {}",
        detector.dictionaries_version()
    )?;
    match detector.model() {
        Some(model) => writeln!(
            Output,
            "model: version {}, learnt from {} lines",
            model.version(),
            model.lines()
        )?,
        None => writeln!(Output, "model: none, signals are heard by rules alone")?,
    }
    writeln!(Output, "calendar: version {}", calendar.version())?;
    let today = Clock::system().now().day();
    for warning in warnings(&settings)
        .into_iter()
        .chain(learnt_beside_others(&detector))
        .chain(without_holidays(&calendar, today))
    {
        writeln!(Output, "note: {warning}")?;
    }
    if options.online {
        online(&settings).await
    } else {
        Ok(())
    }
}

/// Settings that are fine one by one and still deserve a word.
fn warnings(settings: &Settings) -> Vec<String> {
    let mut warnings: Vec<String> = settings
        .unread
        .iter()
        .map(|name| format!("{name}: this version doesn't read it yet"))
        .collect();
    if settings.dingtalk.is_none() {
        warnings.push("no [dingtalk]: directors are not alerted and log in by WeCom".to_owned());
    }
    if !settings.server.is_secure() {
        warnings.push("public_url is not https: cookies can't be marked Secure; use TLS outside of this machine".to_owned());
    }
    if settings
        .api
        .tokens
        .iter()
        .any(|token| token.token.expose().len() < 24)
    {
        warnings.push(
            "an API token is shorter than 24 characters: `openssl rand -hex 24` makes a better one"
                .to_owned(),
        );
    }
    if let Some(archive) = &settings.wecom.archive {
        let is_open = |file: &&PathBuf| {
            std::fs::metadata(file).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
        };
        let open = archive.key_files.iter().filter(is_open);
        warnings.extend(open.map(|file| {
            format!(
                "{}: others on this machine may read this private key; `chmod 600` it",
                file.display()
            )
        }));
    }
    if settings.redis.is_none() {
        warnings.push(
            "no [redis]: the board lives in this process; several replicas need one".to_owned(),
        );
    }
    warnings
}

/// What to say of a model that was learnt beside other dictionaries than those in use.
fn learnt_beside_others(detector: &Detector) -> Option<String> {
    let model = detector.model()?;
    let differs = model.dictionaries() != detector.dictionaries_version();
    differs.then(|| {
        format!(
            "model: it was learnt beside dictionaries of version {}; rules that it doesn't know are believed as they are. `dingdan signals train` makes a new one",
            model.dictionaries()
        )
    })
}

/// What to say of a calendar that doesn't know the public holidays of the coming days.
fn without_holidays(calendar: &Calendar, today: Day) -> Option<String> {
    let years = calendar.years_without_data(today, today.plus(DAYS_AHEAD));
    let first = calendar.first_day_without_data(today)?;
    if years.is_empty() {
        return None;
    }
    let years: Vec<String> = years.iter().map(i32::to_string).collect();
    Some(format!(
        "calendar: no public holidays for {}: from {first} on, {} day(s) from now, working time follows the weekdays alone; add the year when it is published (mostly in November)",
        years.join(" and "),
        first.0 - today.0,
    ))
}

/// Asks everything that can be asked; says of each how it went.
async fn online(settings: &Settings) -> anyhow::Result<()> {
    let mut said = Said::default();
    match Store::open_existing(settings.storage.url.expose()).await {
        Err(none @ StoreError::Missing) => writeln!(Output, "store: {none}")?,
        store => said.say("store", store)?,
    }
    if let FilePlace::S3(_) = settings.storage.files.place {
        let outcome = match Depot::new(&settings.storage.files) {
            Ok(depot) => depot.check().await,
            Err(error) => Err(error),
        };
        said.say("object storage", outcome)?;
    }
    if let Some(redis) = &settings.redis {
        let board = crate::board::Board::redis(redis.url.expose(), &redis.prefix).await;
        said.say("redis", board)?;
    }
    ask_platforms(settings, &mut said).await?;
    match said.failed {
        0 => Ok(()),
        failed => anyhow::bail!("{failed} check(s) failed"),
    }
}

async fn ask_platforms(settings: &Settings, said: &mut Said) -> anyhow::Result<()> {
    let (tokens, http) = (Tokens::new(Clock::system()), Http::new()?);
    let wecom = Wecom::new(&settings.wecom, tokens.clone(), http.clone());
    for app in &settings.wecom.apps {
        let outcome = wecom.check_token(&app.name).await;
        said.say(&format!("WeCom app {}", app.name), outcome)?;
    }
    if let Some(archive) = Archive::new(&settings.wecom, Clock::system()) {
        said.say("WeCom chat archive", archive.check().await)?;
    }
    if let Some(dingtalk) = &settings.dingtalk {
        let outcome = Dingtalk::new(dingtalk, tokens, http).check_token().await;
        said.say("DingTalk", outcome)?;
    }
    Ok(())
}

/// What was said so far.
#[derive(Default)]
struct Said {
    failed: usize,
}

impl Said {
    fn say<T>(&mut self, what: &str, outcome: Result<T, impl Display>) -> io::Result<()> {
        match outcome {
            Ok(_) => writeln!(Output, "{what}: ok"),
            Err(why) => {
                self.failed += 1;
                writeln!(Output, "{what}: FAILED: {why}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::day;

    #[test]
    fn a_year_without_holidays_is_told_as_long_as_it_is_near() {
        let calendar = Calendar::embedded().expect("valid");

        let told = without_holidays(&calendar, day("2026-11-27")).expect("2027 is near");
        let far = without_holidays(&calendar, day("2025-11-26"));
        let near = without_holidays(&calendar, day("2025-11-27"));
        let past = without_holidays(&calendar, day("2027-03-01")).expect("it has begun");

        assert!(
            told.contains("for 2027 and 2028: from 2027-01-01 on, 35 day(s)"),
            "{told}"
        );
        assert_eq!(far, None);
        assert!(near.is_some_and(|told| told.contains("for 2027: from")));
        assert!(past.contains("from 2027-03-01 on, 0 day(s)"), "{past}");
        assert_eq!(
            without_holidays(&Calendar::always(), day("2026-11-27")),
            None
        );
    }
}
