//! One canonical spelling for a line, with the way back to the original characters.

use std::sync::atomic::{AtomicU16, Ordering};

use super::emoticons::emoticon;
use super::signs::{circled_letter, is_invisible, usual_numeral, written_out};

/// One letter of the canonical spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    /// The folded character: simplified, half width, lower case. [`BREAK`] between clauses.
    pub(super) glyph: char,
    /// Where it starts in the original text, in bytes.
    pub(super) start: usize,
    /// Where it ends in the original text, in bytes.
    pub(super) end: usize,
    /// The number of its clause (between commas).
    pub(super) clause: u32,
    /// The number of its sentence (between full stops).
    pub(super) sentence: u32,
    /// Whether nothing stood between it and the letter before. Latin words end where this is false.
    pub(super) glued: bool,
}

/// Stands for any mark that ends a clause. No term contains it, so none matches across one.
pub(super) const BREAK: char = '，';

/// Marks after which something new is said, though about the same thing.
const CLAUSE_MARKS: &str = ",，、;；";
/// Marks that end a sentence.
const SENTENCE_MARKS: &str = ".。!！?？\n\r";
/// Marks that mean something to rules.
const KEPT_MARKS: &str = "%/";

/// Folds a text: full to half width, traditional to simplified, upper to lower case; spaces,
/// emoji and ornaments inside words vanish; letters stretched for effect are shortened.
pub(super) fn fold(text: &str) -> Vec<Letter> {
    let mut letters = Vec::new();
    fold_into(text, &mut letters);
    letters
}

/// As [`fold`], into room that is already there.
pub(super) fn fold_into(text: &str, letters: &mut Vec<Letter>) {
    let mut line = Folding::new(text, letters);
    let mut emoticon_until = 0;
    for (at, raw) in text.char_indices() {
        if at < emoticon_until {
            continue;
        }
        let after = at + raw.len_utf8();
        let kind = match raw {
            '[' => {
                emoticon_until = after + emoticon(&text[after..]).unwrap_or(0);
                Kind::Dropped
            }
            '.' | '-' if line.joins_digits(&text[after..]) => Kind::Letter(raw),
            '.' | '。' | '．' | '\n' if spaces_out(&text[..at], raw, &text[after..]) => {
                Kind::Dropped
            }
            _ => Kind::of(raw),
        };
        match kind {
            Kind::Letter(glyph) => line.push(glyph, at, after),
            Kind::Letters(glyphs) => glyphs.chars().for_each(|glyph| line.push(glyph, at, after)),
            Kind::Invisible => {}
            Kind::Dropped => line.glued = false,
            Kind::Ends { sentence } => line.push_break(at, after, sentence),
        }
    }
}

/// The canonical spelling of a dictionary's term, or nothing if it has a mark inside.
pub(super) fn fold_term(term: &str) -> Option<String> {
    fold_term_in(term, &mut Vec::new())
}

/// As [`fold_term`], in room that is already there.
pub(super) fn fold_term_in(term: &str, letters: &mut Vec<Letter>) -> Option<String> {
    fold_into(term, letters);
    let mut folded = String::with_capacity(term.len());
    for letter in letters {
        if letter.glyph == BREAK {
            return None;
        }
        folded.push(letter.glyph);
    }
    Some(folded)
}

/// Whether a mark stands between single letters that are spaced out with it: 太.贵.了.
fn spaces_out(before: &str, mark: char, after: &str) -> bool {
    let mut before = before.chars().rev();
    let mut after = after.chars();
    let (Some(last), Some(next)) = (before.next(), after.next()) else {
        return false;
    };
    let chinese = |glyph: char| glyph.is_alphabetic() && !glyph.is_ascii();
    let (left, right) = (before.next(), after.next());
    let is_mark = |glyph: Option<char>| glyph == Some(mark);
    chinese(last)
        && chinese(next)
        && (is_mark(left) || is_mark(right) || left.is_none() && right.is_none())
}

