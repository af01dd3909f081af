//! What a platform would refuse in something we are about to send.

use std::fmt;

/// One hard limit that is not kept, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Path of the field in the platform's own spelling, as `button_list[2].key`.
    pub field: String,
    /// What the platform demands of it.
    pub rule: Rule,
}

/// A hard rule of a platform, with what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Must be present and not empty.
    Required,
    /// Longer than the platform takes, counted in UTF-8 bytes.
    TooManyBytes {
        /// Bytes found.
        found: usize,
        /// Most bytes allowed.
        max: usize,
    },
    /// Longer than the platform takes, counted in characters.
    TooManyChars {
        /// Characters found.
        found: usize,
        /// Most characters allowed.
        max: usize,
    },
    /// A list with too few or too many entries.
    Count {
        /// Entries found.
        found: usize,
        /// Fewest allowed.
        min: usize,
        /// Most allowed.
        max: usize,
    },
    /// A value that must differ from its siblings does not.
    Repeated,
    /// Characters outside the allowed set, which is named.
    Charset(&'static str),
    /// A value outside the allowed set or range, which is named.
    Range(&'static str),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.field)?;
        match &self.rule {
            Rule::Required => f.write_str("is required"),
            Rule::TooManyBytes { found, max } => write!(f, "has {found} bytes, at most {max}"),
            Rule::TooManyChars { found, max } => write!(f, "has {found} characters, at most {max}"),
            Rule::Count { found, min, max } => write!(f, "has {found} entries, {min} to {max}"),
            Rule::Repeated => f.write_str("is used twice"),
            Rule::Charset(allowed) => write!(f, "may only hold {allowed}"),
            Rule::Range(allowed) => write!(f, "must be {allowed}"),
        }
    }
}

impl std::error::Error for Problem {}

/// A recommended length that is exceeded: the platform takes it and may cut it
/// on small screens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// Path of the field in the platform's own spelling.
    pub field: String,
    /// Characters found.
    pub found: usize,
    /// Characters recommended at most.
    pub recommended: usize,
}

/// Collects problems while a value is walked.
#[derive(Default)]
pub(crate) struct Check {
    problems: Vec<Problem>,
}

impl Check {
    pub(crate) fn finish(self) -> Result<(), Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(self.problems)
        }
    }

    pub(crate) fn add(&mut self, field: impl Into<String>, rule: Rule) {
        let field = field.into();
        self.problems.push(Problem { field, rule });
    }

    pub(crate) fn required(&mut self, field: &str, value: &str) {
        if value.is_empty() {
            self.add(field, Rule::Required);
        }
    }

    pub(crate) fn bytes(&mut self, field: &str, value: &str, max: usize) {
        let found = value.len();
        if found > max {
            self.add(field, Rule::TooManyBytes { found, max });
        }
    }

    pub(crate) fn chars(&mut self, field: &str, value: &str, max: usize) {
        let found = value.chars().count();
        if found > max {
            self.add(field, Rule::TooManyChars { found, max });
        }
    }

    pub(crate) fn count(&mut self, field: &str, found: usize, min: usize, max: usize) {
        if found < min || found > max {
            self.add(field, Rule::Count { found, min, max });
        }
    }

    pub(crate) fn range(&mut self, field: &str, holds: bool, allowed: &'static str) {
        if !holds {
            self.add(field, Rule::Range(allowed));
        }
    }

    /// Required, at most `max` bytes.
    pub(crate) fn key(&mut self, field: &str, value: &str, max: usize) {
        self.required(field, value);
        self.bytes(field, value, max);
    }

    /// No value twice; empty ones are another rule's business.
    pub(crate) fn unique<'a>(
        &mut self,
        values: impl IntoIterator<Item = &'a str>,
        field: impl Fn(usize) -> String,
    ) {
        let mut seen = Vec::new();
        for (index, value) in values.into_iter().enumerate() {
            if !value.is_empty() && seen.contains(&value) {
                self.add(field(index), Rule::Repeated);
            }
            seen.push(value);
        }
    }
}
