//! A second in which ten thousand deadlines pass, with few and with a million deadlines waiting.
//!
//! `cargo bench --bench deadlines` fills a SQLite store on disk, ends, and starts again on it as a
//! service would: each in a process of its own, so that what is resident was made by firing alone.
//! The due deals are real: their runs were opened by the engine, and what fires them is the task of
//! `serve`, with the journal and all. Those that wait have the same rows, copied inside the database.
//! With `-- --short` it plays a tenth, to see that everything works, and writes nothing.

#![expect(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a bench that can't go on stops"
)]

mod fill;
mod fire;
mod process;
#[path = "../results/mod.rs"]
mod results;
mod service;

use std::fmt::Write as _;
use std::path::Path;

/// Deals whose deadline passes in one second.
const DUE: usize = 10_000;
/// Deals whose deadline comes later: a few, and very many.
const WAITING: [usize; 2] = [1_000, 1_000_000];

/// What one store showed, in the order in which the processes print it.
struct Measured {
    waiting: usize,
    inserted: f64,
    file: f64,
    rounds: Vec<Vec<f64>>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == "--fill") {
        let count = |offset: usize| arguments[place + offset].parse().unwrap();
        return process::in_runtime(fill::fill(
            Path::new(&arguments[place + 1]),
            count(2),
            count(3),
        ));
    }
    if let Some(place) = arguments.iter().position(|argument| argument == "--fire") {
        let due = arguments[place + 2].parse().unwrap();
        return process::in_runtime(fire::fire(Path::new(&arguments[place + 1]), due));
    }
    let is_short = arguments.iter().any(|argument| argument == "--short");
    let scale = if is_short { 10 } else { 1 };
    let measured = WAITING.map(|waiting| measure(waiting / scale, DUE / scale));
    let block = page(&measured, DUE / scale);
    println!("{block}");
    if !is_short {
        results::write("deadlines", &block);
    }
}

fn measure(waiting: usize, due: usize) -> Measured {
    let folder = tempfile::tempdir().unwrap();
    let filled = process::figures("--fill", folder.path(), &[waiting, due]);
    let fired = process::figures("--fire", folder.path(), &[due]);
    Measured {
        waiting,
        inserted: filled[0][0],
        file: filled[0][1],
        rounds: fired,
    }
}

/// The rounds of each store, side by side.
fn page(measured: &[Measured], due: usize) -> String {
    let mut text = format!(
        "## Deadlines\n\nBy `make bench`. SQLite on disk with `synchronous=FULL`. {due} deadlines pass in one second; from that second \
         on, until the last alert is stored and waits for its director's digest. Besides them so many wait for later:\n\n\
         | waiting | inserted a second | the file, MB | |  all stored after, s | each, µs | CPU each, µs | resident before, MB | after, MB |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
    );
    for store in measured {
        for (round, name) in store.rounds.iter().zip(["late", "to the next level"]) {
            // Writing to a String can't fail.
            let _ = writeln!(
                text,
                "| {} | {:.0} | {:.0} | {name} | {:.2} | {:.0} | {:.0} | {:.1} | {:.1} |",
                store.waiting,
                store.inserted,
                store.file,
                round[0],
                round[0] * 1e6 / due as f64,
                round[1] * 1e6 / due as f64,
                round[2],
                round[3]
            );
        }
    }
    text
}
