//! Counts and times every exchange with a platform.

use std::time::Instant;

use metrics::{counter, histogram};

use super::call::Failure;

/// Runs one exchange and notes its outcome. The names come from fixed sets, so the number of
/// series is bounded.
pub(crate) async fn measured<T>(
    platform: &'static str,
    api: &'static str,
    exchange: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let began = Instant::now();
    let result = exchange.await;
    let outcome = match &result {
        Ok(_) => "done",
        Err(Failure::TokenRefused(_)) => "token_refused",
        Err(Failure::Final(error)) => error.outcome(),
    };
    histogram!("dingdan_platform_seconds", "platform" => platform, "api" => api)
        .record(began.elapsed());
    counter!(
        "dingdan_platform_calls_total",
        "platform" => platform, "api" => api, "outcome" => outcome
    )
    .increment(1);
    result
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;
    use crate::platform::CallError;

    #[test]
    fn every_exchange_is_counted_with_its_outcome() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let later = CallError::later(Duration::from_secs(1), "busy");

        metrics::with_local_recorder(&recorder, || {
            let run = |result: Result<(), Failure>| {
                let exchange = measured("wecom", "send", async { result });
                futures_util::FutureExt::now_or_never(exchange).expect("it waits for nothing")
            };
            assert!(run(Ok(())).is_ok());
            assert!(run(Ok(())).is_ok());
            assert!(run(Err(Failure::Final(later))).is_err());
            assert!(run(Err(Failure::TokenRefused("40014".to_owned()))).is_err());
        });

        let shown = recorder.handle().render();
        for (outcome, times) in [("done", 2), ("later", 1), ("token_refused", 1)] {
            let line = format!(
                "dingdan_platform_calls_total{{platform=\"wecom\",api=\"send\",outcome=\"{outcome}\"}} {times}"
            );
            assert!(shown.contains(&line), "{shown}");
        }
        assert!(
            shown.contains("dingdan_platform_seconds_count{platform=\"wecom\",api=\"send\"} 4")
        );
    }
}
