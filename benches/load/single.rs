//! Single steps without HTTP: opening and reading a callback on one core, and what the disk takes for
//! an append and its sync.

use std::hint::black_box;
use std::io::Write as _;
use std::time::{Duration, Instant};

use dingdan_webhooks::wecom::callback::Callback;
use dingdan_webhooks::wecom::crypto::{Envelope, Query};

use crate::callbacks::{Callbacks, NOW_SECONDS};
use crate::report::Report;

const LOOK_FOR: Duration = Duration::from_secs(2);

pub(crate) fn measure(report: &mut Report, callbacks: &Callbacks) {
    let message = Callbacks::message(1);
    let sealed = callbacks.crypto.seal_envelope(
        &message,
        [7; 16],
        &NOW_SECONDS.to_string(),
        "1",
        Some(1_000_002),
    );
    let per_second = repeat(|| {
        let query = Query::parse(&sealed.query_string).unwrap();
        let envelope = Envelope::parse(sealed.body.as_bytes()).unwrap();
        let opened = callbacks.crypto.open(&query, &envelope.encrypt).unwrap();
        black_box(Callback::parse(&opened).unwrap().message_key());
    });
    report.opened(per_second, sealed.body.len());
}

/// What one commit can't do without: an append of the size of a few rows, and its sync. Sorted.
pub(crate) fn disk() -> Vec<Duration> {
    const APPENDS: usize = 1_000;
    let mut file = tempfile::tempfile().unwrap();
    let rows = [7_u8; 32 * 1024];
    let append = |_| {
        let begun = Instant::now();
        file.write_all(&rows).unwrap();
        file.sync_data().unwrap();
        begun.elapsed()
    };
    let mut took: Vec<Duration> = (0..APPENDS).map(append).collect();
    took.sort_unstable();
    took
}

fn repeat(mut step: impl FnMut()) -> f64 {
    let begun = Instant::now();
    let mut count = 0_u64;
    while begun.elapsed() < LOOK_FOR {
        for _ in 0..100 {
            step();
        }
        count += 100;
    }
    count as f64 / begun.elapsed().as_secs_f64()
}
