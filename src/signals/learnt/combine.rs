//! One chance of a label, from what was learnt of the line's words and what the rules heard.

use rustc_hash::FxHashMap;

use super::super::Weighed;
use super::super::judge::Verdict;
use super::LABELS;
use super::corpus::Labels;
use super::solve::{LANES, Scores, sigmoid};
use super::thresholds::Threshold;

/// What the lanes of a run's weights say.
pub(super) mod lane {
    use super::LABELS;

    /// From here, for each label: whether the line carries it.
    pub(in super::super) const CARRIED: usize = 0;
    /// From here, for each label: whether the line is about it, of the lines that carry anything.
    pub(in super::super) const SUBJECT: usize = LABELS;
    /// Whether the line carries anything.
    pub(in super::super) const ANYTHING: usize = 2 * LABELS;
    /// Whether it only denies.
    pub(in super::super) const DENIED: usize = ANYTHING + 1;
    /// Whether it is past, somebody else's, or imagined.
    pub(in super::super) const ELSEWHERE: usize = ANYTHING + 2;
    /// Whether it only looks alike.
    pub(in super::super) const LOOK_ALIKE: usize = ANYTHING + 3;
}

const _: () = assert!(lane::LOOK_ALIKE < LANES, "every lane has its place");

/// What speaks for and against a label, see [`Case::evidence`].
pub(super) const INPUTS: usize = 15;

/// What speaks for and against a label of a line.
pub(super) type Evidence = [f32; INPUTS];

/// What the rules heard in a line, label by label.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct HeardByRules {
    /// How much the best rule that holds is to be believed.
    held: [Option<f32>; LABELS],
    /// The same of what was heard and is not meant.
    not_meant: [Option<f32>; LABELS],
    /// Whether a rule holds of which too little is known to doubt it.
    pub(super) unknown: Labels,
}

/// How often what a rule heard was right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) right: u16,
    pub(super) heard: u16,
}

/// The records of a rule: of words that hold, and of words that are not meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct RuleRecord {
    pub(super) held: Record,
    pub(super) not_meant: Record,
}

/// The records of all rules by name, and what to think of one with few lines.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Records {
    pub(super) rules: FxHashMap<String, RuleRecord>,
    overall: RuleRecord,
}

/// A rule that was heard more rarely is believed: nobody knows better yet.
const FEW: u16 = 3;
/// How many lines' worth of the common opinion a rule's own record has to outweigh.
const PRIOR: f32 = 6.0;

impl Record {
    fn add(&mut self, right: bool) {
        self.heard = self.heard.saturating_add(1);
        self.right = self.right.saturating_add(u16::from(right)).min(self.heard);
    }

    fn share(self) -> f32 {
        (f32::from(self.right) + 1.0) / (f32::from(self.heard) + 2.0)
    }

    /// The logarithm of the odds that it is right, in steps that are the same on every machine.
    fn belief(self, overall: Self) -> f32 {
        let right = f32::from(self.right) + PRIOR * overall.share();
        let share = right / (f32::from(self.heard) + PRIOR);
        in_steps((share / (1.0 - share)).ln())
    }
}

/// Rounded, so that the last bit of a logarithm doesn't matter.
fn in_steps(number: f32) -> f32 {
    (number * 256.0).round() / 256.0
}

impl Records {
    /// From rules by name and what became of each.
    pub(super) fn new(rules: FxHashMap<String, RuleRecord>) -> Self {
        let mut overall = RuleRecord::default();
        for record in rules.values() {
            for (all, one) in [
                (&mut overall.held, record.held),
                (&mut overall.not_meant, record.not_meant),
            ] {
                all.heard = all.heard.saturating_add(one.heard);
                all.right = all.right.saturating_add(one.right);
            }
        }
        Self { rules, overall }
    }

