//! `[[node]]`: an action that the process demands.

use crate::config::Section;
use crate::domain::Label;

use super::super::definition::{Node, OncePer, QuestionKind, Quiet};
use super::super::template::Placeholder;
use super::super::wording::Wording;
use super::Names;
use super::field::{Seen, key, one_of, plain, read_span, span};
use super::question::questions;

/// WeCom's recommendation for the title of a card with drop-downs, and of one with boxes to tick
/// (`developer.work.weixin.qq.com/document/path/90236`).
const LONGEST_TITLE: usize = 36;
const LONGEST_TITLE_OVER_BOXES: usize = 16;

pub(super) fn nodes(root: &Section<'_>, names: &Names, wording: Option<&Wording>) -> Vec<Node> {
    let sections = root.sections("node");
    if sections.is_empty() {
        root.refuse_section("no node", "at least one [[node]]");
    }
    let mut seen = Seen::of("node");
    let mut nodes = Vec::new();
    for section in &sections {
        let node = node(section, names, &mut seen);
        section.finish();
        if let (Some(node), Some(wording)) = (&node, wording) {
            check_title(section, node, wording);
        }
        nodes.extend(node);
    }
    nodes
}

fn node(section: &Section<'_>, names: &Names, seen: &mut Seen) -> Option<Node> {
    let key = key(section, "key", seen);
    let name = plain(section, "name", 16);
    let opens_on = opens_on(section);
    let opens_in = opens_in(section, names);
    let once_per = one_of(
        section,
        "once_per",
        &[
            ("deal", OncePer::Deal),
            ("signal", OncePer::Signal),
            ("words", OncePer::Words),
        ],
    );
    let quiet_for = quiet_for(section);
    let late_after = span(section, "late_after");
    let inform = section.boolean("inform_director_on_open");
    let questions = questions(section, &names.libraries);
    Some(Node {
        key: key?,
        name: name?,
        opens_on,
        opens_in,
        once_per: once_per?,
        quiet_for: quiet_for?,
        late_after: late_after?,
        inform_director_on_open: inform.is_some_and(|inform| inform.value),
        questions,
    })
}

fn opens_on(section: &Section<'_>) -> Vec<Label> {
    let codes: Vec<&str> = Label::ALL.iter().map(|label| label.code()).collect();
    let expected = format!("a signal: {}", codes.join(", "));
    if section.required("opens_on", "the signals that open it, such as [\"TENDER\"]")
        && section.texts("opens_on").is_empty()
    {
        section.refuse_section("nothing that opens it", "at least one signal in opens_on");
    }
    let mut labels = Vec::new();
    for label in section.parsed_list::<Label>("opens_on", &expected) {
        if labels.contains(&label.value) {
            let found = format!("{:?} a second time", label.value.code());
            section.refuse(&label, found, "each signal once");
        }
        labels.push(label.value);
    }
    labels
}

fn opens_in(section: &Section<'_>, names: &Names) -> Vec<String> {
    let keys: Vec<&str> = names
        .stages
        .iter()
        .map(|stage| stage.key.as_str())
        .collect();
    let stages = section.texts("opens_in");
    for stage in &stages {
        if !keys.contains(&stage.value.as_str()) {
            let found = format!("{:?}", stage.value);
            section.refuse(
                stage,
                found,
                format!("the key of a stage: {}", keys.join(", ")),
            );
        }
    }
    stages.into_iter().map(|stage| stage.value).collect()
}

fn quiet_for(section: &Section<'_>) -> Option<Quiet> {
    let text = section.required_text("quiet_for", "a time such as \"7d\", or \"forever\"")?;
    if text.value == "forever" {
        return Some(Quiet::Forever);
    }
    read_span(section, &text).map(Quiet::For)
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
