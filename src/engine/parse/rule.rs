//! `[[rule]]`: what is watched over a whole deal.

use std::time::Duration;

use crate::config::Section;

use super::super::definition::Node;
use super::super::rule::{ContactKind, Rule, RuleKind};
use super::super::span::{Lead, Span};
use super::super::template::IN_RULE;
use super::Names;
use super::field::{
    Seen, condition, key, labels, lead, number, one_of, optional_template, plain, references,
    refuse_yellow_after_red, span, template, usual_span,
};
use super::keys;
use super::wording::alert;

/// For how long a hint is not repeated, when the definition doesn't say.
const USUAL_QUIET: Span = Span::Elapsed(Duration::from_secs(7 * 86_400));
/// More contacts than these are no neglect but a habit.
pub(super) const MOST_CONTACTS: i64 = 100;

pub(super) const LONGEST_NAME: usize = 30;

#[derive(Clone, Copy)]
pub(super) enum KindWord {
    Dwell,
    Neglect,
    Notice,
    Hint,
}

pub(super) const KINDS: [(&str, KindWord); 4] = [
    ("dwell", KindWord::Dwell),
    ("neglect", KindWord::Neglect),
    ("notice", KindWord::Notice),
    ("hint", KindWord::Hint),
];

/// The rules of a definition.
pub(super) fn rules(root: &Section<'_>, names: &Names, nodes: &[Node]) -> Vec<Rule> {
    let mut seen = Seen::of("rule");
    let mut rules = Vec::new();
    for section in root.sections("rule") {
        rules.extend(rule(&section, names, nodes, &mut seen));
        finish(&section);
    }
    rules
}

/// As for questions.
fn finish(section: &Section<'_>) {
    let table = keys::rule();
    match section.text("kind") {
        Some(kind) if KINDS.iter().any(|(word, _)| *word == kind.value) => {
            table.finish_kind(section, &kind.value);
        }
        _ => table.finish(section),
    }
}

fn rule(section: &Section<'_>, names: &Names, nodes: &[Node], seen: &mut Seen) -> Option<Rule> {
    let key = key(section, "key", seen);
    let name = plain(section, "name", LONGEST_NAME);
    let when = condition(section, "when", &names.stage_keys());
    let word = one_of(section, "kind", &KINDS);
    let kind = match word? {
        KindWord::Dwell => dwell(section, names),
        KindWord::Neglect => neglect(section),
        KindWord::Notice => notice(section, nodes),
        KindWord::Hint => hint(section),
    };
    Some(Rule {
        key: key?,
        name: name?,
        when: when?,
        kind: kind?,
    })
}

fn dwell(section: &Section<'_>, names: &Names) -> Option<RuleKind> {
    let stages = filled(
        section,
        "stages",
        "the stages it watches, such as stages = [\"demo\"]",
        |section| {
            let lasting = names.lasting_stage_keys();
            references(section, "stages", "a stage that is no end", &lasting)
        },
    );
    let late = span(section, "late_after");
    let expected = lead(section, "expected_after", Lead::Percent(50));
    refuse_yellow_after_red(section, expected, late);
    let remind = optional_template(section, "remind", IN_RULE);
    let alert = alert(section, "alert", IN_RULE);
    let todo = optional_template(section, "todo", IN_RULE);
    Some(RuleKind::Dwell {
        stages: stages?,
        expected: expected?,
        late: late?,
        remind,
        alert: alert?,
        todo,
    })
}

fn neglect(section: &Section<'_>) -> Option<RuleKind> {
    let words: Vec<&str> = ContactKind::ALL.iter().map(|kind| kind.word()).collect();
    let subjects = filled(
        section,
        "subjects",
        "what counts, such as subjects = [\"visit\", \"contact\"]",
        |section| references(section, "subjects", "what counts", &words),
    );
    let count = number(section, "count", 1..=MOST_CONTACTS, 2);
    let remind = optional_template(section, "remind", IN_RULE);
    let alerts = section
        .holds("alert")
        .then(|| alert(section, "alert", IN_RULE));
    if remind.is_none() && alerts.is_none() {
        section.refuse_section(
            "a rule that tells nobody",
            "remind = \"…\" (to the rep) or [rule.alert] (to the supervisor)",
        );
    }
    let subjects = subjects?;
    let kinds = ContactKind::ALL.into_iter();
    Some(RuleKind::Neglect {
        subjects: kinds
            .filter(|kind| subjects.iter().any(|word| word == kind.word()))
            .collect(),
        count,
        remind,
        alert: match alerts {
            Some(alert) => Some(alert?),
            None => None,
        },
    })
}

fn notice(section: &Section<'_>, nodes: &[Node]) -> Option<RuleKind> {
    let known: Vec<&str> = nodes.iter().map(|node| node.key.as_str()).collect();
    let nodes = references(section, "nodes", "a node", &known);
    let text = template(section, "text", IN_RULE)?;
    Some(RuleKind::Notice { nodes, text })
}

fn hint(section: &Section<'_>) -> Option<RuleKind> {
    let signals = filled(
        section,
        "signals",
        "the signals it answers, such as signals = [\"FINANCE\"]",
        |section| labels(section, "signals"),
    );
    let text = template(section, "text", IN_RULE);
    let quiet_for = usual_span(section, "quiet_for", USUAL_QUIET);
    Some(RuleKind::Hint {
        signals: signals?,
        text: text?,
        quiet_for: quiet_for?,
    })
}

/// A list that has to be there; an empty one is told by those who read it.
fn filled<T>(
    section: &Section<'_>,
    key: &'static str,
    expected: &str,
    read: impl FnOnce(&Section<'_>) -> Vec<T>,
) -> Option<Vec<T>> {
    if !section.required(key, expected) {
        return None;
    }
    Some(read(section))
}
