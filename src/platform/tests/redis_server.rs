//! A real redis-server of a test's own, which ends with the test.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use tempfile::TempDir;

pub(super) struct RedisServer {
    child: Child,
    folder: TempDir,
}

impl RedisServer {
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut child = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no"])
            .args(["--unixsocket", "redis.sock", "--dir", "."])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-server is installed: `make test` does that");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let is_ready = lines
            .map_while(Result::ok)
            .any(|line| line.contains("eady to accept connections"));
        assert!(is_ready, "redis-server did not start");
        Self { child, folder }
    }

    pub(super) async fn connect(&self) -> ConnectionManager {
        let socket = self.folder.path().join("redis.sock");
        let url = format!("redis+unix://{}", socket.display());
        let client = redis::Client::open(url).expect("an address");
        // However busy the machine is: only the patience under test may end first.
        let config = ConnectionManagerConfig::new().set_response_timeout(None);
        let connection = ConnectionManager::new_with_config(client, config).await;
        connection.expect("a connection")
    }

    /// Stops answering, with all connections left open.
    pub(super) fn hang(&self) {
        self.signal("-STOP");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args([signal, &pid]).status();
        assert!(status.expect("kill runs").success());
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        // A stopped process takes a kill as well.
        self.child.kill().expect("redis-server was running");
        self.child.wait().expect("redis-server ended");
    }
}
