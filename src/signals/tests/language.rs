//! What rules can say.

use crate::domain::Speaker;

use super::super::{Dictionaries, Line, Signal};
use super::dictionaries;

fn line(text: &str) -> Line<'_> {
    Line {
        speaker: Speaker::Customer,
        text,
        previous: None,
    }
}

fn after<'a>(speaker: Speaker, previous: &'a str, text: &'a str) -> Line<'a> {
    Line {
        previous: Some((speaker, previous)),
        ..line(text)
    }
}

/// A dictionary of one rule.
fn rule(keys: &str) -> Dictionaries {
    let text = format!("label = \"PRICE\"\n[[rule]]\nid = \"a\"\n{keys}\n");
    dictionaries(&text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn refused(text: &str) -> String {
    let Err(problems) = dictionaries(text) else {
        panic!("a mistake")
    };
    problems.to_string()
}

fn marked<'t>(signals: &[Signal], text: &'t str) -> Vec<&'t str> {
    let words = signals.iter().map(|one| &text[one.start..one.end]);
    words.collect()
}

#[test]
fn what_stands_right_before_or_after_may_forbid_a_hit() {
    let rule = rule(
        "any = [\"招标\"]\nnot_after = [\"不\", \"(别|勿)\"]\nnot_before = [\"办\", \"<数>\"]",
    );

    for (text, expected, reason) in [
        ("要招标", 1, "nothing forbids it"),
        ("招标办在哪", 0, "right before 办"),
        ("招 标 办", 0, "with spaces between"),
        ("招标在办", 1, "not right before it"),
        ("不招标", 0, "right after 不"),
        ("别的招标", 1, "not right after 别"),
        ("招标2024", 0, "right before a number"),
        ("招标办的招标", 1, "one of two"),
    ] {
        assert_eq!(rule.hear(line(text)).len(), expected, "{reason}");
    }
}

#[test]
fn a_rule_says_who_spoke_before() {
    let anyone = rule("any = [\"太贵\"]");
    let rep = rule("any = [\"太贵\"]\nafter = \"rep\"\nspeaker = \"customer\"");
    let colleague = rule("any = [\"^没有$\"]\nasked = [\"预算\"]\nafter = \"customer\"");

    for speaker in [Speaker::Rep, Speaker::Customer, Speaker::System] {
        let heard =
            |rule: &Dictionaries| !rule.hear(after(speaker, "这个价行吗", "太贵")).is_empty();
        assert!(heard(&anyone), "{speaker}");
        assert_eq!(heard(&rep), speaker == Speaker::Rep, "{speaker}");

        let answered = colleague.hear(after(speaker, "我们还有预算吗", "没有"));
        assert_eq!(
            !answered.is_empty(),
            speaker == Speaker::Customer,
            "{speaker}"
        );
    }
    assert!(rep.hear(line("太贵")).is_empty(), "nobody spoke before");
}

#[test]
fn only_a_customer_can_be_the_speaker() {
    let text = "label = \"PRICE\"\n[[rule]]\nid = \"a\"\nany = [\"太贵\"]\nspeaker = \"rep\"\nafter = \"system\"\n";

    let told = refused(text);

    assert!(told.contains("price.toml:5: rule[0].speaker"), "{told}");
    assert!(
        told.contains("asked"),
        "it says where the rep's words go: {told}"
    );
    assert!(told.contains("price.toml:6: rule[0].after"), "{told}");
}

#[test]
fn numbers_may_have_a_bound() {
    let rule = rule("any = [\"账期…<数≥60>天\", \"比…高<数≤15>个点\"]");

    for (text, expected) in [
        ("账期要60天", 1),
        ("账期要九十天", 1),
        ("账期要30天", 0),
        ("账期要30-90天", 0),
        ("账期要60-90天", 1),
        ("比A家高15个点", 1),
        ("比A家高十个点", 1),
        ("比A家高20个点", 0),
    ] {
        assert_eq!(rule.hear(line(text)).len(), expected, "{text}");
    }
}

#[test]
fn a_rule_may_be_numbers_and_nothing_else() {
    let rule = rule("any = [\"<数≥60>\"]");

    assert_eq!(marked(&rule.hear(line("先付，90")), "先付，90"), ["90"]);
    assert_eq!(rule.hear(line("先付，30")).len(), 0);
}

#[test]
fn words_heard_in_several_ways_are_weighed_once() {
    let rule = rule("any = [\"太贵\", \"(太|很)(贵|高)\", \"(有点|太)(贵|高)了?\"]");

    assert_eq!(rule.weigh(line("太贵")).len(), 1);
}

const NAMES: &str = "label = \"COMPETITOR\"\n\
    [[competitors]]\ntrade = \"工控\"\nnames = [\"西门子|Siemens|西门子工控\", \"GE\"]\n\
    [[products]]\nnames = [\"变频器|VFD\", \"变频器柜\"]\n\
    [[rule]]\nid = \"a\"\nany = [\"<竞品>…报价\", \"<产品>{4}不如<竞品>\"]\n";

#[test]
fn competitors_and_products_are_lists_of_names_that_rules_refer_to() {
    let names = dictionaries(NAMES).expect("valid");

    assert_eq!(names.hear(line("SIEMENS 也报价了")).len(), 1);
    assert_eq!(names.hear(line("你们变频器不如西门子")).len(), 1);
    assert_eq!(names.hear(line("汇川也报价了")).len(), 0);
}

