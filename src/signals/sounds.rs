//! Words that are recognised by their sound, where a dictionary asks for it: 予算, yusuan and
//! "yu suan" are 预算.
//!
//! Such a word is put right in the line before anything is looked for, so that all dictionaries
//! profit and none gets a term more. Chinese counts when the syllables are those of the word,
//! without their tones, and at least one character is right: a wrong one comes from the keyboard
//! or from speech recognition, but 找表 is no 招标. Latin letters count when they are pinyin from
//! end to end, also beside Chinese (yu算).

use pinyin::ToPinyin;
use rustc_hash::FxHashMap;

use super::fold::{BREAK, Letter};

/// The Chinese characters that are in use.
const CHARACTERS: std::ops::RangeInclusive<char> = '\u{4e00}'..='\u{9fa5}';
/// The longest syllable: zhuang.
const LONGEST_SYLLABLE: usize = 6;
/// As long a run of Latin letters is looked at as pinyin.
const LONGEST_RUN: usize = 60;

/// A word to be recognised, and what sounds alike and is something else.
pub(super) struct Sounding {
    /// Folded.
    pub(super) word: String,
    /// Folded too.
    pub(super) except: Vec<String>,
}

/// All words that are recognised by their sound.
#[derive(Default)]
pub(super) struct Sounds {
    /// For each character of [`CHARACTERS`] the number of its syllable; 0 when no word has it.
    syllables: Box<[u16]>,
    words: Vec<Word>,
    /// The words that begin with two syllables, longest first.
    beginning: FxHashMap<(u16, u16), Vec<usize>>,
    /// All syllables there are, and the numbers of those that words have.
    spelt: FxHashMap<&'static str, u16>,
    except: Vec<Vec<char>>,
}

/// A syllable of a line.
struct Syllable {
    /// The number of the syllable; 0 when no word has it.
    number: u16,
    /// Which letters it is.
    letters: std::ops::Range<usize>,
}

struct Word {
    glyphs: Vec<char>,
    syllables: Vec<u16>,
}

impl Sounds {
    /// From words of two Chinese characters or more; the word itself, when it is none.
    pub(super) fn new(all: &[Sounding]) -> Self {
        if all.is_empty() {
            return Self::default();
        }
        let mut numbers = FxHashMap::default();
        let words: Vec<Word> = all
            .iter()
            .filter_map(|one| Word::new(&one.word, &mut numbers))
            .collect();
        let number = |syllable: &str| numbers.get(syllable).copied().unwrap_or(0);
        let mut spelt = FxHashMap::default();
        let mut syllable = |glyph: char| {
            let Some(syllable) = glyph.to_pinyin().map(pinyin::Pinyin::plain) else {
                return 0;
            };
            *spelt.entry(syllable).or_insert_with(|| number(syllable))
        };
        let syllables = CHARACTERS.map(&mut syllable).collect();
        let mut beginning: FxHashMap<_, Vec<usize>> = FxHashMap::default();
        for (at, word) in words.iter().enumerate() {
            let two = (word.syllables[0], word.syllables[1]);
            beginning.entry(two).or_default().push(at);
        }
        for candidates in beginning.values_mut() {
            candidates.sort_by_key(|&word| std::cmp::Reverse(words[word].glyphs.len()));
        }
        Self {
            syllables,
            words,
            beginning,
            spelt,
            except: all
                .iter()
                .flat_map(|one| &one.except)
                .map(|word| word.chars().collect())
                .collect(),
        }
    }

    /// Puts the words right that are written as they sound. Where letters came from stays true.
    pub(super) fn put_right(&self, letters: &mut Vec<Letter>) {
        if self.words.is_empty() {
            return;
        }
        self.put_chinese_right(letters);
        if letters
            .iter()
            .any(|letter| letter.glyph.is_ascii_lowercase())
        {
            self.put_latin_right(letters);
        }
    }

    fn put_chinese_right(&self, letters: &mut [Letter]) {
        let mut at = 0;
        while at + 1 < letters.len() {
            let found = self.wrong_at(&letters[at..]);
            if let Some(word) = found {
                for (letter, &glyph) in letters[at..].iter_mut().zip(&word.glyphs) {
                    letter.glyph = glyph;
                }
            }
            at += found.map_or(1, |word| word.glyphs.len());
        }
    }

