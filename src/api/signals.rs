//! `GET /signals`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::access::Caller;
use super::answer;
use super::page::{self, Page};
use super::parameters::Parameters;
use super::problem::Problem;
use super::views;
use crate::domain::Label;
use crate::shared::Shared;
use crate::store::{SignalFilter, SignalRow};

/// What customers' messages meant, the oldest first.
pub(super) async fn signals(
    shared: Data<Shared>,
    caller: Caller,
    request: HttpRequest,
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
        shadow: parameters.parsed("shadow", "true or false"),
        dismissed: parameters.parsed("dismissed", "true or false"),
    };
    let page = Page::of("signals", &mut parameters);
    parameters.finish()?;

    let mut rows = shared
        .store
        .signals_page(&filter, page.after.as_ref(), page.rows())
        .await?;
    let next_cursor = page.close(&mut rows, |signal: &SignalRow| {
        (signal.at, signal.id.clone())
    });
    let chats = rows.iter().map(|signal| signal.chat_id.clone());
    views::record(&shared, &caller, &request, "signals", chats, None).await?;
    let items = rows.iter().map(answer::signal).collect();
    Ok(page::answer(items, next_cursor))
}
