//! Weights by run of characters, as whole numbers.

use super::grams::Key;
use super::solve::{LANES, Scores};

/// The weights of a run for each lane, in steps of the lane's own size.
pub(super) type Weights = [i8; LANES];

/// So many weights of one byte can be added in two: 258 × 127 < 32,768.
const ADDED_IN_TWO_BYTES: usize = 256;
/// Places for keys for each one that is there. A search that fails looks at one or two.
const ROOM: usize = 3;

/// Weights by key. A search costs one place in memory, and finding one more.
pub(super) struct Table {
    /// A power of two of places; a key is at its own or at one of the next.
    places: Box<[Place]>,
    shift: u32,
    weights: Box<[Weights]>,
    /// The size of one step, for each lane.
    steps: Scores,
}

#[derive(Clone, Copy)]
struct Place {
    key: Key,
    /// The number of the weights; [`EMPTY`] where there are none.
    column: u32,
}

const EMPTY: u32 = u32::MAX;

impl Table {
    /// From keys in rising order, and the weights of each.
    pub(super) fn new(keys: &[Key], weights: Vec<Weights>, steps: Scores) -> Self {
        let size = (keys.len() * ROOM).next_power_of_two().max(2);
        let mut places = vec![
            Place {
                key: 0,
                column: EMPTY
            };
            size
        ]
        .into_boxed_slice();
        let shift = 32 - size.trailing_zeros();
        for (column, &key) in (0..).zip(keys) {
            let mut at = (key >> shift) as usize;
            while places[at].column != EMPTY {
                at = (at + 1) % size;
            }
            places[at] = Place { key, column };
        }
        Self {
            places,
            shift,
            weights: weights.into(),
            steps,
        }
    }

    /// The number of a key's weights.
    #[inline]
    pub(super) fn find(&self, key: Key) -> Option<u32> {
        let mut at = (key >> self.shift) as usize;
        loop {
            let place = self.places[at];
            if place.column == EMPTY {
                return None;
            }
            if place.key == key {
                return Some(place.column);
            }
            at = (at + 1) & (self.places.len() - 1);
        }
    }

    /// The weights of a column.
    pub(super) fn weights(&self, column: u32) -> Scores {
        let weights = &self.weights[column as usize];
        std::array::from_fn(|lane| f32::from(weights[lane]) * self.steps[lane])
    }

    /// The sums of the weights of these columns. Whole numbers: their order doesn't matter.
    pub(super) fn sums(&self, columns: &[u32]) -> Scores {
        let mut sums = [0_i32; LANES];
        for columns in columns.chunks(ADDED_IN_TWO_BYTES) {
            let mut part = [0_i16; LANES];
            for &column in columns {
                for (sum, weight) in part.iter_mut().zip(&self.weights[column as usize]) {
                    *sum += i16::from(*weight);
                }
            }
            for (sum, part) in sums.iter_mut().zip(part) {
                *sum += i32::from(part);
            }
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "a line's sums are far below 2^24"
        )]
        std::array::from_fn(|lane| sums[lane] as f32 * self.steps[lane])
    }

    /// How many columns there are.
    pub(super) const fn len(&self) -> usize {
        self.weights.len()
    }
}

/// Weights in steps of one byte, and the size of the steps of each lane: as small as its greatest
/// weight allows.
pub(super) fn quantised(weights: &[Scores]) -> (Vec<Weights>, Scores) {
    let mut greatest = [0.0_f32; LANES];
    for column in weights {
        for (greatest, weight) in greatest.iter_mut().zip(column) {
            *greatest = greatest.max(weight.abs());
        }
    }
    let steps = greatest.map(|greatest| greatest.max(f32::MIN_POSITIVE) / f32::from(i8::MAX));
    let whole = |column: &Scores| -> Weights {
        #[expect(clippy::cast_possible_truncation, reason = "between -127 and 127")]
        std::array::from_fn(|lane| (column[lane] / steps[lane]).round() as i8)
    };
    (weights.iter().map(whole).collect(), steps)
}
