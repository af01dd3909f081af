//! The reference for administrators, docs/dictionaries.md: its examples work, and it names every
//! key.

use std::path::Path;

use super::super::Dictionaries;
use crate::config::Document;

const REFERENCE: &str = include_str!("../../../docs/dictionaries.md");

/// Everything that a dictionary may say.
const KEYS: [&str; 31] = [
    "label",
    "swallow",
    "[[rule]]",
    "id",
    "any",
    "all",
    "none",
    "within",
    "not_after",
    "not_before",
    "asked",
    "after",
    "speaker",
    "pinyin",
    "shadow",
    "[rule.examples]",
    "hit",
    "miss",
    "[[list]]",
    "name",
    "words",
    "[[spelling]]",
    "word",
    "also",
    "except",
    "trade",
    "names",
    "[[competitors]]",
    "[[products]]",
    "[[cue]]",
    "reach",
];

/// What a cue may be.
const KINDS: [&str; 11] = [
    "deny",
    "deny-after",
    "affirm",
    "past",
    "settled",
    "over",
    "still",
    "third-party",
    "own",
    "hypothetical",
    "or-else",
];

fn examples() -> Vec<(usize, &'static str)> {
    let mut examples = Vec::new();
    let mut rest = REFERENCE;
    while let Some((before, after)) = rest.split_once("```toml\n") {
        let (example, behind) = after.split_once("```").expect("the block ends");
        let line = REFERENCE.len() - rest.len() + before.len();
        examples.push((REFERENCE[..line].lines().count() + 2, example));
        rest = behind;
    }
    examples
}

#[test]
fn the_examples_of_the_reference_are_dictionaries_whose_examples_hold() {
    let examples = examples();

    for (line, example) in &examples {
        let document = Document::new(Path::new("example.toml"), *example);
        if let Err(problems) = Dictionaries::from_documents(&[document]) {
            panic!("the example at line {line}: {problems}");
        }
    }
    let with_rules = examples
        .iter()
        .filter(|(_, text)| text.contains("[[rule]]"));
    let checked = |text: &str| text.contains("hit = ") && text.contains("miss = ");
    for (line, example) in with_rules {
        assert!(
            checked(example),
            "the example at line {line} proves nothing"
        );
    }
    assert!(examples.len() >= 10);
}

#[test]
fn the_reference_names_every_key() {
    for key in KEYS.iter().chain(&KINDS) {
        let named = ["`", " = "].map(|end| REFERENCE.contains(&format!("`{key}{end}")));
        assert!(named.contains(&true), "{key} is missing");
    }
}