#[test]
fn names_are_found_under_the_name_that_stands_first() {
    let names = dictionaries(NAMES).expect("valid");
    let text = "你们的 vfd 比Ｓiemens好，变频器柜呢？GET";

    let products: Vec<_> = names.products_in(text).into_iter().collect();
    let competitors: Vec<_> = names.competitors_in(text).into_iter().collect();

    let told = |named: &[super::super::Named<'_>]| -> Vec<(String, String)> {
        let both = named
            .iter()
            .map(|one| (one.name.to_owned(), text[one.start..one.end].to_owned()));
        both.collect()
    };
    let pair = |name: &str, words: &str| (name.to_owned(), words.to_owned());
    assert_eq!(
        told(&products),
        [pair("变频器", "vfd"), pair("变频器柜", "变频器柜")]
    );
    assert_eq!(told(&competitors), [pair("西门子", "Ｓiemens")]);
}

#[test]
fn names_may_be_nobody_yet() {
    let none = rule("any = [\"<竞品>报价\", \"太贵\"]");

    assert_eq!(none.hear(line("30报价，太贵")).len(), 1);
    assert_eq!(none.products_in("变频器"), []);
}

#[test]
fn a_word_is_heard_by_its_sound_where_that_is_asked() {
    let asked = rule("any = [\"预算\", \"太贵\"]\npinyin = true");
    let spelt = rule(
        "any = [\"没有预算\"]\n[[spelling]]\nword = \"预算\"\npinyin = true\nexcept = [\"预蒜\"]",
    );
    let plain = rule("any = [\"预算\"]");

    for (text, words) in [
        ("今年予算呢", vec!["予算"]),
        ("yusuan早超了", vec!["yusuan"]),
        ("T A I G U I le", vec!["T A I G U I"]),
        ("tai gui le", vec!["tai gui"]),
        ("鱼蒜", vec![]),
    ] {
        let signals = asked.hear(line(text));
        assert_eq!(marked(&signals, text), words, "{text}");
    }
    assert_eq!(plain.hear(line("今年予算呢")), [], "nobody asked for it");
    assert_eq!(spelt.hear(line("没有予算")).len(), 1);
    assert_eq!(spelt.hear(line("没有预蒜")).len(), 0, "something else");
}

#[test]
fn a_rule_on_trial_changes_no_other_rule() {
    let both = dictionaries(
        "label = \"PRICE\"\n[[rule]]\nid = \"real\"\nany = [\"太贵\"]\n\
         [[rule]]\nid = \"trial\"\nshadow = true\nany = [\"真是太贵了\", \"太离谱\"]\n",
    )
    .expect("valid");
    let told = |text: &str| -> Vec<(String, bool)> {
        let signals = both.hear(line(text)).into_iter();
        signals.map(|one| (one.rule, one.shadow)).collect()
    };

    let real = ("price:real".to_owned(), false);
    let trial = ("price:trial".to_owned(), true);
    assert_eq!(told("太离谱"), std::slice::from_ref(&trial));
    assert_eq!(told("太贵"), std::slice::from_ref(&real));
    assert_eq!(told("真是太贵了"), [trial, real], "each is what it is");
}

#[test]
fn a_rule_on_trial_spoils_no_example() {
    let text = "label = \"PRICE\"\n[[rule]]\nid = \"real\"\nany = [\"太贵\"]\n[rule.examples]\nmiss = [\"离谱\"]\n\
                [[rule]]\nid = \"trial\"\nshadow = true\nany = [\"离谱\"]\n[rule.examples]\nhit = [\"离谱\"]\n";

    assert!(dictionaries(text).is_ok());
}

#[test]
fn conditions_times_and_people_are_told_apart() {
    for (text, expected, reason) in [
        ("不降价的话这单就算了", true, "a condition"),
        ("不用降价", false, "a denial"),
        ("去年嫌贵，现在还嫌贵", true, "once and still"),
        ("去年嫌贵，现在不嫌了", false, "once"),
        ("今年不嫌了，去年嫌贵", false, "once, told last"),
        ("我朋友公司嫌贵，我们也嫌贵", true, "others, and ourselves"),
        ("我朋友公司嫌贵", false, "others"),
        ("谁说嫌贵", false, "nobody said so"),
        ("哪能不嫌贵", true, "two denials"),
        ("你们嫌贵吗，随口问问", false, "not meant"),
    ] {
        let ours = super::OURS.hear(line(text));
        let heard = ours
            .iter()
            .any(|one| one.label == crate::domain::Label::Price);
        assert_eq!(heard, expected, "{reason}: {text} {ours:?}");
    }
}

#[test]
fn fifteen_mistakes_are_fifteen_messages() {
    let told = refused(FIFTEEN_MISTAKES);

    let lines = told.lines().filter(|line| line.starts_with("price.toml:"));
    let lines: Vec<usize> = lines
        .filter_map(|line| line.split(':').nth(1)?.parse().ok())
        .collect();
    let expected = [2, 3, 5, 7, 13, 15, 18, 18, 19, 20, 21, 22, 23, 26, 28];
    assert_eq!(lines, expected, "{told}");
    assert!(
        told.lines()
            .all(|line| !line.starts_with("price") || line.contains("expected"))
    );
}

/// Of all kinds.
const FIFTEEN_MISTAKES: &str = include_str!("fifteen-mistakes.toml");
