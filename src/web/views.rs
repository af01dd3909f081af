//! Views of customers' words: on record before anything is shown. What can't be recorded is not
//! shown.

use std::time::Duration;

use actix_web::HttpRequest;

use super::client_address::client_address;
use super::error::PageError;
use super::language::Language;
use super::viewer::Viewer;
use crate::domain::{ChatId, MessageId};
use crate::shared::Shared;
use crate::store::{NewView, StoreError, ViewedBy};

/// What an opened page goes on to show of a chat is the same view for so long.
const SAME_FOR: Duration = Duration::from_secs(3600);

/// A page that shows customers' words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Chat,
    Board,
    Alerts,
    /// A run's page, of its rep.
    Run,
}

impl Place {
    const fn code(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Board => "board",
            Self::Alerts => "alerts",
            Self::Run => "run",
        }
    }
}

/// What readers are told of a recorded place; the chat itself needs no word.
pub(super) fn place_name(code: &str, language: Language) -> Option<&'static str> {
    match code {
        "chat" => None,
        "board" => Some(language.say("看板", "board")),
        "alerts" => Some(language.say("预警", "alerts")),
        "run" => Some(language.say("节点", "step")),
        _ => Some(language.say("接口", "API")),
    }
}

/// Somebody looks at a page.
pub(super) struct View<'a> {
    pub(super) shared: &'a Shared,
    pub(super) viewer: &'a Viewer,
    pub(super) request: &'a HttpRequest,
    pub(super) place: Place,
}

impl View<'_> {
    /// A page was opened that shows words of these chats: one view of each.
    ///
    /// # Errors
    /// When the store fails; the page must not be shown then.
    pub(super) async fn record(
        &self,
        chats: impl IntoIterator<Item = ChatId>,
        message: Option<&MessageId>,
    ) -> Result<(), PageError> {
        let proxies = &self.shared.settings.server.trusted_proxies;
        let address = client_address(self.request, proxies);
        let address = address.map(|address| address.to_string());
        let view = NewView {
            by: ViewedBy::Person(&self.viewer.person.id, &self.viewer.session),
            place: self.place.code(),
            message,
            at: self.shared.clock.now(),
            address: address.as_deref().unwrap_or_default(),
        };
        let recorded = self.shared.store.record_views(&view, chats).await;
        recorded.map_err(unrecorded)
    }

    /// A part of an opened page was asked for. What it shows of chats that were not shown to the
    /// same session within the hour is a view of its own; so is everything when the page was never
    /// opened.
    ///
    /// # Errors
    /// As [`View::record`].
    pub(super) async fn record_new(
        &self,
        chats: impl IntoIterator<Item = ChatId>,
    ) -> Result<(), PageError> {
        let since = self.shared.clock.now().minus(SAME_FOR);
        let (store, viewer) = (&self.shared.store, self.viewer);
        let known = store
            .viewed_since(&viewer.person.id, &viewer.session, self.place.code(), since)
            .await;
        let known = known.map_err(unrecorded)?;
        let new = chats.into_iter().filter(|chat| !known.contains(chat));
        self.record(new, None).await
    }
}

/// Why nothing is shown: the look could not be recorded.
pub(super) fn unrecorded(error: StoreError) -> PageError {
    PageError::Unavailable(anyhow::Error::new(error).context("record a view, so nothing is shown"))
}
