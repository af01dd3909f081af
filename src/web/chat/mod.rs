//! 聊天原文: the customer's words where they were said.
//!
//! Opening a chat is recorded before anything of it is shown; when that fails, nothing is shown.
//! Further lines are parts of an opened page; whoever asks for one without having opened the page
//! is recorded just the same.

mod about;
pub(super) mod correcting;
pub(super) mod files;
mod kinds;
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

use super::error::PageError;
use super::frame::{Frame, Tab};
use super::language::Language;
use super::query::{Parameters, path_of};
use super::viewer::{PartViewer, Viewer};
use super::views::{Place, View};
use super::{events, respond};
use crate::shared::Shared;
use crate::store::{ChatMark, ChatRow, StoredMessage};
use lines::{Cursor, Lines, Reader};
use sidebar::{Deal, ViewedBy};

/// How often an open page's chat is looked at for new lines.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(1);
const MINUTE_MS: i64 = 60_000;

#[derive(Template)]
#[template(path = "chat.html")]
struct ChatPage {
    frame: Frame,
    language: Language,
    path: String,
    head: Head,
    lines: Lines,
    deals: Vec<Deal>,
    views: Vec<ViewedBy>,
    /// Differs when lines that are shown already were corrected.
    corrected: String,
    /// Why a correction was not taken.
    refusal: Option<String>,
}

/// What stands beside the lines, drawn again whenever something of it changes.
#[derive(Template)]
#[template(path = "chat_side.html")]
struct Side {
    language: Language,
    deals: Vec<Deal>,
    views: Vec<ViewedBy>,
    corrected: String,
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
    respond::page(&drawn(&shared, &viewer, &request, chat, target).await?)
}

/// The page, whose view is recorded first.
async fn drawn(
    shared: &Shared,
    viewer: &Viewer,
    request: &HttpRequest,
    chat: ChatRow,
    target: Option<StoredMessage>,
) -> Result<ChatPage, PageError> {
    let view = view(shared, viewer, request);
    let message = target.as_ref().map(|target| &target.id);
    view.record([chat.id.clone()], message).await?;

    let reader = Reader {
        shared,
        viewer,
        chat: &chat,
    };
    let lines = lines::opened_at(reader, target.as_ref()).await?;
    let Side {
        language,
        deals,
        views,
        corrected,
    } = side_of(shared, viewer, &chat).await?;
    Ok(ChatPage {
        frame: Frame::new(Tab::None, viewer),
        path: path_of(&["chats", chat.id.as_str()]),
        lines,
        deals,
        views,
        corrected,
        refusal: None,
        head: head(chat, language),
        language,
    })
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
    let view = view(&shared, &part.viewer, &request);
    view.record_new([chat.id.clone()]).await?;
    let reader = Reader {
        shared: &shared,
        viewer: &part.viewer,
        chat: &chat,
    };
    let lines = match (before, after) {
        (Some(Ok(cursor)), None) => {
            part.note_use(&shared).await?;
            lines::before(reader, cursor).await?
        }
        (None, Some(Ok(cursor))) => lines::after(reader, cursor).await?,
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
    let view = view(&shared, &part.viewer, &request);
    view.record_new([chat.id.clone()]).await?;
    respond::page(&side_of(&shared, &part.viewer, &chat).await?)
}

async fn side_of(shared: &Shared, viewer: &Viewer, chat: &ChatRow) -> Result<Side, PageError> {
    let (mark, _) = shown(shared, chat).await?;
    Ok(Side {
        language: viewer.look.language,
        corrected: mark.corrected(),
        deals: sidebar::deals(shared, viewer, chat).await?,
        views: sidebar::views(shared, viewer, &chat.id).await?,
    })
}

/// What an open page shows, as a mark; the minute is part of it, since spans of time are told.
async fn shown(shared: &Shared, chat: &ChatRow) -> Result<(ChatMark, i64), PageError> {
    let store = &shared.store;
    let mark = store.chat_mark(&chat.id, chat.customer_id.as_ref()).await?;
    Ok((mark, shared.clock.now().0.div_euclid(MINUTE_MS)))
}

/// `GET /chats/{chat}/events`.
pub(super) async fn changes(
    shared: Data<Shared>,
    stop: Data<CancellationToken>,
    part: PartViewer,
    chat: Path<String>,
) -> Result<HttpResponse, PageError> {
    let chat = visible(&shared, &part.viewer, &chat).await?;
    let known = shown(&shared, &chat).await?;
    let news = stream::unfold((shared, chat, known), |(shared, chat, known)| async move {
        loop {
            tokio::time::sleep(LOOKED_AT_EVERY).await;
            // A store that is away is asked again; the page itself will tell its reader.
            match shown(&shared, &chat).await {
                Ok(now) if now != known => return Some(((), (shared, chat, now))),
                _ => {}
            }
        }
    });
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

fn view<'a>(shared: &'a Shared, viewer: &'a Viewer, request: &'a HttpRequest) -> View<'a> {
    View {
        shared,
        viewer,
        request,
        place: Place::Chat,
    }
}

fn head(chat: ChatRow, language: Language) -> Head {
    let or = |name: String, otherwise: &str| {
        if name.is_empty() {
            otherwise.to_owned()
        } else {
            name
        }
    };
    Head {
        customer: or(
            chat.customer,
            language.say("尚未识别的客户", "Unknown customer"),
        ),
        contact: or(
            chat.contact,
            language.say("未命名联系人", "Unnamed contact"),
        ),
        rep: or(chat.rep, language.say("没有接待人员", "nobody attending")),
        region: chat.region,
    }
}
