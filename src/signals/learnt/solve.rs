//! Logistic regression with an L2 penalty, all lanes at once, each by itself.
//!
//! Coordinate ascent in the dual: one line after the other pulls at the weights as hard as is best
//! while all others pull as they do. It needs no step size, is near its end after some ten rounds,
//! and goes through a line's cells once for all lanes. Additions, multiplications and divisions in
//! a fixed order, so that the same lines give the same bits on every machine.

/// One number for each lane.
pub(super) type Scores = [f32; LANES];

/// How many questions are learnt at once: see `combine::Lane`. A power of two, so that they are
/// added as one.
pub(super) const LANES: usize = 32;

/// How often all lines are gone through.
const ROUNDS: u32 = 12;

/// A line as the solver sees it.
pub(super) struct Row {
    /// Which columns are set, and to what.
    pub(super) cells: Vec<(u32, f32)>,
    /// For each lane how much it costs to answer this line wrongly: above 0 when yes is right,
    /// below when no is; 0 where the line doesn't count.
    pub(super) answers: Scores,
}

/// The weights of each column.
pub(super) fn solve(rows: &[&Row], columns: usize) -> Vec<Scores> {
    let mut weights = vec![[0.0_f32; LANES]; columns];
    // How hard each line pulls at the weights now, between 0 and its cost.
    let mut pulls = vec![[0.0_f32; LANES]; rows.len()];
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..ROUNDS {
        dice.shuffle(&mut order);
        for &number in &order {
            improve(rows[number], &mut weights, &mut pulls[number]);
        }
    }
    weights
}

fn improve(row: &Row, weights: &mut [Scores], pulls: &mut Scores) {
    let mut sums = [0.0_f32; LANES];
    let mut size = 0.0_f32;
    for &(column, value) in &row.cells {
        size += value * value;
        for (sum, weight) in sums.iter_mut().zip(&weights[column as usize]) {
            *sum += weight * value;
        }
    }
    let mut moves = [0.0_f32; LANES];
    for (lane, &answer) in row.answers.iter().enumerate() {
        if answer == 0.0 {
            continue;
        }
        let sign = answer.signum();
        let pull = best_pull(sign * sums[lane], size, pulls[lane], answer.abs());
        moves[lane] = sign * (pull - pulls[lane]);
        pulls[lane] = pull;
    }
    for &(column, value) in &row.cells {
        for (weight, step) in weights[column as usize].iter_mut().zip(&moves) {
            *weight += step * value;
        }
    }
}

/// The pull at which the line's margin and the slope of its loss agree: `cost · σ(−m)` where
/// `m = margin + size · (pull − before)`. What is between the two sides rises with `m`, so that
/// Newton's steps can be held between bounds that close in.
fn best_pull(margin: f32, size: f32, before: f32, cost: f32) -> f32 {
    let mut low = margin - size * before;
    let mut high = margin + size * (cost - before);
    let mut at = margin;
    for _ in 0..6 {
        let share = sigmoid(-at);
        let off = at - margin - size * (cost * share - before);
        if off > 0.0 {
            high = at;
        } else {
            low = at;
        }
        let step = off / (1.0 + size * cost * share * (1.0 - share));
        let next = at - step;
        at = if low < next && next < high {
            next
        } else {
            f32::midpoint(low, high)
        };
        if step.abs() < 1e-4 {
            break;
        }
    }
    cost * sigmoid(-at)
}

/// 1 / (1 + e^−x) by plain arithmetic: the system's `exp` differs between machines in the last bit.
pub(super) fn sigmoid(x: f32) -> f32 {
    let power = -x.clamp(-30.0, 30.0);
    // e^power = 2^whole · e^rest, where |rest| ≤ ln 2 / 2.
    let whole = (power * std::f32::consts::LOG2_E).round();
    let rest = power - whole * std::f32::consts::LN_2;
    let mut exponential = 1.0;
    for divisor in [6.0, 5.0, 4.0, 3.0, 2.0, 1.0] {
        exponential = 1.0 + exponential * rest / divisor;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number from -44 to 44, and 127"
    )]
    let scale = f32::from_bits(((whole as i32 + 127) as u32) << 23);
    1.0 / (1.0 + exponential * scale)
}

/// A seeded generator: the same order each time.
struct Dice(u64);

impl Dice {
    const fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn shuffle(&mut self, items: &mut [usize]) {
        for last in (1..items.len()).rev() {
            let other = self.next() % (last as u64 + 1);
            items.swap(last, usize::try_from(other).unwrap_or(last));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sigmoid_is_the_sigmoid() {
        for step in -80..=80 {
            let x = f32::from(i16::try_from(step).unwrap()) / 4.0;
            let exact = 1.0 / (1.0 + f64::from(-x).exp());
            assert!((f64::from(sigmoid(x)) - exact).abs() < 1e-6, "{x}");
        }
    }

    #[test]
    fn two_columns_that_tell_yes_from_no_get_weights_of_both_signs() {
        let row = |column, answer| {
            let mut answers = [0.0; LANES];
            answers[0] = answer;
            Row {
                cells: vec![(column, 1.0)],
                answers,
            }
        };
        let rows = [row(0, 9.0), row(1, -9.0)];
        let rows: Vec<&Row> = rows.iter().collect();

        let weights = solve(&rows, 2);

        assert!(weights[0][0] > 1.0 && weights[1][0] < -1.0, "{weights:?}");
        assert!(weights[0][1] == 0.0, "a lane that nobody answered");
        // At the best weights the slope of all losses equals the penalty's.
        let slope = 9.0 * sigmoid(-weights[0][0]);
        assert!((slope - weights[0][0]).abs() < 0.01, "{slope} {weights:?}");
    }
}
