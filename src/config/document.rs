//! One TOML file, with the line of each value kept.

use std::ffi::OsString;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::DeTable;

use super::overrides::Overrides;
use super::{Problem, Problems, Section};

/// A TOML file's name and text, and the environment variables that may override its values.
pub struct Document {
    file: PathBuf,
    text: String,
    overrides: Overrides,
}

/// What the parser of TOML says of a key that stands in a table twice. It keeps the first.
const DUPLICATE: &str = "duplicate key";

const VALID: &str = "valid TOML: texts in quotes, lists in [ ], a section begins with [name] or [[name]] (https://toml.io)";

/// Where a value stands, so that a mistake in it can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In the file.
    Span(Range<usize>),
    /// In the environment, under the variable's whole name.
    Variable(String),
}

impl Document {
    /// A document whose text is already here. `file` is how problems name it.
    #[must_use]
    pub fn new(file: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            text: text.into(),
            overrides: Overrides::default(),
        }
    }

    /// Where its text is from, as problems name it.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
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

    /// Lets environment variables named `{prefix}SECTION__KEY` override the file's values. One
    /// that names no setting is a mistake; variables of others are left alone.
    #[must_use]
    pub fn with_overrides(
        mut self,
        prefix: &str,
        environment: impl Iterator<Item = (OsString, OsString)>,
    ) -> Self {
        self.overrides = Overrides::new(prefix, environment);
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

    /// Parses the file and lets `read` take it apart.
    ///
    /// # Errors
    /// All problems that `read` recorded, and keys that stand there twice; of a file that is not
    /// TOML otherwise the first mistake, because those after it are mostly its echoes.
    pub fn parse<T>(&self, read: impl FnOnce(&Section<'_>) -> Option<T>) -> Result<T, Problems> {
        let (root, errors) = DeTable::parse_recoverable(&self.text);
        let (twice, broken): (Vec<_>, Vec<_>) = errors
            .into_iter()
            .map(|error| (error.span().unwrap_or(0..0), error))
            .partition(|(_, error)| error.message() == DUPLICATE);
        let first = broken.iter().min_by_key(|(span, _)| span.start);
        if let Some((span, error)) = first {
            let at = Place::Span(span.clone());
            return Err(self.problem(at, "", error.message(), VALID).into());
        }

        let section = Section::root(self, &root);
        let value = read(&section);
        let mut problems = section.finish();
        let twice = twice.into_iter().map(|(span, _)| self.twice(span));
        problems.0.extend(twice);
        match value {
            Some(value) => problems.or(value),
            None if problems.0.is_empty() => Err(self
                .problem(Place::Span(0..0), "", "nothing usable", "a whole file")
                .into()),
            None => Err(problems.or(()).err().unwrap_or_default()),
        }
    }

    /// A key that stands there a second time. The first one was read.
    fn twice(&self, span: Range<usize>) -> Problem {
        let key = self.text.get(span.clone()).unwrap_or_default();
        let (found, expected) = (
            format!("{key} a second time"),
            "each key once in its section: keep one of the two",
        );
        self.problem(Place::Span(span), "", found, expected)
    }

    pub(super) fn problem(
        &self,
        at: Place,
        key: &str,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Problem {
        let (file, line) = match at {
            Place::Span(span) => (self.file.clone(), self.line(span)),
            Place::Variable(name) => (format!("environment variable {name}").into(), 0),
        };
        Problem {
            file,
            line,
            key: key.to_owned(),
            found: found.into(),
            expected: expected.into(),
        }
    }

    pub(super) const fn overrides(&self) -> &Overrides {
        &self.overrides
    }

    fn line(&self, span: Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or(&self.text);
        before.bytes().filter(|&byte| byte == b'\n').count() + 1
    }
}

pub(super) type Table<'a> = Spanned<DeTable<'a>>;
