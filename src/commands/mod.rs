//! The command line: a file for each command, but one for import and export, and `output`, where they
//! write. Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.

mod archive_child;
mod check;
mod demo;
mod exchange;
mod healthcheck;
mod inbox;
mod outbox;
mod output;
mod rebuild;
mod schema;
mod serve;
mod signals;
mod simulate;
mod verify;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use tokio_util::sync::CancellationToken;

use crate::config::{Problems, Settings};
use crate::loaded::{Loaded, Loading};
use crate::store::Store;

const FAILED: u8 = 1;
const WRONG_USAGE: u8 = 2;

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Serve callbacks, pages and the API against the real platforms
    Serve(ConfigOption),
    /// Try everything on this machine: simulated platforms, three phones, a clock to move
    Demo(demo::DemoOptions),
    /// Check configuration, process, dictionaries and calendar, and tell every mistake
    Check(check::CheckOptions),
    /// Write the JSON Schema of process definitions, by which editors complete them
    Schema,
    /// Read people, customers, contacts, deals, service accounts or purchases from an xlsx or csv file
    Import(exchange::ImportOptions),
    /// Write what is stored as xlsx, csv or json; of an empty store, the template for import
    Export(exchange::ExportOptions),
    /// Read chat lines as JSON from standard input and write which signals they carry; learn, measure, compare
    Signals(signals::SignalsOptions),
    /// Play a process with a sales team that never was, and count the alerts it would raise
    Simulate(simulate::SimulateOptions),
    /// Make the board in Redis again from what is stored
    Rebuild(ConfigOption),
    /// Check that nobody changed the record: each deal's chain of journal entries
    Verify(ConfigOption),
    /// See and resend what could not be sent
    #[command(subcommand)]
    Outbox(outbox::OutboxCommand),
    /// See and retry what came in and could not be worked on
    #[command(subcommand)]
    Inbox(inbox::InboxCommand),
    /// Ask a running service whether it is alive: exit code 0 when it is, 1 when not
    Healthcheck(healthcheck::HealthcheckOptions),
    /// The process in which the chat archive's library lives; started by serve alone
    #[command(hide = true)]
    ArchiveChild(archive_child::ArchiveChildOptions),
}

/// Where the configuration is.
#[derive(clap::Args)]
pub struct ConfigOption {
    /// The configuration file; every setting is explained in config/dingdan.toml
    #[arg(
        long,
        env = "DINGDAN_CONFIG",
        value_name = "FILE",
        default_value = "config/dingdan.toml"
    )]
    config: PathBuf,
}

impl ConfigOption {
    fn load(&self) -> Result<Settings, Problems> {
        Settings::load(&self.config, std::env::vars_os())
    }

    fn begin_loading(&self) -> Result<Loading, Problems> {
        Loading::begin(&self.config, std::env::vars_os())
    }

    fn load_all(&self) -> Result<Loaded, Problems> {
        Loaded::read(&self.config, std::env::vars_os())
    }

    /// For those who only read: none is made, and none is changed.
    async fn existing_store(&self) -> anyhow::Result<Store> {
        Ok(Store::open_existing(self.load()?.storage.url.expose()).await?)
    }

    /// For those who change what is there: none is made either.
    async fn store_to_change(&self) -> anyhow::Result<Store> {
        let settings = self.load()?;
        let url = settings.storage.url.expose();
        Store::open_existing(url).await?.close().await;
        Ok(Store::open(url).await?)
    }
}

/// Does it, and says by the exit code how it went.
#[must_use]
pub fn run(command: Command) -> ExitCode {
    // The same TLS everywhere; a second provider in the tree would make rustls refuse to choose.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&anyhow::Error::new(error).context("can't start threads")),
    };
    let outcome = runtime.block_on(async {
        match command {
            Command::Serve(options) => serve::serve(&options).await,
            Command::Demo(options) => demo::demo(options).await,
            Command::Check(options) => check::check(&options).await,
            Command::Schema => schema::schema(),
            Command::Import(options) => exchange::import(&options).await,
            Command::Export(options) => exchange::export(&options).await,
            Command::Signals(options) => signals::signals(options).await,
            Command::Simulate(options) => simulate::simulate(&options),
            Command::Rebuild(options) => rebuild::rebuild(&options).await,
            Command::Verify(options) => verify::verify(&options).await,
            Command::Outbox(command) => outbox::outbox(&command).await,
            Command::Inbox(command) => inbox::inbox(&command).await,
            Command::Healthcheck(options) => healthcheck::healthcheck(&options).await,
            Command::ArchiveChild(options) => archive_child::archive_child(&options),
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if output::nobody_reads(&error) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    // Where this can't be written either, the exit code still tells.
    let _ = writeln!(std::io::stderr(), "{error:#}");
    if error.chain().any(|cause| cause.is::<Problems>()) {
        ExitCode::from(WRONG_USAGE)
    } else {
        ExitCode::from(FAILED)
    }
}

/// A token that is cancelled by Ctrl-C or SIGTERM. A second one ends the process at once, which is
/// as safe as a crash: nothing acknowledged is lost.
fn stop_on_signal() -> std::io::Result<CancellationToken> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    tokio::spawn(async move {
        for second in [false, true] {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if second {
                std::process::exit(i32::from(FAILED));
            }
            tracing::info!("stopping: finishing what is in hand; a second signal ends at once");
            stopping.cancel();
        }
    });
    Ok(stop)
}
