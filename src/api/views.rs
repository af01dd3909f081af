//! What scripts read of chats: on record before it is answered, by the name of their token. What
//! can't be recorded is not answered.

use actix_web::HttpRequest;

use super::access::Caller;
use super::problem::Problem;
use crate::domain::{ChatId, MessageId};
use crate::shared::Shared;
use crate::store::{NewView, ViewedBy};
use crate::web::client_address;

/// A script reads a list that shows chats' words: one view of each chat.
///
/// # Errors
/// When the store fails; nothing must be answered then.
pub(super) async fn record(
    shared: &Shared,
    caller: &Caller,
    request: &HttpRequest,
    list: &str,
    chats: impl IntoIterator<Item = ChatId>,
    message: Option<&MessageId>,
) -> Result<(), Problem> {
    let address = client_address(request, &shared.settings.server.trusted_proxies);
    let address = address.map(|address| address.to_string());
    let view = NewView {
        by: ViewedBy::Token(&caller.name),
        place: list,
        message,
        at: shared.clock.now(),
        address: address.as_deref().unwrap_or_default(),
    };
    Ok(shared.store.record_views(&view, chats).await?)
}
