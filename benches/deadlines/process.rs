//! Each measurement in a process of its own, and what it costs.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Runs this program again as one of its parts. What it prints are figures, some a line.
pub(crate) fn figures(part: &str, folder: &Path, counts: &[usize]) -> Vec<Vec<f64>> {
    let output = Command::new(std::env::current_exe().unwrap())
        .arg(part)
        .arg(folder)
        .args(counts.iter().map(usize::to_string))
        .stderr(std::process::Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "{part} failed");
    let text = String::from_utf8(output.stdout).unwrap();
    let line = |line: &str| {
        line.split(' ')
            .map(|figure| figure.parse().unwrap())
            .collect()
    };
    text.lines().map(line).collect()
}

/// As `serve` runs.
pub(crate) fn in_runtime(part: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.enable_all().build().unwrap().block_on(part);
}

/// What of this process is in memory.
pub(crate) fn resident_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    kilobytes.unwrap().parse::<f64>().unwrap() * 1024.0 / 1e6
}

/// CPU time of all threads of this process so far.
pub(crate) fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    // Linux counts in hundredths of a second on every platform that we run on.
    Duration::from_millis(ticks * 10)
}
