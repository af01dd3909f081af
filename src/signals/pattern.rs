//! The language of terms in dictionaries.
//!
//! | written | means |
//! | --- | --- |
//! | `太贵` | these words |
//! | `(价格\|报价)高` | one of several; they may contain gaps, lists and further brackets |
//! | `太过?贵`, `价格(太\|偏)?高` | the letter or bracket before `?` may be left out |
//! | `要…招标` | up to six characters between, within the clause |
//! | `要{12}招标` | up to twelve characters between |
//! | `<竞品>报价` | any word of the list 竞品 |
//! | `<数>台` | any number |
//! | `<数≥60>天`, `<数≤3>天` | a number of at least, of at most so much |
//! | `^没有$` | at the start, at the end of a clause; particles (了, 啊, 吧) don't count |

use std::rc::Rc;

use super::amount::Bound;
use super::stretch::{Link, Stretch};
use super::syntax::{Item, Sequence};
use super::words::Words;

/// How many parts a pattern may have, counted between gaps, lists and numbers.
pub(super) const MOST_PARTS: usize = 6;
/// A stretch of words with more readings than this is cut into two parts next to each other.
const MANY_READINGS: usize = 300;
/// How many patterns one text may stand for.
const MOST_PATTERNS: usize = 4000;

/// A pattern taken apart: no choices are left but those between words.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// What has to come, in this order.
    pub(super) parts: Vec<Part>,
    /// Whether it has to start a clause.
    pub(super) at_start: bool,
    /// Whether it has to end a clause.
    pub(super) at_end: bool,
}

/// One part and the most characters that may stand between it and the part before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) gap: u32,
    pub(super) what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// Words in a row.
    Words(Vec<Link>),
    /// A word of the list of this name.
    List(String),
    /// A number; any without a bound.
    Number(Option<Bound>),
}

/// Why a text is no pattern.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) found: String,
    pub(super) expected: String,
}

impl Mistake {
    pub(super) fn new(found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            found: found.into(),
            expected: expected.into(),
        }
    }
}

impl Pattern {
    /// All patterns that a text stands for: usually one, more when brackets hold gaps or numbers.
    pub(super) fn parse(raw: &str, words: &Words) -> Result<Vec<Self>, Mistake> {
        let sequence = Sequence::parse(raw.trim(), words)?;
        let mut drafts = vec![Draft::default()];
        unfold(&mut drafts, &sequence, words)?;
        let mut patterns = Vec::with_capacity(drafts.len());
        for draft in drafts {
            for ended in draft.end_stretch(words)? {
                patterns.push(ended.into_pattern()?);
            }
        }
        Ok(patterns)
    }

    /// The words, if it is words in a row and nothing else; itself, if it isn't.
    pub(super) fn into_plain(mut self) -> Result<Vec<Link>, Self> {
        match self.parts.pop() {
            Some(Part {
                what: What::Words(links),
                ..
            }) if self.parts.is_empty() && !self.at_start && !self.at_end => Ok(links),
            last => {
                self.parts.extend(last);
                Err(self)
            }
        }
    }
}

/// A pattern on its way.
#[derive(Default, Clone)]
struct Draft {
    parts: Vec<Part>,
    /// The words since the last gap.
    stretch: Stretch,
    /// The gap before the part to come.
    gap: u32,
    at_start: bool,
    at_end: bool,
}

fn unfold(drafts: &mut Vec<Draft>, sequence: &Sequence, words: &Words) -> Result<(), Mistake> {
    for item in &sequence.0 {
        let mut longer = Vec::with_capacity(drafts.len());
        for draft in drafts.drain(..) {
            draft.with(item, words, &mut longer)?;
        }
        if longer.len() > MOST_PATTERNS {
            let found = format!("{} readings", longer.len());
            let expected = format!("at most {MOST_PATTERNS}; write several patterns instead");
            return Err(Mistake::new(found, expected));
        }
        *drafts = longer;
    }
    Ok(())
}

impl Draft {
    fn with(mut self, item: &Item, words: &Words, into: &mut Vec<Self>) -> Result<(), Mistake> {
        if self.at_end {
            return Err(Mistake::new("something after $", "$ at the end"));
        }
        match item {
            Item::Start if self.parts.is_empty() && self.stretch.is_empty() => {
                self.at_start = true;
                into.push(self);
            }
            Item::Start => return Err(Mistake::new("something before ^", "^ at the start")),
            Item::End => {
                self.at_end = true;
                into.push(self);
            }
            Item::Words(choices) => self.with_words(choices, words, into)?,
            Item::Gap(width) => self.with_gap(*width, words, into)?,
            Item::List(name) => self.with_part(&What::List(name.clone()), words, into)?,
            Item::Number(bound) => self.with_part(&What::Number(*bound), words, into)?,
            Item::Choice(choices) => {
                for choice in choices {
                    let mut branch = vec![self.clone()];
                    unfold(&mut branch, choice, words)?;
                    into.append(&mut branch);
                }
            }
        }
        Ok(())
    }

    fn with_words(
        mut self,
        choices: &Rc<[String]>,
        words: &Words,
        into: &mut Vec<Self>,
    ) -> Result<(), Mistake> {
        if !self.is_better_cut_before(choices) {
            self.stretch.push(Rc::clone(choices));
            into.push(self);
            return Ok(());
        }
        for mut draft in self.end_stretch(words)? {
            draft.stretch.push(Rc::clone(choices));
            into.push(draft);
        }
        Ok(())
    }

