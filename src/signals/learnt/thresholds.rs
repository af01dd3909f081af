//! How much evidence a label needs where no rule holds, and how little is too little where one does.

use super::LABELS;

/// What the mean of the labels' precisions should reach, above the 0.90 that is wanted, since
/// thresholds, and rules, fit the lines that they come from better than others.
const PRECISION: f32 = 0.945;
/// Thresholds by fewer lines than this would be chance.
const FEWEST: f32 = 8.0;
/// How often precision is given a higher price.
const PATIENCE: usize = 200;
/// A veto may cost so many of the rules' right hits. The corpus has far more denials and look-alikes
/// than chats have: weighed by it alone, vetoes would cost half of what is said plainly.
const MOST_LOST: f32 = 0.04;

/// A line and a label.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weighing {
    /// The logarithm of the odds that the line carries the label.
    pub(super) odds: f32,
    /// Whether it does.
    pub(super) carried: bool,
    /// Whether a rule holds.
    pub(super) held: bool,
}

/// Where a label begins to be heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Threshold {
    /// From these odds on without a rule.
    pub(super) add: f32,
    /// Below these odds not even with one.
    pub(super) veto: f32,
}

impl Threshold {
    /// Of a label of which nothing is known.
    const LEFT_TO_RULES: Self = Self {
        add: f32::MAX,
        veto: f32::MIN,
    };
}

/// For each label the veto that costs few right hits; and the threshold that gives the best F1 with
/// a price on precision, the same price for all labels and the lowest that makes the mean of their
/// precisions high enough, if any does.
pub(super) fn thresholds(lines: &[[Weighing; LABELS]]) -> [Threshold; LABELS] {
    let of = |label: usize| lines.iter().map(move |line| line[label]);
    let vetoes: [f32; LABELS] = std::array::from_fn(|label| veto(of(label)));
    let cuts: [Vec<Cut>; LABELS] =
        std::array::from_fn(|label| cuts(of(label).collect(), vetoes[label]));
    let mut chosen = [Cut::NEVER; LABELS];
    for price in 0..PATIENCE {
        #[expect(clippy::cast_precision_loss, reason = "below 200")]
        let price = price as f32 / 20.0;
        for (chosen, cuts) in chosen.iter_mut().zip(&cuts) {
            let worth = |cut: &Cut| cut.f1 + price * cut.precision;
            let best = (cuts.iter()).max_by(|one, other| worth(one).total_cmp(&worth(other)));
            *chosen = best.copied().unwrap_or(Cut::NEVER);
        }
        let heard = chosen.iter().filter(|cut| cut.f1 > 0.0);
        let (sum, labels) = heard.fold((0.0, 0.0), |(sum, labels), cut| {
            (sum + cut.precision, labels + 1.0)
        });
        if sum >= PRECISION * labels {
            break;
        }
    }
    std::array::from_fn(|label| match chosen[label] {
        cut if cut.f1 == 0.0 => Threshold::LEFT_TO_RULES,
        // A rule's hit never needs more evidence than none.
        cut => Threshold {
            add: cut.threshold,
            veto: vetoes[label].min(cut.threshold),
        },
    })
}

/// The odds below which few right hits of rules lie; above all where none was ever right.
fn veto(lines: impl Iterator<Item = Weighing>) -> f32 {
    let right = lines.filter(|line| line.held && line.carried);
    let mut right: Vec<f32> = right.map(|line| line.odds).collect();
    right.sort_by(f32::total_cmp);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a part of some hundred hits"
    )]
    let lost = (right.len() as f32 * MOST_LOST) as usize;
    right.get(lost).copied().unwrap_or(f32::MAX)
}

/// Where a threshold may lie, and what it would give.
#[derive(Clone, Copy)]
struct Cut {
    threshold: f32,
    f1: f32,
    precision: f32,
}

impl Cut {
    /// What nothing is known of is left to the rules.
    const NEVER: Self = Self {
        threshold: f32::MAX,
        f1: 0.0,
        precision: 1.0,
    };
}

/// All cuts between two lines without a rule's hit, from the surest line down, after what the rules
/// hear and no veto takes.
fn cuts(lines: Vec<Weighing>, veto: f32) -> Vec<Cut> {
    let carried = count(lines.iter().filter(|line| line.carried));
    let (held, mut others): (Vec<Weighing>, Vec<Weighing>) =
        lines.into_iter().partition(|line| line.held);
    let kept = held.iter().filter(|line| line.odds >= veto);
    let mut heard = count(kept.clone());
    let mut right = count(kept.filter(|line| line.carried));
    if carried == 0.0 {
        return Vec::new();
    }
    others.sort_by(|one, other| {
        let surest = other.odds.total_cmp(&one.odds);
        surest.then(one.carried.cmp(&other.carried))
    });
    let mut cuts = Vec::with_capacity(others.len());
    let mut cut = |threshold, right: f32, heard: f32| {
        if heard >= FEWEST {
            cuts.push(Cut {
                threshold,
                f1: 2.0 * right / (heard + carried),
                precision: right / heard,
            });
        }
    };
    cut(f32::MAX, right, heard);
    for pair in others.windows(2) {
        heard += 1.0;
        right += f32::from(u8::from(pair[0].carried));
        if pair[0].odds > pair[1].odds {
            cut(f32::midpoint(pair[0].odds, pair[1].odds), right, heard);
        }
    }
    cuts
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a corpus has less than 2^24 lines"
)]
fn count<'w>(lines: impl Iterator<Item = &'w Weighing>) -> f32 {
    lines.count() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Weighing = Weighing {
        odds: -9.0,
        carried: false,
        held: false,
    };

    /// A hundred lines of one label: the surer, the more often right.
    fn lines(precise_above: u16) -> Vec<[Weighing; LABELS]> {
        let line = |number: u16| {
            let mut line = [NOTHING; LABELS];
            line[0] = Weighing {
                odds: f32::from(number),
                carried: number >= precise_above || number.is_multiple_of(2),
                held: false,
            };
            line[1].odds = f32::from(number);
            line
        };
        (0..100).map(line).collect()
    }

    #[test]
    fn what_is_above_the_threshold_is_right_nine_times_in_ten() {
        let lines = lines(60);

        let threshold = thresholds(&lines)[0].add;

        let above = lines.iter().filter(|line| line[0].odds >= threshold);
        let above: Vec<bool> = above.map(|line| line[0].carried).collect();
        let right = above.iter().filter(|right| **right).count();
        assert!(right * 10 >= above.len() * 9, "{right} of {}", above.len());
        assert!(
            above.len() >= 40,
            "and no fewer than can be: {}",
            above.len()
        );
    }

    #[test]
    fn a_veto_takes_wrong_hits_and_few_right_ones() {
        let mut lines = lines(60);
        for line in &mut lines {
            line[0].held = true;
        }

        let veto = thresholds(&lines)[0].veto;

        let lost = lines.iter().filter(|line| line[0].odds < veto);
        let (right, wrong): (Vec<bool>, Vec<bool>) = lost
            .map(|line| line[0].carried)
            .partition(|carried| *carried);
        assert!(!wrong.is_empty(), "it vetoes something");
        assert!(
            right.len() * 100 <= 70 * 4,
            "{} right hits are lost",
            right.len()
        );
    }

    #[test]
    fn a_label_that_no_line_carries_is_left_to_the_rules() {
        for threshold in &thresholds(&lines(0))[1..] {
            assert_eq!((threshold.add, threshold.veto), (f32::MAX, f32::MIN));
        }
    }
}
