//! `GET /signals`.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::answer;
use super::page::Page;
use super::parameters::Parameters;
use super::problem::Problem;
use crate::domain::Label;
use crate::shared::Shared;
use crate::store::{SignalFilter, SignalRow};

/// What customers' messages meant, the oldest first.
pub(super) async fn signals(
    shared: Data<Shared>,
    mut parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let label: Option<Label> =
        parameters.parsed("label", "a signal's code such as PRICE or TENDER");
    let filter = SignalFilter {
        at: parameters.period(),
        label: label.map(|label| label.code().to_owned()),
        chat: parameters.text("chat"),
        rep: parameters.text("rep"),
        customer: parameters.text("customer"),
        region: parameters.text("region"),
    };
    let page = Page::of("signals", &mut parameters);
    parameters.finish()?;

    let rows = shared
        .store
        .signals_page(&filter, page.after.as_ref(), page.rows())
        .await?;
    Ok(page.answer(
        rows,
        |signal: &SignalRow| (signal.at, signal.id.clone()),
        answer::signal,
    ))
}
