//! What stories are told with: a deal that events happen to, and short names for events.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use crate::calendar::Calendar;
use crate::config::Document;
use crate::domain::{Label, PersonId, RunId, Timestamp};
use crate::engine::{
    Actor, AlertText, CardPrompt, Context, Definitions, Effect, Event, Process, Receipt, Run,
    Signed, State,
};

const TWO_NODES: &str = include_str!("two-nodes.toml");
const GOLDEN_SIX: &str = include_str!("../../../config/processes/golden-six.toml");

/// The process that ships.
pub(in crate::engine) fn golden_six() -> &'static Process {
    static PROCESS: LazyLock<Process> = LazyLock::new(|| read(GOLDEN_SIX));
    &PROCESS
}

/// A small process of two nodes, one of them at once.
pub(in crate::engine) fn two_nodes() -> &'static Process {
    static PROCESS: LazyLock<Process> = LazyLock::new(|| read(TWO_NODES));
    &PROCESS
}

fn read(text: &str) -> Process {
    Process::from_document(&Document::new("test.toml", text))
        .unwrap_or_else(|problems| panic!("{problems}"))
}

/// The shipped process's text.
pub(in crate::engine) fn golden_six_text() -> String {
    GOLDEN_SIX.to_owned()
}

/// The small process's text.
pub(in crate::engine) fn two_nodes_text() -> String {
    TWO_NODES.to_owned()
}

/// The small process with some of its text replaced.
pub(in crate::engine) fn two_nodes_with(replacements: &[(&str, &str)]) -> Process {
    replaced(TWO_NODES, replacements)
}

/// The shipped process with some of its text replaced.
pub(in crate::engine) fn golden_six_with(replacements: &[(&str, &str)]) -> Process {
    replaced(GOLDEN_SIX, replacements)
}

fn replaced(text: &str, replacements: &[(&str, &str)]) -> Process {
    let mut text = text.to_owned();
    for (from, to) in replacements {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    read(&text)
}

pub(in crate::engine) fn context() -> Context {
    Context {
        opportunity: "op1".parse().unwrap(),
        opportunity_name: "三号线改造".to_owned(),
        customer_id: "c1".parse().unwrap(),
        customer: "华东精工".to_owned(),
        rep: "张伟".to_owned(),
        industry: None,
        region: Some("华东".to_owned()),
        customer_region: Some("华东".to_owned()),
        fields: BTreeMap::new(),
        levels: 3,
    }
}

/// 2026-11-23, a Monday, 09:30 in China.
pub(in crate::engine) fn monday() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-23T09:30:00+08:00").unwrap()
}

/// One process and the calendar that ships.
pub(in crate::engine) fn definitions(process: Process) -> Definitions {
    static CALENDAR: LazyLock<Arc<Calendar>> =
        LazyLock::new(|| Arc::new(Calendar::embedded().unwrap()));
    Definitions::new(Arc::new(process), Arc::clone(&CALENDAR))
}

/// One deal and its time.
pub(in crate::engine) struct Deal {
    pub(in crate::engine) definitions: Definitions,
    pub(in crate::engine) context: Context,
    pub(in crate::engine) state: State,
    pub(in crate::engine) now: Timestamp,
}

impl Deal {
    /// A new deal under the small process.
    pub(in crate::engine) fn new() -> Self {
        Self::under(two_nodes().clone())
    }

    pub(in crate::engine) fn under(process: Process) -> Self {
        Self {
            definitions: definitions(process),
            context: context(),
            state: State::new(None, monday()),
            now: monday(),
        }
    }

    pub(in crate::engine) fn happens(&mut self, event: &Event) -> Vec<Effect> {
        let state = std::mem::take(&mut self.state);
        let (state, effects) = self.definitions.step(state, &self.context, event, self.now);
        self.state = state;
        effects
    }

    pub(in crate::engine) fn process(&self) -> &Process {
        self.definitions.current()
    }

    /// When the deal has to be looked at again.
    pub(in crate::engine) fn next_moment(&self) -> Option<Timestamp> {
        self.definitions.next_moment(&self.state, self.now)
    }

    pub(in crate::engine) fn after_minutes(&mut self, minutes: u64) -> &mut Self {
        self.now = self.now.plus(Duration::from_secs(minutes * 60));
        self
    }

    pub(in crate::engine) fn run(&self, id: &str) -> &Run {
        &self.state.runs[&run(id)]
    }
}

/// All that the risk node asks for.
pub(super) const BOTH: &[(&str, &[&str])] = &[
    ("risk_type", &["open_tender"]),
    ("strategy", &["shape_tender"]),
];

