use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use super::file::MalformedModel;
use super::learn::corpus_hash;
use super::*;
use crate::domain::{Label, Speaker};
use crate::signals::{Detector, Dictionaries, Line};

static OURS: LazyLock<Arc<Dictionaries>> = LazyLock::new(|| {
    Arc::new(Dictionaries::embedded().unwrap_or_else(|problems| panic!("{problems}")))
});

/// A part of the repository's corpus that is learnt from in a second, unoptimised.
static SOME: LazyLock<Vec<LabelledLine>> = LazyLock::new(|| {
    let lines = corpus()
        .into_iter()
        .filter(|line| line.speaker == Speaker::Customer);
    lines.step_by(16).collect()
});

static LEARNT_FROM_SOME: LazyLock<Vec<u8>> = LazyLock::new(|| learn(&SOME));

fn corpus() -> Vec<LabelledLine> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("keyword-dicts/corpus");
    let entries = std::fs::read_dir(folder).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files
        .filter(|file| file.extension().is_some_and(|e| e == "tsv"))
        .collect();
    files.sort();
    let lines = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).unwrap();
        let read = Corpus::parse(file, &text);
        read.unwrap_or_else(|problems| panic!("{problems}")).lines
    };
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let measured = ["objections-dev.tsv", "unseen.tsv"].map(|name| lines(&tests.join(name)));
    let measured = Wordings::of(measured.iter().flatten());
    let lines = files.iter().flat_map(lines);
    lines.filter(|line| !measured.share_with(line)).collect()
}

fn learn(lines: &[LabelledLine]) -> Vec<u8> {
    let lesson = Lesson::new(&OURS, lines);
    lesson.learn(&lesson.cross_validate())
}

fn detector(bytes: &[u8]) -> Detector {
    let model = Model::read(bytes).expect("a model");
    Detector::new(Arc::clone(&OURS), Some(Arc::new(model)))
}

fn customer(text: &str) -> Line<'_> {
    Line {
        speaker: Speaker::Customer,
        text,
        previous: None,
    }
}

#[test]
fn the_same_lines_teach_the_same_bytes_whatever_their_order() {
    let again = learn(&SOME);

    assert!(again == *LEARNT_FROM_SOME);
    assert_eq!(Model::read(&again).unwrap().version().len(), 12);
}

#[test]
fn another_line_teaches_another_version() {
    let mut more = SOME.clone();
    more[0].labels[0] = !more[0].labels[0];

    let (one, other) = (
        Model::read(&LEARNT_FROM_SOME).unwrap(),
        Model::read(&learn(&more)).unwrap(),
    );

    assert_ne!(one.version(), other.version());
    assert_ne!(one.corpus(), other.corpus());
}

#[test]
fn the_shipped_model_is_that_of_the_shipped_corpus_and_dictionaries() {
    let model = Model::embedded().unwrap().expect("there is one");
    let lines = corpus();
    let customers: Vec<&LabelledLine> = lines
        .iter()
        .filter(|line| line.speaker == Speaker::Customer)
        .collect();

    let renew = "renew it: make model";
    assert_eq!(model.corpus(), corpus_hash(&customers), "{renew}");
    assert_eq!(model.dictionaries(), OURS.version(), "{renew}");
    assert_eq!(model.lines() as usize, customers.len(), "{renew}");
}

#[test]
fn weights_of_one_byte_decide_as_exact_ones_do() {
    let lesson = Lesson::new(&OURS, &SOME);
    let validation = lesson.cross_validate();
    let detector = detector(&LEARNT_FROM_SOME);

    let exact = lesson.fitted(&validation);
    let alike = lesson.lines().iter().zip(&exact);
    let differing = alike.filter(|(line, exact)| detector.hear_by_model(line.line()) != **exact);

    let differing = differing.count();
    assert!(
        differing * 100 <= exact.len(),
        "{differing} of {}",
        exact.len()
    );
}

