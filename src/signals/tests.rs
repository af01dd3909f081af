//! What a customer means, sentence by sentence, on the repository's own dictionaries.

mod allocations;
mod documented;
mod language;

use std::sync::LazyLock;

use proptest::prelude::*;

use crate::config::{Document, Problems};
use crate::domain::{Label, Speaker};

use super::{Dictionaries, Line, Signal, Verdict};

static OURS: LazyLock<Dictionaries> =
    LazyLock::new(|| Dictionaries::embedded().unwrap_or_else(|problems| panic!("{problems}")));

#[test]
fn every_example_in_our_own_dictionaries_comes_out_as_it_says() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/keyword-dicts");

    let loaded = crate::loaded::read_dictionaries(std::path::Path::new(folder));

    let version = loaded.map_or_else(
        |problems| panic!("{problems}"),
        |ours| ours.version().to_owned(),
    );
    assert_eq!(
        version,
        OURS.version(),
        "the binary carries what the folder holds"
    );
}

fn hear(speaker: Speaker, text: &str) -> Vec<Signal> {
    OURS.hear(Line {
        speaker,
        text,
        previous: None,
    })
}

/// `PRICE 太贵 / TENDER 要走招标`: what the customer's line means, with the words.
fn heard(text: &str) -> String {
    let signals = hear(Speaker::Customer, text);
    let told = signals
        .iter()
        .map(|signal| format!("{} {}", signal.label, &text[signal.start..signal.end]));
    told.collect::<Vec<_>>().join(" / ")
}

fn labels_after(question: &str, answer: &str) -> Vec<Label> {
    let signals = OURS.hear(Line {
        speaker: Speaker::Customer,
        text: answer,
        previous: Some((Speaker::Rep, question)),
    });
    signals.into_iter().map(|signal| signal.label).collect()
}

#[test]
fn the_customers_exact_words_are_marked() {
    for (text, expected, reason) in [
        (
            "你们太贵了,而且我们今年要走招标",
            "PRICE 太贵 / TENDER 要走招标",
            "two signals in one line",
        ),
        (
            "這台太…貴",
            "PRICE 太…貴",
            "traditional, with an ornament inside",
        ),
        ("没 预 算", "BUDGET 没 预 算", "spaces inside a word"),
        (
            "太贵太贵",
            "PRICE 太贵 / PRICE 太贵",
            "each distinct hit, in order",
        ),
        ("tai gui le", "PRICE tai gui", "pinyin"),
    ] {
        assert_eq!(heard(text), expected, "{reason}");
    }
}

#[test]
fn what_is_not_meant_is_not_heard() {
    for (text, reason) in [
        ("一点也不贵", "denied"),
        ("我没说过你们太贵", "denied at a distance"),
        ("没有预算问题", "a denial that holds the word itself"),
        ("贵公司在贵州吗", "look-alikes"),
        ("我在招标代理公司上班", "a place of work"),
        ("去年老板不同意，现在同意了", "settled"),
        ("我朋友公司嫌你们这行太贵", "a third party"),
        ("假如哪天我嫌贵，你别介意", "a mere hypothesis"),
        ("贵一点没关系", "denied afterwards"),
        ("", "nothing said"),
        ("[捂脸]😂！！！", "no words at all"),
    ] {
        assert_eq!(heard(text), "", "{reason}");
    }
}

#[test]
fn what_is_heard_and_not_meant_is_told_with_the_reason() {
    for (text, label, expected) in [
        ("你们太贵了", Label::Price, Verdict::Holds),
        ("一点也不贵", Label::Price, Verdict::Denied),
        (
            "去年老板不同意，现在同意了",
            Label::Authority,
            Verdict::Settled,
        ),
        ("我朋友公司嫌你们这行太贵", Label::Price, Verdict::Others),
        (
            "假如哪天我嫌贵，你别介意",
            Label::Price,
            Verdict::Hypothetical,
        ),
    ] {
        let line = Line {
            speaker: Speaker::Customer,
            text,
            previous: None,
        };
        let weighed = OURS.weigh(line);
        let verdicts = weighed.iter().filter(|one| one.label == label);
        let verdicts: Vec<Verdict> = verdicts.map(|one| one.verdict).collect();
        assert!(verdicts.contains(&expected), "{text}: {weighed:?}");
    }
}

