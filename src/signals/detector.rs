//! Rules and what was learnt, together.

use std::sync::Arc;

use super::learnt::{Labels, Model};
use super::{Dictionaries, Line, Named, Signal};
use crate::domain::Speaker;

/// Everything that hears: the dictionaries, and what was learnt from labelled lines. Immutable and
/// shared; changed dictionaries or another model make a new one.
pub struct Detector {
    dictionaries: Arc<Dictionaries>,
    model: Option<Arc<Model>>,
}

impl Detector {
    /// One that hears by these rules, and by what was learnt beside them if there is a model.
    #[must_use]
    pub const fn new(dictionaries: Arc<Dictionaries>, model: Option<Arc<Model>>) -> Self {
        Self {
            dictionaries,
            model,
        }
    }

    /// What the line means: distinct hits in the order of their position. Nothing, unless the
    /// customer speaks.
    #[must_use]
    pub fn hear(&self, line: Line<'_>) -> Vec<Signal> {
        if line.speaker != Speaker::Customer {
            return Vec::new();
        }
        let Some(model) = &self.model else {
            return self.dictionaries.hear(line);
        };
        self.dictionaries
            .read(line, |letters, weighed| model.hear(line, letters, weighed))
    }

    /// The labels of a line by the learnt model alone, no rule asked. Nothing without a model.
    #[must_use]
    pub fn hear_by_model(&self, line: Line<'_>) -> Labels {
        match &self.model {
            Some(model) if line.speaker == Speaker::Customer => self
                .dictionaries
                .read(line, |letters, _| model.hear_alone(line, letters)),
            _ => Labels::default(),
        }
    }

    /// As [`Dictionaries::products_in`].
    #[must_use]
    pub fn products_in(&self, text: &str) -> Vec<Named<'_>> {
        self.dictionaries.products_in(text)
    }

    /// Whether it hears as another one does: by the same rules, and by what was learnt alike.
    #[must_use]
    pub fn is_as(&self, other: &Self) -> bool {
        self.dictionaries_version() == other.dictionaries_version()
            && self.model_version() == other.model_version()
    }

    /// The rules.
    #[must_use]
    pub fn dictionaries(&self) -> &Arc<Dictionaries> {
        &self.dictionaries
    }

    /// What was learnt, if anything.
    #[must_use]
    pub fn model(&self) -> Option<&Arc<Model>> {
        self.model.as_ref()
    }

    /// As [`Dictionaries::version`].
    #[must_use]
    pub fn dictionaries_version(&self) -> &str {
        self.dictionaries.version()
    }

    /// The version of the learnt model; empty when there is none.
    #[must_use]
    pub fn model_version(&self) -> &str {
        self.model.as_ref().map_or("", |model| model.version())
    }
}
