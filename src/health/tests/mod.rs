//! The figures on examples that can be reckoned by hand, and by properties.

mod apart;
mod figures;
mod since;

use super::Tally;

/// So many due, and of them done.
fn tally(done: u64, due: u64) -> Tally {
    Tally::of("done", false, done) + Tally::of("overdue", true, due - done)
}