    /// The word that the letters begin with, if they are not written like it.
    fn wrong_at(&self, letters: &[Letter]) -> Option<&Word> {
        let two = (
            self.syllable(letters[0].glyph),
            self.syllable(letters[1].glyph),
        );
        if two.0 == 0 || two.1 == 0 {
            return None;
        }
        for &word in self.beginning.get(&two)? {
            let word = &self.words[word];
            let Some(letters) = letters.get(..word.glyphs.len()) else {
                continue;
            };
            let glyphs = letters.iter().map(|letter| letter.glyph);
            let right = glyphs
                .clone()
                .zip(&word.glyphs)
                .filter(|(a, b)| a == *b)
                .count();
            let sounds = glyphs.clone().map(|glyph| self.syllable(glyph));
            if right == word.glyphs.len() {
                return None;
            }
            if right > 0
                && sounds.eq(word.syllables.iter().copied())
                && !self.is_something_else(letters)
            {
                return Some(word);
            }
        }
        None
    }

    fn is_something_else(&self, written: &[Letter]) -> bool {
        let is = |place: &[Letter], word: &[char]| {
            let glyphs = place.iter().map(|letter| &letter.glyph);
            glyphs.eq(word)
        };
        self.except.iter().any(|word| {
            let mut places = written.windows(word.len());
            places.any(|place| is(place, word))
        })
    }

    #[inline]
    fn syllable(&self, glyph: char) -> u16 {
        let at = u32::from(glyph).wrapping_sub(u32::from(*CHARACTERS.start()));
        self.syllables.get(at as usize).copied().unwrap_or(0)
    }

    fn put_latin_right(&self, letters: &mut Vec<Letter>) {
        let syllables = self.syllables_of(letters);
        let at_word = |at: usize| self.spelt_at(&syllables[at..], letters);
        let Some(first) = (0..syllables.len()).find(|&at| at_word(at).is_some()) else {
            return;
        };
        let mut right = Vec::with_capacity(letters.len());
        right.extend_from_slice(&letters[..syllables[first].letters.start]);
        let mut at = first;
        while at < syllables.len() {
            let word = at_word(at);
            match word {
                None => right.extend_from_slice(&letters[syllables[at].letters.clone()]),
                Some(word) => {
                    let places = syllables[at..].iter().zip(&word.glyphs);
                    right.extend(places.map(|(one, &glyph)| Letter {
                        glyph,
                        end: letters[one.letters.end - 1].end,
                        ..letters[one.letters.start]
                    }));
                }
            }
            at += word.map_or(1, |word| word.glyphs.len());
        }
        *letters = right;
    }

    /// The line cut into syllables: each Chinese letter is one, Latin letters are those that they
    /// read as. What is neither has the number 0.
    fn syllables_of(&self, letters: &[Letter]) -> Vec<Syllable> {
        let mut syllables = Vec::with_capacity(letters.len());
        let mut at = 0;
        while at < letters.len() {
            let latin = |letter: &&Letter| letter.glyph.is_ascii_lowercase();
            let run = letters[at..].iter().take_while(latin).count();
            let end = at + run.max(1);
            if !(2..=LONGEST_RUN).contains(&run) || !self.read(letters, at..end, &mut syllables) {
                syllables.push(Syllable {
                    number: match &letters[at..end] {
                        [one] => self.syllable(one.glyph),
                        _ => 0,
                    },
                    letters: at..end,
                });
            }
            at = end;
        }
        syllables
    }

    /// Adds the syllables of a run of Latin letters, if it is nothing but syllables. Long ones are
    /// tried first; none goes on beyond a gap that another one ends at.
    fn read(
        &self,
        letters: &[Letter],
        run: std::ops::Range<usize>,
        syllables: &mut Vec<Syllable>,
    ) -> bool {
        let length = run.len();
        let mut ascii = [0; LONGEST_RUN];
        for (byte, letter) in ascii.iter_mut().zip(&letters[run.clone()]) {
            *byte = u8::try_from(letter.glyph).unwrap_or_default();
        }
        let number = |place: std::ops::Range<usize>| {
            let text = std::str::from_utf8(&ascii[place]).unwrap_or_default();
            self.spelt.get(text).copied()
        };
        // From the end: how far the first syllable of the rest goes, where the rest can be read.
        let mut next = [None; LONGEST_RUN + 1];
        next[length] = Some(length);
        for at in (0..length).rev() {
            let longest = LONGEST_SYLLABLE.min(length - at);
            next[at] = (1..=longest)
                .rev()
                .map(|syllable| at + syllable)
                .find(|&end| next[end].is_some() && number(at..end).is_some());
        }
        let mut at = 0;
        while at < length {
            let Some(end) = next[at] else { return false };
            syllables.push(Syllable {
                number: number(at..end).unwrap_or_default(),
                letters: run.start + at..run.start + end,
            });
            at = end;
        }
        true
    }