    /// From lines: what was heard in each, and what each carries.
    pub(super) fn of<'l>(lines: impl Iterator<Item = (&'l [Heard], &'l Labels)>) -> Self {
        let mut rules: FxHashMap<String, RuleRecord> = FxHashMap::default();
        for (heard, labels) in lines {
            for one in heard {
                let record = rules.entry(one.rule.clone()).or_default();
                let record = if one.holds {
                    &mut record.held
                } else {
                    &mut record.not_meant
                };
                record.add(labels[one.label]);
            }
        }
        Self::new(rules)
    }

    /// What the rules say of a line, from what each heard: rule, label, and whether it is meant.
    pub(super) fn heard<'r>(
        &self,
        heard: impl Iterator<Item = (&'r str, usize, bool)>,
    ) -> HeardByRules {
        let mut all = HeardByRules::default();
        for (rule, label, holds) in heard {
            let record = self.rules.get(rule).copied().unwrap_or_default();
            let (record, overall, place) = if holds {
                (record.held, self.overall.held, &mut all.held[label])
            } else {
                (
                    record.not_meant,
                    self.overall.not_meant,
                    &mut all.not_meant[label],
                )
            };
            let belief = record.belief(overall);
            *place = Some(place.map_or(belief, |other| other.max(belief)));
            all.unknown[label] |= holds && record.heard < FEW;
        }
        all
    }
}

/// A rule heard in a line to learn from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Heard {
    pub(super) rule: String,
    pub(super) label: usize,
    pub(super) holds: bool,
}

impl From<&Weighed<'_>> for Heard {
    fn from(weighed: &Weighed<'_>) -> Self {
        Self {
            rule: weighed.rule.to_owned(),
            label: weighed.label as usize,
            holds: weighed.verdict == Verdict::Holds,
        }
    }
}

impl HeardByRules {
    /// Which labels the rules alone would give.
    pub(super) fn labels(&self) -> Labels {
        self.held.map(|held| held.is_some())
    }
}

/// What speaks for and against each label of a line.
pub(super) struct Case<'l> {
    scores: &'l Scores,
    rules: &'l HeardByRules,
    /// The label that the line is most about, how much, and how much it is about the next one.
    subject: (usize, f32, f32),
    held: usize,
}

impl<'l> Case<'l> {
    pub(super) fn new(scores: &'l Scores, rules: &'l HeardByRules) -> Self {
        let mut subject = (0, f32::MIN, f32::MIN);
        for label in 0..LABELS {
            let score = scores[lane::SUBJECT + label];
            if score > subject.1 {
                subject = (label, score, subject.1);
            } else if score > subject.2 {
                subject.2 = score;
            }
        }
        Self {
            scores,
            rules,
            subject,
            held: rules.held.iter().flatten().count(),
        }
    }

    /// In this order a constant, the three lanes of the label, what the rules say, products where
    /// two things together say more, why there may be nothing, and what else the line may be about.
    #[inline]
    pub(super) fn evidence(&self, label: usize) -> Evidence {
        let (scores, held) = (self.scores, self.rules.held[label]);
        let not_meant = self.rules.not_meant[label];
        let carried = scores[lane::CARRIED + label];
        let subject = scores[lane::SUBJECT + label];
        let anything = scores[lane::ANYTHING];
        let is_held = as_number(held.is_some());
        let other_held = self.held > usize::from(held.is_some());
        [
            1.0,
            carried,
            anything,
            subject,
            is_held,
            held.unwrap_or(0.0),
            not_meant.unwrap_or(0.0),
            as_number(not_meant.is_some()),
            is_held * anything,
            subject * anything,
            carried * anything,
            scores[lane::DENIED] + scores[lane::ELSEWHERE],
            scores[lane::LOOK_ALIKE],
            if label == self.subject.0 {
                self.subject.2
            } else {
                self.subject.1
            },
            as_number(other_held),
        ]
    }
}

const fn as_number(claim: bool) -> f32 {
    if claim { 1.0 } else { 0.0 }
}

/// The logarithm of the odds that a line carries the label.
pub(super) fn odds(weights: &[f32; INPUTS], evidence: &Evidence) -> f32 {
    let terms = weights.iter().zip(evidence);
    terms.map(|(weight, input)| weight * input).sum()
}

/// How evidence is weighed, and how much of it a label needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Combination {
    pub(super) weights: [f32; INPUTS],
    pub(super) thresholds: [Threshold; LABELS],
}

