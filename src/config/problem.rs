//! A mistake in a file that people edit, told so that they can mend it.

use std::fmt;
use std::path::PathBuf;

/// One mistake: where it is, what stands there, and what should.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, as the person named it, or `environment variable NAME`.
    pub file: PathBuf,
    /// The line, from 1; 0 when the mistake is the file itself or a variable.
    pub line: usize,
    /// The key, as a path: `wecom.app[0].secret`.
    pub key: String,
    /// What stands there. Never the value of a secret.
    pub found: String,
    /// What should stand there, or what to do.
    pub expected: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file.display())?;
        if self.line > 0 {
            write!(out, ":{}", self.line)?;
        }
        if !self.key.is_empty() {
            write!(out, ": {}", self.key)?;
        }
        write!(out, ": found {}, expected {}", self.found, self.expected)
    }
}

/// All mistakes of one reading, in the order of files and lines. Never empty when it is an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// The value, or nothing and its problems among these.
    pub fn keep<T>(&mut self, outcome: Result<T, Self>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(Self(problems)) => {
                self.0.extend(problems);
                None
            }
        }
    }

    /// `Ok` with the value if nothing was wrong.
    ///
    /// # Errors
    /// All problems, sorted by file and line.
    pub fn or<T>(mut self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            return Ok(value);
        }
        self.0.sort();
        self.0.dedup();
        Err(self)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0 {
            writeln!(out, "{problem}")?;
        }
        write!(out, "{} mistake(s)", self.0.len())
    }
}

impl std::error::Error for Problems {}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}
