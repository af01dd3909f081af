//! What stands below a customer's line when its reader asks: why it is marked, what people said of
//! that, and what they may say.

use crate::domain::{CorrectionKind, CorrectionState, Label};
use crate::signals::learnt::LEARNT;
use crate::signals::{Dictionaries, RuleTitle};
use crate::store::{CorrectionRow, DISMISSED_BY_BURST, SignalRow};
use crate::web::language::{Language, say};
use crate::web::marking;
use crate::web::moments::{self, Now};

/// The rule of signals that a person heard.
const BY_A_PERSON: &str = "person";
/// A version is shown by its beginning.
const VERSION_CHARACTERS: usize = 8;

/// All that is said about a line.
pub(super) struct About {
    pub(super) heard: Vec<Heard>,
    pub(super) said: Vec<Said>,
    /// The labels that the line doesn't carry.
    pub(super) others: Vec<Label>,
}

/// A signal, and why it was heard.
pub(super) struct Heard {
    pub(super) label: Label,
    pub(super) words: String,
    /// The rule, in words.
    pub(super) rule: String,
    /// What the rule's name doesn't tell.
    pub(super) why: String,
    /// By which dictionaries and model.
    pub(super) versions: String,
    pub(super) is_tried: bool,
    /// Why it means nothing any more.
    pub(super) dismissed: Option<&'static str>,
    /// Whether somebody said already that it is a false alarm.
    pub(super) is_contested: bool,
}

/// A correction.
pub(super) struct Said {
    pub(super) id: String,
    pub(super) by: String,
    pub(super) what: String,
    pub(super) at: String,
    pub(super) state: String,
    /// Whether the viewer is to decide about it.
    pub(super) is_to_decide: bool,
}

impl About {
    /// Of one line, with its own signals and corrections; whether the viewer decides about what reps
    /// say.
    pub(super) fn of(
        signals: &[&SignalRow],
        corrections: &[&CorrectionRow],
        (decides, now): (bool, Now),
        dictionaries: &Dictionaries,
    ) -> Self {
        let carries = |label: Label| {
            signals.iter().any(|signal| {
                signal.label == label && !signal.shadow && signal.dismissed_at.is_none()
            })
        };
        let others = Label::ALL.into_iter().filter(|label| !carries(*label));
        let heard = signals
            .iter()
            .map(|signal| heard(signal, corrections, dictionaries, now.language));
        let said = corrections.iter().map(|one| said(one, (decides, now)));
        Self {
            heard: heard.collect(),
            said: said.collect(),
            others: others.collect(),
        }
    }

    /// What the line offers, in a few words.
    pub(super) fn offer(&self, language: &Language) -> &'static str {
        if self.heard.is_empty() {
            language.say("漏报", "Missed?")
        } else {
            language.say("依据 · 误报", "Why · false alarm?")
        }
    }

    /// Whether something of it waits for the viewer.
    pub(super) fn is_waiting(&self) -> bool {
        self.said.iter().any(|said| said.is_to_decide)
    }
}

impl Heard {
    pub(super) fn tone(&self) -> &'static str {
        marking::tone(&self.label)
    }
}

fn heard(
    signal: &SignalRow,
    corrections: &[&CorrectionRow],
    dictionaries: &Dictionaries,
    language: Language,
) -> Heard {
    let is_contested = corrections.iter().any(|one| {
        one.kind == CorrectionKind::FalseAlarm
            && one.label == signal.label
            && one.state == CorrectionState::Pending
    });
    Heard {
        label: signal.label,
        words: signal.words().to_owned(),
        rule: rule(signal, dictionaries, language),
        why: why(signal, language),
        versions: versions(signal, language),
        is_tried: signal.shadow,
        dismissed: signal
            .dismissed_at
            .map(|_| match signal.dismissed_by.as_str() {
                DISMISSED_BY_BURST => language.say(
                    "客户随后改口，不计",
                    "Taken back by what followed; doesn't count",
                ),
                _ => language.say("已判误报，不计", "A false alarm; doesn't count"),
            }),
        is_contested,
    }
}

