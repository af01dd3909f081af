//! What dictionaries share: lists of words that rules refer to as `<name>`, and the other
//! spellings of words.

use std::collections::BTreeMap;
use std::mem;

use crate::config::{Found, Section};

use super::fold::fold_term;
use super::names::{self, Name, NameKind};
use super::sounds::{self, Sounding, Sounds};
use super::spelling::{Spelling, Spellings};
use super::stretch::Link;

/// The name that always means a number, in digits or in Chinese.
pub(super) const NUMBER: &str = "数";

/// All lists and spellings of all files.
#[derive(Default)]
pub(super) struct Words {
    lists: BTreeMap<String, Vec<String>>,
    spellings: Spellings,
    names: Vec<Name>,
    sounding: Vec<Sounding>,
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
        names::read(root, &mut self.names);
    }

    /// Ends the reading, after the last file.
    pub(super) fn finish(&mut self) {
        self.spellings = Spellings::new(mem::take(&mut self.read));
        for kind in NameKind::ALL {
            let names = self.names.iter().filter(|name| name.kind == kind);
            let terms: Vec<String> = names.flat_map(|name| name.terms.clone()).collect();
            let list = self.lists.entry(kind.list().to_owned()).or_default();
            list.extend(terms);
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
            return;
        }
        if words.is_empty() {
            section.refuse_section("a list without words", "words = [\"…\", …]");
        }
        self.lists.entry(name.value).or_default().extend(words);
    }

    fn read_spelling(&mut self, section: &Section<'_>) {
        let word = section.required_text("word", "the word as dictionaries write it");
        let also = folded(section, section.texts("also"));
        let except = folded(section, section.texts("except"));
        let pinyin = section.boolean("pinyin").filter(|pinyin| pinyin.value);
        let Some(found) = word else { return };
        let Some(word) = fold_term(&found.value).filter(|word| !word.is_empty()) else {
            return refuse_mark(section, &found);
        };
        if also.is_empty() && pinyin.is_none() {
            section.refuse_section(
                "no other spelling",
                "also = [\"…\", …], or pinyin = true, or both",
            );
        }
        if !except.is_empty() && pinyin.is_none() {
            section.refuse_key("except", "except without pinyin", "pinyin = true beside it");
        }
        if let Some(pinyin) = pinyin {
            self.sound(section, &pinyin, &found.value, word.clone(), except);
        }
        if !also.is_empty() {
            self.read.push(Spelling { word, also });
        }
    }

    /// Recognises a word by its sound.
    pub(super) fn sound(
        &mut self,
        section: &Section<'_>,
        pinyin: &Found<bool>,
        written: &str,
        word: String,
        except: Vec<String>,
    ) {
        if sounds::can_be_heard(&word) {
            self.sounding.push(Sounding { word, except });
        } else {
            let expected = "a word of at least two Chinese characters, and nothing else";
            section.refuse(pinyin, format!("pinyin for {written:?}"), expected);
        }
    }

    /// The words that are recognised by their sound.
    pub(super) fn sounds(&self) -> Sounds {
        Sounds::new(&self.sounding)
    }

    /// Competitors and products.
    pub(super) fn names(&self) -> &[Name] {
        &self.names
    }

    /// The words of a list.
    pub(super) fn list(&self, name: &str) -> Option<&[String]> {
        self.lists.get(name).map(Vec::as_slice)
    }

    /// The words of a list, other spellings included.
    pub(super) fn respelt_list(&self, name: &str) -> Link {
        Link {
            terms: self.respelt(self.list(name).unwrap_or_default()),
            optional: false,
        }
    }

    /// The terms, other spellings included.
    pub(super) fn respelt(&self, terms: &[String]) -> Vec<String> {
        let mut terms = terms.to_vec();
        self.spellings.respell(&mut terms);
        terms
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
        let sounding = self.sounding.iter();
        let names = self.names.iter();
        lists
            .chain(spellings.map(|one| format!("spelling/{}/{}", one.word, one.also.join("/"))))
            .chain(sounding.map(|one| format!("sound/{}/{}", one.word, one.except.join("/"))))
            .chain(
                names
                    .map(|one| format!("name/{:?}/{}/{}", one.kind, one.name, one.terms.join("/"))),
            )
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
