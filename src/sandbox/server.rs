//! The sandbox on a port: beside the service in the demo, alone in tests.

use std::any::Any;
use std::io;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;
use std::sync::Arc;

use actix_web::dev::Extensions;
use actix_web::web::{self, Data, PayloadConfig, ServiceConfig};
use actix_web::{App, HttpServer};

use super::options::Options;
use super::{Sandbox, api, lock, login, phones};

/// Bodies above this are refused with 413; the platforms' own limits are far below.
const BODY_LIMIT: usize = 2 << 20;

/// Mounts the sandbox under `/sandbox`.
pub fn routes(sandbox: Sandbox) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        config.service(
            web::scope("/sandbox")
                .app_data(Data::new(sandbox))
                .app_data(PayloadConfig::new(BODY_LIMIT))
                .configure(login::routes)
                .configure(phones::routes)
                .default_service(web::to(api::call)),
        );
    }
}

impl Sandbox {
    /// A sandbox with default options on a free loopback port, and its base URL
    /// (`http://127.0.0.1:…`).
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start() -> io::Result<(Self, String)> {
        Self::start_with(Options::default()).await
    }

    /// A sandbox on a free loopback port, and its base URL.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start_with(options: Options) -> io::Result<(Self, String)> {
        let sandbox = Self::new(options);
        let (shared, connected) = (sandbox.clone(), sandbox.clone());
        let server = HttpServer::new(move || App::new().configure(routes(shared.clone())))
            .workers(1)
            .disable_signals()
            .on_connect(move |connection, data| keep(&connected, connection, data))
            .bind(("127.0.0.1", 0))?;
        let address = server.addrs()[0];
        let server = server.run();
        *lock(&sandbox.0.server) = Some(server.handle());
        tokio::spawn(server);
        Ok((sandbox, format!("http://{address}")))
    }

    /// Closes the port that [`Sandbox::start`] opened, and cuts every connection.
    pub async fn stop(&self) {
        let handle = lock(&self.0.server).take();
        if let Some(handle) = handle {
            handle.stop(false).await;
        }
        // The server's own workers may serve a kept connection for a while after the port is closed.
        for connection in lock(&self.0.connections).drain(..) {
            if let Some(connection) = connection.upgrade() {
                shut(&connection);
            }
        }
    }
}

/// A second handle on a connection, by which a handler can cut it.
pub(super) struct Cut(Arc<TcpStream>);

impl Cut {
    pub(super) fn now(&self) {
        shut(&self.0);
    }
}

fn keep(sandbox: &Sandbox, connection: &dyn Any, data: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<tokio::net::TcpStream>() else {
        return;
    };
    let Ok(own) = stream.as_fd().try_clone_to_owned() else {
        return;
    };
    let own = Arc::new(TcpStream::from(own));
    let mut connections = lock(&sandbox.0.connections);
    connections.retain(|connection| connection.strong_count() > 0);
    connections.push(Arc::downgrade(&own));
    data.insert(Cut(own));
}

fn shut(connection: &TcpStream) {
    // Fails only when the other side has gone already, which is just as well.
    let _ = connection.shutdown(Shutdown::Both);
}
