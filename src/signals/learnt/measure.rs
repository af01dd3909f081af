//! How good predictions are.

use std::collections::BTreeMap;

use crate::domain::Label;

use super::LABELS;
use super::corpus::{LabelledLine, Labels};

/// How often something was heard rightly, wrongly, and not at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Heard, and so.
    pub right: u32,
    /// Heard, and not so.
    pub wrong: u32,
    /// So, and not heard.
    pub missed: u32,
}

impl Counts {
    /// How much of what was heard was right; 0 where nothing was heard.
    #[must_use]
    pub fn precision(self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// How much of what was so was heard.
    #[must_use]
    pub fn recall(self) -> f64 {
        share(self.right, self.right + self.missed)
    }

    /// The harmonic mean of both.
    #[must_use]
    pub fn f1(self) -> f64 {
        share(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }

    const fn is_empty(self) -> bool {
        self.right + self.missed == 0
    }

    fn add(&mut self, carried: bool, heard: bool) {
        match (carried, heard) {
            (true, true) => self.right += 1,
            (false, true) => self.wrong += 1,
            (true, false) => self.missed += 1,
            (false, false) => {}
        }
    }
}

/// `part` of `whole`, 0 where there is none.
#[must_use]
pub fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    f64::from(part) / f64::from(whole)
}

/// The figures of one group of lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GroupScore {
    /// How many lines it has.
    pub lines: u32,
    /// Over all labels together.
    pub counts: Counts,
    /// Lines that carry nothing.
    pub none: u32,
    /// Those of them in which something was heard.
    pub false_alarms: u32,
}

/// The figures of a set of lines.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Score {
    /// By the order of [`Label::ALL`].
    pub labels: [Counts; LABELS],
    /// By group, `rep` lines among them.
    pub groups: BTreeMap<String, GroupScore>,
    /// Of all lines together.
    pub all: GroupScore,
}

impl Score {
    /// Of these lines, with what was predicted of each.
    pub fn of<'l>(lines: impl Iterator<Item = (&'l LabelledLine, Labels)>) -> Self {
        let mut score = Self::default();
        for (line, heard) in lines {
            let pairs = line.labels.iter().zip(&heard);
            for (counts, (&carried, &heard)) in score.labels.iter_mut().zip(pairs) {
                counts.add(carried, heard);
            }
            score.all.add(line, &heard);
            let group = score.groups.entry(line.group.clone()).or_default();
            group.add(line, &heard);
        }
        score
    }

    /// The mean of the labels' F1, of labels that any line carries.
    #[must_use]
    pub fn macro_f1(&self) -> f64 {
        self.mean(Counts::f1)
    }

    /// The mean of the labels' precisions.
    #[must_use]
    pub fn macro_precision(&self) -> f64 {
        self.mean(Counts::precision)
    }

    /// The mean of the labels' recalls.
    #[must_use]
    pub fn macro_recall(&self) -> f64 {
        self.mean(Counts::recall)
    }

    fn mean(&self, figure: impl Fn(Counts) -> f64) -> f64 {
        let present = self.labels.iter().filter(|counts| !counts.is_empty());
        let figures: Vec<f64> = present.map(|counts| figure(*counts)).collect();
        let labels = u32::try_from(figures.len()).unwrap_or(u32::MAX);
        figures.iter().sum::<f64>() / f64::from(labels.max(1))
    }

    /// Each label with its figures.
    pub fn by_label(&self) -> impl Iterator<Item = (Label, Counts)> + '_ {
        Label::ALL.into_iter().zip(self.labels)
    }
}

impl GroupScore {
    fn add(&mut self, line: &LabelledLine, heard: &Labels) {
        self.lines += 1;
        for (&carried, &heard) in line.labels.iter().zip(heard) {
            self.counts.add(carried, heard);
        }
        if line.is_none() {
            self.none += 1;
            self.false_alarms += u32::from(heard.contains(&true));
        }
    }

    /// How many of the lines that carry nothing raise an alarm.
    #[must_use]
    pub fn false_alarm_rate(&self) -> f64 {
        share(self.false_alarms, self.none)
    }
}

/// Between which values a figure lies that other lines of the same kind would have given, 95 times
/// in 100: lines are drawn again from these, with a seeded generator.
#[must_use]
pub fn interval(lines: &[(&LabelledLine, Labels)], figure: impl Fn(&Score) -> f64) -> (f64, f64) {
    const ROUNDS: usize = 400;
    let mut state: u64 = 0x2545_f491_4f6c_dd1d;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below.max(1) as u64).unwrap_or(0)
    };
    let mut figures: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let drawn = (0..lines.len()).map(|_| lines[next(lines.len())]);
            figure(&Score::of(drawn))
        })
        .collect();
    figures.sort_by(f64::total_cmp);
    (figures[ROUNDS / 40], figures[ROUNDS - 1 - ROUNDS / 40])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Speaker;

    fn line(group: &str, carried: &[usize]) -> LabelledLine {
        let mut labels = [false; LABELS];
        for &label in carried {
            labels[label] = true;
        }
        LabelledLine {
            speaker: Speaker::Customer,
            text: "……".to_owned(),
            previous: None,
            labels,
            group: group.to_owned(),
        }
    }

    #[test]
    fn the_figures_are_those_that_a_hand_computes() {
        let lines = [
            (line("plain", &[0]), vec![0]),
            (line("plain", &[0, 1]), vec![0]),
            (line("plain", &[0]), vec![1]),
            (line("negation", &[]), vec![0]),
            (line("negation", &[]), vec![]),
        ];
        let heard = |heard: &[usize]| std::array::from_fn(|label| heard.contains(&label));

        let score = Score::of(lines.iter().map(|(line, labels)| (line, heard(labels))));

        // The first label: two right, one wrong, one missed. The second: none, one, one.
        assert_eq!(
            score.labels[0],
            Counts {
                right: 2,
                wrong: 1,
                missed: 1
            }
        );
        assert_eq!(
            score.labels[1],
            Counts {
                right: 0,
                wrong: 1,
                missed: 1
            }
        );
        assert!((score.labels[0].precision() - 2.0 / 3.0).abs() < 1e-12);
        assert!((score.macro_f1() - (2.0 / 3.0 + 0.0) / 2.0).abs() < 1e-12);
        let denied = score.groups["negation"];
        assert_eq!((denied.none, denied.false_alarms), (2, 1));
        assert_eq!(score.all.lines, 5);
    }
}
