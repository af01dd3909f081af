//! Rules and what was learnt, together.

use std::sync::Arc;

use super::{Dictionaries, Line, Signal};

/// Everything that hears: the dictionaries, and what was learnt from labelled lines. Immutable and
/// shared; changed dictionaries or another model make a new one.
pub struct Detector {
    dictionaries: Arc<Dictionaries>,
}

impl Detector {
    /// One that hears by these rules.
    #[must_use]
    pub const fn new(dictionaries: Arc<Dictionaries>) -> Self {
        Self { dictionaries }
    }

    /// What the line means: distinct hits in the order of their position. Nothing, unless the
    /// customer speaks.
    #[must_use]
    pub fn hear(&self, line: Line<'_>) -> Vec<Signal> {
        self.dictionaries.hear(line)
    }

    /// Whether it hears as another one does: by the same rules, and by what was learnt alike.
    #[must_use]
    pub fn is_as(&self, other: &Self) -> bool {
        self.dictionaries_version() == other.dictionaries_version()
            && self.model_version() == other.model_version()
    }

    /// As [`Dictionaries::version`].
    #[must_use]
    pub fn dictionaries_version(&self) -> &str {
        self.dictionaries.version()
    }

    /// The version of the learnt model; empty when there is none.
    #[must_use]
    pub const fn model_version(&self) -> &str {
        ""
    }
}
