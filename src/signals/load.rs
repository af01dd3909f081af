//! From documents to [`Dictionaries`], with every mistake of every document told at once.

use std::path::Path;

use rust_embed::Embed;
use sha2::{Digest, Sha256};

use crate::config::{Document, Found, Problem, Problems, Section};
use crate::domain::{Label, Speaker};

use super::compile::Compiler;
use super::judge::Verdict;
use super::learnt::{MalformedModel, Model};
use super::names::NameKind;
use super::rule::{FileText, Reading, acknowledge};
use super::words::Words;
use super::{Dictionaries, fold, judge, scan};

/// The repository's dictionaries and the model beside them.
#[derive(Embed)]
#[folder = "keyword-dicts/"]
#[exclude = "corpus/*"]
struct Embedded;

/// Parts the rep's line from the customer's answer in an example: `今年有预算吗 → 没有`.
const ANSWERED_BY: char = '→';

/// How many characters of the SHA-256 are the version.
const VERSION_LENGTH: usize = 12;

/// The name of a model's file beside the dictionaries.
pub const MODEL: &str = "model";

impl Model {
    /// The model that the binary carries beside its dictionaries; nothing in a binary without.
    ///
    /// # Errors
    /// As [`Model::read`]; a test sees to it that there is none.
    pub fn embedded() -> Result<Option<Self>, MalformedModel> {
        let file = Embedded::get(MODEL);
        file.map(|file| Self::read(&file.data)).transpose()
    }
}

impl Dictionaries {
    /// The dictionaries that the binary carries, for the demo.
    ///
    /// # Errors
    /// As [`Dictionaries::from_documents`]; a test sees to it that there is none.
    pub fn embedded() -> Result<Self, Problems> {
        let document = |name: std::borrow::Cow<'static, str>| {
            let file = Embedded::get(&name)?;
            let text = String::from_utf8_lossy(&file.data).into_owned();
            Some(Document::new(Path::new("keyword-dicts").join(&*name), text))
        };
        let names = Embedded::iter().filter(|name| is_dictionary(Path::new(&**name)));
        let documents: Vec<Document> = names.filter_map(document).collect();
        // Their examples are checked by a test, not again at each start.
        Self::without_examples(&documents)
    }

    /// Compiles dictionaries that are already read.
    ///
    /// # Errors
    /// Every mistake of every document, examples that come out otherwise included.
    pub fn from_documents(documents: &[Document]) -> Result<Self, Problems> {
        let dictionaries = Self::without_examples(documents)?;
        each(documents, |root| {
            acknowledge(root);
            dictionaries.check_examples(root);
            Some(())
        })?;
        Ok(dictionaries)
    }

    fn without_examples(documents: &[Document]) -> Result<Self, Problems> {
        let mut reading = Reading::default();
        let mut problems = Problems::default();
        problems.keep(each(documents, |root| {
            acknowledge(root);
            reading.words.read(root);
            Some(())
        }));
        reading.words.finish();
        let files = problems.keep(each(documents, |root| Some(reading.read(root))));
        compile(problems.or(files.unwrap_or_default())?, reading)
    }

    fn check_examples(&self, root: &Section<'_>) {
        let label = root.parsed::<Label>("label", "a label");
        let Some(label) = label else { return };
        let mut scratch = scan::Scratch::default();
        for rule in root.sections("rule") {
            let name = rule.text("id").map(|id| {
                let place = label.value.code().to_lowercase();
                format!("{place}:{}", id.value)
            });
            let (Some(name), Some(examples)) = (name, rule.section("examples")) else {
                continue;
            };
            for line in examples.texts("hit") {
                if !self
                    .rules_in(&line, &mut scratch)
                    .any(|heard| heard.name == name)
                {
                    let found = format!("{:?}, which the rule doesn't hear", line.value);
                    rule.refuse(
                        &line,
                        found,
                        "a line that it hears, or a rule that hears it",
                    );
                }
            }
            for line in examples.texts("miss") {
                if let Some(heard) = self.rules_in(&line, &mut scratch).find(|heard| {
                    // Nothing follows from a rule on trial, so it spoils no other's example.
                    heard.label == label.value && (!heard.shadow || heard.name == name)
                }) {
                    let found = format!("{:?}, which {} hears", line.value, heard.name);
                    rule.refuse(&line, found, format!("a line without {}", label.value));
                }
            }
        }
    }

    /// The rules that hold for an example, which may carry the rep's line before an arrow.
    fn rules_in(
        &self,
        example: &Found<String>,
        scratch: &mut scan::Scratch,
    ) -> impl Iterator<Item = &super::rule::Rule> {
        let (previous, text) = match example.value.split_once(ANSWERED_BY) {
            Some((question, answer)) => (Some((Speaker::Rep, question.trim())), answer.trim()),
            None => (None, example.value.as_str()),
        };
        let mut letters = fold::fold(text);
        self.sounds.put_right(&mut letters);
        let hearings = judge::judge(self, &letters, previous, scratch);
        hearings
            .into_iter()
            .filter(|hearing| hearing.verdict == Verdict::Holds)
            .map(|hearing| &self.rules[hearing.rule])
    }
}

/// Reads each document; all mistakes of all come back together.
fn each<T>(
    documents: &[Document],
    mut read: impl FnMut(&Section<'_>) -> Option<T>,
) -> Result<Vec<T>, Problems> {
    let mut values = Vec::with_capacity(documents.len());
    let mut problems = Problems::default();
    for document in documents {
        match document.parse(&mut read) {
            Ok(value) => values.push(value),
            Err(Problems(found)) => problems.0.extend(found),
        }
    }
    problems.or(values)
}

fn compile(files: Vec<FileText>, reading: Reading) -> Result<Dictionaries, Problems> {
    let mut compiler = Compiler::new(&reading.words);
    for file in files {
        compiler.add(file);
    }
    let (scanner, rules, cues) = compiler.finish().map_err(|error| {
        let found = format!("more terms than one automaton takes ({error})");
        Problem {
            file: "keyword-dicts".into(),
            line: 0,
            key: String::new(),
            found,
            expected: "fewer or shorter terms".to_owned(),
        }
    })?;
    Ok(Dictionaries {
        sounds: reading.words.sounds(),
        names: names(&reading.words),
        version: version(&reading.words, reading.contents),
        scanner,
        rules,
        cues,
    })
}

fn names(words: &Words) -> Box<[(NameKind, String)]> {
    let names = words.names().iter();
    names.map(|one| (one.kind, one.name.clone())).collect()
}

fn version(words: &Words, mut contents: Vec<String>) -> String {
    contents.extend(words.contents());
    contents.sort();
    let mut hash = Sha256::new();
    for line in contents {
        hash.update(line);
        hash.update("\n");
    }
    let digest = hash.finalize();
    let hex = digest.iter().map(|byte| format!("{byte:02x}"));
    hex.collect::<String>()[..VERSION_LENGTH].to_owned()
}

/// A TOML file of the folder itself; folders below it hold other things.
fn is_dictionary(file: &Path) -> bool {
    file.components().count() == 1
        && file
            .extension()
            .is_some_and(|extension| extension == "toml")
}
