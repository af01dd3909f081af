//! A font's own table from its codes to characters (ISO 32000-1, 9.10.3).
//!
//! The library has one, which walks through every code of a range, and a range of four bytes has
//! four thousand million.

use std::collections::BTreeMap;

/// The most entries of a table; a whole Chinese font has some 30,000.
const MOST_ENTRIES: usize = 100_000;

/// Codes of one to four bytes, and what they mean.
#[derive(Debug, Default)]
pub(super) struct ToUnicode {
    /// By its length and first code the last code of each range, and in UTF-16 what the first one
    /// means; through the range the last unit counts on.
    ranges: BTreeMap<(usize, u32), (u32, Vec<u16>)>,
    /// How long codes are, by their first byte: from, to, length.
    lengths: Vec<(u8, u8, usize)>,
}

enum Token<'a> {
    Code(Vec<u8>),
    ListBegins,
    ListEnds,
    Word(&'a [u8]),
}

impl ToUnicode {
    /// Reads a table. What isn't one is skipped, so that a table may be empty.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let mut table = Self::default();
        let mut codes: Vec<Vec<u8>> = Vec::new();
        let mut list: Option<Vec<Vec<u8>>> = None;
        let mut rest = bytes;
        while let Some((token, after)) = token(rest) {
            rest = after;
            match token {
                Token::Code(code) => match &mut list {
                    Some(list) => list.push(code),
                    None => codes.push(code),
                },
                Token::ListBegins => list = Some(Vec::new()),
                Token::ListEnds => {
                    let meanings = list.take().unwrap_or_default();
                    if let Some(first) = codes.len().checked_sub(2) {
                        table.put_each(&codes[first], &meanings);
                        codes.truncate(first);
                    }
                }
                Token::Word(b"endbfchar") => table.put_characters(&std::mem::take(&mut codes)),
                Token::Word(b"endbfrange") => table.put_ranges(&std::mem::take(&mut codes)),
                Token::Word(b"endcodespacerange") => table.put_lengths(&std::mem::take(&mut codes)),
                Token::Word(_) => codes.clear(),
            }
            if table.ranges.len() > MOST_ENTRIES || codes.len() > MOST_ENTRIES {
                break;
            }
        }
        table
    }

    /// Takes the first code off the bytes, which are not empty, and says what it means. A code that
    /// the table doesn't have, or that stands for a shape without meaning, means nothing.
    pub(super) fn next<'a>(&self, bytes: &'a [u8], usual: usize) -> (Option<String>, &'a [u8]) {
        let declared = self
            .lengths
            .iter()
            .find(|(from, to, _)| (from..=to).contains(&&bytes[0]));
        let length = declared.map_or(usual, |(_, _, length)| *length);
        let Some((code, rest)) = bytes.split_at_checked(length) else {
            return (None, &[]);
        };
        (self.meaning(code), rest)
    }

    fn meaning(&self, code: &[u8]) -> Option<String> {
        let number = number(code)?;
        let ((length, first), (last, units)) =
            self.ranges.range(..=(code.len(), number)).next_back()?;
        (*length == code.len() && number <= *last).then_some(())?;
        let mut units = units.clone();
        let end = units.last_mut()?;
        *end = end.checked_add(u16::try_from(number - first).ok()?)?;
        let text = String::from_utf16(&units).ok()?;
        let is_meaningless =
            |c: char| c == '\u{FFFD}' || c == '\0' || ('\u{E000}'..='\u{F8FF}').contains(&c);
        (!text.is_empty() && !text.chars().any(is_meaningless)).then_some(text)
    }

    fn put_characters(&mut self, codes: &[Vec<u8>]) {
        for pair in codes.chunks_exact(2) {
            self.put(&pair[0], &pair[0], &pair[1]);
        }
    }

    fn put_ranges(&mut self, codes: &[Vec<u8>]) {
        for triple in codes.chunks_exact(3) {
            self.put(&triple[0], &triple[1], &triple[2]);
        }
    }

    fn put_lengths(&mut self, codes: &[Vec<u8>]) {
        for pair in codes.chunks_exact(2).take(64) {
            if let (Some(from), Some(to), 1..=4) = (pair[0].first(), pair[1].first(), pair[0].len())
            {
                self.lengths.push((*from, *to, pair[0].len()));
            }
        }
    }

    /// A range whose meanings are told one by one.
    fn put_each(&mut self, first: &[u8], meanings: &[Vec<u8>]) {
        let Some(start) = number(first) else { return };
        for (code, meaning) in (start..=u32::MAX).zip(meanings) {
            let bytes = code.to_be_bytes();
            let code = &bytes[4 - first.len()..];
            self.put(code, code, meaning);
        }
    }

    fn put(&mut self, first: &[u8], last: &[u8], meaning: &[u8]) {
        let (Some(from), Some(to)) = (number(first), number(last)) else {
            return;
        };
        let units = match meaning {
            [one] => vec![u16::from(*one)],
            many => many
                .chunks_exact(2)
                .map(|unit| u16::from_be_bytes([unit[0], unit[1]]))
                .collect(),
        };
        if from <= to && first.len() == last.len() && units.len() <= 32 {
            self.ranges.insert((first.len(), from), (to, units));
        }
    }
}

/// A code of at most four bytes.
fn number(code: &[u8]) -> Option<u32> {
    (1..=4).contains(&code.len()).then(|| {
        code.iter()
            .fold(0, |number, byte| number << 8 | u32::from(*byte))
    })
}

fn token(bytes: &[u8]) -> Option<(Token<'_>, &[u8])> {
    let bytes = without_comments(bytes);
    let (first, after) = bytes.split_first()?;
    let until = |end: fn(&u8) -> bool| {
        let length = after.iter().position(end).unwrap_or(after.len());
        after.split_at(length)
    };
    Some(match first {
        b'<' if after.first() == Some(&b'<') => (Token::Word(b"<<"), &after[1..]),
        b'<' => {
            let (digits, rest) = until(|byte| *byte == b'>');
            (
                Token::Code(hexadecimal(digits)),
                rest.get(1..).unwrap_or_default(),
            )
        }
        b'[' => (Token::ListBegins, after),
        b']' => (Token::ListEnds, after),
        _ => {
            let (word, rest) = until(|byte| byte.is_ascii_whitespace() || b"<[]/%".contains(byte));
            (Token::Word(&bytes[..=word.len()]), rest)
        }
    })
}

fn without_comments(mut bytes: &[u8]) -> &[u8] {
    loop {
        bytes = bytes.trim_ascii_start();
        if bytes.first() != Some(&b'%') {
            return bytes;
        }
        let line = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        bytes = &bytes[line.unwrap_or(bytes.len())..];
    }
}

fn hexadecimal(digits: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = digits
        .iter()
        .filter_map(|digit| char::from(*digit).to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0))
        .collect()
}
