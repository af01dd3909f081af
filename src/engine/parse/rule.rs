//! `[[rule]]`: what is watched over a whole deal.

use std::time::Duration;

use crate::config::Section;

use super::super::definition::Node;
use super::super::rule::{ContactKind, Rule, RuleKind};
use super::super::span::{Lead, Span};
use super::super::template::IN_RULE;
use super::Names;
use super::field::{
    Seen, condition, key, labels, lead, number, one_of, optional_template, plain, references, span,
    template, usual_span,
};
use super::wording::alert;

/// For how long a hint is not repeated, when the definition doesn't say.
const USUAL_QUIET: Span = Span::Elapsed(Duration::from_secs(7 * 86_400));
/// More contacts than these are no neglect but a habit.
const MOST_CONTACTS: i64 = 100;

#[derive(Clone, Copy)]
enum KindWord {
    Dwell,
    Neglect,
    Notice,
    Hint,
}

/// The rules of a definition.
pub(super) fn rules(root: &Section<'_>, names: &Names, nodes: &[Node]) -> Vec<Rule> {
    let mut seen = Seen::of("rule");
    let mut rules = Vec::new();
    for section in root.sections("rule") {
        rules.extend(rule(&section, names, nodes, &mut seen));
        section.finish();
    }
    rules
}

fn rule(section: &Section<'_>, names: &Names, nodes: &[Node], seen: &mut Seen) -> Option<Rule> {
    let key = key(section, "key", seen);
    let name = plain(section, "name", 30);
    let when = condition(section, "when");
    let word = one_of(
        section,
        "kind",
        &[
            ("dwell", KindWord::Dwell),
            ("neglect", KindWord::Neglect),
            ("notice", KindWord::Notice),
            ("hint", KindWord::Hint),
        ],
    );
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
    let stages = filled(section, "stages", "the stages it watches", |section| {
        references(section, "stages", "a stage", &names.stage_keys())
    });
    let late = span(section, "late_after");
    let expected = lead(section, "expected_after", Lead::Percent(50));
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
        "what counts: visit, contact",
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
        "the signals it answers, such as [\"FINANCE\"]",
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

/// A list that has to be there, with something in it.
fn filled<T>(
    section: &Section<'_>,
    key: &'static str,
    expected: &str,
    read: impl FnOnce(&Section<'_>) -> Vec<T>,
) -> Option<Vec<T>> {
    if !section.required(key, expected) {
        return None;
    }
    let found = read(section);
    if found.is_empty() && section.texts(key).is_empty() {
        section.refuse_section(format!("{key} with nothing in it"), expected);
        return None;
    }
    Some(found)
}
