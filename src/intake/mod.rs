//! What reps send, on its way to the engine: looked into, kept, and told as [`Evidence`].
//!
//! [`inspect`] is pure; it says what was found, or in one sentence for the sender why the file can't
//! be used. Whether it answers the question is for the engine to judge. [`take_in`] does it off the
//! threads that answer, a few files at a time and no longer than people wait, and keeps the file.

mod inspecting;

use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::domain::ModelCode;
use crate::engine::{Evidence, Finding, Question};
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

/// Why a file was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// It can't be used; one sentence for the sender.
    #[error("the file can't be used")]
    Unusable(String),
    /// It can't be kept.
    #[error(transparent)]
    Depot(#[from] DepotError),
}

/// Looks into a file that was sent for a question, and keeps it. A parts list is compared with the
/// models that the customer `bought`.
///
/// # Errors
/// When the file can't be used, and when it can't be kept.
pub async fn take_in(
    shared: &Shared,
    question: &Question,
    bought: Vec<ModelCode>,
    name: &str,
    bytes: Vec<u8>,
) -> Result<Evidence, NotTaken> {
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
            evidence.map(|evidence| (evidence, bytes))
        });
        work.await
    };
    let too_slow = || NotTaken::Unusable(TOO_SLOW.to_owned());
    let finished = timeout(LONGEST, looked_into)
        .await
        .map_err(|_| too_slow())?;
    let (evidence, bytes) = finished
        .map_err(|_| too_slow())?
        .map_err(NotTaken::Unusable)?;
    shared.depot.put(bytes.as_slice()).await?;
    Ok(evidence)
}

/// A place that was sent: it has no bytes.
#[must_use]
pub fn place(latitude: f64, longitude: f64, label: &str) -> Evidence {
    let named = if label.trim().is_empty() {
        format!("{latitude:.5},{longitude:.5}")
    } else {
        inspecting::shown(label)
    };
    Evidence {
        sha256: String::new(),
        name: named,
        size: 0,
        finding: Finding::Place {
            latitude: millionths(latitude),
            longitude: millionths(longitude),
        },
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a coordinate has at most 180 degrees, and a fraction of a millionth is no place"
)]
fn millionths(degrees: f64) -> i64 {
    (degrees * 1_000_000.0).round() as i64
}
