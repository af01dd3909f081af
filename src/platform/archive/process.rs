//! The process that holds the library: `dingdan archive-child`, on the other end of a socket.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdStream;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};

use super::frames;
use super::words::{ArchiveAnswer, ArchiveRequest};
use crate::config::ArchiveSettings;

/// What the library may need of our environment. All else, and the secrets in it, stays here.
const ENVIRONMENT: [&str; 6] = [
    "LD_LIBRARY_PATH",
    "PATH",
    "HOME",
    "TZ",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];
/// A process that was told to end does so at once, unless the library hangs.
const ENDS_WITHIN: Duration = Duration::from_secs(2);

/// A running process. It is killed when this is dropped.
pub(super) struct Process {
    child: Child,
    socket: UnixStream,
    pulls: u32,
}

/// How a process was lost.
#[derive(Debug, thiserror::Error)]
pub(super) enum Lost {
    #[error("it can't be started: {0}")]
    NotStarted(io::Error),
    #[error("it ended by itself: {0}")]
    Ended(String),
    #[error("it did not answer in time and was killed")]
    Hung,
}

impl Lost {
    /// For counters.
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::NotStarted(_) => "not_started",
            Self::Ended(_) => "crashed",
            Self::Hung => "hung",
        }
    }
}

impl Process {
    /// The same binary, also when another one lies in its place meanwhile.
    pub(super) fn start(settings: &ArchiveSettings) -> Result<Self, Lost> {
        Self::start_program(settings).map_err(Lost::NotStarted)
    }

    fn start_program(settings: &ArchiveSettings) -> io::Result<Self> {
        let (ours, theirs) = StdStream::pair()?;
        ours.set_nonblocking(true)?;
        let program = settings
            .program
            .as_deref()
            .unwrap_or(Path::new("/proc/self/exe"));
        let environment =
            std::env::vars_os().filter(|(name, _)| ENVIRONMENT.iter().any(|wanted| name == wanted));
        let child = Command::new(program)
            .arg("archive-child")
            .arg(&settings.sdk)
            .env_clear()
            .envs(environment)
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            // The library may print what it likes, a customer's words among it.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        Ok(Self {
            child,
            socket: UnixStream::from_std(ours)?,
            pulls: 0,
        })
    }

    /// Asks and waits for the answer. On an error the process is of no use any more.
    pub(super) async fn ask(
        &mut self,
        request: &ArchiveRequest,
        patience: Duration,
    ) -> Result<(ArchiveAnswer, Vec<u8>), Lost> {
        if let ArchiveRequest::Pull { .. } = request {
            self.pulls += 1;
        }
        match tokio::time::timeout(patience, self.exchange(request)).await {
            Ok(Ok(answered)) => Ok(answered),
            Ok(Err(error)) => Err(Lost::Ended(self.how_it_ended(&error).await)),
            Err(_) => {
                let _ = self.child.kill().await;
                Err(Lost::Hung)
            }
        }
    }

    async fn exchange(&mut self, request: &ArchiveRequest) -> io::Result<(ArchiveAnswer, Vec<u8>)> {
        self.socket.write_all(&frames::bytes(request, &[])?).await?;
        let head = self.part().await?;
        let body = self.part().await?;
        Ok((serde_json::from_slice(&head)?, body))
    }

    async fn part(&mut self) -> io::Result<Vec<u8>> {
        let mut length = [0; 4];
        self.socket.read_exact(&mut length).await?;
        let mut part = vec![0; frames::length_of(length)?];
        self.socket.read_exact(&mut part).await?;
        Ok(part)
    }

    async fn how_it_ended(&mut self, error: &io::Error) -> String {
        match tokio::time::timeout(ENDS_WITHIN, self.child.wait()).await {
            Ok(Ok(status)) => told(status),
            _ => {
                let _ = self.child.kill().await;
                format!("its socket failed ({})", error.kind())
            }
        }
    }

    /// Whether it should make place for a new one: the library leaks.
    pub(super) fn is_worn_out(&self, settings: &ArchiveSettings) -> Option<&'static str> {
        if self.pulls >= settings.pulls_per_process {
            return Some("pulls");
        }
        let most = u64::from(settings.memory_mb) << 20;
        let is_large = self.memory().is_some_and(|bytes| bytes > most);
        is_large.then_some("memory")
    }

    /// What it has of the machine's memory, in bytes; `None` where the system doesn't say.
    fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()?)).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kilobytes << 10)
    }

    /// Lets it end: it does when the socket closes.
    pub(super) async fn end(mut self) {
        let _ = self.socket.shutdown().await;
        drop(self.socket);
        if tokio::time::timeout(ENDS_WITHIN, self.child.wait())
            .await
            .is_err()
        {
            let _ = self.child.kill().await;
        }
    }
}

fn told(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "without a status".to_owned(),
    }
}
