//! A line in hand costs a few allocations, however long it is and however many there are.

use std::sync::Arc;

use allocation_counter::measure;

use super::super::learnt::Model;
use super::super::{Detector, Dictionaries, Line};
use crate::domain::Speaker;

/// What a line that carries nothing may cost. Most cost none; a few have words that may be an answer,
/// or Latin letters.
const MOST: u64 = 16;

fn ours() -> Detector {
    let dictionaries = Dictionaries::embedded().unwrap_or_else(|problems| panic!("{problems}"));
    Detector::new(
        Arc::new(dictionaries),
        Model::embedded().unwrap().map(Arc::new),
    )
}

fn line(text: &str) -> Line<'_> {
    Line {
        speaker: Speaker::Customer,
        text,
        previous: Some((Speaker::Rep, "您看这样安排可以吗")),
    }
}

#[test]
fn a_line_that_carries_nothing_costs_next_to_no_allocations_however_long_it_is() {
    let ours = ours();
    let texts = [
        "好的",
        "资料我已经转给生产那边了，他们明天看完给你答复",
        "發票抬頭沒有變，還是按上次的寄過來就可以",
        "收到👌 thanks, see you at the booth on wednesday",
        "贵公司的地址还是在开发区那边吧",
    ];
    let long: Vec<String> = texts
        .iter()
        .map(|text| format!("{text}。").repeat(40))
        .collect();
    let all = || texts.iter().copied().chain(long.iter().map(String::as_str));
    // The room for a line grows to the longest.
    for text in all() {
        assert_eq!(ours.hear(line(text)), [], "{text}");
    }

    for text in all() {
        let cost = measure(|| drop(ours.hear(line(text)))).count_total;

        assert!(cost <= MOST, "{cost} allocations for {text}");
    }
}

#[test]
fn a_signal_costs_a_few_allocations() {
    let ours = ours();
    let once = "你们这个价格还是太贵了，今年要走公开招标";
    let long = format!(
        "{}{once}",
        "资料我已经转给生产那边了，明天看完给你答复。".repeat(40)
    );
    let hear = |text: &str| ours.hear(line(text)).len();
    assert_eq!((hear(once), hear(&long)), (2, 2));

    let cost = |text: &str| measure(|| assert_eq!(hear(text), 2)).count_total;

    let (short, long) = (cost(once), cost(&long));
    assert!(
        short <= 32 && long <= short + 4,
        "{short} and {long} allocations"
    );
}