/// `规则「嫌贵」（词典 price.toml）`.
fn rule(signal: &SignalRow, dictionaries: &Dictionaries, language: Language) -> String {
    match signal.rule.as_str() {
        BY_A_PERSON => return language.say("人工补标", "Marked by a person").to_owned(),
        LEARNT => {
            return language
                .say(
                    "没有规则命中，是从人工标注过的话里学来的",
                    "No rule: learnt from lines that people labelled",
                )
                .to_owned();
        }
        _ => {}
    }
    let id = signal
        .rule
        .split_once(':')
        .map_or(&*signal.rule, |(_, id)| id);
    match dictionaries.rule_title(&signal.rule) {
        Some(RuleTitle { title: "", file }) => {
            say!(
                language,
                "规则「{id}」（词典 {file}）",
                "Rule “{id}” (dictionary {file})"
            )
        }
        Some(RuleTitle { title, file }) => say!(
            language,
            "规则「{title}」（词典 {file}）",
            "Rule “{title}” (dictionary {file})"
        ),
        None => say!(
            language,
            "规则「{id}」（现在的词典里已没有这一条）",
            "Rule “{id}” (no longer in the dictionaries)"
        ),
    }
}

/// What the rule's name doesn't tell. Of what was learnt, these are the pieces of the line that spoke
/// for it most, behind what a burst put together.
fn why(signal: &SignalRow, language: Language) -> String {
    let why = &signal.why;
    if signal.rule != LEARNT {
        return why.clone();
    }
    match why.split_once('；') {
        Some((burst, pieces)) => say!(
            language,
            "{burst}；最像的几处：{pieces}",
            "{burst}; strongest pieces: {pieces}"
        ),
        None if why.starts_with('「') => {
            say!(language, "最像的几处：{why}", "Strongest pieces: {why}")
        }
        None if why.is_empty() => language
            .say(
                "凭上一句和整句话判断",
                "By the line before and the whole of this one",
            )
            .to_owned(),
        None => why.clone(),
    }
}

fn versions(signal: &SignalRow, language: Language) -> String {
    let short = |version: &str| -> String { version.chars().take(VERSION_CHARACTERS).collect() };
    let version = short(&signal.dictionaries);
    let dictionaries = say!(language, "词典版本 {version}", "Dictionaries {version}");
    match signal.model.as_str() {
        "" => dictionaries,
        model => {
            let model = short(model);
            say!(
                language,
                "{dictionaries} · 模型 {model}",
                "{dictionaries} · model {model}"
            )
        }
    }
}

fn said(correction: &CorrectionRow, (decides, now): (bool, Now)) -> Said {
    let language = now.language;
    let label = language.label(&correction.label);
    let decider = &correction.decider;
    Said {
        id: correction.id.clone(),
        by: correction.person.clone(),
        what: match correction.kind {
            CorrectionKind::FalseAlarm => say!(language, "误报：{label}", "False alarm: {label}"),
            CorrectionKind::Missed => say!(language, "漏报：{label}", "Missed: {label}"),
        },
        at: moments::told(correction.said_at, now),
        state: match correction.state {
            CorrectionState::Pending => language
                .say("待主管确认", "Waits for a director")
                .to_owned(),
            CorrectionState::Confirmed
                if correction.decided_by.as_ref() == Some(&correction.person_id) =>
            {
                language.say("已生效", "Holds").to_owned()
            }
            CorrectionState::Confirmed => {
                say!(language, "{decider}已确认", "Confirmed by {decider}")
            }
            CorrectionState::Refused => {
                say!(language, "{decider}未采纳", "Not accepted by {decider}")
            }
            CorrectionState::Replaced => {
                say!(
                    language,
                    "{decider}已改判",
                    "Decided otherwise by {decider}"
                )
            }
        },
        is_to_decide: decides && correction.is_pending(),
    }
}
