//! Sentences in pieces, on the repository's own dictionaries.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use proptest::prelude::*;

use super::burst::{Change, Said};
use super::learnt::Model;
use super::{Detector, Dictionaries};
use crate::domain::{Speaker, Timestamp};

static OURS: LazyLock<Detector> = LazyLock::new(|| {
    let dictionaries = Dictionaries::embedded().unwrap_or_else(|problems| panic!("{problems}"));
    Detector::new(Arc::new(dictionaries), None)
});

const START: Timestamp = Timestamp(1_795_397_400_000);

/// `客 3 太贵`: the customer, three seconds after the beginning. `同` is a colleague of theirs, `销`
/// the rep.
fn said(script: &[&'static str]) -> Vec<Said<'static>> {
    let line = |line: &&'static str| {
        let mut parts = line.splitn(3, ' ');
        let who = parts.next().expect("who");
        let seconds: u64 = parts.next().and_then(|at| at.parse().ok()).expect("when");
        Said {
            speaker: if who == "销" {
                Speaker::Rep
            } else {
                Speaker::Customer
            },
            sender: who,
            at: START.plus(Duration::from_secs(seconds)),
            text: parts.next().expect("what"),
        }
    };
    script.iter().map(line).collect()
}

fn told(lines: &[Said<'_>], change: &Change) -> String {
    let added = change.added.iter().map(|heard| {
        let marked = &lines[heard.line].text[heard.signal.start..heard.signal.end];
        format!(
            "+{} {} {marked} ({})",
            heard.line, heard.signal.label, heard.words
        )
    });
    let lost = change
        .lost
        .iter()
        .map(|(line, label)| format!("-{line} {label}"));
    added.chain(lost).collect::<Vec<_>>().join(" / ")
}

/// What each line changes, as they come.
fn heard(script: &[&'static str]) -> String {
    let lines = said(script);
    let changes = (0..lines.len()).map(|new| told(&lines, &OURS.hear_in_chat(&lines[..=new], new)));
    let some = changes.filter(|change| !change.is_empty());
    some.collect::<Vec<_>>().join(" | ")
}

#[test]
fn pieces_of_a_sentence_are_heard_together() {
    for (script, expected, reason) in [
        (
            &["客 0 太", "客 2 贵", "客 3 了"][..],
            "+1 PRICE 贵 (太贵)",
            "said once, marked where it was complete",
        ),
        (
            &["客 0 价格", "客 2 有点", "客 4 高"],
            "+2 PRICE 高 (价格有点高)",
            "over three lines",
        ),
        (
            &["客 0 没", "客 3 预算了"],
            "+1 BUDGET 预算 (没预算)",
            "a short piece before a longer one",
        ),
        (&["客 0 不", "客 2 贵"], "", "denied by the piece before"),
        (
            &["客 0 贵", "客 2 公司"],
            "+0 PRICE 贵 (贵) | -0 PRICE",
            "a false friend in pieces",
        ),
        (
            &["客 0 不", "客 2 你们太贵了"],
            "+1 PRICE 太贵 (太贵)",
            "what stands by itself is not denied by an answer",
        ),
        (
            &["客 0 太", "客 30 贵宾厅"],
            "",
            "half a minute later it is another utterance",
        ),
        (
            &["客 0 太", "销 1 您说", "客 2 贵重的话"],
            "",
            "somebody spoke between",
        ),
        (&["客 0 太", "同 1 贵客到了"], "", "somebody else"),
    ] {
        assert_eq!(heard(script), expected, "{reason}");
    }
}

#[test]
fn what_is_complete_is_heard_line_by_line() {
    for (script, expected) in [
        (
            &["客 0 太贵了", "客 2 还要走招标"][..],
            "+0 PRICE 太贵 (太贵) | +1 TENDER 要走招标 (要走招标)",
        ),
        (
            &["客 0 太贵了", "客 2 太贵了"],
            "+0 PRICE 太贵 (太贵) | +1 PRICE 太贵 (太贵)",
        ),
        (&["客 0 太贵了", "客 2 真的"], "+0 PRICE 太贵 (太贵)"),
    ] {
        assert_eq!(heard(script), expected);
    }
}

#[test]
fn the_next_line_may_take_a_signal_back() {
    for script in [
        &["客 0 太贵了", "客 3 开玩笑的"][..],
        &["客 0 没预算", "客 3 那是去年的事"],
    ] {
        let told = heard(script);
        assert!(told.contains(" | -0 "), "{script:?}: {told}");
    }
}

#[test]
fn a_question_waits_past_what_says_nothing() {
    for (script, expected, reason) in [
        (
            &["销 0 今年预算呢？", "客 20 没有"][..],
            "+1 BUDGET 没有 (没有)",
            "the line before",
        ),
        (
            &["销 0 今年预算呢？", "客 5 嗯", "客 20 没有"],
            "+2 BUDGET 没有 (没有)",
            "a filler between",
        ),
        (
            &["销 0 今年预算呢？", "客 5 嗯", "客 8 没有"],
            "+2 BUDGET 没有 (没有)",
            "a filler in the burst",
        ),
        (
            &["销 0 今年预算呢？", "销 4 方便说一下吗", "客 20 没有"],
            "+2 BUDGET 没有 (没有)",
            "the rep wrote on",
        ),
        (
            &[
                "销 0 今年预算呢？",
                "客 5 有的",
                "销 8 还有别的问题吗",
                "客 12 没有",
            ],
            "",
            "it was answered",
        ),
        (
            &["销 0 今年预算呢？", "客 5 嗯", "客 90 没有"],
            "",
            "a minute is over",
        ),
    ] {
        assert_eq!(heard(script), expected, "{reason}");
    }
}

#[test]
fn why_names_the_whole_utterance() {
    let lines = said(&["客 0 太", "客 2 贵"]);
    let change = OURS.hear_in_chat(&lines, 1);

    assert_eq!(change.added[0].signal.why, "连发的几句合起来是「太贵」");
    assert_eq!(change.added[0].quote, "太贵");
}

/// What stands after all lines, each learnt of in that order.
fn standing(lines: &[Said<'_>], order: &[usize]) -> Vec<(usize, String)> {
    let mut known: Vec<usize> = Vec::new();
    let mut standing: Vec<(usize, String)> = Vec::new();
    for &line in order {
        let at = known.partition_point(|other| *other < line);
        known.insert(at, line);
        let seen: Vec<Said<'_>> = known.iter().map(|place| lines[*place]).collect();
        let change = OURS.hear_in_chat(&seen, at);
        for (place, label) in change.lost {
            standing.retain(|one| *one != (known[place], label.to_string()));
        }
        for heard in change.added {
            standing.push((known[heard.line], heard.signal.label.to_string()));
        }
    }
    standing.sort();
    standing.dedup();
    standing
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_order_of_arrival_comes_to_the_same_signals(
        words in proptest::collection::vec(
            proptest::sample::select(&["太", "贵", "了", "不", "没", "预算", "嗯", "太贵了", "开玩笑的", "要走招标"][..]),
            1..6,
        ),
        gaps in proptest::collection::vec(1_u64..14, 6),
        speakers in proptest::collection::vec(0_u8..8, 6),
        seed in proptest::collection::vec(0_usize..100, 6),
    ) {
        let mut at = START;
        let lines: Vec<Said<'_>> = words.iter().enumerate().map(|(place, text)| {
            at = at.plus(Duration::from_secs(gaps[place]));
            let (speaker, sender) = if speakers[place] == 0 { (Speaker::Rep, "销") } else { (Speaker::Customer, "客") };
            Said { speaker, sender, at, text }
        }).collect();
        let in_order: Vec<usize> = (0..lines.len()).collect();
        let mut shuffled = in_order.clone();
        shuffled.sort_by_key(|place| seed[*place]);

        prop_assert_eq!(standing(&lines, &in_order), standing(&lines, &shuffled), "{:?}", shuffled);
    }
}

#[test]
fn what_was_learnt_judges_each_line_that_says_something_by_itself() {
    let dictionaries = Dictionaries::embedded().unwrap_or_else(|problems| panic!("{problems}"));
    let model = Model::embedded().expect("it can be read").map(Arc::new);
    let ours = Detector::new(Arc::new(dictionaries), model);
    let lines = said(&["客 0 要走招标", "客 1 西门子也给我们报了价"]);

    let told: Vec<String> = (0..lines.len())
        .map(|new| told(&lines, &ours.hear_in_chat(&lines[..=new], new)))
        .collect();

    assert!(told[0].starts_with("+0 TENDER"), "{told:?}");
    assert!(told[1].starts_with("+1 COMPETITOR"), "{told:?}");
}