/// A deal whose customer spoke of a tender, so that run `op1-1` waits for the rep.
pub(in crate::engine) fn with_a_tender() -> Deal {
    let mut deal = Deal::new();
    deal.happens(&heard(Label::Tender, "要走招标"));
    deal
}

/// A deal whose customer named a competitor.
pub(in crate::engine) fn with_a_competitor() -> Deal {
    let mut deal = Deal::new();
    deal.happens(&heard(Label::Competitor, "凯联"));
    deal
}

pub(in crate::engine) fn run(id: &str) -> RunId {
    id.parse().unwrap()
}

pub(in crate::engine) fn zhang_wei() -> PersonId {
    "zhang.wei".parse().unwrap()
}

/// The rep who has the deal.
pub(in crate::engine) fn rep() -> Actor {
    Actor {
        id: zhang_wei(),
        name: "张伟".to_owned(),
    }
}

/// A supervisor.
pub(in crate::engine) fn director() -> Actor {
    Actor {
        id: "chen.lei".parse().unwrap(),
        name: "陈磊".to_owned(),
    }
}

/// Done by the rep at that moment.
pub(in crate::engine) fn signed(at: Timestamp) -> Signed {
    Signed { at, by: rep() }
}

/// The customer says something; each text is a message of its own.
pub(in crate::engine) fn heard(label: Label, words: &str) -> Event {
    Event::SignalHeard {
        label,
        words: words.to_owned(),
        quote: format!("我们{words}，你们看着办"),
        message: format!("m-{words}").parse().unwrap(),
        chat: "chat1".parse().unwrap(),
    }
}

pub(in crate::engine) fn chosen(id: &str, choices: &[(&str, &[&str])]) -> Event {
    let choices = choices.iter().map(|(question, options)| {
        let options = options.iter().map(|option| (*option).to_owned());
        ((*question).to_owned(), options.collect())
    });
    Event::Chosen {
        run: run(id),
        choices: choices.collect(),
        by: zhang_wei(),
        amends: false,
    }
}

pub(in crate::engine) fn told(id: &str, question: &str, text: &str) -> Event {
    Event::Told {
        run: run(id),
        question: question.to_owned(),
        text: text.to_owned(),
        by: zhang_wei(),
        amends: false,
    }
}

pub(in crate::engine) fn cards(effects: &[Effect]) -> Vec<&CardPrompt> {
    picked(effects, |effect| match effect {
        Effect::SendCard(card) => Some(card),
        _ => None,
    })
}

pub(in crate::engine) fn alerts(effects: &[Effect]) -> Vec<&AlertText> {
    picked(effects, |effect| match effect {
        Effect::RaiseAlert(alert) => Some(alert),
        _ => None,
    })
}

pub(in crate::engine) fn receipts(effects: &[Effect]) -> Vec<&Receipt> {
    picked(effects, |effect| match effect {
        Effect::ReplaceCard { receipt, .. } => Some(receipt),
        _ => None,
    })
}

/// Why stages were refused.
pub(in crate::engine) fn refusals_of_stage(effects: &[Effect]) -> Vec<&str> {
    picked(effects, |effect| match effect {
        Effect::RefuseStage { text, .. } => Some(text.as_str()),
        _ => None,
    })
}

/// What the rep reads in the chat: sentences and questions.
pub(in crate::engine) fn sayings(effects: &[Effect]) -> Vec<&str> {
    picked(effects, |effect| match effect {
        Effect::TellRep { text, .. } | Effect::Ask { text, .. } => Some(text.as_str()),
        _ => None,
    })
}

fn picked<'e, T: ?Sized>(
    effects: &'e [Effect],
    pick: impl Fn(&'e Effect) -> Option<&'e T>,
) -> Vec<&'e T> {
    effects.iter().filter_map(pick).collect()
}

/// `name：value` of each line, as people read it.
pub(in crate::engine) fn shown(lines: &[(String, String)]) -> Vec<String> {
    let line = |(name, value): &(String, String)| format!("{name}：{value}");
    lines.iter().map(line).collect()
}

/// The kinds of the effects, in order.
pub(in crate::engine) fn kinds(effects: &[Effect]) -> Vec<&'static str> {
    let kind = |effect: &Effect| match effect {
        Effect::SendCard(_) => "SendCard",
        Effect::Ask { .. } => "Ask",
        Effect::TellRep { .. } => "TellRep",
        Effect::ReplaceCard { .. } => "ReplaceCard",
        Effect::RaiseAlert(_) => "RaiseAlert",
        Effect::CreateTodo(_) => "CreateTodo",
        Effect::CloseTodo { .. } => "CloseTodo",
        Effect::RefuseStage { .. } => "RefuseStage",
    };
    effects.iter().map(kind).collect()
}
