//! What dictionaries share: lists of words that rules refer to as `<name>`, and the other
//! spellings of a word (slips of the keyboard, homophones, pinyin).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use daachorse::CharwiseDoubleArrayAhoCorasick;

use crate::config::{Found, Section};

use super::fold::fold_term;

/// The name that always means a number, in digits or in Chinese.
pub(super) const NUMBER: &str = "数";

/// All lists and spellings of all files.
#[derive(Default)]
pub(super) struct Words {
    lists: BTreeMap<String, Vec<String>>,
    spellings: Vec<Spelling>,
    /// Finds the words that have other spellings; made when first asked, after all files are read.
    respelt: OnceLock<Option<CharwiseDoubleArrayAhoCorasick<u32>>>,
}

struct Spelling {
    word: String,
    also: Vec<String>,
}

impl Words {
    /// Reads the `[[list]]` and `[[spelling]]` sections of one file.
    pub(super) fn read(&mut self, root: &Section<'_>) {
        for section in root.sections("list") {
            self.read_list(&section);
            section.finish();
        }
        for section in root.sections("spelling") {
            self.read_spelling(&section);
            section.finish();
        }
    }

    fn read_list(&mut self, section: &Section<'_>) {
        let name = section.required_text("name", "the name by which rules refer to it, as <name>");
        let words = folded(section, section.texts("words"));
        let Some(name) = name else { return };
        if name.value == NUMBER {
            section.refuse(
                &name,
                format!("{NUMBER:?}"),
                "another name: this one means any number",
            );
        } else if words.is_empty() {
            section.refuse_section("a list without words", "words = [\"…\", …]");
        } else {
            self.lists.entry(name.value).or_default().extend(words);
        }
    }

    fn read_spelling(&mut self, section: &Section<'_>) {
        let word = section.required_text("word", "the word as dictionaries write it");
        let also = folded(section, section.texts("also"));
        let Some(word) = word else { return };
        match fold_term(&word.value).filter(|word| !word.is_empty()) {
            Some(word) if !also.is_empty() => self.spellings.push(Spelling { word, also }),
            Some(_) => section.refuse_section("no other spelling", "also = [\"…\", …]"),
            None => refuse_mark(section, &word),
        }
    }

    /// The words of a list.
    pub(super) fn list(&self, name: &str) -> Option<&[String]> {
        self.lists.get(name).map(Vec::as_slice)
    }

    /// The names of all lists, for the person who mistyped one.
    pub(super) fn list_names(&self) -> String {
        let names: Vec<String> = self.lists.keys().map(|name| format!("<{name}>")).collect();
        names.join(", ")
    }

    /// Adds to folded terms the terms with other spellings of the words in them.
    pub(super) fn spell_otherwise(&self, terms: &mut Vec<String>) {
        let mut respelt: Vec<String> = terms
            .iter()
            .filter(|term| self.is_respelt(term))
            .cloned()
            .collect();
        let as_written = respelt.len();
        for spelling in &self.spellings {
            let others: Vec<String> = respelt
                .iter()
                .filter(|term| term.contains(&spelling.word))
                .flat_map(|term| {
                    let respell = |other| term.replace(&spelling.word, other);
                    spelling.also.iter().map(move |other| respell(other))
                })
                .collect();
            respelt.extend(others);
        }
        terms.extend(respelt.drain(as_written..));
    }

    /// Whether a word in the term has another spelling. Few terms have one, so that looking for
    /// all of them at once spares most terms the search for each.
    fn is_respelt(&self, term: &str) -> bool {
        let automaton = self.respelt.get_or_init(|| {
            let words = self.spellings.iter().map(|spelling| &spelling.word);
            let words: BTreeSet<&String> = words.collect();
            CharwiseDoubleArrayAhoCorasick::new(words).ok()
        });
        match automaton {
            Some(automaton) => automaton.find_overlapping_iter(term).next().is_some(),
            // It can't be made of no words at all, nor of far too many.
            None => !self.spellings.is_empty(),
        }
    }

    /// What lists and spellings say, for the dictionaries' version.
    pub(super) fn contents(&self) -> impl Iterator<Item = String> {
        let lists = self.lists.iter();
        let lists = lists.map(|(name, words)| format!("list/{name}/{}", words.join("/")));
        let spellings = self.spellings.iter();
        lists.chain(spellings.map(|one| format!("spelling/{}/{}", one.word, one.also.join("/"))))
    }
}

fn folded(section: &Section<'_>, words: Vec<Found<String>>) -> Vec<String> {
    let mut terms = Vec::with_capacity(words.len());
    for word in words {
        match fold_term(&word.value).filter(|term| !term.is_empty()) {
            Some(term) => terms.push(term),
            None => refuse_mark(section, &word),
        }
    }
    terms
}

fn refuse_mark(section: &Section<'_>, word: &Found<String>) {
    section.refuse(
        word,
        format!("{:?}", word.value),
        "a word without punctuation inside",
    );
}
