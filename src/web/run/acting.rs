//! What a form of the run's page wants, and which forms it shows.

use serde::Deserialize;

use crate::engine::{Looked, Phase, Run};
use crate::journal::{Act, MoreTime};
use crate::web::error::PageError;
use crate::web::language::Language;

const LONGEST_REASON: usize = 200;
const MOST_HOURS: u32 = 2_160;

/// A form, as it was sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    pub(super) csrf: String,
    act: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    hours: Option<u32>,
    /// What was looked at: the question.
    #[serde(default)]
    question: String,
    /// What was looked at: the file.
    #[serde(default)]
    sha256: String,
    /// The page it was sent from, if not the run's own.
    #[serde(default)]
    from: String,
}

impl Wanted {
    /// What is wanted, or the sentence why it can't be.
    ///
    /// # Errors
    /// When it is no form of ours.
    pub(super) fn act(&self, language: Language) -> Result<Result<Act, String>, PageError> {
        let act = match self.act.as_str() {
            "acknowledge" => Act::Acknowledge,
            "urge" => Act::Urge,
            "resume" => Act::Resume,
            "approve" => Act::Approve { seen: self.seen()? },
            other => match self.why() {
                Some(why) => self.with_reason(other, why)?,
                None => {
                    let why = language.say(
                        "请写明原因，它会留在记录里。",
                        "Please say why; it stays on record.",
                    );
                    return Ok(Err(why.to_owned()));
                }
            },
        };
        Ok(Ok(act))
    }

    fn with_reason(&self, act: &str, why: String) -> Result<Act, PageError> {
        Ok(match act {
            "pause" => Act::Pause { why },
            "waive" => Act::Waive { why },
            "dismiss" => Act::Dismiss { why },
            "return" => Act::Return {
                questions: Vec::new(),
                why,
            },
            "refuse" => Act::Refuse {
                seen: self.seen()?,
                why,
            },
            "extend" => {
                let hours = self.hours.filter(|hours| (1..=MOST_HOURS).contains(hours));
                let until = MoreTime::Hours(hours.ok_or(PageError::BadRequest)?);
                Act::Extend { until, why }
            }
            _ => return Err(PageError::BadRequest),
        })
    }

    fn seen(&self) -> Result<Looked, PageError> {
        if self.question.is_empty() {
            return Err(PageError::BadRequest);
        }
        Ok(Looked {
            question: self.question.clone(),
            sha256: self.sha256.clone(),
        })
    }

    /// In one line.
    fn why(&self) -> Option<String> {
        let words: Vec<&str> = self.reason.split_whitespace().collect();
        let why: String = words.join(" ").chars().take(LONGEST_REASON).collect();
        Some(why).filter(|why| !why.is_empty())
    }

    /// Where to go afterwards, if not to the run.
    pub(super) fn back(&self) -> Option<String> {
        (self.from == "spot-checks").then(|| "/spot-checks".to_owned())
    }
}

/// Which forms make sense where the run stands.
#[derive(Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one form of the page"
)]
pub(super) struct Can {
    pub(super) acknowledge: bool,
    pub(super) urge: bool,
    pub(super) extend: bool,
    pub(super) pause: bool,
    pub(super) resume: bool,
    pub(super) let_off: bool,
    pub(super) send_back: bool,
}

impl Can {
    /// A supervisor's; nobody else has any.
    pub(super) fn of(run: &Run) -> Self {
        let phase = &run.phase;
        Self {
            acknowledge: matches!(
                phase,
                Phase::Overdue {
                    acknowledged: None,
                    ..
                }
            ),
            urge: phase.is_unfinished(),
            extend: matches!(phase, Phase::Open { .. } | Phase::Overdue { .. }),
            pause: matches!(phase, Phase::Open { .. }),
            resume: matches!(phase, Phase::Paused { .. }),
            let_off: phase.is_unfinished(),
            send_back: (phase.is_unfinished() || matches!(phase, Phase::Done { .. }))
                && !run.answers.is_empty(),
        }
    }

    pub(super) fn is_any(&self) -> bool {
        *self != Self::default()
    }
}
