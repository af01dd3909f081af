//! What loaded dictionaries hold in memory.
//!
//! By an allocator that counts, and so apart from the measurements of time. What is resident after
//! loading is more (see `signals`): what loading needed on its way stays with the allocator for whatever
//! comes next.

#[path = "results/mod.rs"]
mod results;
#[path = "words/mod.rs"]
mod words;

use std::fmt::Write;
use std::path::Path;

use dingdan::loaded::read_dictionaries;
use dingdan::signals::Dictionaries;
use words::{OURS, dictionary, terms};

fn main() {
    let mut table =
        "| dictionaries | held, MB | at most while loading, MB |\n| --- | --- | --- |\n".to_owned();
    let mut add = |name: &str, load: &mut dyn FnMut() -> Dictionaries| {
        let mut loaded = None;
        let memory = allocation_counter::measure(|| loaded = Some(load()));
        drop(loaded);
        let megabytes = |bytes: f64| bytes / f64::from(1 << 20);
        let (held, most) = (memory.bytes_current as f64, memory.bytes_max as f64);
        // Writing to a String can't fail.
        let _ = writeln!(
            table,
            "| {name} | {:.1} | {:.1} |",
            megabytes(held),
            megabytes(most)
        );
    };
    add("our own", &mut || {
        read_dictionaries(Path::new(OURS)).expect("valid")
    });
    for count in [2_000, 50_000] {
        let document = dictionary(&terms(count));
        add(&format!("{count} terms"), &mut || {
            Dictionaries::from_documents(std::slice::from_ref(&document)).expect("valid")
        });
    }
    println!("{table}");
    let block = format!("### What dictionaries hold\n\nBy `make bench`.\n\n{table}");
    results::write("held", &block);
}
