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
//! | `^没有$` | at the start, at the end of a clause; particles (了, 啊, 吧) don't count |

use super::fold::fold_term;
use super::syntax::{Item, Sequence};
use super::words::Words;

/// How many parts a pattern may have, counted between gaps, lists and numbers.
pub(super) const MOST_PARTS: usize = 6;
/// A stretch of words with more readings than this is cut into two parts next to each other.
const MANY_READINGS: usize = 300;
/// Into how many terms one stretch of words, and into how many patterns one text may unfold.
pub(super) const MOST_READINGS: usize = 4000;

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
    /// One of these folded terms.
    Terms(Vec<String>),
    Number,
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
        unfold(&mut drafts, &sequence)?;
        let mut patterns = Vec::with_capacity(drafts.len());
        for draft in drafts {
            for ended in draft.end_stretch()? {
                patterns.push(ended.into_pattern(words)?);
            }
        }
        Ok(patterns)
    }
}

/// A pattern on its way.
#[derive(Default, Clone)]
struct Draft {
    parts: Vec<Part>,
    /// All readings of the words since the last gap, if there are any.
    stretch: Vec<String>,
    /// The gap before the part to come.
    gap: u32,
    at_start: bool,
    at_end: bool,
}

fn unfold(drafts: &mut Vec<Draft>, sequence: &Sequence) -> Result<(), Mistake> {
    for item in &sequence.0 {
        let mut longer = Vec::with_capacity(drafts.len());
        for draft in drafts.drain(..) {
            draft.with(item, &mut longer)?;
        }
        refuse_too_many(longer.len())?;
        *drafts = longer;
    }
    Ok(())
}

fn refuse_too_many(readings: usize) -> Result<(), Mistake> {
    if readings <= MOST_READINGS {
        return Ok(());
    }
    Err(Mistake::new(
        format!("{readings} readings"),
        format!("at most {MOST_READINGS}; write several patterns instead"),
    ))
}

impl Draft {
    fn with(mut self, item: &Item, into: &mut Vec<Self>) -> Result<(), Mistake> {
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
            Item::Words(choices) if self.is_better_cut_before(choices) => {
                for mut draft in self.end_stretch()? {
                    draft.append(choices)?;
                    into.push(draft);
                }
            }
            Item::Words(choices) => {
                self.append(choices)?;
                into.push(self);
            }
            Item::Gap(width) => {
                for mut draft in self.end_stretch()? {
                    if draft.parts.is_empty() || draft.gap > 0 {
                        return Err(Mistake::new(
                            "a gap with no words before it",
                            "words before it",
                        ));
                    }
                    draft.gap = *width;
                    into.push(draft);
                }
            }
            Item::Part(what) => {
                for mut draft in self.end_stretch()? {
                    draft.add_part(what.clone());
                    into.push(draft);
                }
            }
            Item::Choice(choices) => {
                for choice in choices {
                    let mut branch = vec![self.clone()];
                    unfold(&mut branch, choice)?;
                    into.append(&mut branch);
                }
            }
        }
        Ok(())
    }

    fn is_better_cut_before(&self, choices: &[String]) -> bool {
        let may_be_empty = |words: &[String]| words.iter().any(String::is_empty);
        self.stretch.len() * choices.len() > MANY_READINGS
            && !may_be_empty(&self.stretch)
            && !may_be_empty(choices)
    }

    fn append(&mut self, choices: &[String]) -> Result<(), Mistake> {
        if self.stretch.is_empty() {
            self.stretch.push(String::new());
        }
        refuse_too_many(self.stretch.len() * choices.len())?;
        let old = std::mem::take(&mut self.stretch);
        for start in &old {
            let longer = choices.iter().map(|choice| format!("{start}{choice}"));
            self.stretch.extend(longer);
        }
        Ok(())
    }

    /// The stretch becomes a part. Where it may be left out altogether, that makes two drafts.
    fn end_stretch(mut self) -> Result<Vec<Self>, Mistake> {
        let readings = std::mem::take(&mut self.stretch);
        let may_be_empty = readings.iter().any(String::is_empty) || readings.is_empty();
        let mut terms = Vec::with_capacity(readings.len());
        for reading in readings.iter().filter(|reading| !reading.is_empty()) {
            match fold_term(reading).filter(|term| !term.is_empty()) {
                Some(term) => terms.push(term),
                None => {
                    let found = format!("{reading:?}");
                    return Err(Mistake::new(
                        found,
                        "letters, without punctuation between them",
                    ));
                }
            }
        }
        let mut drafts = Vec::with_capacity(2);
        if may_be_empty {
            drafts.push(self.clone());
        }
        if !terms.is_empty() {
            terms.sort();
            terms.dedup();
            self.add_part(What::Terms(terms));
            drafts.push(self);
        }
        Ok(drafts)
    }

    fn add_part(&mut self, what: What) {
        let gap = std::mem::take(&mut self.gap);
        self.parts.push(Part { gap, what });
    }

    fn into_pattern(mut self, words: &Words) -> Result<Pattern, Mistake> {
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
        for part in &mut self.parts {
            if let What::Terms(terms) = &mut part.what {
                words.spell_otherwise(terms);
            }
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

    fn terms(gap: u32, words: &[&str]) -> Part {
        let words = words.iter().map(|&word| word.to_owned()).collect();
        Part {
            gap,
            what: What::Terms(words),
        }
    }

    fn number(gap: u32) -> Part {
        Part {
            gap,
            what: What::Number,
        }
    }

    #[test]
    fn patterns_are_taken_apart() {
        let patterns = Pattern::parse("^要(走)?…招標{12}<数>次$", &Words::default());

        let [pattern] = &patterns.expect("valid")[..] else {
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
        let patterns = Pattern::parse("便宜(一?点|<数>(块|元))", &Words::default());

        let parts: Vec<Vec<Part>> = patterns
            .expect("valid")
            .into_iter()
            .map(|pattern| pattern.parts)
            .collect();
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