impl Combination {
    /// Which labels have evidence enough.
    pub(super) fn labels(&self, scores: &Scores, rules: &HeardByRules) -> Labels {
        let case = Case::new(scores, rules);
        std::array::from_fn(|label| {
            let Threshold { add, veto } = self.thresholds[label];
            let enough = if rules.held[label].is_some() {
                veto
            } else {
                add
            };
            rules.unknown[label] || odds(&self.weights, &case.evidence(label)) >= enough
        })
    }

    /// How much the odds rise with each lane, at this line: what makes a run strong.
    pub(super) fn slopes(&self, scores: &Scores, rules: &HeardByRules, label: usize) -> Scores {
        let [
            _,
            carried,
            anything,
            subject,
            ..,
            with_held,
            with_subject,
            with_carried,
            not_here,
            look_alike,
            _,
            _,
        ] = self.weights;
        let held = as_number(rules.held[label].is_some());
        let mut slopes = [0.0; LANES];
        slopes[lane::CARRIED + label] = carried + with_carried * scores[lane::ANYTHING];
        slopes[lane::SUBJECT + label] = subject + with_subject * scores[lane::ANYTHING];
        slopes[lane::ANYTHING] = anything
            + with_held * held
            + with_subject * scores[lane::SUBJECT + label]
            + with_carried * scores[lane::CARRIED + label];
        slopes[lane::DENIED] = not_here;
        slopes[lane::ELSEWHERE] = not_here;
        slopes[lane::LOOK_ALIKE] = look_alike;
        slopes
    }

    /// The weights that fit best: Newton's steps on all pairs of a line and a label together.
    pub(super) fn fit(examples: &[(Evidence, bool)]) -> [f32; INPUTS] {
        let mut weights = [0.0_f64; INPUTS];
        for _ in 0..STEPS {
            let (slope, curve) = loss(examples, &weights);
            let step = solved(curve, slope);
            for (weight, step) in weights.iter_mut().zip(step) {
                *weight -= step;
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "steps of 1/1024")]
        weights.map(|weight| (weight * 1024.0).round() as f32 / 1024.0)
    }
}

const STEPS: usize = 12;
/// Weights stay small where nothing speaks for big ones.
const PENALTY: f64 = 0.5;

type Matrix = [[f64; INPUTS]; INPUTS];

/// The slope and the curvature of the loss.
fn loss(examples: &[(Evidence, bool)], weights: &[f64; INPUTS]) -> ([f64; INPUTS], Matrix) {
    let mut slope = weights.map(|weight| PENALTY * weight);
    let mut curve = [[0.0; INPUTS]; INPUTS];
    for (at, row) in curve.iter_mut().enumerate() {
        row[at] = PENALTY;
    }
    for (evidence, carried) in examples {
        let inputs = evidence.map(f64::from);
        let odds: f64 = inputs
            .iter()
            .zip(weights)
            .map(|(input, weight)| input * weight)
            .sum();
        #[expect(clippy::cast_possible_truncation, reason = "a sigmoid needs no more")]
        let chance = f64::from(sigmoid(odds as f32));
        let off = chance - f64::from(as_number(*carried));
        let bend = chance * (1.0 - chance) + 1e-6;
        for (one, input) in inputs.iter().enumerate() {
            slope[one] += off * input;
            for (other, factor) in inputs.iter().enumerate() {
                curve[one][other] += bend * input * factor;
            }
        }
    }
    (slope, curve)
}

/// Gauss and Jordan. The matrix has its greatest numbers on the diagonal thanks to the penalty.
fn solved(mut matrix: Matrix, mut right: [f64; INPUTS]) -> [f64; INPUTS] {
    for pivot in 0..INPUTS {
        let scale = matrix[pivot][pivot];
        for number in &mut matrix[pivot] {
            *number /= scale;
        }
        right[pivot] /= scale;
        let row = matrix[pivot];
        for other in (0..INPUTS).filter(|&other| other != pivot) {
            let factor = matrix[other][pivot];
            for (number, above) in matrix[other].iter_mut().zip(row) {
                *number -= factor * above;
            }
            right[other] -= factor * right[pivot];
        }
    }
    right
}