    /// The word that begins here and is written in Latin letters, wholly or in part (报jia).
    fn spelt_at(&self, syllables: &[Syllable], letters: &[Letter]) -> Option<&Word> {
        let [one, two, ..] = syllables else {
            return None;
        };
        let candidates = self.beginning.get(&(one.number, two.number))?.iter();
        let mut candidates = candidates.map(|&word| &self.words[word]);
        candidates.find(|word| {
            let Some(syllables) = syllables.get(..word.glyphs.len()) else {
                return false;
            };
            let glyph = |one: &Syllable| letters[one.letters.start].glyph;
            let is_latin = |one: &Syllable| glyph(one).is_ascii();
            let numbers = syllables.iter().map(|one| one.number);
            numbers.eq(word.syllables.iter().copied())
                && syllables.iter().any(is_latin)
                && syllables
                    .iter()
                    .zip(&word.glyphs)
                    .all(|(one, right)| is_latin(one) || glyph(one) == *right)
        })
    }
}

impl Word {
    fn new(word: &str, numbers: &mut FxHashMap<&'static str, u16>) -> Option<Self> {
        let mut syllables = Vec::new();
        for glyph in word.chars() {
            let next = u16::try_from(numbers.len() + 1).ok()?;
            let syllable = glyph.to_pinyin()?.plain();
            syllables.push(*numbers.entry(syllable).or_insert(next));
        }
        (syllables.len() > 1).then(|| Self {
            glyphs: word.chars().collect(),
            syllables,
        })
    }
}

/// Whether a word can be recognised by its sound.
pub(super) fn can_be_heard(word: &str) -> bool {
    word.chars().count() > 1
        && word
            .chars()
            .all(|glyph| glyph != BREAK && glyph.to_pinyin().is_some())
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;
    use super::*;

    fn sounds() -> Sounds {
        let sounding = |word: &str, except: &[&str]| Sounding {
            word: word.to_owned(),
            except: except.iter().map(|&word| word.to_owned()).collect(),
        };
        Sounds::new(&[
            sounding("预算", &[]),
            sounding("太贵", &[]),
            sounding("再降", &["在降"]),
            sounding("没有预算", &[]),
        ])
    }

    fn right(text: &str) -> String {
        let mut letters = fold(text);
        sounds().put_right(&mut letters);
        letters.iter().map(|letter| letter.glyph).collect()
    }

    #[test]
    fn words_are_put_right_by_their_sound() {
        for (text, expected, reason) in [
            ("今年没予算", "今年没预算", "another character"),
            ("预算", "预算", "right already"),
            ("鱼蒜", "鱼蒜", "no character is right"),
            ("气温在降", "气温在降", "an exception"),
            ("还能载降吗", "还能再降吗", "no exception"),
            ("yusuan没了", "预算没了", "pinyin"),
            ("YU suan 没了", "预算没了", "pinyin with a gap"),
            (
                "T A I G U I le",
                "太贵le",
                "spaced out, and a word that nobody asked for",
            ),
            ("mei you yu suan", "没有预算", "the longest word"),
            (
                "今年yu算呢，太gui了",
                "今年预算呢，太贵了",
                "half of it in pinyin",
            ),
            ("鱼suan", "鱼suan", "the other half is wrong"),
            ("a算", "a算", "one letter is no syllable here"),
            ("hyundai guide", "hyundaiguide", "English"),
            ("taigu", "taigu", "another word"),
        ] {
            assert_eq!(right(text), expected, "{reason}");
        }
    }

    #[test]
    fn letters_still_know_where_they_came_from() {
        let text = "嗯 tai gui";
        let mut letters = fold(text);
        sounds().put_right(&mut letters);

        let words: Vec<&str> = letters
            .iter()
            .map(|one| &text[one.start..one.end])
            .collect();
        assert_eq!(words, ["嗯", "tai", "gui"]);
    }
}
