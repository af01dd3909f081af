//! The servers under test.

use std::net::TcpListener;
use std::path::Path;

use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, web};
use dingdan::app::Application;
use dingdan::clock::Clock;
use dingdan::config::{Document, Settings};
use dingdan::domain::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::callbacks::{CORP, KEY, NOW_SECONDS, TOKEN};

/// `constant`: actix-web answering nothing. `answers`: the callback path alone, without the work
/// that follows. `whole`: everything, as `serve`.
pub(crate) fn run(kind: &str, folder: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        if kind == "constant" {
            println!("{port}");
            return constant(listener).await;
        }
        let settings = settings(Path::new(folder));
        let clock = Clock::frozen_at(Timestamp::from_seconds(NOW_SECONDS));
        let application = Application::build_on(listener, settings, clock)
            .await
            .unwrap();
        println!("{port}");
        let stop = CancellationToken::new();
        let ended = if kind == "whole" {
            application.run(stop).await
        } else {
            application.answer(stop).await
        };
        ended.unwrap();
    });
}

async fn constant(listener: TcpListener) {
    let app =
        || App::new().default_service(web::to(|_: Bytes| async { HttpResponse::Ok().finish() }));
    HttpServer::new(app)
        .listen(listener)
        .unwrap()
        .run()
        .await
        .unwrap();
}

fn settings(folder: &Path) -> Settings {
    let text = format!(
        "[server]\npublic_url = \"http://localhost\"\n\
         [storage]\nurl = \"sqlite://{}\"\n\
         [wecom]\ncorp_id = \"{CORP}\"\napi_base = \"http://127.0.0.1:9\"\n\
         [[wecom.app]]\nname = \"sales\"\nagent_id = 1000002\nsecret = \"none\"\n\
         token = \"{TOKEN}\"\nencoding_aes_key = \"{KEY}\"\n",
        folder.join("dingdan.db").display()
    );
    Settings::from_document(&Document::new("load.toml", text)).unwrap()
}
