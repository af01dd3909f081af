//! What is aimed at on lines never seen before, beside what was reached.

use std::fmt::Write as _;

use crate::signals::learnt::measure::{GroupScore, Score, share};

/// A figure of a whole set.
type Figure = fn(&Score) -> f64;

/// The least macro F1, and the least macro precision.
const MACRO: [(&str, f64, Figure); 2] = [
    ("macro F1", 0.84, Score::macro_f1),
    ("macro precision", 0.90, Score::macro_precision),
];
/// The least F1 of a phenomenon.
const F1: [(&str, f64); 4] = [
    ("plain", 0.97),
    ("noise", 0.88),
    ("paraphrase", 0.72),
    ("context", 0.75),
];
/// The largest share of false alarms among lines that carry nothing.
const FALSE_ALARMS: [(&[&str], f64); 4] = [
    (&["negation"], 0.06),
    (&["falsefriend"], 0.04),
    (&["past", "thirdparty"], 0.11),
    (&["rep"], 0.0),
];

/// A table of the aims that the set has lines for.
pub(super) fn aims(score: &Score) -> String {
    let mut text = "\n| aim | wanted | reached | |\n| --- | --- | --- | --- |\n".to_owned();
    let verdict = |is_met: bool| if is_met { "met" } else { "missed" };
    // Writing to a String can't fail, here and below.
    for (name, wanted, of) in MACRO {
        let reached = of(score);
        let met = verdict(reached >= wanted);
        let _ = writeln!(text, "| {name} | ≥ {wanted:.2} | {reached:.3} | {met} |");
    }
    for (name, wanted) in F1 {
        let Some(group) = score.groups.get(name) else {
            continue;
        };
        let reached = group.counts.f1();
        let met = verdict(reached >= wanted);
        let _ = writeln!(
            text,
            "| F1 of `{name}` | ≥ {wanted:.2} | {reached:.3} | {met} |"
        );
    }
    for (names, wanted) in FALSE_ALARMS {
        let (alarms, none) = false_alarms(score, names);
        if none == 0 {
            continue;
        }
        let reached = share(alarms, none);
        let met = verdict(reached <= wanted);
        let (wanted, reached) = (wanted * 100.0, reached * 100.0);
        let names = names.join("`, `");
        let _ = writeln!(
            text,
            "| false alarms of `{names}` | ≤ {wanted:.0} % | {reached:.1} % ({alarms} of {none}) | {met} |"
        );
    }
    text
}

fn false_alarms(score: &Score, groups: &[&str]) -> (u32, u32) {
    let of = |group: &&str| score.groups.get(*group);
    let groups = groups.iter().filter_map(of);
    groups.fold((0, 0), |(alarms, none), group: &GroupScore| {
        (alarms + group.false_alarms, none + group.none)
    })
}
