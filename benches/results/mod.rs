//! The page of results: each measurement writes a block of its own and leaves the others alone.

use std::path::Path;

const PLACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS.md");

/// Puts a block in the place of the one of that name, or at the page's beginning when there is none.
pub(crate) fn write(name: &str, block: &str) {
    let page = std::fs::read_to_string(PLACE).unwrap_or_default();
    let (begin, end) = (
        format!("<!-- {name}: begin -->"),
        format!("<!-- {name}: end -->"),
    );
    let whole = format!("{begin}\n{}\n{end}", block.trim());
    let page = match (page.find(&begin), page.find(&end)) {
        (Some(from), Some(until)) if from < until => {
            format!("{}{whole}{}", &page[..from], &page[until + end.len()..])
        }
        _ => format!("{whole}\n\n{page}"),
    };
    std::fs::write(Path::new(PLACE), page).expect("the results can be written");
    println!("\nwritten to benches/RESULTS.md ({name})");
}
