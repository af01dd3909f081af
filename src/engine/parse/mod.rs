//! A definition's TOML, taken apart and checked whole.
//!
//! Each part reads what it can and records what is wrong, so that one reading tells every
//! mistake. A part that can't be built is left out; the problem it left behind refuses the whole.
//! Which keys there are stands in `keys`, for the parser and for the schema of editors.

mod choice;
mod field;
mod keys;
mod node;
mod question;
mod rule;
mod schema;
mod sentences;
mod wording;

use std::time::Duration;

use crate::config::{Document, Problems, Section};
use crate::domain::digest;

use super::definition::{Ending, Escalation, Process, Stage};
use super::span::Span;
use field::{Seen, key, number, plain, usual_span};

pub(super) use schema::schema;

const VERSION_DIGITS: usize = 12;
const LONGEST_NAME: usize = 40;
const LONGEST_STAGE_NAME: usize = 16;
const MOST_LEVELS: i64 = 9;

const ENDINGS: [(&str, Ending); 2] = [("won", Ending::Won), ("lost", Ending::Lost)];

/// How long nobody may react before the next level is told, when the definition doesn't say.
const USUAL_ESCALATION: Escalation = Escalation {
    every: Span::Working(Duration::from_secs(4 * 3600)),
    levels: 3,
};
/// When a question that was put off comes back, when the definition doesn't say.
const USUAL_PUT_OFF: Span = Span::Working(Duration::from_secs(2 * 3600));

/// What nodes refer to.
struct Names {
    stages: Vec<Stage>,
    libraries: choice::Libraries,
}

impl Names {
    fn stage_keys(&self) -> Vec<&str> {
        self.stages.iter().map(|stage| stage.key.as_str()).collect()
    }

    /// Those that a deal can go on to: nothing stands before the first.
    fn later_stage_keys(&self) -> Vec<&str> {
        self.stage_keys().into_iter().skip(1).collect()
    }

    /// Those in which a deal can stay.
    fn lasting_stage_keys(&self) -> Vec<&str> {
        let lasting = self.stages.iter().filter(|stage| !stage.is_end());
        lasting.map(|stage| stage.key.as_str()).collect()
    }
}

pub(super) fn process(document: &Document) -> Result<Process, Problems> {
    document.parse(|root| {
        let name = plain(root, "name", LONGEST_NAME);
        let names = Names {
            stages: stages(root),
            libraries: choice::libraries(root),
        };
        let wording = wording::wording(root);
        let nodes = node::nodes(root, &names, wording.as_ref());
        let rules = rule::rules(root, &names, &nodes);
        let escalation = escalation(root);
        let put_off_for = usual_span(root, "put_off_for", USUAL_PUT_OFF);
        Some(Process {
            name: name?,
            version: digest(document.text(), VERSION_DIGITS),
            text: document.text().to_owned(),
            stages: names.stages,
            nodes,
            rules,
            escalation: escalation?,
            put_off_for: put_off_for?,
            wording: wording?,
        })
    })
}

fn stages(root: &Section<'_>) -> Vec<Stage> {
    let sections = root.sections("stage");
    if sections.is_empty() && !root.holds("stage") {
        root.refuse_section("no stage", "at least one [[stage]]");
    }
    let mut seen = Seen::of("stage");
    let mut stages = Vec::new();
    for (index, section) in sections.iter().enumerate() {
        let key = key(section, "key", &mut seen);
        let name = plain(section, "name", LONGEST_STAGE_NAME);
        let ends = ends(section, index == 0);
        keys::stage().finish(section);
        stages.extend(key.zip(name).map(|(key, name)| Stage { key, name, ends }));
    }
    stages
}

fn ends(section: &Section<'_>, is_first: bool) -> Option<Ending> {
    let text = section.text("ends")?;
    if is_first {
        section.refuse(
            &text,
            "a first stage that ends the deal",
            "one to begin with: leave ends out here",
        );
    }
    field::meant_by(section, &text, &ENDINGS)
}

/// `[escalation]`.
fn escalation(root: &Section<'_>) -> Option<Escalation> {
    let Some(section) = root.section("escalation") else {
        return Some(USUAL_ESCALATION);
    };
    let every = usual_span(&section, "every", USUAL_ESCALATION.every);
    if let Some(Span::Elapsed(_)) = every {
        section.refuse_key(
            "every",
            "a time that passes by night too",
            "working time such as \"4 workhours\": people are told while they work",
        );
    }
    let levels = number(
        &section,
        "levels",
        1..=MOST_LEVELS,
        u32::from(USUAL_ESCALATION.levels),
    );
    keys::escalation().finish(&section);
    Some(Escalation {
        every: every?,
        levels: u8::try_from(levels).unwrap_or(USUAL_ESCALATION.levels),
    })
}