#[test]
fn what_is_learnt_is_heard_and_says_why_in_the_customers_words() {
    let detector = detector(&LEARNT_FROM_SOME);
    let learnt = SOME.iter().flat_map(|line| {
        let heard = detector.hear(line.line()).into_iter();
        heard
            .filter(|signal| signal.rule == LEARNT)
            .map(move |signal| (line, signal))
    });
    let learnt: Vec<_> = learnt.collect();

    assert!(learnt.len() > 10, "{} signals", learnt.len());
    for (line, signal) in &learnt {
        let pieces = signal
            .why
            .split(['「', '」'])
            .filter(|piece| !piece.is_empty());
        assert!(
            pieces.clone().all(|piece| line.text.contains(piece)),
            "{}",
            signal.why
        );
        assert!(line.text.is_char_boundary(signal.start) && line.text.is_char_boundary(signal.end));
        assert!(signal.start < signal.end);
    }
    let told = learnt
        .iter()
        .filter(|(_, signal)| !signal.why.is_empty())
        .count();
    assert!(
        told * 10 >= learnt.len() * 9,
        "{told} of {} say why",
        learnt.len()
    );
}

#[test]
fn a_rep_is_never_heard() {
    let detector = detector(&LEARNT_FROM_SOME);

    for line in SOME.iter() {
        let said_by_rep = Line {
            speaker: Speaker::Rep,
            ..line.line()
        };
        assert!(detector.hear(said_by_rep).is_empty());
        assert_eq!(detector.hear_by_model(said_by_rep), Labels::default());
    }
}

#[test]
fn a_rule_that_the_model_has_never_met_is_believed() {
    let document = crate::config::Document::new(
        "price.toml",
        "label = \"PRICE\"\n[[rule]]\nid = \"ours-alone\"\nany = [\"张三说的那个事\"]\n",
    );
    let dictionaries = Dictionaries::from_documents(&[document]).unwrap();
    let model = Model::read(&LEARNT_FROM_SOME).unwrap();
    let detector = Detector::new(Arc::new(dictionaries), Some(Arc::new(model)));

    let heard = detector.hear(customer("还是张三说的那个事"));

    let price = heard.iter().find(|signal| signal.label == Label::Price);
    assert_eq!(
        price.map(|signal| signal.rule.as_str()),
        Some("price:ours-alone")
    );
}

#[test]
fn a_file_that_is_no_model_is_refused_with_the_reason() {
    let whole = LEARNT_FROM_SOME.clone();
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;

    for (bytes, expected) in [
        (&b"label = \"PRICE\""[..], MalformedModel::OtherForm),
        (b"", MalformedModel::OtherForm),
        (&whole[..whole.len() - 1], MalformedModel::Damaged),
        (&whole[..40], MalformedModel::Damaged),
        (&changed, MalformedModel::Damaged),
    ] {
        assert_eq!(Model::read(bytes).err(), Some(expected));
    }
}

#[test]
fn a_file_with_a_fitting_hash_and_impossible_numbers_is_refused_too() {
    use sha2::{Digest, Sha256};
    let content = &LEARNT_FROM_SOME[..LEARNT_FROM_SOME.len() - 32];

    for cut in (0..content.len()).step_by(997).chain([content.len() - 1]) {
        let mut bytes = content[..cut].to_vec();
        let hash = Sha256::digest(&bytes);
        bytes.extend(hash);
        assert!(Model::read(&bytes).is_err(), "cut at {cut}");
    }
}

#[test]
fn a_corpus_with_mistakes_is_refused_with_every_line() {
    let text = "id\tspeaker\ttext\tlabels\n\
                1\tcustomer\t太贵了\tPRICE\n\
                2\tboss\t太贵了\tPRICE\n\
                3\tcustomer\t太贵了\tPRIZE\n\
                4\trep\t您嫌贵\tPRICE\n\
                5\tcustomer\t\tNONE\n";

    let problems = Corpus::parse(Path::new("ours.tsv"), text).unwrap_err();

    let lines: Vec<usize> = problems.0.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [3, 4, 5, 6]);
    assert!(
        !problems.to_string().contains("太贵"),
        "no words of anybody: {problems}"
    );
    assert!(Corpus::parse(Path::new("ours.tsv"), "太贵了\tPRICE\n").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_gives_ranges_inside_it(text in "([太贵了预算招标没不今年下不来，。！价格再说 a-c0-9🙄「」]|\\PC){0,40}", before in "\\PC{0,20}") {
        static HEARS: LazyLock<Detector> = LazyLock::new(|| detector(&LEARNT_FROM_SOME));
        let line = Line { speaker: Speaker::Customer, text: &text, previous: Some((Speaker::Rep, &before)) };

        for signal in HEARS.hear(line) {
            prop_assert!(signal.start < signal.end && signal.end <= text.len());
            prop_assert!(text.is_char_boundary(signal.start) && text.is_char_boundary(signal.end));
        }
    }
}
