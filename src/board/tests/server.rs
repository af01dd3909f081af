//! A real Redis of one test's own.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Stdio};

use tempfile::TempDir;

/// Another process may take the free port between our asking and Redis's binding it.
const PORTS_TRIED: usize = 5;

/// `redis-server` on a free port, with nothing kept on disk; killed when dropped.
pub(super) struct RedisServer {
    port: u16,
    folder: TempDir,
    running: Option<Running>,
}

struct Running {
    process: Child,
    /// Kept open, so that Redis can go on writing its log.
    _log: BufReader<ChildStdout>,
}

impl RedisServer {
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (port, running) = (0..PORTS_TRIED)
            .find_map(|_| {
                let port = free_port();
                Running::on(port, &folder).map(|running| (port, running))
            })
            .expect("redis-server starts on one of several free ports");
        Self {
            port,
            folder,
            running: Some(running),
        }
    }

    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn kill(&mut self) {
        self.running = None;
    }

    /// Starts it again at the same address, without what it held.
    pub(super) fn start_empty(&mut self) {
        self.kill();
        let running = Running::on(self.port, &self.folder);
        self.running = Some(running.expect("its own port is free"));
    }

    /// A connection beside the board's.
    pub(super) async fn client(&self) -> redis::aio::MultiplexedConnection {
        let client = redis::Client::open(self.url()).expect("its own address");
        client
            .get_multiplexed_async_connection()
            .await
            .expect("it runs")
    }
}

impl Running {
    /// `None` when it ends instead of getting ready.
    fn on(port: u16, folder: &TempDir) -> Option<Self> {
        let mut process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
            .args(["--save", "", "--appendonly", "no"])
            .arg("--dir")
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-server is installed");
        let mut log = BufReader::new(process.stdout.take().expect("it was piped"));
        let mut line = String::new();
        while !line.contains("Ready to accept connections") {
            line.clear();
            if log.read_line(&mut line).expect("its log is text") == 0 {
                process.wait().expect("it has closed its log");
                return None;
            }
        }
        Some(Self { process, _log: log })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Whether it had ended by itself makes no difference to a test that is over.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("some port is free");
    listener.local_addr().expect("it is bound").port()
}
