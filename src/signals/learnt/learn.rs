//! From labelled lines to a model.

use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};

use crate::domain::Speaker;

use super::super::fold::fold;
use super::super::{Dictionaries, LONGEST_HEARD, up_to};
use super::LABELS;
use super::combine::{Case, Combination, Evidence, Heard, HeardByRules, Records, lane, odds};
use super::corpus::{LabelledLine, Labels};
use super::file::{Parts, hex};
use super::folds::{FOLDS, folds};
use super::grams::{Key, Reading};
use super::model::{before_share, own_share};
use super::solve::{LANES, Row, Scores, solve};
use super::table::quantised;
use super::thresholds::{Weighing, thresholds};

/// A run has to stand in so many lines. What one person said once teaches nothing.
const FEWEST_LINES: u32 = 2;
/// How much a line answered wrongly costs, against the size of weights.
const COST: f32 = 4.0;
/// The same of whether a line carries anything and why not: these are learnt from all lines.
const COST_OF_NOTHING: f32 = 1.0;
/// How much of the constant is in each line.
const CONSTANT: f32 = 0.3;

/// Labelled lines, taken apart. A rep's lines teach nothing, since a rep is never heard.
pub struct Lesson<'l> {
    lines: Vec<&'l LabelledLine>,
    prepared: Vec<Prepared>,
    dictionaries: String,
}

/// A line, taken apart.
struct Prepared {
    /// Its runs, each once.
    own: Vec<Key>,
    own_share: f32,
    before: Vec<Key>,
    before_share: f32,
    heard: Vec<Heard>,
}

/// What is predicted of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prediction {
    /// By the rules alone.
    pub rules: Labels,
    /// By the words alone.
    pub model: Labels,
    /// By both.
    pub both: Labels,
}

/// Each line as it is seen by those who learnt from others.
pub struct CrossValidation {
    folds: Vec<usize>,
    scores: Vec<Scores>,
    rules: Vec<HeardByRules>,
}

impl<'l> Lesson<'l> {
    /// Takes lines apart, and hears each by the rules.
    #[must_use]
    pub fn new(dictionaries: &Dictionaries, lines: &'l [LabelledLine]) -> Self {
        let customers = lines
            .iter()
            .filter(|line| line.speaker == Speaker::Customer);
        let lines: Vec<&LabelledLine> = customers.collect();
        let prepared = lines
            .iter()
            .map(|line| Prepared::of(line, dictionaries))
            .collect();
        Self {
            lines,
            prepared,
            dictionaries: dictionaries.version().to_owned(),
        }
    }

    /// The lines that are learnt from.
    #[must_use]
    pub fn lines(&self) -> &[&'l LabelledLine] {
        &self.lines
    }

    /// Learns from four parts of five and looks at the fifth, five times.
    #[must_use]
    pub fn cross_validate(&self) -> CrossValidation {
        let folds = folds(self.lines.iter().map(|line| line.text.as_str()));
        let mut scores = vec![[0.0; LANES]; self.lines.len()];
        let mut rules = vec![HeardByRules::default(); self.lines.len()];
        for part in 0..FOLDS {
            let (out, inside): (Vec<usize>, Vec<usize>) =
                (0..self.lines.len()).partition(|&line| folds[line] == part);
            let learnt = Learnt::from(self, &inside);
            let records = self.records(&inside);
            for line in out {
                scores[line] = learnt.scores(&self.prepared[line]);
                rules[line] = self.prepared[line].heard_by(&records);
            }
        }
        CrossValidation {
            folds,
            scores,
            rules,
        }
    }

    /// The model of all lines, as the bytes of its file. How words and rules are weighed together,
    /// and the thresholds, come from lines that were not learnt from.
    #[must_use]
    pub fn learn(&self, validation: &CrossValidation) -> Vec<u8> {
        let all: Vec<usize> = (0..self.lines.len()).collect();
        let learnt = Learnt::from(self, &all);
        let (weights, steps) = quantised(&learnt.weights);
        let parts = Parts {
            lines: u32::try_from(self.lines.len()).unwrap_or(u32::MAX),
            corpus: corpus_hash(&self.lines),
            dictionaries: self.dictionaries.clone(),
            bias: learnt.bias,
            keys: learnt.keys,
            weights,
            steps,
            records: self.records(&all),
            beside_rules: validation.combination(&self.lines, &all, Rules::Heard),
            alone: validation.combination(&self.lines, &all, Rules::LeftOut),
        };
        parts.write()
    }

