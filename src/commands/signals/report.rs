//! Figures of how good signals are, as tables that read well on a terminal and on a page.

use std::fmt::Write as _;

use super::aims::aims;
use crate::signals::learnt::measure::{Counts, Score, interval};
use crate::signals::learnt::{LabelledLine, Labels, Model, Prediction};

/// The page around the figures.
const PAGE: &str = include_str!("page.md");
const PLACE: &str = "{figures}\n";

/// A set of lines, with what was predicted of each.
pub(super) struct Measured<'l> {
    pub(super) name: String,
    pub(super) lines: Vec<&'l LabelledLine>,
    /// Whether nothing was learnt from them, so that the aims speak of them.
    pub(super) never_learnt_from: bool,
    pub(super) predictions: Vec<Prediction>,
}

/// All that was measured.
pub(super) struct Report<'r> {
    pub(super) dictionaries: &'r str,
    pub(super) model: Option<&'r Model>,
    pub(super) sets: &'r [Measured<'r>],
}

/// Which of the predictions.
type Side = fn(&Prediction) -> Labels;

const SIDES: [(&str, Side); 3] = [
    ("rules alone", |all| all.rules),
    ("model alone", |all| all.model),
    ("both", |all| all.both),
];

impl Report<'_> {
    /// The page, with the figures in it.
    pub(super) fn page(&self) -> String {
        PAGE.replace(PLACE, &self.figures())
    }

    /// The figures.
    pub(super) fn figures(&self) -> String {
        let mut text = format!("Dictionaries of version `{}`; ", self.dictionaries);
        // Writing to a String can't fail, here and below.
        let _ = match self.model {
            Some(model) => writeln!(
                text,
                "model `{}`, learnt from {} lines.",
                model.version(),
                model.lines()
            ),
            None => writeln!(text, "no model."),
        };
        for set in self.sets {
            let _ = write!(text, "\n## {}\n\n{}", set.name, set.figures());
        }
        text
    }
}

impl Measured<'_> {
    fn figures(&self) -> String {
        let none = self.lines.iter().filter(|line| line.is_none()).count();
        let mut text = format!(
            "{} lines, {none} of them carry nothing.\n\n",
            self.lines.len()
        );
        text.push_str("| | macro F1 | 95 % | macro precision | macro recall | false alarms |\n");
        text.push_str("| --- | --- | --- | --- | --- | --- |\n");
        for (name, side) in SIDES {
            let pairs = self.pairs(side);
            let score = Score::of(pairs.iter().copied());
            let (low, high) = interval(&pairs, Score::macro_f1);
            let _ = writeln!(
                text,
                "| {name} | {:.3} | {low:.3}–{high:.3} | {:.3} | {:.3} | {} |",
                score.macro_f1(),
                score.macro_precision(),
                score.macro_recall(),
                alarms(score.all.false_alarms, score.all.none),
            );
        }
        let scores = SIDES.map(|(_, side)| Score::of(self.pairs(side).into_iter()));
        let [rules, model, both] = &scores;
        if self.never_learnt_from {
            text.push_str(&aims(both));
        }
        text.push_str(
            "\n| label | lines | precision | recall | F1 | F1, rules alone | F1, model alone |\n",
        );
        text.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
        let alone = rules.labels.iter().zip(&model.labels);
        for ((label, both), (rules, model)) in both.by_label().zip(alone) {
            let _ = writeln!(
                text,
                "| `{label}` | {} | {} | {:.2} | {:.2} |",
                both.right + both.missed,
                figures(both),
                rules.f1(),
                model.f1(),
            );
        }
        text.push_str("\n| phenomenon | lines | precision | recall | F1 | false alarms | rules alone | model alone |\n");
        text.push_str("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for (group, both) in &both.groups {
            let false_alarms = |score: &Score| {
                let group = score.groups.get(group).copied().unwrap_or_default();
                alarms(group.false_alarms, group.none)
            };
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} |",
                if group.is_empty() {
                    "(none said)"
                } else {
                    group
                },
                both.lines,
                figures(both.counts),
                alarms(both.false_alarms, both.none),
                false_alarms(rules),
                false_alarms(model),
            );
        }
        text
    }

    fn pairs(&self, side: Side) -> Vec<(&LabelledLine, Labels)> {
        let lines = self.lines.iter().copied();
        lines.zip(self.predictions.iter().map(side)).collect()
    }
}

/// Precision, recall and F1; dashes where there is nothing to hear.
fn figures(counts: Counts) -> String {
    if counts == Counts::default() {
        return "– | – | –".to_owned();
    }
    format!(
        "{:.2} | {:.2} | {:.2}",
        counts.precision(),
        counts.recall(),
        counts.f1()
    )
}

/// `3 of 38 (8 %)`.
fn alarms(alarms: u32, of: u32) -> String {
    if of == 0 {
        return "–".to_owned();
    }
    let percent = f64::from(alarms) / f64::from(of) * 100.0;
    format!("{alarms} of {of} ({percent:.0} %)")
}
