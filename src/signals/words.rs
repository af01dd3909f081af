//! What dictionaries share: lists of words that rules refer to as `<name>`, and the other
//! spellings of words.

use std::collections::BTreeMap;
use std::mem;

use crate::config::{Found, Section};

use super::fold::fold_term;
use super::spelling::{Spelling, Spellings};
use super::stretch::Link;

/// The name that always means a number, in digits or in Chinese.
pub(super) const NUMBER: &str = "数";

/// All lists and spellings of all files.
#[derive(Default)]
pub(super) struct Words {
    lists: BTreeMap<String, Vec<String>>,
    spellings: Spellings,
    /// Those read so far, until [`Words::finish`].
    read: Vec<Spelling>,
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

    /// Ends the reading, after the last file.
    pub(super) fn finish(&mut self) {
        self.spellings = Spellings::new(mem::take(&mut self.read));
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
            Some(word) if !also.is_empty() => self.read.push(Spelling { word, also }),
            Some(_) => section.refuse_section("no other spelling", "also = [\"…\", …]"),
            None => refuse_mark(section, &word),
        }
    }

    /// The words of a list.
    pub(super) fn list(&self, name: &str) -> Option<&[String]> {
        self.lists.get(name).map(Vec::as_slice)
    }

    /// The words of a list, other spellings included.
    pub(super) fn respelt_list(&self, name: &str) -> Link {
        let mut terms = self.list(name).unwrap_or_default().to_vec();
        self.spellings.respell(&mut terms);
        Link {
            terms,
            optional: false,
        }
    }

    /// The names of all lists, for the person who mistyped one.
    pub(super) fn list_names(&self) -> String {
        let names: Vec<String> = self.lists.keys().map(|name| format!("<{name}>")).collect();
        names.join(", ")
    }

    /// The other spellings of words.
    pub(super) fn spellings(&self) -> &Spellings {
        &self.spellings
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
