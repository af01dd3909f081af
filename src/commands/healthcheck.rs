//! `dingdan healthcheck`: for containers and supervisors, which may have no HTTP client.

use std::time::Duration;

use anyhow::Context as _;

/// Longer than an answer from this machine may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whom to ask.
#[derive(clap::Args)]
pub struct HealthcheckOptions {
    /// Where the service listens
    #[arg(long, default_value = "http://127.0.0.1:8080/healthz")]
    url: String,
}

pub(super) async fn healthcheck(options: &HealthcheckOptions) -> anyhow::Result<()> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .build()?;
    let answer = client.get(&options.url).send().await;
    let status = answer.context("no answer")?.status();
    anyhow::ensure!(status.is_success(), "the answer was {status}");
    Ok(())
}
