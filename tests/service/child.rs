//! `dingdan` as a process of its own, which can be killed, and by the system's clock.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{ChildStderr, Command};

use crate::app::World;

/// Real time: longer than anything takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A running `dingdan serve`. Ends with the test at the latest.
pub struct Child {
    process: tokio::process::Child,
    log: Lines<BufReader<ChildStderr>>,
    /// Every line of its log that was read.
    pub read: Vec<String>,
    pub url: String,
}

impl Child {
    /// Serves in that world; the platforms' callbacks go to it from now on.
    pub async fn serve(world: &World) -> Self {
        Self::serve_with(world, |text| text).await
    }

    /// As [`Child::serve`], with a configuration that was changed.
    pub async fn serve_with(world: &World, change: impl FnOnce(String) -> String) -> Self {
        Self::serve_file(world, &configured(world, change)).await
    }

    /// As [`Child::serve`], with this configuration file.
    pub async fn serve_file(world: &World, file: &Path) -> Self {
        let mut process = dingdan()
            .args(["serve", "--config"])
            .arg(file)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let log = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut child = Self {
            process,
            log,
            read: Vec::new(),
            url: String::new(),
        };
        let ready = child.line("ready address=").await;
        let (_, address) = ready.split_once("address=").unwrap();
        child.url = format!("http://{}", address.split_whitespace().next().unwrap());
        let callbacks = format!("{}/wecom/callback/sales", child.url);
        world.sandbox.set_callback_url("sales", &callbacks);
        child
    }

    /// The first line of the log that holds `part`, past or to come.
    pub async fn line(&mut self, part: &str) -> String {
        if let Some(line) = self.read.iter().find(|line| line.contains(part)) {
            return line.clone();
        }
        let search = async {
            while let Some(line) = self.log.next_line().await.unwrap() {
                self.read.push(line.clone());
                if line.contains(part) {
                    return Some(line);
                }
            }
            None
        };
        let found = tokio::time::timeout(PATIENCE, search).await;
        match found.ok().flatten() {
            Some(line) => line,
            None => panic!("no line with {part:?} in {:#?}", self.read),
        }
    }

    /// As by `kill -9`: at once, with nothing finished. Returns when it is gone.
    pub async fn kill(mut self) {
        self.process.kill().await.unwrap();
    }

    /// As by an operator: `SIGTERM`. Returns how it ended.
    pub async fn terminate(self) -> std::process::ExitStatus {
        self.tell_to_stop().await;
        self.ended().await
    }

    /// `SIGTERM`, without waiting for the end.
    pub async fn tell_to_stop(&self) {
        send_signal(&self.process, "-TERM").await;
    }

    /// Returns how it ended, when it has.
    pub async fn ended(mut self) -> std::process::ExitStatus {
        let ended = tokio::time::timeout(PATIENCE, self.process.wait()).await;
        ended.expect("it ends").unwrap()
    }
}

/// Sends a signal, named as `kill` does, to a child.
pub async fn send_signal(process: &tokio::process::Child, signal: &str) {
    let id = process.id().unwrap().to_string();
    let sent = Command::new("kill").args([signal, &id]).status().await;
    assert!(sent.unwrap().success());
}

/// Runs a command to its end.
pub async fn run(arguments: &[&str]) -> Output {
    run_into(arguments, Stdio::piped()).await
}

/// As [`run`], with its standard output going there.
pub async fn run_into(arguments: &[&str], place: Stdio) -> Output {
    let child = dingdan()
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(place)
        .stderr(Stdio::piped())
        .spawn();
    let command = child.unwrap().wait_with_output();
    let output = tokio::time::timeout(PATIENCE, command).await;
    output.expect("it ends").unwrap()
}

/// As [`run`], with this on its standard input.
pub async fn run_on(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = dingdan()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input).await.unwrap();
    drop(stdin);
    let output = tokio::time::timeout(PATIENCE, child.wait_with_output()).await;
    output.expect("it ends").unwrap()
}

/// A configuration file of that world.
pub fn configured(world: &World, change: impl FnOnce(String) -> String) -> PathBuf {
    let file = world.folder().join("serve.toml");
    let text = change(world.configuration("http://pages.example"));
    std::fs::write(&file, text).unwrap();
    file
}

/// The binary, without this process's environment.
pub fn dingdan() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dingdan"));
    command
        .env_clear()
        .env("NO_COLOR", "1")
        .env("DINGDAN_LOG", "info");
    command
}