#[test]
fn two_denials_deny_each_other() {
    for text in ["不是不贵", "怎么可能不贵", "这还不贵"] {
        assert!(heard(text).starts_with("PRICE"), "{text}");
    }
}

#[test]
fn a_short_answer_takes_its_sense_from_the_reps_question() {
    for (question, answer, expected, reason) in [
        (
            "预算呢?",
            "没有",
            &[Label::Budget][..],
            "the question was about the budget",
        ),
        (
            "也要公开招标？",
            "对，必须的",
            &[Label::Tender],
            "a confirmed tender",
        ),
        ("也要公开招标？", "不用", &[], "a denied tender"),
        (
            "您吃了吗",
            "没有",
            &[],
            "the same answer to another question",
        ),
        (
            "您觉得太贵吗",
            "你好",
            &[],
            "the rep's words alone mean nothing",
        ),
    ] {
        let mut labels = labels_after(question, answer);
        labels.dedup();
        assert_eq!(labels, expected, "{reason}");
    }
}

#[test]
fn only_the_rep_is_answered() {
    let answer = |speaker| {
        OURS.hear(Line {
            speaker: Speaker::Customer,
            text: "没有",
            previous: Some((speaker, "今年有预算吗")),
        })
    };

    assert!(!answer(Speaker::Rep).is_empty());
    assert!(answer(Speaker::Customer).is_empty());
}

#[test]
fn a_rep_never_signals() {
    for text in ["您觉得太贵吗", "你们要走招标吗", "没有预算"] {
        assert_eq!(hear(Speaker::Rep, text), [], "{text}");
        assert_eq!(hear(Speaker::System, text), [], "{text}");
    }
}

#[test]
fn every_label_has_a_dictionary_whose_examples_hold() {
    // Loading checks each example, so a dictionary that loads keeps its promises.
    for label in Label::ALL {
        assert!(OURS.rules.iter().any(|rule| rule.label == label), "{label}");
    }
}

fn dictionaries(text: &str) -> Result<Dictionaries, Problems> {
    Dictionaries::from_documents(&[Document::new("price.toml", text)])
}

#[test]
fn all_needs_company_and_none_forbids_it() {
    let dictionaries = dictionaries(
        "label = \"PRICE\"\n[[rule]]\nid = \"a\"\nany = [\"高\"]\nall = [\"(报价|单价)\"]\nnone = [\"温度\"]\n\
         [[rule]]\nid = \"b\"\nany = [\"贵\"]\nall = [\"你们\"]\nwithin = 6\n",
    );
    let dictionaries = dictionaries.expect("valid");

    for (text, expected, reason) in [
        ("报价高", 1, "company in the clause"),
        ("报价收到，个子高", 0, "company in another clause"),
        ("报价说温度高", 0, "forbidden company"),
        ("贵，你们", 1, "company across a comma, near enough"),
        ("贵，今天上午天气真是好，你们", 0, "company too far away"),
    ] {
        let line = Line {
            speaker: Speaker::Customer,
            text,
            previous: None,
        };
        assert_eq!(dictionaries.hear(line).len(), expected, "{reason}");
    }
}

