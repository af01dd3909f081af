//! One TOML file, with the line of each value kept.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::DeTable;

use super::{Problem, Problems, Section};

/// A TOML file's name and text, and the environment variables that may override its values.
pub struct Document {
    file: PathBuf,
    text: String,
    /// `WECOM__CORP_ID` → value, the prefix already removed.
    overrides: BTreeMap<String, String>,
}

impl Document {
    /// A document whose text is already here. `file` is how problems name it.
    #[must_use]
    pub fn new(file: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            text: text.into(),
            overrides: BTreeMap::new(),
        }
    }

    /// Reads the file.
    ///
    /// # Errors
    /// When it can't be read or is not UTF-8.
    pub fn read(file: &Path) -> Result<Self, Problem> {
        let text = std::fs::read_to_string(file).map_err(|error| Problem {
            file: file.to_owned(),
            line: 0,
            key: String::new(),
            found: format!("no readable file ({error})"),
            expected: "a TOML file in UTF-8 that this user may read".to_owned(),
        })?;
        Ok(Self::new(file, text))
    }

    /// Lets environment variables named `{prefix}SECTION__KEY` override the file's values.
    #[must_use]
    pub fn with_overrides(
        mut self,
        prefix: &str,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Self {
        self.overrides = environment
            .filter_map(|(name, value)| Some((name.strip_prefix(prefix)?.to_owned(), value)))
            .collect();
        self
    }

    /// The folder that relative paths in this file start from.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new("."))
    }

    /// The file's text as it was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Parses the file and lets `read` take it apart. Mistakes of syntax and those that `read`
    /// records come back together.
    ///
    /// # Errors
    /// All problems found.
    pub fn parse<T>(&self, read: impl FnOnce(&Section<'_>) -> Option<T>) -> Result<T, Problems> {
        let (root, errors) = DeTable::parse_recoverable(&self.text);
        let syntax = errors.iter().map(|error| Problem {
            file: self.file.clone(),
            line: self.line(error.span().unwrap_or(0..0)),
            key: String::new(),
            found: error.message().to_owned(),
            expected: "valid TOML (https://toml.io)".to_owned(),
        });
        let syntax: Vec<Problem> = syntax.collect();
        if !syntax.is_empty() {
            return Err(Problems(syntax));
        }

        let section = Section::root(self, &root);
        let value = read(&section);
        let problems = section.finish();
        match value {
            Some(value) => problems.or(value),
            None if problems.0.is_empty() => Err(self
                .problem(0..0, "", "nothing usable", "a whole file")
                .into()),
            None => Err(problems.or(()).err().unwrap_or_default()),
        }
    }

    pub(super) fn problem(
        &self,
        span: Range<usize>,
        key: &str,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Problem {
        Problem {
            file: self.file.clone(),
            line: self.line(span),
            key: key.to_owned(),
            found: found.into(),
            expected: expected.into(),
        }
    }

    pub(super) fn overridden(&self, name: &str) -> Option<&str> {
        self.overrides.get(name).map(String::as_str)
    }

    pub(super) fn has_overrides_below(&self, prefix: &str) -> bool {
        self.overrides
            .range(prefix.to_owned()..)
            .next()
            .is_some_and(|(name, _)| name.starts_with(prefix))
    }

    fn line(&self, span: Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or(&self.text);
        before.bytes().filter(|&byte| byte == b'\n').count() + 1
    }
}

pub(super) type Table<'a> = Spanned<DeTable<'a>>;
