//! `[[node]]`: an action that the process demands.

use crate::config::Section;

use super::super::definition::{ClockRule, Node, OnWork, OncePer, Opening, Quiet};
use super::super::question::QuestionKind;
use super::super::span::Lead;
use super::super::template::Placeholder;
use super::super::wording::Wording;
use super::Names;
use super::field::{
    Seen, condition, key, labels, lead, plain, read_time, references, refuse_yellow_after_red,
    span, usual_one_of,
};
use super::keys;
use super::question::questions;

pub(super) const LONGEST_NAME: usize = 16;

/// WeCom's recommendation for the title of a card with drop-downs, and of one with boxes to tick
/// (`developer.work.weixin.qq.com/document/path/90236`).
const LONGEST_TITLE: usize = 36;
const LONGEST_TITLE_OVER_BOXES: usize = 16;

pub(super) const ONCE_PER: [(&str, OncePer); 3] = [
    ("deal", OncePer::Deal),
    ("signal", OncePer::Signal),
    ("words", OncePer::Words),
];
pub(super) const ON_WORK: [(&str, OnWork); 3] = [
    ("goes_on", OnWork::GoesOn),
    ("restarts", OnWork::Restarts),
    ("stops", OnWork::Stops),
];

pub(super) fn nodes(root: &Section<'_>, names: &Names, wording: Option<&Wording>) -> Vec<Node> {
    let sections = root.sections("node");
    if sections.is_empty() && !root.holds("node") {
        root.refuse_section("no node", "at least one [[node]]");
    }
    let mut seen = Seen::of("node");
    let mut nodes = Vec::new();
    for section in &sections {
        let node = node(section, names, &mut seen);
        keys::node().finish(section);
        if let (Some(node), Some(wording)) = (&node, wording) {
            check_title(section, node, wording);
        }
        nodes.extend(node);
    }
    nodes
}

fn node(section: &Section<'_>, names: &Names, seen: &mut Seen) -> Option<Node> {
    let key = key(section, "key", seen);
    let name = plain(section, "name", LONGEST_NAME);
    let opening = opening(section, names);
    let opens_on_signals = opening
        .as_ref()
        .is_some_and(|opening| !opening.signals.is_empty());
    let once_per = once_per(section, opens_on_signals);
    let quiet_for = quiet_for(section, opens_on_signals);
    let clock = clock(section);
    let inform = section.boolean("inform_director_on_open");
    let questions = questions(section, names);
    Some(Node {
        key: key?,
        name: name?,
        opening: opening?,
        once_per: once_per?,
        quiet_for: quiet_for?,
        clock: clock?,
        inform_director_on_open: inform.is_some_and(|inform| inform.value),
        questions,
    })
}

/// What opens the node: signals, stages, gates, people.
fn opening(section: &Section<'_>, names: &Names) -> Option<Opening> {
    let stages = names.stage_keys();
    let opening = Opening {
        signals: labels(section, "opens_on"),
        entering: references(section, "opens_on_stage", "a stage", &stages),
        gates: references(
            section,
            "gates",
            "a stage behind the first",
            &names.later_stage_keys(),
        ),
        by_hand: section
            .boolean("opens_by_hand")
            .is_some_and(|by_hand| by_hand.value),
        within: references(section, "opens_in", "a stage", &stages),
        when: condition(section, "when", &stages)?,
    };
    let has_none = !section.holds("opens_on")
        && !section.holds("opens_on_stage")
        && !section.holds("gates")
        && !opening.by_hand;
    if has_none {
        section.refuse_section(
            "a node that nothing opens",
            "opens_on = [\"TENDER\"] (signals), opens_on_stage or gates (stages), or opens_by_hand = true",
        );
    }
    if section.holds("opens_in") && !section.holds("opens_on") {
        section.refuse_key(
            "opens_in",
            "opens_in without opens_on",
            "opens_on beside it: opens_in says in which stages signals count",
        );
    }
    Some(opening)
}

fn once_per(section: &Section<'_>, opens_on_signals: bool) -> Option<OncePer> {
    let expected = "what counts as the same subject, since opens_on is there: \"deal\", \"signal\" or \"words\"";
    if opens_on_signals && !section.required("once_per", expected) {
        return None;
    }
    usual_one_of(section, "once_per", &ONCE_PER, OncePer::Deal)
}

fn clock(section: &Section<'_>) -> Option<ClockRule> {
    let late = span(section, "late_after");
    let expected = lead(section, "expected_after", Lead::Percent(50));
    refuse_yellow_after_red(section, expected, late);
    let on_work = usual_one_of(section, "on_work", &ON_WORK, OnWork::GoesOn);
    Some(ClockRule {
        expected: expected?,
        late: late?,
        on_work: on_work?,
    })
}

fn quiet_for(section: &Section<'_>, is_required: bool) -> Option<Quiet> {
    if !is_required && !section.holds("quiet_for") {
        return Some(Quiet::Forever);
    }
    let text = section.required_text(
        "quiet_for",
        "for how long it stays settled: a time such as \"7d\", or \"forever\"",
    )?;
    if text.value == "forever" {
        return Some(Quiet::Forever);
    }
    read_time(section, &text).map(Quiet::For)
}

/// Counts what is known of the card's title; names of customers are cut when a card is sent.
fn check_title(section: &Section<'_>, node: &Node, wording: &Wording) {
    let has_boxes = node
        .questions
        .iter()
        .any(|question| matches!(question.kind, QuestionKind::ChooseSeveral(_)));
    let most = if has_boxes {
        LONGEST_TITLE_OVER_BOXES
    } else {
        LONGEST_TITLE
    };
    let title = wording.card.title.fill(|gap| match gap {
        Placeholder::Node => node.name.as_str().into(),
        _ => "".into(),
    });
    let length = title.chars().count();
    if length > most {
        section.refuse_section(
            format!("a card title of {length} characters ({title:?})"),
            format!("at most {most} from card.title with this node's name"),
        );
    }
}
