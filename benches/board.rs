//! What a million signals take: in Redis, and in a process that keeps the board by itself.
//!
//! `cargo bench --bench board` records a year of a company with 300 reps: 4,000 customers, 60
//! products, 30 regions; every tenth signal on trial, some customers and products heard far more than
//! others. It starts a `redis-server` of its own, reads `used_memory` before and after, and asks the
//! questions of the page. With `-- --short` it takes a tenth and writes nothing.

#![expect(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a bench that can't go on stops"
)]

#[path = "results/mod.rs"]
mod results;
// The tests' own Redis, of which this needs a part.
#[path = "../src/board/tests/server.rs"]
#[expect(dead_code, reason = "the board's own tests use more of it")]
mod server;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use dingdan::board::{Board, Hit, Question};
use dingdan::domain::{Day, Label, Timestamp};

const SIGNALS: u64 = 1_000_000;
const DAYS: u64 = 365;
const REPS: u64 = 300;
const REGIONS: u64 = 30;
const CUSTOMERS: u64 = 4_000;
const PRODUCTS: u64 = 60;
/// Hits recorded at a time, as a rebuild reads them.
const PAGE: u64 = 5_000;
/// The last day.
const TODAY: Day = Day(20_783);

/// What one place of the board showed.
struct Measured {
    name: &'static str,
    bytes: f64,
    took: Duration,
    /// Of the page's questions, each the best of five.
    answers: Vec<Duration>,
}

fn main() {
    let is_short = std::env::args().any(|argument| argument == "--short");
    let signals = if is_short { SIGNALS / 10 } else { SIGNALS };
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let measured = runtime.enable_all().build().unwrap().block_on(async {
        // The process first: what Redis's client leaves behind would count.
        [in_process(signals).await, in_redis(signals).await]
    });
    let block = page(&measured, signals);
    println!("{block}");
    if !is_short {
        results::write("board", &block);
    }
}

async fn in_process(signals: u64) -> Measured {
    let before = resident();
    let board = Board::in_process();
    let took = fill(&board, signals).await;
    Measured {
        name: "in the process, resident",
        bytes: resident() - before,
        took,
        answers: ask(&board).await,
    }
}

async fn in_redis(signals: u64) -> Measured {
    let redis = server::RedisServer::start();
    let board = Board::redis(&redis.url(), "bench").await.unwrap();
    let before = used_memory(&redis).await;
    let took = fill(&board, signals).await;
    Measured {
        name: "in Redis, `used_memory`",
        bytes: used_memory(&redis).await - before,
        took,
        answers: ask(&board).await,
    }
}

async fn fill(board: &Board, signals: u64) -> Duration {
    let start = Instant::now();
    let mut rebuild = board.rebuild().await.unwrap();
    for first in (0..signals).step_by(usize::try_from(PAGE).unwrap()) {
        let hits: Vec<Hit> = (first..signals.min(first + PAGE))
            .map(|number| hit(number, signals))
            .collect();
        rebuild.add(&hits).await.unwrap();
    }
    let counted = rebuild.finish().await.unwrap();
    assert_eq!(u64::try_from(counted).unwrap(), signals, "each is counted");
    start.elapsed()
}

/// The signal of that number: numbers in, scattered values out, the same each time.
fn hit(number: u64, signals: u64) -> Hit {
    let mut state = number;
    let mut below = |limit: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let rep = below(REPS);
    // The product of two draws favours the small ones: few customers say much.
    let customer = below(CUSTOMERS) * below(CUSTOMERS) / CUSTOMERS;
    let product = below(PRODUCTS) * below(PRODUCTS) / PRODUCTS;
    let day = i64::try_from(number * DAYS / signals).unwrap();
    let within = i64::try_from(below(86_400_000)).unwrap();
    let label = Label::ALL[usize::try_from(below(12) * below(12) / 12).unwrap()];
    Hit {
        // As long as those of the store.
        message: format!("01JD{number:022}").parse().unwrap(),
        label,
        at: Timestamp(TODAY.plus(1 + day - i64::try_from(DAYS).unwrap()).start().0 + within),
        region: Some(format!("区域{}", rep % REGIONS)),
        rep: format!("rep-{rep:04}").parse().ok(),
        customer: (below(20) > 0).then(|| format!("customer-{customer:05}").parse().unwrap()),
        product: (below(3) == 0).then(|| format!("型号-{product:03}")),
        on_trial: below(10) == 0,
    }
}

/// Today, a week, a month; a month of one region, of one rep, of one customer; a year.
async fn ask(board: &Board) -> Vec<Duration> {
    if cfg!(debug_assertions) {
        return Vec::new();
    }
    let days = |count: i64| Question::days(TODAY.plus(1 - count), TODAY);
    let questions = [
        days(1),
        days(7),
        days(30),
        days(30).in_region("区域7"),
        days(30).of_rep("rep-0007".parse().unwrap()),
        days(30).of_customer("customer-00007".parse().unwrap()),
        days(365),
    ];
    let mut answers = Vec::new();
    for question in questions {
        let mut best = Duration::MAX;
        for _ in 0..5 {
            let start = Instant::now();
            let snapshot = board.snapshot(&question).await.unwrap();
            best = best.min(start.elapsed());
            assert!(!snapshot.totals.is_empty(), "{question:?}");
        }
        answers.push(best);
    }
    answers
}

async fn used_memory(redis: &server::RedisServer) -> f64 {
    let mut client = redis.client().await;
    let info: String = redis::cmd("INFO")
        .arg("memory")
        .query_async(&mut client)
        .await
        .unwrap();
    let line = info
        .lines()
        .find_map(|line| line.strip_prefix("used_memory:"));
    line.unwrap().trim().parse().unwrap()
}

/// What of this process is in memory, in bytes.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    kilobytes.unwrap().parse::<f64>().unwrap() * 1024.0
}

fn page(measured: &[Measured], signals: u64) -> String {
    let mut page = format!(
        "## The board\n\nBy `make bench`: {signals} signals of {DAYS} days, {REPS} reps, {REGIONS} regions, \
         {CUSTOMERS} customers and {PRODUCTS} products, a third of them about a product, a tenth on trial.\n\n\
         | the board | MB per million signals |\n| --- | --- |\n"
    );
    for of in measured {
        let bytes_each = of.bytes / signals as f64;
        writeln!(page, "| {} | **{bytes_each:.0}** |", of.name).unwrap();
    }
    // Memory is the same in a build for debugging, time is not.
    if !cfg!(debug_assertions) {
        page.push_str(&times(measured, signals));
    }
    page
}

fn times(measured: &[Measured], signals: u64) -> String {
    let mut page = "\n| the board | filled, signals /s | today, ms | 7 days | 30 days | 30 of a region | 30 of a rep | 30 of a customer | 365 days |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for of in measured {
        let rate = signals as f64 / of.took.as_secs_f64();
        let times: Vec<String> = of
            .answers
            .iter()
            .map(|took| format!("{:.1}", took.as_secs_f64() * 1e3))
            .collect();
        writeln!(page, "| {} | {rate:.0} | {} |", of.name, times.join(" | ")).unwrap();
    }
    page
}
