//! A text in another spelling, with the way back to its own characters. Pure.

use std::ops::Range;

use crate::signals::folded;

/// A text as names and numbers are looked for in it.
pub(super) struct Spelled {
    /// What is looked into.
    pub(super) text: String,
    /// For each byte of it, where its character stands in the text that it was made of.
    places: Vec<Range<usize>>,
}

impl Spelled {
    /// As the detector hears it: full width and traditional characters, spaces and ornaments inside
    /// names make no difference. What ends a clause is one mark.
    pub(super) fn of_words(text: &str) -> Self {
        Self::of(folded(text))
    }

    /// With its marks, for numbers and addresses: only full width makes no difference.
    pub(super) fn of_signs(text: &str) -> Self {
        let letters = text.char_indices().map(|(at, letter)| {
            let narrow = match letter {
                '\u{ff01}'..='\u{ff5e}' => {
                    char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter)
                }
                '\u{3000}' => ' ',
                letter => letter,
            };
            (narrow, at..at + letter.len_utf8())
        });
        Self::of(letters)
    }

    fn of(letters: impl IntoIterator<Item = (char, Range<usize>)>) -> Self {
        let mut spelled = Self {
            text: String::new(),
            places: Vec::new(),
        };
        for (letter, place) in letters {
            spelled.text.push(letter);
            let bytes = letter.len_utf8();
            spelled.places.extend(std::iter::repeat_n(place, bytes));
        }
        spelled
    }

    /// Where a part of the spelling stands in the text itself.
    pub(super) fn back(&self, part: Range<usize>) -> Option<Range<usize>> {
        let places = self.places.get(part)?;
        Some(places.first()?.start..places.last()?.end)
    }
}
