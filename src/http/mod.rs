//! The HTTP server: callbacks, health, the API, and the pages of `web`.

mod body_room;
mod callback;
mod callback_body;
mod dingtalk_callback;
mod health;
mod log_budget;
mod refusal;
mod request_span;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpServer, middleware};
use tokio_util::sync::CancellationToken;
use tracing_actix_web::TracingLogger;

use crate::api;
use crate::inbox::Receiver;
use crate::shared::Shared;
use crate::web as pages;

use request_span::RequestSpan;

/// Slow senders are cut off after this.
const REQUEST_WITHIN: Duration = Duration::from_secs(10);
/// How long a connection may be idle between requests.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
const STOP_WITHIN_SECONDS: u64 = 10;

/// Answers requests until told to stop; requests in hand are finished.
///
/// # Errors
/// When the socket fails.
pub async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    receiver: Receiver,
    stop: CancellationToken,
) -> std::io::Result<()> {
    serve_with(listener, shared, receiver, stop, |_| {}).await
}

/// As [`serve`], with further routes (the demo's).
///
/// # Errors
/// As [`serve`].
pub async fn serve_with(
    listener: TcpListener,
    shared: Arc<Shared>,
    receiver: Receiver,
    stop: CancellationToken,
    further: impl Fn(&mut ServiceConfig) + Send + Clone + 'static,
) -> std::io::Result<()> {
    let workers = shared.settings.server.workers;
    let room = body_room::BodyRoom::default();
    let callbacks = Data::new(callback::Callbacks::new(&shared, room.clone()));
    let events = Data::new(dingtalk_callback::DingtalkCallbacks::new(&shared, room));
    let shared = Data::from(shared);
    // Open streams end with it; a stopping server would else wait for them.
    let stopping = Data::new(stop.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .app_data(stopping.clone())
            .app_data(callbacks.clone())
            .app_data(events.clone())
            .app_data(Data::new(receiver.of_this_thread()))
            .configure(callback::routes)
            .configure(dingtalk_callback::routes)
            .service(
                web::scope("")
                    .wrap(middleware::Compress::default())
                    .wrap(TracingLogger::<RequestSpan>::new())
                    .configure(further.clone())
                    .configure(health::routes)
                    .configure(api::routes)
                    .configure(pages::routes),
            )
    })
    .client_request_timeout(REQUEST_WITHIN)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(STOP_WITHIN_SECONDS)
    .disable_signals();
    let server = match workers {
        Some(workers) => server.workers(workers),
        None => server,
    };
    let server = server.listen(listener)?.run();
    run_until(server, stop).await
}

async fn run_until(server: Server, stop: CancellationToken) -> std::io::Result<()> {
    let handle = server.handle();
    let stopper = tokio::spawn(async move {
        stop.cancelled().await;
        handle.stop(true).await;
    });
    let served = server.await;
    stopper.abort();
    served
}
