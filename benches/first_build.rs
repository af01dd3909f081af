//! What a newcomer waits for: the first build of the README's first command, in a clone of what is
//! committed, from an empty target. Crates are downloaded before, since a network is not measured.

#[path = "results/mod.rs"]
mod results;

use std::path::Path;
use std::process::Command;
use std::time::Instant;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let clone = folder.path().join("dingdan");
    run(Command::new("git")
        .args(["clone", "--quiet", env!("CARGO_MANIFEST_DIR")])
        .arg(&clone));
    run(cargo(&clone, "fetch"));

    let start = Instant::now();
    let log = run(cargo(&clone, "build").arg("--release"));
    let took = start.elapsed().as_secs();

    let crates = log
        .lines()
        .filter(|line| line.trim_start().starts_with("Compiling "));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let block = format!(
        "## First build\n\n`cargo build --release --locked` in a fresh clone, from an empty target, on {cores} cores: \
         **{} min {} s**, {} crates compiled.",
        took / 60,
        took % 60,
        crates.count()
    );
    println!("{block}");
    results::write("first build", &block);
}

fn cargo(clone: &Path, command: &str) -> Command {
    let mut cargo = Command::new("cargo");
    cargo
        .args([command, "--locked"])
        .current_dir(clone)
        .env_remove("CARGO_TARGET_DIR");
    cargo
}

/// Runs it to its end, and answers what it said on the way.
fn run(mut command: impl std::borrow::BorrowMut<Command>) -> String {
    let command = command.borrow_mut();
    let output = command.output().expect("the program is there");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command:?}: {said}");
    said
}
