//! Rates, bands and spreads.

use std::time::Duration;

use super::tally;
use crate::health::{Band, Closed, Spread, Tally, Unbanded, by_band};

#[test]
fn twenty_two_of_twenty_five_are_eighty_eight_percent() {
    // 12 + 8 + 5 had to be done: 11, 7 and 4 of them are.
    let all: Tally = [tally(11, 12), tally(7, 8), tally(4, 5)].into_iter().sum();

    assert_eq!((all.due, all.done, all.missing()), (25, 22, 3));
    assert_eq!(all.rate(), Some(0.88));
}

#[test]
fn late_is_done_and_not_in_time_and_what_is_apart_changes_no_rate() {
    let all = Tally::of("done", false, 6)
        + Tally::of("done", true, 2)
        + Tally::of("open", false, 1)
        + Tally::of("ended", true, 1);
    let apart = Tally::of("waived", true, 3)
        + Tally::of("not_applicable", false, 4)
        + Tally::of("paused", false, 5)
        + Tally::of("ended", false, 6);

    let with = all + apart;

    assert_eq!((with.rate(), with.on_time_rate()), (Some(0.8), Some(0.6)));
    assert_eq!((with.rate(), with.due), (all.rate(), all.due));
    assert_eq!((with.apart(), all.apart()), (18, 0));
    assert_eq!((apart.rate(), apart.on_time_rate()), (None, None));
}

#[test]
fn the_borders_of_bands_are_exact() {
    for (done, due, band) in [
        (0, 0, None),
        (17, 20, Some(Band::Middle)),
        (86, 100, Some(Band::High)),
        (850_001, 1_000_000, Some(Band::High)),
        (7, 10, Some(Band::Middle)),
        (699_999, 1_000_000, Some(Band::Low)),
        (0, 3, Some(Band::Low)),
        (3, 3, Some(Band::High)),
    ] {
        assert_eq!(Band::of(tally(done, due)), band, "{done} of {due}");
    }
}

#[test]
fn a_band_wins_what_its_reps_win_and_says_nothing_of_four_deals() {
    let closed = |won, lost| Closed { won, lost };
    let (bands, without) = by_band([
        (tally(10, 10), closed(3, 1)),
        (tally(9, 10), closed(2, 0)),
        (tally(8, 10), closed(1, 3)),
        (tally(1, 4), closed(0, 2)),
        (tally(0, 0), closed(1, 0)),
    ]);

    let [high, middle, low] = bands;
    assert_eq!((high.reps, high.tally.due), (2, 20));
    assert_eq!(high.closed.win_rate(), Some(5.0 / 6.0));
    assert_eq!((middle.reps, middle.closed.all()), (1, 4));
    assert_eq!(middle.closed.win_rate(), None, "of too few");
    assert_eq!((low.reps, low.closed.win_rate()), (0, None));
    let unbanded = Unbanded {
        reps: 2,
        closed: closed(1, 2),
    };
    assert_eq!(without, unbanded);
}

#[test]
fn a_spread_is_told_by_quarters_and_not_of_a_few() {
    let hours = |hours: &[u64]| -> Vec<Duration> {
        hours
            .iter()
            .map(|hours| Duration::from_secs(hours * 3600))
            .collect()
    };
    let hour = |hours: u64| Duration::from_secs(hours * 3600);

    let spread = Spread::of(hours(&[8, 1, 2, 4, 100, 16, 3, 5])).expect("eight are enough");

    let quarters = (
        spread.least,
        spread.lower,
        spread.median,
        spread.upper,
        spread.most,
    );
    assert_eq!(quarters, (hour(1), hour(2), hour(4), hour(8), hour(100)));
    assert!(spread.is_long(hour(9)) && !spread.is_long(hour(8)));
    assert_eq!(Spread::of(hours(&[1, 2, 3, 4])), None);
}
