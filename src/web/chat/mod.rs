//! 聊天原文: the customer's words where they were said.
//!
//! Opening a chat is recorded before anything of it is shown; when that fails, nothing is shown.
//! Further lines are parts of an opened page; whoever asks for one without having opened the page
//! is recorded just the same.

mod lines;
mod sidebar;
#[cfg(test)]
mod tests;

use std::time::Duration;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use futures_util::stream;
use tokio_util::sync::CancellationToken;
use ulid::Ulid;

use super::client_address::client_address;
use super::error::PageError;
use super::frame::{Frame, Tab};
use super::query::{Parameters, path_of};
use super::viewer::{PartViewer, Viewer};
use super::{events, respond, session};
use crate::domain::{ChatId, MessageId, Timestamp};
use crate::shared::Shared;
use crate::store::{ChatRow, StoredMessage};
use lines::{Cursor, Lines};
use sidebar::{Deal, ViewedBy};

/// How often an open page's chat is looked at for new lines.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(1);

#[derive(Template)]
#[template(path = "chat.html")]
struct ChatPage {
    frame: Frame,
    path: String,
    head: Head,
    lines: Lines,
    deals: Vec<Deal>,
    views: Vec<ViewedBy>,
}

/// What stands beside the lines, drawn again whenever something of it changes.
#[derive(Template)]
#[template(path = "chat_side.html")]
struct Side {
    deals: Vec<Deal>,
    views: Vec<ViewedBy>,
}

/// Who talks with whom.
struct Head {
    customer: String,
    contact: String,
    rep: String,
    region: String,
}

/// `GET /chats/{chat}?message=…`.
pub(super) async fn page(
    shared: Data<Shared>,
    viewer: Viewer,
    chat: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let chat = visible(&shared, &viewer, &chat).await?;
    let asked = Parameters::of(request.query_string());
    let target = match asked.get("message") {
        Some(id) => Some(message_of(&shared, &chat, id).await?),
        None => None,
    };
    record(
        &shared,
        &viewer,
        &chat.id,
        target.as_ref().map(|target| &target.id),
        &request,
    )
    .await?;

    let lines = lines::opened_at(&shared, &chat, target.as_ref()).await?;
    let Side { deals, views } = side_of(&shared, &viewer, &chat).await?;
    let page = ChatPage {
        frame: Frame::new(Tab::None, &viewer),
        path: path_of(&["chats", chat.id.as_str()]),
        lines,
        deals,
        views,
        head: head(chat),
    };
    respond::page(&page)
}

/// `GET /chats/{chat}/lines?before=…` or `?after=…`.
pub(super) async fn lines(
    shared: Data<Shared>,
    part: PartViewer,
    chat: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let chat = visible(&shared, &part.viewer, &chat).await?;
    let asked = Parameters::of(request.query_string());
    let cursor = |name| asked.get(name).map(str::parse::<Cursor>);
    let (before, after) = (cursor("before"), cursor("after"));
    record_unless_opened(&shared, &part.viewer, &chat, &request).await?;
    let lines = match (before, after) {
        (Some(Ok(cursor)), None) => {
            part.note_use(&shared).await?;
            lines::before(&shared, &chat, cursor).await?
        }
        (None, Some(Ok(cursor))) => lines::after(&shared, &chat, cursor).await?,
        _ => return Err(PageError::BadRequest),
    };
    respond::page(&lines)
}

/// `GET /chats/{chat}/side`.
pub(super) async fn side(
    shared: Data<Shared>,
    part: PartViewer,
    chat: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let chat = visible(&shared, &part.viewer, &chat).await?;
    record_unless_opened(&shared, &part.viewer, &chat, &request).await?;
    respond::page(&side_of(&shared, &part.viewer, &chat).await?)
}

async fn side_of(shared: &Shared, viewer: &Viewer, chat: &ChatRow) -> Result<Side, PageError> {
    Ok(Side {
        deals: sidebar::deals(shared, &viewer.scope, chat).await?,
        views: sidebar::views(shared, &chat.id).await?,
    })
}

/// What an open page shows of a chat: its newest line, and what stands beside the lines.
async fn shown(
    shared: &Shared,
    viewer: &Viewer,
    chat: &ChatRow,
) -> Result<(Option<(Timestamp, i64)>, String), PageError> {
    let newest = shared.store.newest_line(&chat.id).await?;
    let side = side_of(shared, viewer, chat).await?.render()?;
    Ok((newest, side))
}

/// `GET /chats/{chat}/events`.
pub(super) async fn changes(
    shared: Data<Shared>,
    stop: Data<CancellationToken>,
    part: PartViewer,
    chat: Path<String>,
) -> Result<HttpResponse, PageError> {
    let viewer = part.viewer;
    let chat = visible(&shared, &viewer, &chat).await?;
    let known = shown(&shared, &viewer, &chat).await?;
    let news = stream::unfold(
        (shared, viewer, chat, known),
        |(shared, viewer, chat, known)| async move {
            loop {
                tokio::time::sleep(LOOKED_AT_EVERY).await;
                // A store that is away is asked again; the page itself will tell its reader.
                match shown(&shared, &viewer, &chat).await {
                    Ok(now) if now != known => return Some(((), (shared, viewer, chat, now))),
                    _ => {}
                }
            }
        },
    );
    Ok(events::answer(news, stop.as_ref().clone()))
}

/// The chat, if it is theirs. Everything else takes a [`ChatRow`], which only comes from here.
async fn visible(shared: &Shared, viewer: &Viewer, chat: &str) -> Result<ChatRow, PageError> {
    shared
        .store
        .chat_in(&viewer.scope, chat)
        .await?
        .ok_or(PageError::NotFound)
}

/// The message, if it is one of this chat's: by our id or the platform's.
async fn message_of(shared: &Shared, chat: &ChatRow, id: &str) -> Result<StoredMessage, PageError> {
    let message = shared.store.message(id).await?;
    message
        .filter(|message| message.chat_id == chat.id)
        .ok_or(PageError::NotFound)
}

/// Parts belong to an opened page, whose opening is on record; asked for without it, they are a
/// look of their own.
async fn record_unless_opened(
    shared: &Shared,
    viewer: &Viewer,
    chat: &ChatRow,
    request: &HttpRequest,
) -> Result<(), PageError> {
    let since = shared.clock.now().minus(session::LONGEST);
    let has_opened = shared
        .store
        .has_viewed(&viewer.person.id, &chat.id, since)
        .await?;
    if has_opened {
        return Ok(());
    }
    record(shared, viewer, &chat.id, None, request).await
}

async fn record(
    shared: &Shared,
    viewer: &Viewer,
    chat: &ChatId,
    message: Option<&MessageId>,
    request: &HttpRequest,
) -> Result<(), PageError> {
    let address = client_address(request, &shared.settings.server.trusted_proxies);
    let address = address
        .map(|address| address.to_string())
        .unwrap_or_default();
    let id = Ulid::generate().to_string();
    let now = shared.clock.now();
    let recorded = shared
        .store
        .record_view(&id, &viewer.person.id, chat, message, now, &address)
        .await;
    recorded.map_err(|error| {
        PageError::Unavailable(
            anyhow::Error::new(error).context("record a view, so nothing is shown"),
        )
    })
}

fn head(chat: ChatRow) -> Head {
    let or = |name: String, otherwise: &str| {
        if name.is_empty() {
            otherwise.to_owned()
        } else {
            name
        }
    };
    Head {
        customer: or(chat.customer, "尚未识别的客户"),
        contact: or(chat.contact, "未命名联系人"),
        rep: or(chat.rep, "没有接待人员"),
        region: chat.region,
    }
}
