//! `dingdan serve`.

use super::{ConfigOption, stop_on_signal};
use crate::app::Application;
use crate::clock::Clock;
use crate::telemetry;

pub(super) async fn serve(options: &ConfigOption) -> anyhow::Result<()> {
    let loading = options.begin_loading()?;
    let settings = loading.settings();
    telemetry::begin_logging(settings.server.json_logs);
    let public_url = settings.server.public_url.clone();
    let apps: Vec<String> = settings
        .wecom
        .apps
        .iter()
        .map(|app| app.name.clone())
        .collect();
    let application = Application::build(loading, Clock::system()).await?;
    let stop = stop_on_signal()?;
    tracing::info!(address = %application.address()?, pages = %public_url, "ready");
    for app in apps {
        tracing::info!("callback URL of app {app}: {public_url}/wecom/callback/{app}");
    }
    application.run(stop).await
}
