//! `/healthz`, `/readyz`, `/metrics`.

use std::time::Duration;

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use serde_json::json;

use crate::domain::Timestamp;
use crate::outbox::{API_QUOTA, WEBHOOK_QUOTA, month};
use crate::shared::Shared;
use crate::telemetry;

const ANSWER_WITHIN: Duration = Duration::from_secs(2);

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/healthz", web::get().to(alive))
        .route("/readyz", web::get().to(ready))
        .route("/metrics", web::get().to(figures));
}

/// The process answers.
async fn alive() -> impl Responder {
    "ok\n"
}

/// Store and Redis answer. Without Redis, and without the chat archive's library, the service works,
/// degraded, so that is said and is no failure.
async fn ready(shared: Data<Shared>) -> HttpResponse {
    let store = tokio::time::timeout(ANSWER_WITHIN, shared.store.ping()).await;
    let board = shared.board_keeper.board.ping().await;
    let word = |fine: bool| if fine { "ok" } else { "failing" };
    let store_is_fine = matches!(store, Ok(Ok(())));
    let mut body = json!({
        "store": word(store_is_fine),
        "board": word(board.is_ok()),
    });
    if let Some(archive) = &shared.archive {
        body["archive"] = word(!archive.is_failing()).into();
    }
    if store_is_fine {
        HttpResponse::Ok().json(body)
    } else {
        HttpResponse::ServiceUnavailable().json(body)
    }
}

/// Prometheus text.
async fn figures(shared: Data<Shared>) -> HttpResponse {
    measure_backlog(&shared).await;
    measure_quotas(&shared).await;
    measure_calendar(&shared);
    match telemetry::figures() {
        Some(figures) => HttpResponse::Ok()
            .content_type("text/plain; version=0.0.4; charset=utf-8")
            .body(figures),
        None => {
            HttpResponse::ServiceUnavailable().body("another recorder of metrics is installed\n")
        }
    }
}

/// How late are we: measured when asked.
#[expect(clippy::cast_precision_loss, reason = "gauges of counts and seconds")]
async fn measure_backlog(shared: &Shared) {
    let now = shared.clock.now();
    let age = |since: Option<Timestamp>| since.map_or(0.0, |since| now.since(since).as_secs_f64());
    if let Ok((waiting, set_aside, oldest)) = shared.store.inbox_backlog().await {
        metrics::gauge!("dingdan_inbox_waiting").set(waiting as f64);
        metrics::gauge!("dingdan_inbox_set_aside").set(set_aside as f64);
        metrics::gauge!("dingdan_inbox_age_seconds").set(age(oldest));
    }
    if let Ok((waiting, dead, oldest)) = shared.store.outbox_backlog().await {
        metrics::gauge!("dingdan_outbox_waiting").set(waiting as f64);
        metrics::gauge!("dingdan_outbox_dead").set(dead as f64);
        metrics::gauge!("dingdan_outbox_age_seconds").set(age(oldest));
    }
    if shared.archive.is_some()
        && let Ok(Some(cursor)) = shared.store.archive_cursor().await
    {
        metrics::gauge!("dingdan_archive_age_seconds").set(age(Some(cursor.pulled_at)));
    }
    if let Ok(nearest) = shared.store.nearest_moment().await {
        metrics::gauge!("dingdan_deadline_missed_by_seconds").set(age(nearest));
    }
}

/// What is left of this month's calls to DingTalk.
#[expect(clippy::cast_precision_loss, reason = "gauges of a few thousand calls")]
async fn measure_quotas(shared: &Shared) {
    let Some(settings) = &shared.settings.dingtalk else {
        return;
    };
    let month = month(shared.clock.now());
    for (quota, allowed) in [
        (API_QUOTA, settings.monthly_calls),
        (WEBHOOK_QUOTA, settings.monthly_webhooks),
    ] {
        if let Ok(used) = shared.store.quota_used(quota, &month).await {
            metrics::gauge!("dingdan_quota_left", "quota" => quota).set((allowed - used) as f64);
        }
    }
}

/// For how many days public holidays are still known. A calendar that needs none has no such figure.
#[expect(clippy::cast_precision_loss, reason = "a gauge of days")]
fn measure_calendar(shared: &Shared) {
    let today = shared.clock.now().day();
    if let Some(day) = shared.calendar.load().first_day_without_data(today) {
        metrics::gauge!("dingdan_calendar_days_left").set((day.0 - today.0) as f64);
    }
}
