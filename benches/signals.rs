//! How fast a customer's lines are heard, as the dictionaries grow; and what loading costs.
//!
//! What dictionaries hold is told apart from what is resident: what loading needs on its way and gives
//! back stays with the allocator for whatever comes next.
//!
//! The yardstick is a plain `aho-corasick` scan for the same terms over the same bytes, which
//! neither normalises nor judges. Each dictionary is loaded in a process of its own, as at the
//! service's start: nothing is warm, and memory freed on the way is still resident.

#[path = "results/mod.rs"]
mod results;

use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use aho_corasick::AhoCorasick;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group};

use dingdan::config::Document;
use dingdan::domain::Speaker;
use dingdan::loaded::{read_detector, read_dictionaries};
use dingdan::signals::{Detector, Dictionaries, Line, Signal};

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
const BODIES: [&str; 10] = [
    "资料我已经转给生产那边了，他们明天看完给你答复",
    "样品放在前台，司机下午三点过去取，到了打我电话",
    "这个型号的安装尺寸能不能发一份，图纸是去年的版本",
    "你们这个价格还是偏高，能不能再便宜点",
    "仓库五点半下班，送货的话尽量赶在四点以前到",
    "發票抬頭沒有變，還是按上次的寄過來就可以",
    "我们今年要走公开招标，你们先准备一下资质文件",
    "培训定在下周三下午，来两位工程师就够了",
    "OK，PO number 我晚点发你，thanks",
    "贵公司地址还是在开发区那边吧，我周四过去拜访",
];

/// Two hundred lines.
fn chat() -> Vec<String> {
    let line = |opening: &str| BODIES.map(|body| format!("{opening}{body}"));
    OPENINGS.iter().flat_map(|opening| line(opening)).collect()
}

/// Invented words of two to five characters that look like those of a dictionary.
fn terms(count: usize) -> Vec<String> {
    let letters: Vec<char> = BODIES
        .concat()
        .chars()
        .filter(|&c| c > '\u{4e00}' && c < '\u{a000}')
        .collect();
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    let mut word = move || {
        let length = 2 + next() % 4;
        (0..length)
            .map(|_| letters[next() % letters.len()])
            .collect::<String>()
    };
    let mut words = std::collections::BTreeSet::new();
    while words.len() < count {
        words.insert(word());
    }
    words.into_iter().collect()
}

fn dictionary(terms: &[String]) -> Document {
    let mut text = "label = \"PRICE\"\n[[rule]]\nid = \"filler\"\nany = [\n".to_owned();
    for term in terms {
        // Writing to a String can't fail.
        let _ = writeln!(text, "  \"{term}\",");
    }
    text.push_str("]\n");
    Document::new("price.toml", text)
}

/// The repository's dictionaries, the model among them.
const OURS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/keyword-dicts");

/// What stands in quotes in our dictionaries, as a plain scan would be given it.
fn our_words() -> Vec<String> {
    let files = std::fs::read_dir(OURS).expect("a folder");
    let files = files.map(|file| file.expect("a file").path());
    let texts = files.filter(|file| file.extension().is_some_and(|kind| kind == "toml"));
    let texts = texts.map(|file| std::fs::read_to_string(file).expect("a readable file"));
    let words = texts.flat_map(|text| {
        let quoted = text.split('"').skip(1).step_by(2);
        quoted.map(str::to_owned).collect::<Vec<_>>()
    });
    words.filter(|word| !word.is_empty()).collect()
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

/// Loads once, and prints the milliseconds that it took, and by how many kilobytes memory grew: that
/// which is resident, and that which is held.
fn measure(which: &str) {
    let document = which.parse().ok().map(|count| dictionary(&terms(count)));
    let before = resident_kb();
    let mut loaded = None;
    let mut took = 0.0;
    let memory = allocation_counter::measure(|| {
        let start = Instant::now();
        loaded = Some(match &document {
            Some(document) => Dictionaries::from_documents(std::slice::from_ref(document)),
            None => read_dictionaries(Path::new(OURS)),
        });
        took = start.elapsed().as_secs_f64() * 1000.0;
    });
    let grown = resident_kb().saturating_sub(before);
    assert!(
        loaded.is_some_and(|loaded| loaded.is_ok()),
        "valid dictionaries"
    );
    println!("{took:.1} {grown} {}", memory.bytes_current / 1024);
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
        "| loaded | best of {LOADS}, ms | median, ms | held, MB | resident memory grew by, MB |\n| --- | --- | --- | --- | --- |\n"
    );
    for (which, name) in [
        ("ours", "our own dictionaries, examples checked"),
        ("2000", "2,000 terms"),
        ("50000", "50,000 terms"),
    ] {
        let mut loads: Vec<[f64; 3]> = (0..LOADS).map(|_| load_elsewhere(which)).collect();
        loads.sort_by(|one, other| one[0].total_cmp(&other[0]));
        let (best, [median, resident, held]) = (loads[0][0], loads[LOADS / 2]);
        let (resident, held) = (resident / 1024.0, held / 1024.0);
        // Writing to a String can't fail.
        let _ = writeln!(
            table,
            "| {name} | {best:.1} | {median:.1} | {held:.1} | {resident:.1} |"
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

/// The milliseconds and kilobytes of a load in a process of its own, as [`measure`] prints them.
fn load_elsewhere(which: &str) -> [f64; 3] {
    let own = std::env::current_exe().expect("a program knows where it is");
    let output = Command::new(own).env(MEASURED, which).output();
    let output = output.expect("it can run itself");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut figures = text.split_whitespace().map(|figure| figure.parse::<f64>());
    let mut next = || figures.next().and_then(Result::ok).expect("three figures");
    [next(), next(), next()]
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