enum Kind {
    Letter(char),
    Letters(&'static str),
    /// Not even a gap between letters.
    Invisible,
    Dropped,
    Ends {
        sentence: bool,
    },
}

impl Kind {
    fn of(raw: char) -> Self {
        let Some(known) = KNOWN.get(raw as usize) else {
            return if is_invisible(raw) {
                Self::Invisible
            } else if raw.is_alphanumeric() {
                Self::Letter(raw)
            } else {
                Self::Dropped
            };
        };
        let folded = match known.load(Ordering::Relaxed) {
            UNKNOWN => {
                let folded = folded(raw);
                known.store(folded, Ordering::Relaxed);
                folded
            }
            folded => folded,
        };
        match folded {
            DROPPED => Self::Dropped,
            ENDS_CLAUSE => Self::Ends { sentence: false },
            ENDS_SENTENCE => Self::Ends { sentence: true },
            INVISIBLE => Self::Invisible,
            SEVERAL => written_out(raw).map_or(Self::Dropped, Self::Letters),
            code => char::from_u32(u32::from(code)).map_or(Self::Dropped, Self::Letter),
        }
    }
}

/// The letters so far and what the next one needs to know of them.
struct Folding<'l> {
    letters: &'l mut Vec<Letter>,
    clause: u32,
    sentence: u32,
    glued: bool,
    /// How often the last letter has been repeated.
    run: usize,
}

impl<'l> Folding<'l> {
    fn new(text: &str, letters: &'l mut Vec<Letter>) -> Self {
        letters.clear();
        // Nearly all letters of a chat have three bytes; Latin text grows the list once or twice.
        letters.reserve(text.len() / 2 + 1);
        Self {
            letters,
            clause: 0,
            sentence: 0,
            glued: true,
            run: 0,
        }
    }

    /// Whether the mark is part of a number or of a ratio: 28.5, 3-6-1.
    fn joins_digits(&self, rest: &str) -> bool {
        let last = self.letters.last();
        self.glued
            && last.is_some_and(|letter| letter.glyph.is_ascii_digit())
            && rest.starts_with(|next: char| next.is_ascii_digit())
    }

    /// Stretched letters (贵贵贵贵, sooooo) are shortened to what a term may contain: two for
    /// Chinese, since 谢谢 is a word, and one for Latin. Digits are never stretched.
    fn push(&mut self, glyph: char, start: usize, end: usize) {
        let repeats = self
            .letters
            .last()
            .is_some_and(|last| last.glyph == glyph && !glyph.is_ascii_digit());
        self.run = if repeats { self.run + 1 } else { 1 };
        if self.run == 3 && glyph.is_ascii() {
            self.letters.pop();
        }
        if self.run >= 3
            && let Some(last) = self.letters.last_mut()
        {
            last.end = end;
            return;
        }
        self.add(glyph, start, end);
    }

    fn push_break(&mut self, start: usize, end: usize, ends_sentence: bool) {
        self.add(BREAK, start, end);
        self.clause += 1;
        if ends_sentence {
            self.sentence += 1;
        }
    }

    fn add(&mut self, glyph: char, start: usize, end: usize) {
        self.letters.push(Letter {
            glyph,
            start,
            end,
            clause: self.clause,
            sentence: self.sentence,
            glued: self.glued,
        });
        self.glued = true;
    }
}

/// What [`KNOWN`] says of characters that are not met yet or are no one letter. All six are
/// control characters, which never stand for themselves.
const UNKNOWN: u16 = 0;
const DROPPED: u16 = 1;
const ENDS_CLAUSE: u16 = 2;
const ENDS_SENTENCE: u16 = 3;
const INVISIBLE: u16 = 4;
const SEVERAL: u16 = 5;

/// What each character of the Basic Multilingual Plane folds to, found out when it is first met:
/// to find it out for all would cost ten milliseconds at start, and chats use few of them.
static KNOWN: [AtomicU16; 1 << 16] = [const { AtomicU16::new(UNKNOWN) }; 1 << 16];

