//! Whether lines are worded alike, so that what is measured on was not learnt from.

use rustc_hash::FxHashSet;

use super::super::fold::fold;
use super::LabelledLine;

/// Lines that share so many characters in a row are one wording.
pub(super) const SAME_WORDING: usize = 9;

/// A line as it is folded, and the line before it.
type Whole = (Vec<char>, Option<Vec<char>>);

/// How some lines are worded: folded as they are heard, so that no other spelling hides them.
#[derive(Default)]
pub struct Wordings {
    wholes: FxHashSet<Whole>,
    runs: FxHashSet<Vec<char>>,
}

impl Wordings {
    /// The wordings of these lines.
    #[must_use]
    pub fn of<'l>(lines: impl Iterator<Item = &'l LabelledLine>) -> Self {
        let mut wordings = Self::default();
        for line in lines {
            let whole = whole(line);
            let runs = whole.0.windows(SAME_WORDING).map(<[char]>::to_vec);
            wordings.runs.extend(runs);
            wordings.wholes.insert(whole);
        }
        wordings
    }

    /// Whether the line is one of them. Short answers are one wording with their questions only.
    #[must_use]
    pub fn have(&self, line: &LabelledLine) -> bool {
        self.wholes.contains(&whole(line))
    }

    /// Whether the line shares nine characters in a row with one of them.
    #[must_use]
    pub fn share_with(&self, line: &LabelledLine) -> bool {
        let glyphs = glyphs(&line.text);
        let mut runs = glyphs.windows(SAME_WORDING);
        runs.any(|run| self.runs.contains(run))
    }
}

fn whole(line: &LabelledLine) -> Whole {
    let previous = line.previous.as_ref().map(|(_, text)| glyphs(text));
    (glyphs(&line.text), previous)
}

pub(super) fn glyphs(text: &str) -> Vec<char> {
    fold(text).iter().map(|letter| letter.glyph).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Speaker;

    fn line(text: &str, previous: Option<&str>) -> LabelledLine {
        LabelledLine {
            speaker: Speaker::Customer,
            text: text.to_owned(),
            previous: previous.map(|text| (Speaker::Rep, text.to_owned())),
            labels: [false; super::super::LABELS],
            group: String::new(),
        }
    }

    #[test]
    fn another_spelling_is_the_same_wording() {
        let known = [
            line("价格 太贵了", None),
            line("没有", Some("预算呢")),
            line("你们这个价格我们真的接受不了", None),
        ];
        let wordings = Wordings::of(known.iter());

        assert!(wordings.have(&line("價格太貴了", None)));
        assert!(wordings.have(&line("沒有", Some("预算呢"))));
        assert!(!wordings.have(&line("没有", Some("要招标吗"))));
        assert!(wordings.share_with(&line("唉，这个价 格我们真的接受不", None)));
        assert!(!wordings.share_with(&line("我们真的接受不了", None)));
        assert!(!wordings.share_with(&line("价格太贵了", None)));
    }
}
