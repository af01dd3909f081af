//! A server that plays literal answers, and what all clients have in common.

mod outcomes;
mod redis_server;
mod sharing;
mod tokens;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Url;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use super::Http;

/// What the server does with one request.
#[derive(Clone)]
pub(super) enum Reply {
    /// An HTTP answer with this status and body.
    Body(u16, String),
    /// The beginning of an answer, and then the end of the connection.
    Broken,
    /// The connection is closed for writing only, without an answer.
    HalfClosed,
    /// The connection is closed without an answer.
    Closed,
    /// Never an answer.
    Silence,
}

impl Reply {
    pub(super) fn json(body: &Value) -> Self {
        Self::Body(200, body.to_string())
    }
}

/// A request as it came in.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) method: String,
    pub(super) url: Url,
    pub(super) head: String,
    pub(super) body: String,
}

impl Seen {
    pub(super) fn path(&self) -> &str {
        self.url.path()
    }

    pub(super) fn query(&self, name: &str) -> Option<String> {
        let mut pairs = self.url.query_pairs();
        let found = pairs.find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned())
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("the body is JSON")
    }
}

/// The server. It ends with the test.
pub(super) struct Platform {
    pub(super) base: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    server: JoinHandle<()>,
}

impl Platform {
    /// Answers each request by `script`.
    pub(super) async fn play(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let seen = Arc::default();
        let server = tokio::spawn(serve(listener, Arc::new(script), Arc::clone(&seen)));
        Self {
            base: format!("http://127.0.0.1:{port}"),
            seen,
            server,
        }
    }

    /// The requests to this path, in order.
    pub(super) fn seen(&self, path: &str) -> Vec<Seen> {
        let seen = self.seen.lock().expect("no test panics with the lock");
        seen.iter()
            .filter(|seen| seen.path() == path)
            .cloned()
            .collect()
    }
}

/// An address that is taken and where nobody listens.
pub(super) struct Nowhere {
    pub(super) base: String,
    _taken: TcpSocket,
}

impl Nowhere {
    pub(super) fn take() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        let any_port = "127.0.0.1:0".parse().expect("an address");
        socket.bind(any_port).expect("a free port");
        let port = socket.local_addr().expect("an address").port();
        Self {
            base: format!("http://127.0.0.1:{port}"),
            _taken: socket,
        }
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.server.abort();
    }
}

type Script = dyn Fn(&Seen) -> Reply + Send + Sync;

async fn serve(listener: TcpListener, script: Arc<Script>, seen: Arc<Mutex<Vec<Seen>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(stream, Arc::clone(&script), Arc::clone(&seen)));
    }
}

/// Serves one connection; a client that went away is no failure of the server.
async fn answer(mut stream: TcpStream, script: Arc<Script>, seen: Arc<Mutex<Vec<Seen>>>) {
    while let Some(request) = read_request(&mut stream).await {
        let reply = script(&request);
        seen.lock()
            .expect("no test panics with the lock")
            .push(request);
        let text = match reply {
            Reply::Body(status, body) => format!(
                "HTTP/1.1 {status} Whatever\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
            Reply::Broken => {
                let start = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"errcode\":0";
                let _gone = stream.write_all(start.as_bytes()).await;
                return;
            }
            Reply::HalfClosed => {
                let _gone = stream.shutdown().await;
                let _gone = stream.read_u8().await;
                return;
            }
            Reply::Closed => return,
            Reply::Silence => std::future::pending().await,
        };
        if stream.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        bytes.push(stream.read_u8().await.ok()?);
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).ok()?;
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, length)| length.trim().parse().expect("a length"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let mut line = head.split(' ');
    Some(Seen {
        method: line.next()?.to_owned(),
        url: Url::parse("http://platform")
            .ok()?
            .join(line.next()?)
            .ok()?,
        body: String::from_utf8(body).ok()?,
        head,
    })
}

/// A client whose patience is as long as a test's.
pub(super) fn patient() -> Http {
    Http::with_timeouts(LONG, LONG).expect("a client")
}

/// A client that waits 50 ms for an answer.
pub(super) fn impatient() -> Http {
    Http::with_timeouts(LONG, Duration::from_millis(50)).expect("a client")
}

const LONG: Duration = Duration::from_secs(20);
