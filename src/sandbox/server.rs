//! The sandbox on a port: beside the service in the demo, alone in tests.

use std::any::Any;
use std::io;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;

use actix_web::dev::Extensions;
use actix_web::web::{self, Data, PayloadConfig, ServiceConfig};
use actix_web::{App, HttpServer};

use super::options::Options;
use super::{Sandbox, api, login, phones};

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
        let shared = sandbox.clone();
        let server = HttpServer::new(move || App::new().configure(routes(shared.clone())))
            .workers(1)
            .disable_signals()
            .on_connect(Cut::keep)
            .bind(("127.0.0.1", 0))?;
        let address = server.addrs()[0];
        let server = server.run();
        if let Ok(mut handle) = sandbox.0.server.lock() {
            *handle = Some(server.handle());
        }
        tokio::spawn(server);
        Ok((sandbox, format!("http://{address}")))
    }

    /// Closes the port that [`Sandbox::start`] opened. Calls in progress are cut.
    pub async fn stop(&self) {
        let handle = match self.0.server.lock() {
            Ok(mut handle) => handle.take(),
            Err(_) => None,
        };
        if let Some(handle) = handle {
            handle.stop(false).await;
        }
    }
}

/// A second handle on a connection, by which a handler can cut it.
pub(super) struct Cut(TcpStream);

impl Cut {
    fn keep(connection: &dyn Any, data: &mut Extensions) {
        let Some(stream) = connection.downcast_ref::<tokio::net::TcpStream>() else {
            return;
        };
        if let Ok(own) = stream.as_fd().try_clone_to_owned() {
            data.insert(Self(TcpStream::from(own)));
        }
    }

    pub(super) fn now(&self) {
        // Fails only when the other side has gone already, which is just as well.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}