#[test]
fn all_mistakes_of_all_files_are_told_at_once() {
    let price = "label = \"PRICE\"\n[[rule]]\nid = \"a\"\nany = [\"(太贵\", \"<没有>\"]\n\
                 [[rule]]\nid = \"a\"\nany = [\"好贵\"]\nnon = [\"不\"]\n";
    let cues = "[[cue]]\nkind = \"denies\"\nany = [\"不\"]\n";
    let documents = [
        Document::new("price.toml", price),
        Document::new("judging.toml", cues),
    ];

    let Err(problems) = Dictionaries::from_documents(&documents) else {
        panic!("five mistakes")
    };

    let mut told: Vec<(String, usize, &str)> = problems
        .0
        .iter()
        .map(|problem| {
            (
                problem.file.display().to_string(),
                problem.line,
                problem.key.as_str(),
            )
        })
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            ("judging.toml".to_owned(), 2, "cue[0].kind"),
            ("price.toml".to_owned(), 4, "rule[0].any"),
            ("price.toml".to_owned(), 4, "rule[0].any"),
            ("price.toml".to_owned(), 6, "rule[1].id"),
            ("price.toml".to_owned(), 8, "rule[1].non"),
        ]
    );
}

#[test]
fn an_example_that_comes_out_otherwise_names_its_line() {
    let problems = dictionaries(
        "label = \"PRICE\"\n[[rule]]\nid = \"a\"\nany = [\"太贵\"]\n\
         [rule.examples]\nhit = [\"太贵\", \"很贵\"]\nmiss = [\"不要太贵了\"]\n",
    );

    let Err(problems) = problems else {
        panic!("two examples fail")
    };
    let lines: Vec<usize> = problems.0.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [6, 7]);
}

#[test]
fn the_version_follows_what_is_said_and_nothing_else() {
    let version = |text: &str| dictionaries(text).expect("valid").version().to_owned();
    let rule = "label = \"PRICE\"\n[[rule]]\nid = \"a\"\nany = [\"太贵\"]\n";

    assert_eq!(version(rule), version(&format!("# 说明\n{rule}")));
    assert_ne!(version(rule), version(&rule.replace("太贵", "好贵")));
    assert_eq!(version(rule).len(), 12);
}

/// Chat-like text: pieces of rules, marks and noise, in any order.
fn chat_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("太贵了".to_owned()),
        Just("要走招标".to_owned()),
        Just("没有预算".to_owned()),
        Just("不是".to_owned()),
        Just("[捂脸".to_owned()),
        Just("，".to_owned()),
        Just("28.5万".to_owned()),
        Just("貴".to_owned()),
        Just("太\u{200b}贵".to_owned()),
        Just("T A I G U I".to_owned()),
        Just("今年yu算".to_owned()),
        Just("３０㎡①".to_owned()),
        Just("👨\u{200d}👩\u{200d}👧\u{fe0f}".to_owned()),
        Just("太.贵.了".to_owned()),
        any::<char>().prop_map(String::from),
        "\\PC{0,6}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_gives_words_that_are_its_own(text in chat_text(), previous in chat_text()) {
        for speaker in [Speaker::Customer, Speaker::Rep] {
            let line = Line { speaker, text: &text, previous: Some((Speaker::Rep, &previous)) };
            let signals = OURS.hear(line);

            prop_assert!(speaker == Speaker::Customer || signals.is_empty());
            for signal in &signals {
                let words = text.get(signal.start..signal.end);
                prop_assert!(words.is_some_and(|words| !words.is_empty()));
            }
            prop_assert!(signals.is_sorted_by_key(|signal| signal.start));
        }
    }
}

#[test]
fn a_line_without_end_is_heard_as_far_as_a_customer_could_send_it() {
    let soon = format!("{}你们太贵了", "好的，".repeat(1_000));
    let late = format!("{}你们太贵了", "好的，".repeat(10_000));

    assert_eq!(labels(&hear(Speaker::Customer, &soon)), [Label::Price]);
    assert_eq!(labels(&hear(Speaker::Customer, &late)), []);
}

fn labels(signals: &[Signal]) -> Vec<Label> {
    signals.iter().map(|signal| signal.label).collect()
}
