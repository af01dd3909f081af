//! Logs for people or machines, and the figures behind `/metrics`.

use std::io::IsTerminal as _;
use std::sync::LazyLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

/// What is logged when nobody says otherwise. What is wrong with a stranger's PDF is told to its
/// sender; `lopdf` would tell it here.
pub const DEFAULT_LOG: &str = "info,actix_server=warn,lopdf=off,sqlx=warn";

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

/// Begins to log to standard error: `DINGDAN_LOG` says what ([`DEFAULT_LOG`] when unset), `json`
/// how. A `DINGDAN_LOG` that can't be meant so is told in the log, and the default is used.
pub fn begin_logging(json: bool) {
    let wanted = std::env::var_os("DINGDAN_LOG").map(|text| text.to_string_lossy().into_owned());
    let (filter, refused) = match filter(wanted.as_deref().unwrap_or_default()) {
        Ok(filter) => (filter, None),
        Err(why) => (EnvFilter::new(DEFAULT_LOG), Some(why)),
    };
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(filter)
        // A log that can't be written must not end the service.
        .log_internal_errors(false)
        .with_writer(std::io::stderr);
    // A second call (tests in one process) finds a subscriber and leaves it.
    let _ = if json {
        subscriber.json().try_init()
    } else {
        subscriber.try_init()
    };
    if let Some(why) = refused {
        tracing::warn!("DINGDAN_LOG: {why}; logging {DEFAULT_LOG} instead");
    }
}

/// What to log. The library takes a bare word for the name of a module, of which there is none
/// when the word was meant as a level, so that nothing would be logged at all.
fn filter(wanted: &str) -> Result<EnvFilter, String> {
    if wanted.trim().is_empty() {
        return Ok(EnvFilter::new(DEFAULT_LOG));
    }
    for part in wanted.split(',').map(str::trim) {
        let is_bare = !part.contains(['=', '[', ']', '{', '}', '"']);
        if is_bare && part.parse::<LevelFilter>().is_err() {
            return Err(format!(
                "found {part:?}, expected a level (off, error, warn, info, debug, trace) or module=level"
            ));
        }
    }
    EnvFilter::try_new(wanted).map_err(|error| format!("found {wanted:?}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_or_a_module_with_one_is_taken_and_a_slip_is_told() {
        for wanted in [
            "",
            "warn",
            "DEBUG",
            "off",
            "info,sqlx=warn",
            "dingdan::inbox=trace",
        ] {
            assert!(filter(wanted).is_ok(), "{wanted}");
        }
        for wanted in ["infoo", "info,sqlx", "sqlx=wran", "1.5"] {
            assert!(filter(wanted).is_err(), "{wanted}");
        }
        let why = filter("infoo").expect_err("no level");
        assert!(why.contains("\"infoo\"") && why.contains("debug"), "{why}");
    }
}
