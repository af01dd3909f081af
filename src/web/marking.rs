//! A customer's words with the signals in them marked. Pure.

use unicode_segmentation::UnicodeSegmentation;

use crate::domain::Label;

/// A stretch of text that carries the same signals throughout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    /// The words.
    pub(super) text: String,
    /// What they mean; empty for words that carry no signal.
    pub(super) labels: Vec<Label>,
    /// The labels whose last words these are: their names stand behind.
    pub(super) ending: Vec<Label>,
    /// Whether only rules heard them that are being tried.
    pub(super) is_tried: bool,
}

impl Segment {
    /// The class of the mark's colour.
    pub(super) fn tone(&self) -> &'static str {
        self.labels.first().map_or("", tone)
    }
}

/// The colour family of a label: money, rivals, doubts, waiting, buying.
pub(super) const fn tone(label: &Label) -> &'static str {
    match label {
        Label::Price | Label::Budget | Label::Finance | Label::Payment => "money",
        Label::Tender | Label::Competitor | Label::Authority => "rival",
        Label::Delivery | Label::Tech | Label::Trust => "doubt",
        Label::Delay => "delay",
        Label::Intent => "intent",
    }
}

/// Where a signal's words stand in a text, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    pub(super) first: i64,
    pub(super) end: i64,
    pub(super) label: Label,
    /// Whether a rule heard them that is only being tried.
    pub(super) is_tried: bool,
}

/// Words that fit their text.
#[derive(Clone, Copy)]
struct Mark {
    first: usize,
    end: usize,
    label: Label,
    is_tried: bool,
}

/// Cuts the text at the signals' boundaries, never inside what a reader takes for one character.
/// Signals that don't fit the text are left out.
pub(super) fn mark(text: &str, signals: &[Words]) -> Vec<Segment> {
    let fitting = signals.iter().filter_map(|words| fit(text, *words));
    let fitting = joined(fitting.collect());
    let mut cuts: Vec<usize> = fitting
        .iter()
        .flat_map(|mark| [mark.first, mark.end])
        .collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2)
        .map(|cut| segment(text, cut[0], cut[1], &fitting))
        .collect()
}

/// Unmarked words before, between and after the marks that an excerpt keeps, in characters.
const KEPT: usize = 28;

/// Shortens long stretches without a signal, so that the marked words are seen in a narrow place.
pub(super) fn excerpt(segments: Vec<Segment>) -> Vec<Segment> {
    let last = segments.len().saturating_sub(1);
    let shorten = |(place, mut segment): (usize, Segment)| {
        if segment.labels.is_empty() {
            let (kept_before, kept_after) = match place {
                0 if last == 0 => (4 * KEPT, 0),
                0 => (0, KEPT),
                place if place == last => (2 * KEPT, 0),
                _ => (KEPT, KEPT),
            };
            segment.text = shortened(&segment.text, kept_before, kept_after);
        }
        segment
    };
    segments.into_iter().enumerate().map(shorten).collect()
}

fn shortened(text: &str, first: usize, last: usize) -> String {
    let length = text.graphemes(true).count();
    if length <= first + last + 1 {
        return text.to_owned();
    }
    let beginning: String = text.graphemes(true).take(first).collect();
    let end: String = text.graphemes(true).skip(length - last).collect();
    format!("{beginning}…{end}")
}

/// Words of one meaning that overlap are one mark, so that it is named once.
fn joined(marks: Vec<Mark>) -> Vec<Mark> {
    let mut joined: Vec<Mark> = Vec::new();
    for mut mark in marks {
        joined.retain(|other| {
            let overlaps =
                other.label == mark.label && other.first < mark.end && mark.first < other.end;
            if overlaps {
                mark.first = mark.first.min(other.first);
                mark.end = mark.end.max(other.end);
                mark.is_tried &= other.is_tried;
            }
            !overlaps
        });
        joined.push(mark);
    }
    joined
}

fn fit(text: &str, words: Words) -> Option<Mark> {
    let (first, end) = (
        usize::try_from(words.first).ok()?,
        usize::try_from(words.end).ok()?,
    );
    let fits = text.get(first..end).is_some_and(|words| !words.is_empty());
    fits.then(|| Mark {
        first: begin_of(text, first),
        end: end_of(text, end),
        label: words.label,
        is_tried: words.is_tried,
    })
}

/// Where the character begins that `byte` stands in: an emoji of several parts, a letter with its
/// accents.
fn begin_of(text: &str, byte: usize) -> usize {
    let begins = text.grapheme_indices(true).map(|(begin, _)| begin);
    begins
        .take_while(|begin| *begin <= byte)
        .last()
        .unwrap_or(byte)
}

/// Where the character ends that the words up to `byte` end in.
fn end_of(text: &str, byte: usize) -> usize {
    let mut ends = text
        .grapheme_indices(true)
        .map(|(begin, character)| begin + character.len());
    ends.find(|end| *end >= byte).unwrap_or(byte)
}

fn segment(text: &str, first: usize, end: usize, marks: &[Mark]) -> Segment {
    let mut labels: Vec<Label> = Vec::new();
    let mut ending: Vec<Label> = Vec::new();
    let mut is_tried = true;
    for mark in marks {
        if mark.first <= first && end <= mark.end {
            push_new(&mut labels, mark.label);
            is_tried &= mark.is_tried;
            if mark.end == end {
                push_new(&mut ending, mark.label);
            }
        }
    }
    Segment {
        text: text[first..end].to_owned(),
        is_tried: is_tried && !labels.is_empty(),
        labels,
        ending,
    }
}

