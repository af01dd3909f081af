//! What is heard so far of patterns with several parts.

use super::fold::Letter;
use super::hits::Hit;
use super::lexicon::number;
use super::pattern::MOST_PARTS;
use super::scan::{Role, Shape};
use super::syntax::WIDEST_GAP;

/// A pattern heard up to some part.
#[derive(Clone, Copy)]
pub(super) struct Partial {
    pub(super) parts: u32,
    pub(super) start: u32,
    pub(super) end: u32,
    /// The one with a part less that it goes on from; see [`Partials`].
    pub(super) before: u32,
    /// The one before it of the same pattern; see [`Partials`].
    pub(super) older: u32,
}

/// All that is heard so far of patterns with several parts. Looking back from a word touches
/// only the partials of its own pattern, however many patterns begin with a common word.
/// Partials are counted from 1; 0 is none.
#[derive(Default)]
pub(super) struct Partials {
    all: Vec<Partial>,
    /// For each pattern its newest partial.
    newest: Vec<u32>,
    /// The patterns that have one.
    begun: Vec<u32>,
}

impl Partials {
    /// Forgets all, for a scan for so many patterns.
    pub(super) fn clear(&mut self, patterns: usize) {
        for pattern in self.begun.drain(..) {
            self.newest[pattern as usize] = 0;
        }
        self.all.clear();
        self.newest.resize(patterns, 0);
    }

    pub(super) fn push(&mut self, pattern: u32, partial: Partial) {
        let newest = &mut self.newest[pattern as usize];
        if *newest == 0 {
            self.begun.push(pattern);
        }
        let older = std::mem::replace(newest, number(self.all.len() + 1));
        self.all.push(Partial { older, ..partial });
    }

    fn get(&self, partial: u32) -> Option<&Partial> {
        self.all.get((partial as usize).wrapping_sub(1))
    }

    /// What the word goes on from at this position of the pattern: the nearest that is near
    /// enough; 0 at its first position.
    pub(super) fn before(
        &self,
        role: &Role,
        shape: &Shape,
        hit: &Hit,
        letters: &[Letter],
    ) -> Option<u32> {
        let position = role.position;
        if position == 0 {
            return Some(0);
        }
        let mut at = self.newest[role.shape as usize];
        // The newest ends last.
        while let Some(partial) = self.get(at) {
            if partial.end + WIDEST_GAP < hit.start {
                return None;
            }
            if partial.parts == position
                && partial.end <= hit.start
                && partial.end + shape.gaps[position as usize] >= hit.start
                && letters[partial.end as usize - 1].clause == letters[hit.start as usize].clause
            {
                return Some(at);
            }
            at = partial.older;
        }
        None
    }

    /// Where the parts up to this one stand.
    pub(super) fn places(&self, last: Partial) -> [(usize, usize); MOST_PARTS] {
        let mut places = [(0, 0); MOST_PARTS];
        let mut partial = Some(&last);
        while let Some(part) = partial {
            places[part.parts as usize - 1] = (part.start as usize, part.end as usize);
            partial = self.get(part.before);
        }
        places
    }
}
