//! One question to the sandbox, by plain HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// What the sandbox said.
pub(crate) struct Answer {
    head: String,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn post(
    base: &str,
    what: &str,
    headers: &[(&str, String)],
    timeout: i32,
) -> Option<Answer> {
    let host = base.strip_prefix("http://")?;
    let mut stream = TcpStream::connect(host).ok()?;
    let patience = Duration::from_secs(u64::try_from(timeout).ok()?.max(1));
    stream.set_read_timeout(Some(patience)).ok()?;
    let mut request = format!(
        "POST /sandbox/wecom/archive/{what} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: 0\r\n"
    );
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut whole = Vec::new();
    stream.read_to_end(&mut whole).ok()?;
    let end = whole.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&whole[..end]).into_owned();
    let body = whole.split_off(end + 4);
    let is_whole =
        |answer: &Answer| answer.header("content-length").parse() == Ok(answer.body.len());
    Some(Answer { head, body }).filter(is_whole)
}

impl Answer {
    /// A header; empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = |line: &'_ str| {
            let (own, value) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name).then_some(value.len())
        };
        let line = self.head.lines().find(|line| value(line).is_some());
        line.and_then(|line| line.split_once(':'))
            .map_or("", |(_, value)| value.trim())
    }

    pub(crate) fn code(&self) -> i32 {
        self.header("x-code").parse().unwrap_or(10_002)
    }

    /// Does what a bad library does.
    pub(crate) fn act(&self) {
        match self.header("x-act") {
            "abort" => std::process::abort(),
            "hang" => loop {
                std::thread::sleep(Duration::from_secs(3600));
            },
            // 64 MB that nobody gives back, and that are really there.
            "leak" => drop(Vec::leak(vec![1_u8; 64 << 20])),
            _ => {}
        }
    }
}