fn push_new(labels: &mut Vec<Label>, label: Label) {
    if !labels.contains(&label) {
        labels.push(label);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str, part: &str, label: Label) -> Words {
        let first = text.find(part).expect("the part is in the text");
        Words {
            first: first as i64,
            end: (first + part.len()) as i64,
            label,
            is_tried: false,
        }
    }

    fn shown(segments: &[Segment]) -> Vec<(&str, Vec<&str>)> {
        let names = |segment: &Segment| segment.labels.iter().map(|label| label.code()).collect();
        segments
            .iter()
            .map(|segment| (segment.text.as_str(), names(segment)))
            .collect()
    }

    #[test]
    fn words_are_cut_out_of_their_line() {
        let text = "你们太贵了,今年要走招标";
        let segments = mark(
            text,
            &[
                words(text, "要走招标", Label::Tender),
                words(text, "太贵", Label::Price),
            ],
        );

        assert_eq!(
            shown(&segments),
            [
                ("你们", vec![]),
                ("太贵", vec!["PRICE"]),
                ("了,今年", vec![]),
                ("要走招标", vec!["TENDER"])
            ]
        );
    }

    #[test]
    fn words_of_two_signals_carry_both_and_name_each_once() {
        let text = "预算太高了";
        let segments = mark(
            text,
            &[
                words(text, "预算太高", Label::Budget),
                words(text, "太高了", Label::Price),
            ],
        );

        assert_eq!(
            shown(&segments),
            [
                ("预算", vec!["BUDGET"]),
                ("太高", vec!["BUDGET", "PRICE"]),
                ("了", vec!["PRICE"])
            ]
        );
        let named: Vec<_> = segments
            .iter()
            .flat_map(|segment| &segment.ending)
            .collect();
        assert_eq!(named, [&Label::Budget, &Label::Price]);
    }

    #[test]
    fn words_of_one_meaning_that_overlap_are_one_mark() {
        let text = "价格太高了";
        let segments = mark(
            text,
            &[
                words(text, "太高了", Label::Price),
                words(text, "价格太高", Label::Price),
            ],
        );

        assert_eq!(shown(&segments), [("价格太高了", vec!["PRICE"])]);
        assert_eq!(segments[0].ending, [Label::Price]);
    }

    #[test]
    fn words_are_tried_only_while_nothing_else_heard_them() {
        let text = "预算太高了";
        let tried = |part, label, is_tried| Words {
            is_tried,
            ..words(text, part, label)
        };

        let segments = mark(
            text,
            &[
                tried("预算太高", Label::Budget, true),
                tried("太高了", Label::Price, false),
            ],
        );

        let tried: Vec<_> = segments
            .iter()
            .map(|segment| (segment.text.as_str(), segment.is_tried))
            .collect();
        assert_eq!(tried, [("预算", true), ("太高", false), ("了", false)]);
    }

    #[test]
    fn a_mark_never_parts_what_is_read_as_one_character() {
        for (text, part, expected) in [
            (
                "太贵👨\u{200d}👩\u{200d}👧了",
                "太贵👨",
                "太贵👨\u{200d}👩\u{200d}👧",
            ),
            ("太贵👍🏽了", "太贵👍", "太贵👍🏽"),
            ("👨\u{200d}👩太贵", "👩太贵", "👨\u{200d}👩太贵"),
            ("trop che\u{301}re", "trop che", "trop che\u{301}"),
            ("太贵🇨🇳了", "太贵", "太贵"),
        ] {
            let segments = mark(text, &[words(text, part, Label::Price)]);
            let marked = segments.iter().find(|segment| !segment.labels.is_empty());
            assert_eq!(marked.map(|segment| segment.text.as_str()), Some(expected));
        }
    }

    #[test]
    fn a_signal_that_does_not_fit_is_left_out() {
        for (first, end) in [(1, 3), (0, 99), (-1, 3), (3, 3), (6, 3)] {
            let segments = mark(
                "太贵",
                &[Words {
                    first,
                    end,
                    label: Label::Price,
                    is_tried: false,
                }],
            );
            assert_eq!(shown(&segments), [("太贵", vec![])], "{first}..{end}");
        }
        assert_eq!(mark("", &[]), []);
    }

    #[test]
    fn an_excerpt_keeps_the_marked_words_and_what_is_near() {
        let text = format!("{}太贵{}", "前".repeat(100), "后".repeat(100));
        let segments = excerpt(mark(&text, &[words(&text, "太贵", Label::Price)]));

        let texts: Vec<&str> = segments
            .iter()
            .map(|segment| segment.text.as_str())
            .collect();
        assert_eq!(
            texts,
            [
                format!("…{}", "前".repeat(28)).as_str(),
                "太贵",
                format!("{}…", "后".repeat(56)).as_str()
            ]
        );
    }

    proptest! {
        #[test]
        fn no_word_is_lost(text in "[太贵a😀<]{0,12}", ranges in proptest::collection::vec((-2i64..60, -2i64..60), 0..6)) {
            let signals: Vec<_> = ranges.iter().map(|(first, end)| Words { first: *first, end: *end, label: Label::Price, is_tried: false }).collect();
            let whole: String = mark(&text, &signals).into_iter().map(|segment| segment.text).collect();
            prop_assert_eq!(whole, text);
        }
    }
}
