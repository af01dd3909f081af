//! A service that receives callbacks and opens them with the crate that the real service uses.

use std::sync::{Arc, Mutex};

use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use dingdan_webhooks::wecom::crypto::{Crypto, Envelope, Query};

use super::super::Company;
use super::Peer;

/// What came, opened; and how the next ones are answered.
#[derive(Clone)]
pub(super) struct Receiver {
    crypto: Crypto,
    received: Arc<Mutex<Vec<String>>>,
    failing: Arc<Mutex<usize>>,
    queries: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    /// Listens, and becomes the callback URL of the app `sales`.
    pub(super) async fn start(peer: &Peer) -> Self {
        let receiver = Self {
            crypto: crypto(&peer.company()),
            received: Arc::default(),
            failing: Arc::default(),
            queries: Arc::default(),
        };
        let shared = receiver.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(Data::new(shared.clone()))
                .route("/cb", web::get().to(echo))
                .route("/cb", web::post().to(receive))
        });
        let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0));
        let server = server.unwrap();
        let url = format!("http://{}/cb", server.addrs()[0]);
        tokio::spawn(server.run());
        peer.sandbox.set_callback_url("sales", &url);
        receiver
    }

    /// The next callbacks are answered with 503.
    pub(super) fn fail(&self, times: usize) {
        *self.failing.lock().unwrap() = times;
    }

    /// The plaintexts of everything that was acknowledged.
    pub(super) fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }

    /// The query strings of everything that came.
    pub(super) fn queries(&self) -> Vec<String> {
        self.queries.lock().unwrap().clone()
    }

    /// What an element of the newest callback holds.
    pub(super) fn newest(&self, element: &str) -> String {
        let message = self.received().pop().unwrap();
        inside(&message, element)
    }
}

/// The text of an XML element, CDATA or not.
pub(super) fn inside(message: &str, element: &str) -> String {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let (_, rest) = message.split_once(&open).unwrap();
    let (text, _) = rest.split_once(&close).unwrap();
    let text = text.strip_prefix("<![CDATA[").unwrap_or(text);
    text.strip_suffix("]]>").unwrap_or(text).to_owned()
}

fn crypto(company: &Company) -> Crypto {
    let app = &company.apps[0];
    Crypto::new(
        app.token.parse().unwrap(),
        app.encoding_aes_key.parse().unwrap(),
        company.corp_id.clone(),
    )
}

async fn echo(receiver: Data<Receiver>, request: HttpRequest) -> HttpResponse {
    let query: Query = Query::parse(request.query_string()).unwrap();
    match receiver.crypto.open_echo(&query) {
        Ok(echo) if *receiver.failing.lock().unwrap() == 0 => HttpResponse::Ok().body(echo),
        Ok(echo) => HttpResponse::Ok().body(format!("\"{echo}\"\n")),
        Err(_) => HttpResponse::Forbidden().finish(),
    }
}

async fn receive(receiver: Data<Receiver>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let raw = request.query_string().to_owned();
    let query = Query::parse(&raw).unwrap();
    receiver.queries.lock().unwrap().push(raw);
    let envelope = Envelope::parse(&body).unwrap();
    let Ok(message) = receiver.crypto.open(&query, &envelope.encrypt) else {
        return HttpResponse::Forbidden().finish();
    };
    let mut failing = receiver.failing.lock().unwrap();
    if *failing > 0 {
        *failing -= 1;
        return HttpResponse::ServiceUnavailable().finish();
    }
    receiver.received.lock().unwrap().push(message);
    HttpResponse::Ok().finish()
}
