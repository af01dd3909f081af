//! Logs for people or machines, and the figures behind `/metrics`.

use std::io::IsTerminal as _;
use std::sync::LazyLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

static FIGURES: LazyLock<Option<PrometheusHandle>> =
    LazyLock::new(|| PrometheusBuilder::new().install_recorder().ok());

/// Begins to collect figures; before that they are lost. Does nothing the second time.
pub fn collect_figures() {
    LazyLock::force(&FIGURES);
}

/// The figures as Prometheus reads them; `None` when another recorder is installed.
#[must_use]
pub fn figures() -> Option<String> {
    FIGURES.as_ref().map(|handle| {
        handle.run_upkeep();
        handle.render()
    })
}

/// Begins to log to standard error: `DINGDAN_LOG` says what (`info` when unset), `json` how.
pub fn begin_logging(json: bool) {
    let filter = EnvFilter::try_from_env("DINGDAN_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,actix_server=warn,sqlx=warn"));
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second call (tests in one process) finds a subscriber and leaves it.
    let _ = if json {
        subscriber.json().try_init()
    } else {
        subscriber.try_init()
    };
}