fn folded(raw: char) -> u16 {
    // Full-width forms stand in the order of ASCII.
    let narrow = match raw {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(raw) - 0xff01 + 0x21).unwrap_or(raw),
        _ => raw,
    };
    if SENTENCE_MARKS.contains(narrow) {
        return ENDS_SENTENCE;
    }
    if CLAUSE_MARKS.contains(narrow) {
        return ENDS_CLAUSE;
    }
    if is_invisible(narrow) {
        return INVISIBLE;
    }
    if written_out(narrow).is_some() {
        return SEVERAL;
    }
    if !narrow.is_alphanumeric() && !KEPT_MARKS.contains(narrow) {
        return DROPPED;
    }
    let narrow = usual_numeral(circled_letter(narrow));
    let lower = narrow.to_lowercase().next().unwrap_or(narrow);
    let simplified = fast2s::convert(lower.encode_utf8(&mut [0; 4]));
    let glyph = simplified.chars().next().unwrap_or(lower);
    u16::try_from(u32::from(glyph)).unwrap_or(DROPPED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> String {
        fold(text).iter().map(|letter| letter.glyph).collect()
    }

    #[test]
    fn every_spelling_folds_to_one() {
        for (raw, expected, reason) in [
            ("ＰＯ　１２％", "po12%", "full width"),
            ("價格還是貴", "价格还是贵", "traditional"),
            ("太…贵", "太贵", "an ellipsis inside a word"),
            ("不*贵*哈", "不贵哈", "ornaments"),
            ("没 预 算", "没预算", "spaces"),
            ("🙄这么多💸", "这么多", "emoji"),
            ("[抱拳][抱拳]谢谢", "谢谢", "emoticons"),
            ("[太贵了]", "太贵了", "the customer's own words in brackets"),
            (
                "[合同号2024]",
                "合同号2024",
                "brackets around words stay out, words stay",
            ),
            ("贵贵贵贵了", "贵贵了", "stretched Chinese"),
            ("soooooo slow", "soslow", "stretched Latin"),
            ("100000台", "100000台", "digits are never stretched"),
            ("28.5万, 2-7-1", "28.5万，2-7-1", "marks inside numbers"),
            ("贵.要招标-啊", "贵，要招标啊", "marks outside numbers"),
            ("太.贵.了", "太贵了", "letters spaced out by dots"),
            ("太。贵", "太贵", "two of them and nothing else"),
            (
                "太~贵~了 太 贵 了",
                "太贵了太贵了",
                "other ways to space out",
            ),
            ("好。贵了", "好，贵了", "a sentence of one letter"),
            ("太\u{200b}贵\u{feff}了", "太贵了", "zero width"),
            (
                "太贵\u{fe0f}了👨\u{200d}👩\u{200d}👧",
                "太贵了",
                "what chooses a form, a family",
            ),
            ("cafe\u{301}", "cafe", "an accent of its own"),
            ("①台、⑫套、Ⓐ款", "1台，12套，a款", "circled"),
            ("３０㎡，½年", "30m2，半年", "one sign for several letters"),
            ("贰拾万", "二十万", "numerals of contracts"),
            (
                "太[捂脸]贵[破涕为笑]了",
                "太贵了",
                "emoticons inside a word",
            ),
            ("貴𠮷", "贵𠮷", "beyond the basic plane"),
        ] {
            assert_eq!(whole(raw), expected, "{reason}");
        }
    }

    #[test]
    fn what_is_not_seen_parts_no_word() {
        let glued = |text: &str| fold(text).iter().all(|letter| letter.glued);

        assert!(glued("P\u{200b}O\u{301}E"));
        assert!(!glued("P OE"));
    }

    #[test]
    fn letters_know_where_they_came_from() {
        let text = "價 格 太…貴！";
        let letters = fold(text);

        let last = letters[3];
        assert_eq!(&text[last.start..last.end], "貴");
        assert!(!last.glued);
    }

    #[test]
    fn clauses_and_sentences_are_counted() {
        let places: Vec<(u32, u32)> = fold("甲，乙。丙")
            .iter()
            .filter(|letter| letter.glyph != BREAK)
            .map(|letter| (letter.clause, letter.sentence))
            .collect();

        assert_eq!(places, [(0, 0), (1, 0), (2, 1)]);
    }
}
