//! Competitors and products: plain lists of names with their aliases, which rules refer to as
//! `<竞品>` and `<产品>`.

use crate::config::{Found, Section};

use super::fold::fold_term;

/// Parts the name that reports show from the other names of the same thing.
const ALIAS: [char; 2] = ['|', '｜'];

/// Whose name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKind {
    /// A firm or brand that wants the same order.
    Competitor,
    /// Something that we sell.
    Product,
}

impl NameKind {
    pub(super) const ALL: [Self; 2] = [Self::Competitor, Self::Product];

    /// The section of a dictionary.
    const fn section(self) -> &'static str {
        match self {
            Self::Competitor => "competitors",
            Self::Product => "products",
        }
    }

    /// The list as which rules refer to all of them.
    pub(super) const fn list(self) -> &'static str {
        match self {
            Self::Competitor => "竞品",
            Self::Product => "产品",
        }
    }
}

/// A competitor or product.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) kind: NameKind,
    /// As it is first written.
    pub(super) name: String,
    /// Everything it is called, folded.
    pub(super) terms: Vec<String>,
}

/// Reads the `[[competitors]]` and `[[products]]` sections of one file.
pub(super) fn read(root: &Section<'_>, into: &mut Vec<Name>) {
    for kind in NameKind::ALL {
        for section in root.sections(kind.section()) {
            section.text("trade");
            let names = section.texts("names");
            if names.is_empty() {
                section.refuse_section("no names", "names = [\"…\", \"name|alias\", …]");
            }
            for raw in names {
                into.extend(name(&section, kind, &raw));
            }
            section.finish();
        }
    }
}

fn name(section: &Section<'_>, kind: NameKind, raw: &Found<String>) -> Option<Name> {
    let written = raw.value.split(ALIAS).map(str::trim);
    let terms: Option<Vec<String>> = written
        .clone()
        .map(|word| fold_term(word).filter(|term| !term.is_empty()))
        .collect();
    let (Some(terms), Some(name)) = (terms, written.clone().next()) else {
        section.refuse(
            raw,
            format!("{:?}", raw.value),
            "a name without punctuation inside, perhaps with aliases: \"name|alias\"",
        );
        return None;
    };
    Some(Name {
        kind,
        name: name.to_owned(),
        terms,
    })
}

/// Tells the section that these keys are known.
pub(super) fn acknowledge(root: &Section<'_>) {
    for kind in NameKind::ALL {
        root.sections(kind.section());
    }
}
