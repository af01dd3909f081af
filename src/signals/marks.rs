//! Marks on numbers, taken away as fast as they were made.

/// Which numbers below some bound are marked.
#[derive(Default)]
pub(super) struct Marks {
    is_marked: Vec<bool>,
    marked: Vec<u32>,
}

impl Marks {
    /// Takes all marks away, for numbers below `bound`.
    pub(super) fn clear(&mut self, bound: usize) {
        for number in self.marked.drain(..) {
            self.is_marked[number as usize] = false;
        }
        self.is_marked.resize(bound, false);
    }

    #[inline]
    pub(super) fn mark(&mut self, number: u32) {
        let is_marked = &mut self.is_marked[number as usize];
        if !*is_marked {
            *is_marked = true;
            self.marked.push(number);
        }
    }

    #[inline]
    pub(super) fn has(&self, number: u32) -> bool {
        self.is_marked[number as usize]
    }

    /// The marked ones, in the order in which they were marked.
    pub(super) fn all(&self) -> &[u32] {
        &self.marked
    }
}
