//! What reps send, on its way to the engine: looked into, told as [`Evidence`], and kept when it is
//! an answer.
//!
//! [`inspect`] is pure; it says what was found, or in one sentence for the sender why the file can't
//! be used. Whether it answers the question is for the engine to judge. [`look_into`] does it off the
//! threads that answer, a few files at a time and no longer than people wait. What the engine takes
//! has to be kept before the state is saved ([`LookedInto::has_to_be_kept`]), so that no answer is
//! without its file; what it refuses leaves none behind.

mod inspecting;

use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::domain::{ModelCode, RunId};
use crate::engine::{Evidence, Finding, Given, Question, State};
use crate::evidence::depot::DepotError;
use crate::shared::Shared;

pub(crate) use inspecting::too_large;
pub use inspecting::{Sent, inspect};

/// So many files are looked into at once: each may take a processor and some memory.
const AT_ONCE: usize = 2;
/// Nobody looks at a page that says nothing for longer.
const LONGEST: Duration = Duration::from_secs(30);
const TOO_SLOW: &str = "文件处理超时，请用“打印为 PDF”或另存为新文件后再上传。";

static INSPECTIONS: Semaphore = Semaphore::const_new(AT_ONCE);

/// What was sent and looked into.
pub struct LookedInto {
    evidence: Evidence,
    /// What is not kept yet; `None` when nothing is to be kept.
    unkept: Option<Vec<u8>>,
}

impl LookedInto {
    /// What was found.
    #[must_use]
    pub const fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// Whether the state has it as the answer to the run's question, and its file is not kept: then
    /// the state must not be saved before [`LookedInto::keep`].
    #[must_use]
    pub fn has_to_be_kept(&self, state: &State, run: &RunId, question: &str) -> bool {
        let run = state.runs.get(run);
        let answer = run.and_then(|run| run.answers.get(question));
        let is_answer = answer.is_some_and(|answer| match &answer.given {
            Given::Evidence { evidence } => *evidence == self.evidence,
            _ => false,
        });
        is_answer && self.unkept.is_some()
    }

    /// Keeps the file.
    ///
    /// # Errors
    /// When the depot can't take it.
    pub async fn keep(&mut self, shared: &Shared) -> Result<(), DepotError> {
        if let Some(bytes) = &self.unkept {
            shared.depot.put(bytes.as_slice()).await?;
            self.unkept = None;
        }
        Ok(())
    }
}

/// Looks into a file that was sent for a question. A parts list is compared with the models that the
/// customer `bought`.
///
/// # Errors
/// When the file can't be used: one sentence for the sender.
pub async fn look_into(
    shared: &Shared,
    question: &Question,
    bought: Vec<ModelCode>,
    name: &str,
    bytes: Vec<u8>,
) -> Result<LookedInto, String> {
    let largest = shared.settings.storage.files.largest_length();
    let (kind, name) = (question.kind.clone(), name.to_owned());
    let looked_into = async {
        // Never closed; a file that takes too long keeps its place until it is done with.
        let permit = INSPECTIONS.acquire().await;
        let work = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let sent = Sent {
                name: &name,
                bytes: &bytes,
            };
            let evidence = inspect(sent, &kind, &bought, largest);
            evidence.map(|evidence| LookedInto {
                evidence,
                unkept: Some(bytes),
            })
        });
        work.await
    };
    let finished = timeout(LONGEST, looked_into)
        .await
        .map_err(|_| TOO_SLOW.to_owned())?;
    finished.map_err(|_| TOO_SLOW.to_owned())?
}

/// A place that was sent: it has no bytes.
#[must_use]
pub fn place(latitude: f64, longitude: f64, label: &str) -> LookedInto {
    let named = if label.trim().is_empty() {
        format!("{latitude:.5},{longitude:.5}")
    } else {
        inspecting::shown(label)
    };
    LookedInto {
        evidence: Evidence {
            sha256: String::new(),
            name: named,
            size: 0,
            finding: Finding::Place {
                latitude: millionths(latitude),
                longitude: millionths(longitude),
            },
        },
        unkept: None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a coordinate has at most 180 degrees, and a fraction of a millionth is no place"
)]
fn millionths(degrees: f64) -> i64 {
    (degrees * 1_000_000.0).round() as i64
}
