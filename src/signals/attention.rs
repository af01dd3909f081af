//! Which classes are worth hearing in a line.

use std::collections::BTreeSet;

use super::lexicon::Class;
use super::table::Table;

/// Which classes are worth hearing: those that patterns begin with, and after a word of a class
/// those that may come next. A class that nothing waits for is not a hit, and most are not.
#[derive(Default)]
pub(super) struct Order {
    /// For each class whether a pattern begins with it.
    first: Box<[Attention]>,
    /// For each class those that come next in some pattern.
    next: Table<Class>,
}

/// What is known of a class while a line is heard.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Attention {
    /// Nothing waits for it.
    #[default]
    Asleep,
    Awake,
    /// It was heard, and what comes next is awake.
    Heard,
}

impl Order {
    /// From the classes of each pattern, one after the other.
    pub(super) fn new<'p>(classes: usize, patterns: impl Iterator<Item = &'p [Class]>) -> Self {
        let mut first = vec![Attention::Asleep; classes];
        let mut next = BTreeSet::new();
        for pattern in patterns {
            if let Some(&class) = pattern.first() {
                first[class as usize] = Attention::Awake;
            }
            next.extend(pattern.windows(2).map(|pair| (pair[0], pair[1])));
        }
        let next: Vec<(Class, Class)> = next.into_iter().collect();
        Self {
            first: first.into(),
            next: Table::new(classes, &next),
        }
    }
}

/// What waits in the line in hand.
#[derive(Default)]
pub(super) struct Waiting {
    classes: Vec<Attention>,
}

impl Waiting {
    /// Begins a line.
    pub(super) fn begin(&mut self, order: &Order) {
        self.classes.clear();
        self.classes.extend_from_slice(&order.first);
    }

    /// Whether anything waits for a word of the class, now that there is one.
    #[inline]
    pub(super) fn attend(&mut self, class: Class, order: &Order) -> bool {
        match self.classes[class as usize] {
            Attention::Asleep => return false,
            Attention::Heard => return true,
            Attention::Awake => self.classes[class as usize] = Attention::Heard,
        }
        for &next in order.next.of(class) {
            let next = &mut self.classes[next as usize];
            if *next == Attention::Asleep {
                *next = Attention::Awake;
            }
        }
        true
    }
}
