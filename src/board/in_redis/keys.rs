//! The only place that spells the names of the board's keys.
//!
//! All of a board's keys share the hash tag `{PREFIX}`, so that in a cluster they lie in one slot
//! and one script may touch several. `GEN` is a generation: a whole board; a rebuild fills a new
//! one and then `current` is set to it. `DAY` is a day of China as days since 1970.
//!
//! | key | type | holds | grows |
//! | --- | --- | --- | --- |
//! | `{PREFIX}:board:current` | string | the generation that is read; absent: none was ever filled from the store, and `unbuilt` is used | not |
//! | `{PREFIX}:board:building` | sorted set | generations being filled, by the end of their lease (ms); what is recorded counts on them too | by a rebuild, shrinks with its end or the next one |
//! | `{PREFIX}:board:retired` | set | generations whose keys have yet to be given their last minute | as above |
//! | `{PREFIX}:board:changes` | channel | a notice without content for each change | |
//! | `{PREFIX}:board:GEN:days` | sorted set | the days that have hits, by themselves | to [`DAYS_KEPT`](crate::board::DAYS_KEPT) members |
//! | `{PREFIX}:board:GEN:DAY:seen` | set | message and label of each hit, and `?` behind what is on trial: what was counted isn't counted again | a member a hit |
//! | `{PREFIX}:board:GEN:DAY:cells` | hash | region, rep, customer, product and label, and `?` behind what is on trial → hits | a field for each combination that occurs, never more than hits |
//! | `{PREFIX}:board:GEN:DAY:desk:REGION⇥REP` | sorted set | the hits of one rep in one region by their time (ms), without what is on trial: message, label, customer, product; from it comes the newest list under any filter | a member a hit |
//!
//! Teams take no room: a question names its reps. A hit is taken off again by the same three names:
//! out of `seen` and the desk, and one less in its cell.
//!
//! Members and fields are parts joined by tabs, as [`parts`] writes them. Every key
//! of a generation expires [`DAYS_KEPT`](crate::board::DAYS_KEPT) days after its last hit, or a
//! minute after its generation was replaced. Redis should not evict keys (`maxmemory-policy
//! noeviction`): half a board can't be told from a whole one.

use super::parts;
use crate::board::hit::Cell;
use crate::domain::Day;

/// The generation that counts while no rebuild ever filled one.
pub(super) const UNBUILT: &str = "unbuilt";

/// The names of one board's keys.
pub(super) struct Keys {
    base: String,
}

impl Keys {
    /// `None` when the prefix is empty or would break the hash tag.
    pub(super) fn under(prefix: &str) -> Option<Self> {
        let fits = !prefix.is_empty() && !prefix.contains(['{', '}']);
        fits.then(|| Self {
            base: format!("{{{prefix}}}:board"),
        })
    }

    pub(super) fn current(&self) -> String {
        format!("{}:current", self.base)
    }

    pub(super) fn building(&self) -> String {
        format!("{}:building", self.base)
    }

    pub(super) fn retired(&self) -> String {
        format!("{}:retired", self.base)
    }

    pub(super) fn changes(&self) -> String {
        format!("{}:changes", self.base)
    }

    pub(super) fn days(&self, generation: &str) -> String {
        format!("{}:{generation}:days", self.base)
    }

    pub(super) fn seen(&self, generation: &str, day: Day) -> String {
        format!("{}:{generation}:{}:seen", self.base, day.0)
    }

    pub(super) fn cells(&self, generation: &str, day: Day) -> String {
        format!("{}:{generation}:{}:cells", self.base, day.0)
    }

    /// The key of the desk that the cell belongs to; cells that differ by customer share it.
    pub(super) fn desk(&self, generation: &str, day: Day, cell: &Cell) -> String {
        let desk = parts::desk(cell);
        format!("{}:{generation}:{}:desk:{desk}", self.base, day.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_can_not_break_the_hash_tag() {
        assert!(Keys::under("").is_none());
        assert!(Keys::under("a}b").is_none());
        let keys = Keys::under("dingdan").map(|keys| keys.current());
        assert_eq!(keys.as_deref(), Some("{dingdan}:board:current"));
    }
}
