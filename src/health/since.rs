//! From which week on a rate fell, or rose.

use super::Tally;

/// The place of the first step (a week, a day) from which the rate stayed beyond the line: of a fall,
/// the first from which all that was due up to any later step was, taken together, done at a lower rate
/// than the line. `None` when there is no such step, or the rate is the same in both periods.
///
/// The line lies midway between the rates of the two periods that are compared. Taking steps together
/// keeps one good week of two runs from hiding a bad quarter, and one bad week before from being taken
/// for its beginning. Steps with nothing due decide nothing.
#[must_use]
pub fn since_when(steps: &[Tally], before: Tally, now: Tally) -> Option<usize> {
    let [d0, n0, d1, n1] = [before.due, before.done, now.due, now.done].map(i128::from);
    // Twice the line is line / of.
    let (line, of) = (n0 * d1 + n1 * d0, d0 * d1);
    let way = (n0 * d1 - n1 * d0).signum();
    if of == 0 || way == 0 {
        return None;
    }
    // Beyond the line each run takes the sum down, on this side it brings it up: after its last peak
    // it is lower at any later step, and before it is not.
    let (mut sum, mut peak, mut place) = (0, 0, 0);
    for (step, tally) in steps.iter().enumerate() {
        sum += way * (2 * i128::from(tally.done) * of - i128::from(tally.due) * line);
        if sum >= peak {
            (peak, place) = (sum, step + 1);
        }
    }
    (place < steps.len()).then_some(place)
}
