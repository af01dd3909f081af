//! For each number a few items, all in one piece of memory.

/// Items of type `T` for each number below some bound.
pub(super) struct Table<T> {
    /// Where the items of each number end; those of the next one begin there.
    ends: Box<[u32]>,
    items: Box<[T]>,
}

impl<T: Copy + Default> Table<T> {
    /// The items of the numbers below `count`, from pairs in any order.
    pub(super) fn new(count: usize, pairs: &[(u32, T)]) -> Self {
        let mut ends = vec![0; count];
        for (number, _) in pairs {
            ends[*number as usize] += 1;
        }
        let mut end = 0;
        for each in &mut ends {
            // For now, where the number's items begin; each item moves it on by one.
            (*each, end) = (end, end + *each);
        }
        let mut items = vec![T::default(); pairs.len()];
        for (number, item) in pairs {
            let next = &mut ends[*number as usize];
            items[*next as usize] = *item;
            *next += 1;
        }
        Self {
            ends: ends.into(),
            items: items.into(),
        }
    }

    /// Whether no number has an item.
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The number's items.
    #[inline]
    pub(super) fn of(&self, number: u32) -> &[T] {
        let number = number as usize;
        let start = match number {
            0 => 0,
            _ => self.ends[number - 1],
        };
        &self.items[start as usize..self.ends[number] as usize]
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            ends: Box::default(),
            items: Box::default(),
        }
    }
}
