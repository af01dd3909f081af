//! Randomness: tokens, codes and message ids that nobody can guess, or that a seed repeats.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The platforms' source of unguessable words.
pub(super) struct Dice(StdRng);

impl Dice {
    /// Repeatable with a seed, unpredictable without.
    pub(super) fn new(seed: Option<u64>) -> Self {
        Self(seed.map_or_else(rand::make_rng, StdRng::seed_from_u64))
    }

    /// A word of letters and digits.
    pub(super) fn word(&mut self, length: usize) -> String {
        (0..length)
            .map(|_| char::from(ALPHABET[self.0.random_range(0..ALPHABET.len())]))
            .collect()
    }

    /// The sixteen bytes in front of a sealed message.
    pub(super) fn sixteen(&mut self) -> [u8; 16] {
        self.0.random()
    }
}
