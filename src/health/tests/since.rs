//! From when on.

use super::tally;
use crate::health::{Tally, since_when};

fn weeks<const N: usize>(of: [(u64, u64); N]) -> [Tally; N] {
    of.map(|(done, due)| tally(done, due))
}

#[test]
fn a_fall_begins_with_the_first_week_from_which_it_stays_below() {
    let weeks = weeks([(9, 10), (9, 10), (9, 10), (5, 10), (4, 10), (5, 10)]);

    assert_eq!(since_when(&weeks, tally(27, 30), tally(14, 30)), Some(3));
}

#[test]
fn a_week_of_little_neither_hides_nor_begins_a_fall() {
    // A bad week of one run before, a good one of two runs after it fell, and one with nothing due.
    let weeks = weeks([(9, 10), (0, 1), (9, 10), (0, 0), (4, 10), (2, 2), (4, 10)]);

    assert_eq!(since_when(&weeks, tally(18, 21), tally(10, 22)), Some(4));
}

#[test]
fn what_recovered_fell_nowhere() {
    let weeks = weeks([(9, 10), (2, 10), (2, 10), (10, 10), (10, 10), (10, 10)]);

    assert_eq!(since_when(&weeks, tally(11, 20), tally(11, 21)), None);
}

#[test]
fn a_rise_is_found_by_the_same_rule_and_no_change_has_no_beginning() {
    let weeks = weeks([(4, 10), (5, 10), (9, 10), (10, 10)]);

    assert_eq!(since_when(&weeks, tally(9, 20), tally(19, 20)), Some(2));
    assert_eq!(since_when(&weeks, tally(9, 20), tally(9, 20)), None);
    assert_eq!(since_when(&weeks, Tally::default(), tally(9, 20)), None);
    assert_eq!(since_when(&[], tally(9, 20), tally(1, 20)), None);
}
