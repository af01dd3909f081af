//! `dingdan check`: every mistake in configuration, process and dictionaries, before anything starts.

use std::io::{self, Write as _};

use super::ConfigOption;
use super::output::Output;
use crate::clock::Clock;
use crate::config::Settings;
use crate::loaded::Loaded;
use crate::platform::{Dingtalk, Http, Tokens, Wecom};
use crate::store::{Store, StoreError};

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
        dictionaries,
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
    writeln!(Output, "dictionaries: version {}", dictionaries.version())?;
    for warning in warnings(&settings) {
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
    if settings.redis.is_none() {
        warnings.push(
            "no [redis]: the board lives in this process; several replicas need one".to_owned(),
        );
    }
    warnings
}

/// Asks everything that can be asked; says of each how it went.
async fn online(settings: &Settings) -> anyhow::Result<()> {
    let tokens = Tokens::new(Clock::system());
    let http = Http::new()?;
    let mut failed = 0;
    let mut say = |what: String, outcome: Result<(), String>| -> io::Result<()> {
        match outcome {
            Ok(()) => writeln!(Output, "{what}: ok"),
            Err(why) => {
                failed += 1;
                writeln!(Output, "{what}: FAILED: {why}")
            }
        }
    };

    match Store::open_existing(settings.storage.url.expose()).await {
        Err(none @ StoreError::Missing) => writeln!(Output, "store: {none}")?,
        store => say(
            "store".to_owned(),
            store.map(|_| ()).map_err(|error| error.to_string()),
        )?,
    }
    if let Some(redis) = &settings.redis {
        let board = crate::board::Board::redis(redis.url.expose(), &redis.prefix).await;
        say(
            "redis".to_owned(),
            board.map(|_| ()).map_err(|error| error.to_string()),
        )?;
    }
    let wecom = Wecom::new(&settings.wecom, tokens.clone(), http.clone());
    for app in &settings.wecom.apps {
        let outcome = wecom.check_token(&app.name).await;
        say(
            format!("WeCom app {}", app.name),
            outcome.map_err(|error| error.to_string()),
        )?;
    }
    if let Some(dingtalk) = &settings.dingtalk {
        let outcome = Dingtalk::new(dingtalk, tokens, http).check_token().await;
        say(
            "DingTalk".to_owned(),
            outcome.map_err(|error| error.to_string()),
        )?;
    }
    if failed == 0 {
        Ok(())
    } else {
        anyhow::bail!("{failed} check(s) failed")
    }
}
