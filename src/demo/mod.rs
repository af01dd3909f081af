//! The demo: the real service, the simulated platforms and three phones, on one port.
//!
//! The service is built and run as `serve` does it; it can't tell that its platforms are
//! simulated, since only base addresses differ. Around it stand:
//!
//! - `cast`: who is there: one company, two regions, four reps, eight customers with a deal each;
//! - `past`: what they wrote in the last two weeks;
//! - `seed`: puts both into an empty store, and onto the phones;
//! - `story`: the prepared story, its steps in one table;
//! - `samples`: the files that the rep's phone offers for questions that want one;
//! - `time`: moves the clock for everybody;
//! - `routes`: the page at `/demo` and its small API. What is on the phones comes from
//!   [`crate::sandbox::phones`].
//!
//! Start at [`Demo::build`].

mod cast;
mod folder;
mod past;
mod protocol;
mod routes;
mod samples;
mod seed;
mod settings;
mod stage;
mod story;
mod time;

#[cfg(test)]
mod tests;

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;

use actix_web::web::ServiceConfig;
use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use crate::app::Application;
use crate::clock::Clock;
use crate::sandbox::{self, Sandbox};
use folder::Folder;
use stage::Stage;

/// How a demo is wanted.
pub struct Options {
    /// The port on 127.0.0.1; 0 for any free one.
    pub port: u16,
    /// How many times faster than real time its clock runs.
    pub speed: f64,
    /// Where everything is kept; none: a temporary folder that is removed at the end.
    pub data_dir: Option<PathBuf>,
    /// The process definition that is played; none: the one inside the binary.
    pub process: Option<PathBuf>,
}

/// A demo that listens and does not answer yet.
pub struct Demo {
    application: Application,
    stage: Stage,
    url: String,
    folder: Folder,
}

impl Demo {
    /// Opens the folder, fills an empty store, and listens.
    ///
    /// # Errors
    /// When the port is taken, the folder can't be used or the process definition is wrong.
    pub async fn build(options: Options) -> anyhow::Result<Self> {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).with_context(|| {
                format!(
                    "can't listen on port {}: choose another with --port",
                    options.port
                )
            })?;
        let url = format!("http://{}", listener.local_addr()?);
        let folder = Folder::open(options.data_dir)?;
        let clock = Clock::system_at_speed(options.speed);
        clock.advance(folder.clock_lead().last());

        let sandbox = Sandbox::new(sandbox::Options {
            company: cast::company(),
            clock: clock.clone(),
            ..sandbox::Options::default()
        });
        sandbox.set_callback_url("sales", &format!("{url}/wecom/callback/sales"));
        sandbox.set_dingtalk_callback_url(&format!("{url}/dingtalk/callback"));
        let company = sandbox.company();
        let process = options.process.as_deref().map(std::path::absolute);
        let process = process.transpose().context("find the process definition")?;
        let settings =
            settings::pointing_at_the_sandbox(&company, &url, folder.path(), process.as_deref())?;
        let application = Application::build_on(listener, settings, clock).await?;
        seed::prepare(&application.shared, &sandbox)
            .await
            .context("prepare the demo's people and chats")?;
        let stage = Stage::new(
            application.shared.clone(),
            sandbox,
            folder.clock_lead(),
            options.speed,
        );
        stage.move_time_for_phones();
        Ok(Self {
            application,
            stage,
            url,
            folder,
        })
    }

    /// The page's address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}/demo", self.url)
    }

    /// Serves everything until told to stop.
    ///
    /// # Errors
    /// When a part of the service dies.
    pub async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        let stage = self.stage.clone();
        let keeper = self.application.shared.board_keeper.clone();
        // The past is counted while the page is loading already.
        tokio::spawn(async move { keeper.mend().await });
        let further = move |config: &mut ServiceConfig| {
            routes::routes(stage.clone())(config);
            sandbox::routes(stage.sandbox().clone())(config);
        };
        let outcome = self.application.run_with(stop, further).await;
        self.stage.close();
        drop(self.folder);
        outcome
    }
}
