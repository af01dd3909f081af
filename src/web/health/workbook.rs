//! What the pages show, as workbooks: all rows, in plain numbers.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::question::Wanted;
use crate::engine::Process;
use crate::exchange;
use crate::health_report::{Asked, Causes, Report, bands};
use crate::shared::Shared;
use crate::web::error::PageError;
use crate::web::respond;
use crate::web::viewer::Viewer;

/// `GET /health.xlsx`.
pub(in crate::web) async fn health(
    shared: Data<Shared>,
    viewer: Viewer,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let process = shared.process.load();
    let (_, report) = reported((&shared, &process), &viewer, &request).await?;
    answer("health", &report, exchange::health(&report))
}

/// `GET /compliance.xlsx`.
pub(in crate::web) async fn compliance(
    shared: Data<Shared>,
    viewer: Viewer,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let process = shared.process.load();
    let (asked, report) = reported((&shared, &process), &viewer, &request).await?;
    let figures = bands(&shared.store, &process, (&asked, &report)).await?;
    let teams = report.teams_seen(&shared.store.teams().await?);
    answer(
        "compliance",
        &report,
        exchange::compliance(&report, &teams, &figures),
    )
}

/// `GET /attribution.xlsx`.
pub(in crate::web) async fn attribution(
    shared: Data<Shared>,
    viewer: Viewer,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let process = shared.process.load();
    let (asked, report) = reported((&shared, &process), &viewer, &request).await?;
    let causes = Causes::of(&shared.store, (&asked, &report)).await?;
    answer(
        "attribution",
        &report,
        exchange::attribution(&report, causes.as_ref()),
    )
}

/// What a request asks, and the figures.
async fn reported(
    (shared, process): (&Shared, &Process),
    viewer: &Viewer,
    request: &HttpRequest,
) -> Result<(Asked, Report), PageError> {
    let asked = Wanted::of(request.query_string()).asked(&viewer.scope, shared.clock.now());
    let report = Report::of(&shared.store, process, &asked).await?;
    Ok((asked, report))
}

fn answer(
    name: &str,
    report: &Report,
    bytes: Result<Vec<u8>, exchange::ExportError>,
) -> Result<HttpResponse, PageError> {
    let bytes = bytes.map_err(|error| PageError::Internal(error.into()))?;
    let (from, to) = (report.period.from.day(), report.last_day());
    Ok(respond::workbook(
        &format!("{name}-{from}-{to}.xlsx"),
        bytes,
    ))
}