    /// What exact weights say of the lines that they were learnt from, by the words alone.
    #[cfg(test)]
    pub(super) fn fitted(&self, validation: &CrossValidation) -> Vec<Labels> {
        let all: Vec<usize> = (0..self.lines.len()).collect();
        let learnt = Learnt::from(self, &all);
        let alone = validation.combination(&self.lines, &all, Rules::LeftOut);
        let lines = self.prepared.iter();
        let labels = |line| alone.labels(&learnt.scores(line), &HeardByRules::default());
        lines.map(labels).collect()
    }

    fn records(&self, of: &[usize]) -> Records {
        Records::of(of.iter().map(|&line| {
            let heard = &self.prepared[line].heard[..];
            (heard, &self.lines[line].labels)
        }))
    }
}

/// The SHA-256 of what the lines say, whatever their order.
pub(super) fn corpus_hash(lines: &[&LabelledLine]) -> String {
    let mut contents: Vec<String> = lines.iter().map(|line| format!("{line:?}")).collect();
    contents.sort();
    let mut hash = Sha256::new();
    for content in contents {
        hash.update(content);
        hash.update("\n");
    }
    hex(&hash.finalize())
}

/// Whether rules count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    Heard,
    LeftOut,
}

impl CrossValidation {
    /// What is predicted of each line, by weighing and thresholds that come from other lines.
    #[must_use]
    pub fn predictions(&self, lines: &[&LabelledLine]) -> Vec<Prediction> {
        let mut predictions = vec![Prediction::default(); lines.len()];
        for part in 0..FOLDS {
            let (out, inside): (Vec<usize>, Vec<usize>) =
                (0..lines.len()).partition(|&line| self.folds[line] == part);
            let both = self.combination(lines, &inside, Rules::Heard);
            let alone = self.combination(lines, &inside, Rules::LeftOut);
            for line in out {
                predictions[line] = Prediction {
                    rules: self.rules[line].labels(),
                    model: alone.labels(&self.scores[line], &HeardByRules::default()),
                    both: both.labels(&self.scores[line], &self.rules[line]),
                };
            }
        }
        predictions
    }

    fn combination(&self, lines: &[&LabelledLine], of: &[usize], which: Rules) -> Combination {
        let rules = |line: usize| match which {
            Rules::Heard => self.rules[line],
            Rules::LeftOut => HeardByRules::default(),
        };
        let examples: Vec<[(Evidence, bool); LABELS]> = of
            .iter()
            .map(|&line| {
                let rules = rules(line);
                let case = Case::new(&self.scores[line], &rules);
                std::array::from_fn(|label| (case.evidence(label), lines[line].labels[label]))
            })
            .collect();
        let weights = Combination::fit(examples.as_flattened());
        let weighing =
            |label: usize, (evidence, carried): &(Evidence, bool), line: usize| Weighing {
                odds: odds(&weights, evidence),
                carried: *carried,
                held: rules(line).labels()[label],
            };
        let weighed: Vec<[Weighing; LABELS]> = examples
            .iter()
            .zip(of)
            .map(|(examples, &line)| {
                std::array::from_fn(|label| weighing(label, &examples[label], line))
            })
            .collect();
        Combination {
            weights,
            thresholds: thresholds(&weighed),
        }
    }
}

impl Prepared {
    fn of(line: &LabelledLine, dictionaries: &Dictionaries) -> Self {
        let mut reading = Reading::default();
        let mut heard: Vec<Heard> = dictionaries.read(line.line(), |letters, weighed| {
            reading.read(letters);
            // What is only tried bears on nothing.
            let counting = weighed.iter().filter(|one| !one.shadow);
            counting.map(Heard::from).collect()
        });
        heard.sort();
        heard.dedup();
        let mut own = FxHashSet::default();
        reading.each_run(|key, _| {
            own.insert(key);
            true
        });
        let mut before = FxHashSet::default();
        let mut said = Reading::default();
        if let Some((speaker, text)) = &line.previous {
            said.read(&fold(up_to(text, LONGEST_HEARD)));
            reading.each_run_before(*speaker, &said, |key| {
                before.insert(key);
                true
            });
        }
        Self {
            own: sorted(own),
            own_share: own_share(reading.runs()),
            before: sorted(before),
            before_share: before_share(said.runs()),
            heard,
        }
    }

