//! How fast a customer's lines are heard, as the dictionaries grow; and what loading costs.
//!
//! The yardstick is a plain `aho-corasick` scan for the same terms over the same bytes, which
//! neither normalises nor judges. Each dictionary is loaded in a process of its own, as at the
//! service's start: nothing is warm, and memory freed on the way is still resident.

#[path = "results/mod.rs"]
mod results;
#[path = "words/mod.rs"]
mod words;

use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use aho_corasick::AhoCorasick;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group};

use dingdan::domain::Speaker;
use dingdan::loaded::{read_detector, read_dictionaries};
use dingdan::signals::{Detector, Dictionaries, Line, Signal};
use words::{BODIES, OURS, dictionary, terms};

/// What chats are made of: mostly nothing, now and then a signal.
const OPENINGS: [&str; 20] = [
    "王经理您好，",
    "嗯嗯，",
    "",
    "早上好！",
    "刚开完会，",
    "麻烦问一下，",
    "哈哈",
    "不好意思才看到，",
    "在吗？",
    "好的，",
    "对了，",
    "上午跟车间聊了下，",
    "[抱拳]",
    "收到👌 ",
    "那个",
    "昨天说的事情，",
    "我这边确认过了，",
    "领导在旁边，",
    "周末愉快～",
    "稍等，",
];
/// Two hundred lines.
fn chat() -> Vec<String> {
    let line = |opening: &str| BODIES.map(|body| format!("{opening}{body}"));
    OPENINGS.iter().flat_map(|opening| line(opening)).collect()
}

/// The words of our dictionaries as they are written, as a plain scan would be given them. What stands
/// for several words is none of them.
fn our_words() -> Vec<String> {
    let files = std::fs::read_dir(OURS).expect("a folder");
    let files = files.map(|file| file.expect("a file").path());
    let mut words = Vec::new();
    for file in files.filter(|file| file.extension().is_some_and(|kind| kind == "toml")) {
        let text = std::fs::read_to_string(file).expect("a readable file");
        collect(
            &toml::Value::Table(text.parse().expect("valid")),
            &mut words,
        );
    }
    words.retain(|word| !word.is_empty() && !word.contains(PATTERN_MARKS));
    words
}

/// Marks by which a text stands for several words.
const PATTERN_MARKS: &[char] = &[
    '(', ')', '（', '）', '|', '｜', '<', '>', '^', '$', '{', '}', '…', '?', '？',
];

/// Every text in a list, but those of examples.
fn collect(value: &toml::Value, words: &mut Vec<String>) {
    match value {
        toml::Value::Table(table) => {
            let parts = table.iter().filter(|(key, _)| *key != "examples");
            parts.for_each(|(_, part)| collect(part, words));
        }
        toml::Value::Array(all) => {
            words.extend(all.iter().filter_map(|one| one.as_str().map(str::to_owned)));
            all.iter().for_each(|one| collect(one, words));
        }
        _ => {}
    }
}

fn hear_all<'l>(hear: impl Fn(Line<'l>) -> Vec<Signal>, lines: &'l [String]) -> usize {
    let hear = |text: &'l String| {
        let line = Line {
            speaker: Speaker::Customer,
            text: black_box(text),
            previous: None,
        };
        hear(line).len()
    };
    lines.iter().map(hear).sum()
}

fn hearing(criterion: &mut Criterion) {
    let lines = chat();
    let bytes: usize = lines.iter().map(String::len).sum();
    let mut group = criterion.benchmark_group("signals");
    group.throughput(Throughput::Bytes(bytes as u64));

    let ours = Dictionaries::embedded().expect("the repository's dictionaries are valid");
    group.bench_function("hear/our dictionaries", |bencher| {
        bencher.iter(|| hear_all(|line| ours.hear(line), &lines));
    });
    let detector: Detector = read_detector(Path::new(OURS)).expect("valid, with a model");
    group.bench_function("hear/and our model", |bencher| {
        bencher.iter(|| hear_all(|line| detector.hear(line), &lines));
    });
    let words = our_words();
    let plain = AhoCorasick::new(&words).expect("few enough words");
    group.bench_function("plain aho-corasick/our words", |bencher| {
        bencher.iter(|| -> usize {
            let scan = |text: &String| plain.find_overlapping_iter(black_box(text)).count();
            lines.iter().map(scan).sum()
        });
    });
    for count in [2_000, 50_000] {
        let terms = terms(count);
        let dictionaries = Dictionaries::from_documents(&[dictionary(&terms)]).expect("valid");
        group.bench_function(BenchmarkId::new("hear", count), |bencher| {
            bencher.iter(|| hear_all(|line| dictionaries.hear(line), &lines));
        });
        let plain = AhoCorasick::new(&terms).expect("few enough terms");
        group.bench_function(BenchmarkId::new("plain aho-corasick", count), |bencher| {
            bencher.iter(|| -> usize {
                let scan = |text: &String| plain.find_overlapping_iter(black_box(text)).count();
                lines.iter().map(scan).sum()
            });
        });
    }
    group.finish();
}