    fn with_gap(self, width: u32, words: &Words, into: &mut Vec<Self>) -> Result<(), Mistake> {
        for mut draft in self.end_stretch(words)? {
            if draft.parts.is_empty() || draft.gap > 0 {
                let found = "a gap with no words before it";
                return Err(Mistake::new(found, "words before it"));
            }
            draft.gap = width;
            into.push(draft);
        }
        Ok(())
    }

    fn with_part(self, what: &What, words: &Words, into: &mut Vec<Self>) -> Result<(), Mistake> {
        for mut draft in self.end_stretch(words)? {
            draft.add_part(what.clone());
            into.push(draft);
        }
        Ok(())
    }

    fn is_better_cut_before(&self, choices: &[String]) -> bool {
        self.stretch.readings().saturating_mul(choices.len()) > MANY_READINGS
            && !self.stretch.may_be_nothing()
            && !choices.iter().any(String::is_empty)
    }

    /// The stretch becomes a part. Where it may be left out altogether, that makes two drafts.
    fn end_stretch(mut self, words: &Words) -> Result<Vec<Self>, Mistake> {
        let stretch = std::mem::take(&mut self.stretch);
        let links = stretch.links(words.spellings())?;
        let mut drafts = Vec::with_capacity(2);
        if stretch.may_be_nothing() {
            drafts.push(self.clone());
        }
        if !links.is_empty() {
            self.add_part(What::Words(links));
            drafts.push(self);
        }
        Ok(drafts)
    }

    fn add_part(&mut self, what: What) {
        let gap = std::mem::take(&mut self.gap);
        self.parts.push(Part { gap, what });
    }

    fn into_pattern(self) -> Result<Pattern, Mistake> {
        let parts = self.parts.len();
        if self.gap > 0 {
            return Err(Mistake::new("a gap at the end", "words after it"));
        }
        if parts == 0 {
            let found = "a pattern that may be nothing at all";
            return Err(Mistake::new(found, "words to listen for"));
        }
        if parts > MOST_PARTS {
            let expected = format!("at most {MOST_PARTS} parts between gaps, lists and numbers");
            return Err(Mistake::new(format!("{parts} parts"), expected));
        }
        Ok(Pattern {
            parts: self.parts,
            at_start: self.at_start,
            at_end: self.at_end,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(gap: u32, terms: &[&str]) -> Part {
        let terms = terms.iter().map(|&term| term.to_owned()).collect();
        let link = Link {
            terms,
            optional: false,
        };
        Part {
            gap,
            what: What::Words(vec![link]),
        }
    }

    /// With their terms sorted.
    fn parsed(text: &str) -> Vec<Pattern> {
        let mut patterns = Pattern::parse(text, &Words::default()).expect("valid");
        let parts = patterns.iter_mut().flat_map(|pattern| &mut pattern.parts);
        for part in parts {
            if let What::Words(links) = &mut part.what {
                links.iter_mut().for_each(|link| link.terms.sort());
            }
        }
        patterns
    }

    fn number(gap: u32) -> Part {
        Part {
            gap,
            what: What::Number(None),
        }
    }

    #[test]
    fn patterns_are_taken_apart() {
        let patterns = parsed("^要(走)?…招標{12}<数>次$");

        let [pattern] = &patterns[..] else {
            panic!("one pattern")
        };
        assert!(pattern.at_start && pattern.at_end);
        let expected = [
            terms(0, &["要", "要走"]),
            terms(6, &["招标"]),
            number(12),
            terms(0, &["次"]),
        ];
        assert_eq!(pattern.parts, expected);
    }

    #[test]
    fn brackets_with_gaps_or_numbers_make_several_patterns() {
        let patterns = parsed("便宜(一?点|<数>(块|元))");

        let parts = patterns.into_iter().map(|pattern| pattern.parts);
        let parts: Vec<Vec<Part>> = parts.collect();
        assert_eq!(
            parts,
            [
                vec![terms(0, &["便宜一点", "便宜点"])],
                vec![terms(0, &["便宜"]), number(0), terms(0, &["元", "块"])],
            ]
        );
    }

    #[test]
    fn what_is_no_pattern_is_explained() {
        for (raw, found, reason) in [
            (
                "",
                "a pattern that may be nothing at all",
                "nothing to listen for",
            ),
            (
                "…贵",
                "a gap with no words before it",
                "a gap needs two sides",
            ),
            ("贵…", "a gap at the end", "a gap needs two sides"),
            ("太贵，不要", "\"太贵，不要\"", "no term crosses a comma"),
            ("?贵", "a stray '?'", "nothing before it to leave out"),
            ("(太贵", "a bracket that never ends", "an open bracket"),
            ("贵$了", "something after $", "an end in the middle"),
            ("贵(^了|啊)", "something before ^", "a start in the middle"),
            ("太贵)", "a stray ')'", "a closing bracket alone"),
            (
                "了?",
                "a pattern that may be nothing at all",
                "it would match anywhere",
            ),
            ("<竟品>", "the unknown list <竟品>", "a mistyped list"),
            ("<数>60>天", "a stray '>'", "a sign that is none"),
            ("<数=60>天", "<数=60>", "a sign that is none"),
            ("<数≥六十>天", "<数≥六十>", "a bound that is not in digits"),
            ("要{99}标", "{99}", "a gap beyond the limit"),
            ("一…二…三…四…五…六…七", "7 parts", "too many parts"),
            (
                "((((((((深))))))))",
                "too many brackets in brackets",
                "nesting without end",
            ),
        ] {
            let mistake = Pattern::parse(raw, &Words::default()).expect_err(reason);
            assert_eq!(mistake.found, found, "{reason}");
        }
    }
}
