//! A definition's TOML, taken apart and checked whole.
//!
//! Each part reads what it can and records what is wrong, so that one reading tells every
//! mistake. A part that can't be built is left out; the problem it left behind refuses the whole.

mod choice;
mod field;
mod node;
mod question;
mod wording;

use crate::config::{Document, Problems, Section};
use crate::domain::digest;

use super::definition::{Process, Stage};
use field::{Seen, key, plain};

const VERSION_DIGITS: usize = 12;

/// What nodes refer to.
struct Names {
    stages: Vec<Stage>,
    libraries: choice::Libraries,
}

pub(super) fn process(document: &Document) -> Result<Process, Problems> {
    document.parse(|root| {
        let name = plain(root, "name", 40);
        let names = Names {
            stages: stages(root),
            libraries: choice::libraries(root),
        };
        let wording = wording::wording(root);
        let nodes = node::nodes(root, &names, wording.as_ref());
        Some(Process {
            name: name?,
            version: digest(document.text(), VERSION_DIGITS),
            stages: names.stages,
            nodes,
            wording: wording?,
        })
    })
}

fn stages(root: &Section<'_>) -> Vec<Stage> {
    let sections = root.sections("stage");
    if sections.is_empty() {
        root.refuse_section("no stage", "at least one [[stage]]");
    }
    let mut seen = Seen::of("stage");
    let mut stages = Vec::new();
    for (index, section) in sections.iter().enumerate() {
        let key = key(section, "key", &mut seen);
        let name = plain(section, "name", 16);
        let ends = section.boolean("ends");
        if let Some(ends) = ends.as_ref().filter(|ends| ends.value && index == 0) {
            section.refuse(
                ends,
                "a first stage that ends the deal",
                "one to begin with",
            );
        }
        section.finish();
        stages.extend(key.zip(name).map(|(key, name)| Stage {
            key,
            name,
            ends: ends.is_some_and(|ends| ends.value),
        }));
    }
    stages
}
