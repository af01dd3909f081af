//! How much a number in a chat is: `30`, `28.5`, `二十`, `两百万`, `半`.

use std::ops::RangeInclusive;

/// What a rule wants of a number: `<数≥60>`, `<数≤3>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bound {
    AtLeast(u32),
    AtMost(u32),
}

impl Bound {
    /// Reads `≥60`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| text.trim().parse().ok();
        if let Some(text) = text.strip_prefix('≥') {
            return number(text).map(Self::AtLeast);
        }
        number(text.strip_prefix('≤')?).map(Self::AtMost)
    }

    /// Whether the number that these letters are keeps it. A range (30-60) keeps it with both
    /// ends; what is no number (1-2-3) keeps nothing.
    pub(super) fn holds(self, glyphs: impl Iterator<Item = char>) -> bool {
        amounts(glyphs).is_some_and(|amounts| match self {
            Self::AtLeast(least) => *amounts.start() >= f64::from(least),
            Self::AtMost(most) => *amounts.end() <= f64::from(most),
        })
    }
}

/// From where to where a number goes; from itself to itself, mostly.
fn amounts(glyphs: impl Iterator<Item = char>) -> Option<RangeInclusive<f64>> {
    let text: String = glyphs.collect();
    let (low, high) = text.split_once('-').unwrap_or((&text, &text));
    Some(amount(low)?..=amount(high)?)
}

fn amount(text: &str) -> Option<f64> {
    let digits = text.trim_end_matches(['十', '百', '千', '万', '半']);
    let scale = |scale: char| match scale {
        '十' => 10.0,
        '百' => 100.0,
        '千' => 1_000.0,
        _ => 10_000.0,
    };
    if let Ok(number) = digits.parse::<f64>() {
        let scales = text[digits.len()..].chars();
        return Some(
            scales
                .filter(|&glyph| glyph != '半')
                .fold(number, |sum, glyph| sum * scale(glyph)),
        );
    }

    let mut ten_thousands = 0.0_f64;
    let mut sum = 0.0_f64;
    let mut digit = None;
    for glyph in text.chars() {
        match glyph {
            '半' => digit = Some(digit.unwrap_or(0.0) + 0.5),
            '万' => {
                ten_thousands = (sum + digit.take().unwrap_or(0.0)).max(1.0) * scale(glyph);
                sum = 0.0;
            }
            '十' | '百' | '千' => sum += digit.take().unwrap_or(1.0) * scale(glyph),
            _ => digit = Some(f64::from(numeral(glyph)?)),
        }
    }
    Some(ten_thousands + sum + digit.unwrap_or(0.0))
}

fn numeral(glyph: char) -> Option<u8> {
    let at = "零一二三四五六七八九".chars().position(|one| one == glyph);
    match glyph {
        '两' => Some(2),
        '0'..='9' => glyph.to_digit(10)?.try_into().ok(),
        _ => at?.try_into().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, expected) in [
            ("30", Some((30.0, 30.0))),
            ("28.5", Some((28.5, 28.5))),
            ("28.5万", Some((285_000.0, 285_000.0))),
            ("二十", Some((20.0, 20.0))),
            ("十五", Some((15.0, 15.0))),
            ("三十万", Some((300_000.0, 300_000.0))),
            ("两百五十", Some((250.0, 250.0))),
            ("一万两千", Some((12_000.0, 12_000.0))),
            ("半", Some((0.5, 0.5))),
            ("30-60", Some((30.0, 60.0))),
            ("3-6-1", None),
        ] {
            let amounts = amounts(text.chars()).map(|all| (*all.start(), *all.end()));
            assert_eq!(amounts, expected, "{text}");
        }
    }

    #[test]
    fn a_range_keeps_a_bound_with_both_ends() {
        let holds = |bound: &str, text: &str| Bound::parse(bound).unwrap().holds(text.chars());

        assert!(holds("≥30", "30-60") && !holds("≥31", "30-60"));
        assert!(holds("≤60", "30-60") && !holds("≤59", "30-60"));
        assert_eq!(Bound::parse("60"), None);
        assert_eq!(Bound::parse("≥六十"), None);
    }
}
