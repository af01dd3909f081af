//! `GET /messages`, `GET /messages/{id}`.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::access::Caller;
use super::answer;
use super::page::{self, Page};
use super::parameters::Parameters;
use super::problem::Problem;
use super::views;
use crate::shared::Shared;
use crate::store::{MessageFilter, StoredMessage};

/// What the store puts before the ids of 微信客服 messages, and of archived ones.
const PREFIXES: [&str; 2] = ["kf:msg:", "archive:"];

/// Chat lines, the oldest first.
pub(super) async fn messages(
    shared: Data<Shared>,
    caller: Caller,
    request: HttpRequest,
    mut parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let filter = MessageFilter {
        sent: parameters.period(),
        chat: parameters.text("chat"),
        sender: parameters.text("sender"),
    };
    let page = Page::of("messages", &mut parameters);
    parameters.finish()?;

    let mut rows = shared
        .store
        .messages_page(&filter, page.after.as_ref(), page.rows())
        .await?;
    let key = |line: &StoredMessage| (line.sent_at, line.position, line.id.as_str().to_owned());
    let next_cursor = page.close(&mut rows, key);
    let chats = rows.iter().map(|line| line.chat_id.clone());
    views::record(&shared, &caller, &request, "messages", chats, None).await?;
    let items = rows.iter().map(|line| shown(&shared, line)).collect();
    Ok(page::answer(items, next_cursor))
}

/// One chat line by our id or the platform's, with its signals.
pub(super) async fn message(
    shared: Data<Shared>,
    caller: Caller,
    request: HttpRequest,
    id: Path<String>,
    parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    parameters.finish()?;
    let Some(message) = shared.store.message(&id).await? else {
        return Err(Problem::not_found(
            "no message has this id, neither ours nor the platform's",
        ));
    };
    let (chat, id) = (message.chat_id.clone(), Some(&message.id));
    views::record(&shared, &caller, &request, "messages", [chat], id).await?;
    let signals = shared.store.signals_of_message(&message.id).await?;
    let mut shown = shown(&shared, &message);
    shown["signals"] = signals.iter().map(answer::signal).collect();
    Ok(HttpResponse::Ok().json(shown))
}

fn shown(shared: &Shared, line: &StoredMessage) -> Value {
    let platform_id = PREFIXES
        .iter()
        .find_map(|prefix| line.platform_id.strip_prefix(prefix))
        .unwrap_or(&line.platform_id);
    json!({
        "id": line.id,
        "platform_id": platform_id,
        "chat_id": line.chat_id,
        "speaker": line.speaker,
        "sender": line.sender,
        "sent_at": line.sent_at.rfc3339(),
        "kind": line.kind,
        "text": line.text,
        "recalled_at": answer::moment(line.recalled_at),
        "url": format!("{}/chats/{}?message={}", shared.settings.server.public_url, line.chat_id, line.id),
    })
}
