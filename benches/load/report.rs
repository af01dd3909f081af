//! What was measured, as a page.

use std::fmt::Write as _;
use std::time::Duration;

use crate::client::Load;
use crate::results;

/// Grows line by line, in the order of the measurements.
pub(crate) struct Report(String);

impl Report {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        Self(format!(
            "By `make bench` on {cores} cores that the load generator shares with the server; the machine is noisy, so ratios say \
             more than figures. Callbacks are about 1 kB, each with a message id of its own, over kept-alive connections. \
             SQLite with `synchronous=FULL`: an answer means that the row is on disk.\n\n"
        ))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    pub(crate) fn write(&self) {
        results::write("callbacks", &self.0);
    }

    pub(crate) fn opened(&mut self, per_second: f64, bytes: usize) {
        writeln!(
            self.0,
            "## One callback on one core, without HTTP\n\nParameters, envelope, signature, decryption, XML and message key of a body of {bytes} bytes: \
             **{per_second:.0} a second**, {:.1} µs each.\n",
            1e6 / per_second
        )
        .unwrap();
    }

    pub(crate) fn bursts(&mut self, pairs: &[(Load, Load)]) {
        self.0.push_str(
            "## At full speed\n\nThe same server answering a constant, and the callback path (verify, decrypt, parse, durable insert), taking turns.\n\n\
             | | constant /s | CPU µs | callbacks /s | CPU µs | ratio of rates | CPU over the constant, µs |\n| --- | --- | --- | --- | --- | --- | --- |\n",
        );
        for (round, (constant, service)) in pairs.iter().enumerate() {
            writeln!(
                self.0,
                "| round {} | {:.0} | {:.1} | {:.0} | {:.1} | {:.2} | {:.1} |",
                round + 1,
                constant.per_second(),
                constant.cpu_each(),
                service.per_second(),
                service.cpu_each(),
                service.per_second() / constant.per_second(),
                service.cpu_each() - constant.cpu_each()
            )
            .unwrap();
        }
        self.0.push_str("\n## At a steady rate\n\nPoisson arrivals; latency counts from the moment a callback was due.\n\n| callbacks /s | p50 ms | p99 ms | p99.9 ms | worst ms |\n| --- | --- | --- | --- | --- |\n");
    }

    pub(crate) fn disk(&mut self, sorted: &[Duration]) {
        writeln!(
            self.0,
            "\nThe disk alone, on the same folder right after: an append of 32 kB and its sync takes {:.2} ms (p50), {:.2} ms (p99), {:.2} ms (worst of {}).",
            milliseconds(sorted, 0.5),
            milliseconds(sorted, 0.99),
            milliseconds(sorted, 1.0),
            sorted.len()
        )
        .unwrap();
    }

    pub(crate) fn steady(&mut self, per_second: f64, sorted: &[Duration]) {
        writeln!(
            self.0,
            "| {per_second:.0} | {:.2} | {:.2} | {:.2} | {:.2} |",
            milliseconds(sorted, 0.5),
            milliseconds(sorted, 0.99),
            milliseconds(sorted, 0.999),
            milliseconds(sorted, 1.0)
        )
        .unwrap();
    }

    pub(crate) fn memory(&mut self, idle: u64, after: u64, callbacks: usize) {
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        writeln!(
            self.0,
            "\n## Memory\n\nThe whole service, resident: {:.1} MB idle, {:.1} MB after {callbacks} callbacks.\n",
            megabytes(idle),
            megabytes(after)
        )
        .unwrap();
    }

    pub(crate) fn starts(&mut self, starts: &[Duration]) {
        let all: Vec<String> = starts
            .iter()
            .map(|start| format!("{:.0}", start.as_secs_f64() * 1e3))
            .collect();
        writeln!(self.0, "## Start\n\nFrom the start of the process to its first answer, on that store: {} ms.\n", all.join(", ")).unwrap();
    }
}

/// What that part of the sorted measurements did not exceed.
fn milliseconds(sorted: &[Duration], part: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3
}
