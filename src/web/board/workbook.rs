//! `GET /board/top3.xlsx`: the board's figures with quotes, as a workbook.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::question::Wanted;
use super::view;
use crate::exchange;
use crate::shared::Shared;
use crate::store::HitFilter;
use crate::top_three::{Asked, Report};
use crate::web::error::PageError;
use crate::web::respond;
use crate::web::sight::Sight;
use crate::web::viewer::Viewer;

/// `GET /board/top3.xlsx`.
pub(in crate::web) async fn workbook(
    shared: Data<Shared>,
    viewer: Viewer,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let wanted = Wanted::strictly(request.query_string(), &viewer.scope)?;
    let today = shared.clock.now().day();
    let days = wanted.period.now(today);
    let sight = Sight::of(&shared, &viewer.scope).await?;
    if sight.lacks_team(wanted.team.as_ref()) {
        return Err(PageError::NotFound);
    }
    let asked = Asked {
        question: wanted.question(days, &sight),
        before: wanted.period.before(today),
        // Each kind of objection has quotes of its own, of what counts.
        filter: HitFilter {
            label: String::new(),
            unknown: None,
            on_trial: false,
            ..wanted.hits(days)
        },
        scope: viewer.scope.clone(),
    };
    let dictionaries = shared.detector.load().dictionaries().clone();
    let report = Report::of(&shared.store, &dictionaries, &asked).await?;
    view(&shared, &viewer, &request)
        .record(report.chats(), None)
        .await?;
    let mut bytes = Vec::new();
    let base = &shared.settings.server.public_url;
    exchange::objections(&shared.store, &report, &sight.teams, base, &mut bytes)
        .await
        .map_err(|error| PageError::Internal(error.into()))?;
    Ok(respond::workbook(&report.file_name(), bytes))
}