/// Tells a process which dictionaries to load and to measure: `ours`, or a number of terms.
const MEASURED: &str = "MEASURED_DICTIONARIES";
/// Loading is told as the best of so many times: others use the machine too.
const LOADS: usize = 9;

/// Loads once, and prints the milliseconds and the kilobytes that it took.
fn measure(which: &str) {
    let document = which.parse().ok().map(|count| dictionary(&terms(count)));
    let before = resident_kb();
    let start = Instant::now();
    let dictionaries = match &document {
        Some(document) => Dictionaries::from_documents(std::slice::from_ref(document)),
        None => read_dictionaries(Path::new(OURS)),
    };
    let took = start.elapsed().as_secs_f64() * 1000.0;
    let grown = resident_kb().saturating_sub(before);
    assert!(dictionaries.is_ok(), "valid dictionaries");
    println!("{took:.1} {grown}");
}

/// What of this process is in memory; 0 where the system doesn't tell.
fn resident_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kilobytes.unwrap_or(0)
}

/// What loading costs, as a table.
fn loads() -> String {
    let mut table = format!(
        "| loaded | best of {LOADS}, ms | median, ms | resident memory grew by, MB |\n| --- | --- | --- | --- |\n"
    );
    for (which, name) in [
        ("ours", "our own dictionaries, examples checked"),
        ("2000", "2,000 terms"),
        ("50000", "50,000 terms"),
    ] {
        let mut loads: Vec<(f64, f64)> = (0..LOADS).map(|_| load_elsewhere(which)).collect();
        loads.sort_by(|one, other| one.0.total_cmp(&other.0));
        let (best, median) = (loads[0].0, loads[LOADS / 2].0);
        let megabytes = loads[LOADS / 2].1 / 1024.0;
        // Writing to a String can't fail.
        let _ = writeln!(
            table,
            "| {name} | {best:.1} | {median:.1} | {megabytes:.1} |"
        );
    }
    table
}

/// What hearing costs, as a table: the mean of each measurement, as criterion stored it.
fn heard() -> String {
    let bytes: usize = chat().iter().map(String::len).sum();
    let speed = |name: &str| {
        let place = format!("criterion/signals/{name}/new/estimates.json");
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
        let text = std::fs::read_to_string(target.expect("a folder above").join(place)).ok()?;
        let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
        let nanoseconds = estimates["mean"]["point_estimate"].as_f64()?;
        Some(bytes as f64 / nanoseconds * 1e9 / f64::from(1 << 20))
    };
    let shown = |speed: Option<f64>| speed.map_or(String::new(), |speed| format!("{speed:.0}"));
    let mut table =
        "| | heard, MiB/s | plain scan, MiB/s | ratio |\n| --- | --- | --- | --- |\n".to_owned();
    for (name, hear, plain) in [
        ("our own dictionaries", "hear_our dictionaries", ""),
        (
            "our own dictionaries and the model",
            "hear_and our model",
            "plain aho-corasick_our words",
        ),
        ("2,000 terms", "hear/2000", "plain aho-corasick/2000"),
        ("50,000 terms", "hear/50000", "plain aho-corasick/50000"),
    ] {
        let (hear, plain) = (speed(hear), speed(plain));
        let ratio = hear.zip(plain).map(|(hear, plain)| hear / plain);
        let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
        let _ = writeln!(
            table,
            "| {name} | {} | {} | {ratio} |",
            shown(hear),
            shown(plain)
        );
    }
    table
}

/// The milliseconds and kilobytes of a load in a process of its own.
fn load_elsewhere(which: &str) -> (f64, f64) {
    let own = std::env::current_exe().expect("a program knows where it is");
    let output = Command::new(own).env(MEASURED, which).output();
    let output = output.expect("it can run itself");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut figures = text.split_whitespace().map(|figure| figure.parse::<f64>());
    let mut next = || figures.next().and_then(Result::ok).expect("two figures");
    (next(), next())
}

criterion_group!(benches, hearing);

fn main() {
    if let Ok(which) = std::env::var(MEASURED) {
        return measure(&which);
    }
    let loads = loads();
    println!("{loads}");
    benches();
    Criterion::default().configure_from_args().final_summary();
    let block = format!(
        "## Signals\n\nBy `make bench`. The yardstick is a plain `aho-corasick` scan for the same terms over the same bytes, \
         which neither folds nor judges; each dictionary is loaded in a process of its own.\n\n{}\n{loads}",
        heard()
    );
    results::write("signals", &block);
}
