//! The pages: rendered here, escaped by their templates, and alive by server-sent events.
//!
//! Each page is a typed context next to its handler (`board`, `chat`, `alerts`, `login`, `rep_page`) and a
//! template of the same name. Whoever sees anything is a `viewer`, which only a session makes,
//! and every question to the store carries the viewer's scope. Styles and scripts are in
//! `assets/`, inside the binary; there is no build step.
//!
//! To add a page: a handler that takes a `Viewer`, a context with a template, a sample of it in
//! its tests, and a line in [`routes`].

mod alerts;
mod assets;
mod board;
mod chat;
mod client_address;
mod error;
mod events;
mod frame;
mod login;
mod marking;
mod moments;
mod next_path;
mod query;
mod rep_page;
mod respond;
mod same_site;
mod session;
mod standing;
#[cfg(test)]
mod tests;
mod viewer;
mod views;

use actix_web::web::{self, ServiceConfig, get};

pub use client_address::client_address;

/// All pages, and the answer to addresses that are none.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/", get().to(board::page))
        .route("/board/live", get().to(board::live))
        .route("/board/events", get().to(board::changes))
        .route("/chats/{chat}", get().to(chat::page))
        .route("/chats/{chat}/lines", get().to(chat::lines))
        .route("/chats/{chat}/side", get().to(chat::side))
        .route("/chats/{chat}/events", get().to(chat::changes))
        .route("/alerts", get().to(alerts::page))
        .route("/alerts/{alert}/deliveries", get().to(alerts::deliveries))
        .route("/assets/{name}", get().to(assets::serve))
        .configure(login::routes)
        .configure(rep_page::routes)
        .default_service(web::to(error::not_found));
}
