//! A change in parts.

use std::collections::BTreeMap;

use proptest::collection::btree_map;
use proptest::prelude::*;

use super::tally;
use crate::health::{Apart, Tally, taken_apart};

fn by<const N: usize>(groups: [(&'static str, Tally); N]) -> BTreeMap<&'static str, Tally> {
    groups.into()
}

/// Group and what it adds, in tenths of a point.
fn tenths(apart: &Apart<&'static str>) -> Vec<(&'static str, i64)> {
    let parts = apart.parts.iter();
    parts.map(|part| (part.group, part.tenths)).collect()
}

#[test]
fn what_alone_fell_has_the_whole_fall() {
    let steady = |decision| {
        by([
            ("clarify", tally(18, 20)),
            ("decision", decision),
            ("demo", tally(18, 20)),
        ])
    };

    let apart = taken_apart(&steady(tally(18, 20)), &steady(tally(6, 20))).expect("both are due");

    assert_eq!(apart.whole.tenths(), -200, "from 90 to 70 percent");
    assert_eq!(tenths(&apart)[0], ("decision", -200));
    assert_eq!(tenths(&apart)[1..], [("clarify", 0), ("demo", 0)]);
    assert!((apart.parts[0].by_rate + 0.2).abs() < 1e-12);
    assert!(apart.parts[0].by_share().abs() < 1e-12);
}

#[test]
fn a_better_rate_of_each_can_be_a_worse_one_of_all() {
    let before = by([("easy", tally(90, 100)), ("hard", tally(4, 20))]);
    let now = by([("easy", tally(19, 20)), ("hard", tally(30, 100))]);

    let apart = taken_apart(&before, &now).expect("both are due");

    assert!(apart.whole.is_fall());
    assert!(apart.parts.iter().all(|part| part.by_rate > 0.0));
    let by_share: f64 = apart.parts.iter().map(|part| part.by_share()).sum();
    assert!(by_share < -0.4, "the mix did it");
}

#[test]
fn who_came_or_went_has_a_part_of_the_mix() {
    let before = by([("here", tally(8, 10)), ("gone", tally(10, 10))]);
    let now = by([("here", tally(8, 10)), ("new", tally(2, 10))]);

    let apart = taken_apart(&before, &now).expect("both are due");

    assert_eq!(apart.whole.tenths(), -400);
    assert_eq!(tenths(&apart), [("new", -250), ("gone", -150), ("here", 0)]);
    assert!(apart.parts.iter().all(|part| part.by_rate == 0.0));
    assert_eq!(apart.sum(), apart.whole);
}

#[test]
fn nothing_is_taken_apart_where_nothing_was_due() {
    let some = by([("one", tally(1, 2))]);
    let none = by([("one", Tally::of("waived", false, 3))]);

    assert_eq!(taken_apart(&some, &none), None);
    assert_eq!(taken_apart(&none, &some), None);
    assert_eq!(taken_apart::<&str>(&BTreeMap::new(), &some), None);
}

fn groups() -> impl Strategy<Value = BTreeMap<u8, Tally>> {
    let tallies =
        (0_u64..50_000, 0_u64..=100).prop_map(|(due, percent)| tally(due * percent / 100, due));
    btree_map(0_u8..12, tallies, 0..12)
}

proptest! {
    #[test]
    fn the_parts_add_up_to_the_whole(before in groups(), now in groups()) {
        let all = |groups: &BTreeMap<u8, Tally>| groups.values().copied().sum::<Tally>();
        let (Some(then), Some(after)) = (all(&before).rate(), all(&now).rate()) else {
            prop_assert_eq!(taken_apart(&before, &now), None);
            return Ok(());
        };

        let apart = taken_apart(&before, &now).expect("both are due");

        prop_assert_eq!(apart.sum(), apart.whole, "exactly");
        prop_assert!((apart.whole.value() - (after - then)).abs() < 1e-12);
        let shown: i64 = apart.parts.iter().map(|part| part.tenths).sum();
        prop_assert_eq!(shown, apart.whole.tenths(), "as it is read, too");
        for part in &apart.parts {
            let exact = part.total.value() * 1000.0;
            prop_assert!((exact - exact_of(part.tenths)).abs() < 1.0 + 1e-6);
        }
        let regrouped = |groups: &BTreeMap<u8, Tally>| {
            let mut fewer: BTreeMap<u8, Tally> = BTreeMap::new();
            for (group, tally) in groups {
                *fewer.entry(group % 3).or_default() += *tally;
            }
            fewer
        };
        let fewer = taken_apart(&regrouped(&before), &regrouped(&now)).expect("both are due");
        for part in &fewer.parts {
            let finer = apart.parts.iter().filter(|finer| finer.group % 3 == part.group);
            let sum: f64 = finer.map(|finer| finer.total.value()).sum();
            prop_assert!((sum - part.total.value()).abs() < 1e-9, "of node × rep as of reps");
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "tenths of a point")]
fn exact_of(tenths: i64) -> f64 {
    tenths as f64
}
