//! The pages: rendered here, escaped by their templates, and alive by server-sent events.
//!
//! Each page is a typed context next to its handler (`board`, `chat`, `alerts`, `run`, `deal`,
//! `login`, `rep_page`) and a
//! template of the same name. Whoever sees anything is a `viewer`, which only a session makes,
//! and every question to the store carries the viewer's scope. Styles and scripts are in
//! `assets/`, inside the binary; there is no build step.
//!
//! To add a page: a handler that takes a `Viewer`, a context with a template, a sample of it in
//! its tests, a line in [`routes`], and one in `frame` if the navigation names it. Its words are
//! said in both languages (`language`).

mod alerts;
mod assets;
mod board;
mod chat;
mod client_address;
mod contacts;
mod deal;
mod error;
mod events;
mod filters;
mod frame;
mod health;
mod kept_file;
mod language;
mod login;
mod look;
mod marking;
mod me;
mod moments;
mod next_path;
mod periods;
mod query;
mod rep_page;
mod respond;
mod run;
mod same_site;
mod session;
mod sight;
mod spot_checks;
mod standing;
#[cfg(test)]
mod tests;
mod undelivered;
mod viewer;
mod views;

use actix_web::middleware::from_fn;
use actix_web::web::{self, FormConfig, ServiceConfig, get, post};

pub use client_address::client_address;

/// All pages, and the answer to addresses that are none.
pub fn routes(config: &mut ServiceConfig) {
    let told = from_fn(error::told_as_wanted);
    config.service(web::scope("").wrap(told).configure(pages));
}

fn pages(config: &mut ServiceConfig) {
    config
        .route("/", get().to(board::page))
        .route("/board/hits", get().to(board::opened))
        .route("/board/ranking", get().to(board::ranked))
        .route("/board/top3.xlsx", get().to(board::workbook))
        .route("/board/live", get().to(board::live))
        .route("/board/events", get().to(board::changes))
        .route("/chats/{chat}", get().to(chat::page))
        .route("/chats/{chat}/lines", get().to(chat::lines))
        .route("/chats/{chat}/side", get().to(chat::side))
        .route(
            "/chats/{chat}/files/{message}/{place}",
            get().to(chat::files::file),
        )
        .route("/chats/{chat}/events", get().to(chat::changes))
        .service(
            web::resource("/chats/{chat}/corrections")
                .app_data(form())
                .route(post().to(chat::correcting::say)),
        )
        .route("/alerts", get().to(alerts::page))
        .route("/alerts/{alert}/deliveries", get().to(alerts::deliveries))
        .service(
            web::resource("/runs/{run}")
                .app_data(form())
                .route(get().to(run::page))
                .route(post().to(run::act)),
        )
        .route("/runs/{run}/files/{file}", get().to(run::files::file))
        .service(
            web::resource("/deals/{deal}")
                .app_data(form())
                .route(get().to(deal::page))
                .route(post().to(deal::move_to)),
        )
        .route(
            "/deals/{deal}/rules/{rule}/acknowledge",
            post().to(deal::acknowledge),
        )
        .service(
            web::resource("/deals/{deal}/nodes")
                .app_data(form())
                .route(get().to(deal::by_hand::back))
                .route(post().to(deal::by_hand::open)),
        )
        .route("/spot-checks", get().to(spot_checks::page))
        .route("/contacts", get().to(contacts::page))
        .service(
            web::resource("/contacts/{contact}")
                .app_data(form())
                .route(get().to(contacts::back))
                .route(post().to(contacts::tell)),
        )
        .service(
            web::resource("/me")
                .app_data(form())
                .route(get().to(me::page))
                .route(post().to(me::set)),
        )
        .route("/assets/{name}", get().to(assets::serve))
        .configure(health::routes)
        .configure(login::routes)
        .configure(look::routes)
        .configure(rep_page::routes)
        .default_service(web::to(error::not_found));
}

const LARGEST_FORM: usize = 8 * 1024;

/// A form that can't be read is told so on a page.
fn form() -> FormConfig {
    FormConfig::default()
        .limit(LARGEST_FORM)
        .error_handler(|_, _| error::PageError::BadRequest.into())
}
