//! A load generator over real HTTP, and the figures of `benches/RESULTS.md`.
//!
//! `cargo bench --bench load` starts the service (and, for comparison, the same server answering a
//! constant) as child processes, plays pre-sealed callbacks against them, and writes what it
//! measured. The rates at full speed stand beside those of the constant from the same run, and the
//! latencies beside what the disk alone takes; memory and start are told as they are. With
//! `-- --short` it plays a tenth, to see that everything works, and writes nothing.

#![expect(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a bench that can't go on stops"
)]

mod callbacks;
mod client;
mod process;
mod report;
#[path = "../results/mod.rs"]
mod results;
mod server;
mod single;

use std::time::Duration;

use callbacks::Callbacks;
use client::Load;
use process::Child;
use report::Report;

/// Callbacks of one measurement at full speed.
const BURST: usize = 60_000;
/// For the memory of a service that has worked.
const MANY: usize = 100_000;
const CONNECTIONS: usize = 64;
const STEADY_FOR: Duration = Duration::from_secs(10);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == "--server") {
        return server::run(&arguments[place + 1], &arguments[place + 2]);
    }
    let scale = if arguments.iter().any(|argument| argument == "--short") {
        10
    } else {
        1
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let report = runtime.block_on(measure(scale));
    println!("{}", report.text());
    if scale == 1 {
        report.write();
    }
}

async fn measure(scale: usize) -> Report {
    let mut report = Report::new();
    let mut callbacks = Callbacks::new();
    single::measure(&mut report, &callbacks);

    // At full speed, the two servers taking turns, so that a noisy machine is noisy for both.
    let mut ratios = Vec::new();
    for _ in 0..3 {
        let constant = burst("constant", &mut callbacks, BURST / scale).await;
        let service = burst("answers", &mut callbacks, BURST / scale).await;
        ratios.push((constant, service));
    }
    report.bursts(&ratios);

    let rate = ratios
        .iter()
        .map(|(_, service)| service.per_second())
        .fold(f64::MAX, f64::min);
    for per_second in [1_000.0, rate / 2.0, 5_000.0] {
        let folder = tempfile::tempdir().unwrap();
        let child = Child::start("answers", folder.path());
        let count = (per_second * STEADY_FOR.as_secs_f64()) as usize / scale;
        let requests = callbacks.take(count);
        let latencies = client::steady(child.port, requests, CONNECTIONS, per_second).await;
        report.steady(per_second, &latencies);
    }

    report.disk(&single::disk());

    let folder = tempfile::tempdir().unwrap();
    let child = Child::start("whole", folder.path());
    let idle = child.resident_bytes();
    client::burst(child.port, callbacks.take(MANY / scale), CONNECTIONS).await;
    report.memory(idle, child.resident_bytes(), MANY / scale);
    drop(child);

    let starts: Vec<Duration> = (0..5)
        .map(|_| process::time_to_first_answer(folder.path()))
        .collect();
    report.starts(&starts);
    report
}

async fn burst(kind: &str, callbacks: &mut Callbacks, count: usize) -> Load {
    let folder = tempfile::tempdir().unwrap();
    let child = Child::start(kind, folder.path());
    // Connections, statements and pages are warm before it counts.
    client::burst(child.port, callbacks.take(count / 10), CONNECTIONS).await;
    let cpu = child.cpu();
    let mut load = client::burst(child.port, callbacks.take(count), CONNECTIONS).await;
    load.cpu = child.cpu() - cpu;
    load
}
