//! What stories are told with: a deal that events happen to, and short names for events.

use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use crate::config::Document;
use crate::domain::{Label, PersonId, RunId, Timestamp};
use crate::engine::{AlertText, CardPrompt, Context, Effect, Event, Process, Receipt, Run, State};

pub(super) const GOLDEN_SIX: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/config/processes/golden-six.toml"
);

/// The process that ships.
pub(super) fn golden_six() -> &'static Process {
    static PROCESS: LazyLock<Process> = LazyLock::new(|| {
        let document = Document::read(Path::new(GOLDEN_SIX)).unwrap();
        Process::from_document(&document).unwrap_or_else(|problems| panic!("{problems}"))
    });
    &PROCESS
}

/// Its text.
pub(super) fn golden_six_text() -> String {
    std::fs::read_to_string(GOLDEN_SIX).unwrap()
}

/// The shipped process with some of its text replaced.
pub(super) fn golden_six_with(replacements: &[(&str, &str)]) -> Process {
    let mut text = golden_six_text();
    for (from, to) in replacements {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    Process::from_document(&Document::new("test.toml", text))
        .unwrap_or_else(|problems| panic!("{problems}"))
}

pub(super) fn context() -> Context {
    Context {
        opportunity: "op1".parse().unwrap(),
        opportunity_name: "三号线改造".to_owned(),
        customer: "华东精工".to_owned(),
        rep: "张伟".to_owned(),
        industry: None,
        region: Some("华东".to_owned()),
    }
}

/// 2026-11-23, a Monday, 09:30 in China.
pub(super) fn monday() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-23T09:30:00+08:00").unwrap()
}

/// One deal and its time.
pub(super) struct Deal {
    pub(super) process: Process,
    pub(super) context: Context,
    pub(super) state: State,
    pub(super) now: Timestamp,
}

impl Deal {
    /// A new deal under the shipped process.
    pub(super) fn new() -> Self {
        Self::under(golden_six().clone())
    }

    pub(super) fn under(process: Process) -> Self {
        Self {
            process,
            context: context(),
            state: State::default(),
            now: monday(),
        }
    }

    pub(super) fn happens(&mut self, event: &Event) -> Vec<Effect> {
        let state = std::mem::take(&mut self.state);
        let (state, effects) = self.process.step(state, &self.context, event, self.now);
        self.state = state;
        effects
    }

    pub(super) fn after_minutes(&mut self, minutes: u64) -> &mut Self {
        self.now = self.now.plus(Duration::from_secs(minutes * 60));
        self
    }

    pub(super) fn run(&self, id: &str) -> &Run {
        &self.state.runs[&run(id)]
    }
}

/// All that the risk node asks for.
pub(super) const BOTH: &[(&str, &[&str])] = &[
    ("risk_type", &["open_tender"]),
    ("strategy", &["shape_tender"]),
];

/// A deal whose customer spoke of a tender, so that run `op1-1` waits for the rep.
pub(super) fn with_a_tender() -> Deal {
    let mut deal = Deal::new();
    deal.happens(&heard(Label::Tender, "要走招标"));
    deal
}

/// A deal whose customer named a competitor.
pub(super) fn with_a_competitor() -> Deal {
    let mut deal = Deal::new();
    deal.happens(&heard(Label::Competitor, "凯联"));
    deal
}

pub(super) fn run(id: &str) -> RunId {
    id.parse().unwrap()
}

pub(super) fn zhang_wei() -> PersonId {
    "zhang.wei".parse().unwrap()
}

/// The customer says something; each text is a message of its own.
pub(super) fn heard(label: Label, words: &str) -> Event {
    Event::SignalHeard {
        label,
        words: words.to_owned(),
        quote: format!("我们{words}，你们看着办"),
        message: format!("m-{words}").parse().unwrap(),
        chat: "chat1".parse().unwrap(),
    }
}

pub(super) fn chosen(id: &str, choices: &[(&str, &[&str])]) -> Event {
    let choices = choices.iter().map(|(question, options)| {
        let options = options.iter().map(|option| (*option).to_owned());
        ((*question).to_owned(), options.collect())
    });
    Event::Chosen {
        run: run(id),
        choices: choices.collect(),
        by: zhang_wei(),
    }
}

pub(super) fn told(id: &str, question: &str, text: &str) -> Event {
    Event::Told {
        run: run(id),
        question: question.to_owned(),
        text: text.to_owned(),
        by: zhang_wei(),
    }
}

pub(super) fn cards(effects: &[Effect]) -> Vec<&CardPrompt> {
    picked(effects, |effect| match effect {
        Effect::SendCard(card) => Some(card),
        _ => None,
    })
}

pub(super) fn alerts(effects: &[Effect]) -> Vec<&AlertText> {
    picked(effects, |effect| match effect {
        Effect::RaiseAlert(alert) => Some(alert),
        _ => None,
    })
}

pub(super) fn receipts(effects: &[Effect]) -> Vec<&Receipt> {
    picked(effects, |effect| match effect {
        Effect::ReplaceCard { receipt, .. } => Some(receipt),
        _ => None,
    })
}

/// What the rep reads in the chat: sentences and questions.
pub(super) fn sayings(effects: &[Effect]) -> Vec<&str> {
    picked(effects, |effect| match effect {
        Effect::TellRep { text, .. } | Effect::AskText { text, .. } => Some(text.as_str()),
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
pub(super) fn shown(lines: &[(String, String)]) -> Vec<String> {
    let line = |(name, value): &(String, String)| format!("{name}：{value}");
    lines.iter().map(line).collect()
}

/// The kinds of the effects, in order.
pub(super) fn kinds(effects: &[Effect]) -> Vec<&'static str> {
    let kind = |effect: &Effect| match effect {
        Effect::SendCard(_) => "SendCard",
        Effect::AskText { .. } => "AskText",
        Effect::TellRep { .. } => "TellRep",
        Effect::ReplaceCard { .. } => "ReplaceCard",
        Effect::RaiseAlert(_) => "RaiseAlert",
        Effect::SetDeadline { .. } => "SetDeadline",
        Effect::ClearDeadlines { .. } => "ClearDeadlines",
    };
    effects.iter().map(kind).collect()
}