    fn heard_by(&self, records: &Records) -> HeardByRules {
        let heard = self.heard.iter();
        records.heard(heard.map(|one| (one.rule.as_str(), one.label, one.holds)))
    }

    /// All keys with what each counts in this line.
    fn cells(&self) -> impl Iterator<Item = (Key, f32)> {
        let own = self.own.iter().map(|&key| (key, self.own_share));
        let before = self.before.iter().map(|&key| (key, self.before_share));
        own.chain(before)
    }
}

fn sorted(keys: FxHashSet<Key>) -> Vec<Key> {
    let mut keys: Vec<Key> = keys.into_iter().collect();
    keys.sort_unstable();
    keys
}

/// Weights by run, before they are made small.
struct Learnt {
    keys: Vec<Key>,
    weights: Vec<Scores>,
    bias: Scores,
}

impl Learnt {
    fn from(lesson: &Lesson<'_>, lines: &[usize]) -> Self {
        let mut spread: FxHashMap<Key, u32> = FxHashMap::default();
        for (key, _) in lines.iter().flat_map(|&line| lesson.prepared[line].cells()) {
            *spread.entry(key).or_default() += 1;
        }
        spread.retain(|_, lines| *lines >= FEWEST_LINES);
        let keys = sorted(spread.keys().copied().collect());
        let rarity: Vec<f32> = keys
            .iter()
            .map(|key| rarity(spread[key], lines.len()))
            .collect();
        let columns: FxHashMap<Key, u32> = keys.iter().copied().zip(1..).collect();
        let rows: Vec<Row> = lines
            .iter()
            .map(|&line| {
                let cells = lesson.prepared[line].cells().filter_map(|(key, share)| {
                    let column = *columns.get(&key)?;
                    Some((column, share * rarity[column as usize - 1]))
                });
                Row {
                    cells: std::iter::once((0, CONSTANT)).chain(cells).collect(),
                    answers: answers(lesson.lines[line]),
                }
            })
            .collect();
        let rows: Vec<&Row> = rows.iter().collect();
        let mut weights = solve(&rows, keys.len() + 1);
        let bias = weights.remove(0).map(|weight| weight * CONSTANT);
        for (weights, rarity) in weights.iter_mut().zip(rarity) {
            *weights = weights.map(|weight| weight * rarity);
        }
        Self {
            keys,
            weights,
            bias,
        }
    }

    fn scores(&self, line: &Prepared) -> Scores {
        let mut scores = self.bias;
        for (key, share) in line.cells() {
            let Ok(column) = self.keys.binary_search(&key) else {
                continue;
            };
            for (score, weight) in scores.iter_mut().zip(&self.weights[column]) {
                *score += weight * share;
            }
        }
        scores
    }
}

/// A run that few lines have says a little more than one that most have. In steps, so that the last
/// bit of a logarithm doesn't matter.
#[expect(
    clippy::cast_precision_loss,
    reason = "a corpus has less than 2^24 lines"
)]
fn rarity(lines: u32, of: usize) -> f32 {
    let rarity = (of as f32 / lines as f32).ln() / 4.0;
    (rarity.max(0.01).powf(0.3) * 256.0).round() / 256.0
}

/// What each lane should answer.
fn answers(line: &LabelledLine) -> Scores {
    let cost = |yes: bool, cost: f32| if yes { cost } else { -cost };
    let nothing = line.is_none();
    let group = line.group.as_str();
    let mut answers = [0.0; LANES];
    for (label, &carried) in line.labels.iter().enumerate() {
        answers[lane::CARRIED + label] = cost(carried, COST);
        if !nothing {
            answers[lane::SUBJECT + label] = cost(carried, COST);
        }
    }
    let elsewhere = matches!(group, "past" | "thirdparty" | "hypothetical");
    answers[lane::ANYTHING] = cost(!nothing, COST_OF_NOTHING);
    answers[lane::DENIED] = cost(nothing && group == "negation", COST_OF_NOTHING);
    answers[lane::ELSEWHERE] = cost(nothing && elsewhere, COST_OF_NOTHING);
    answers[lane::LOOK_ALIKE] = cost(nothing && group == "falsefriend", COST_OF_NOTHING);
    answers
}
