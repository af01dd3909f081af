//! What a rep sends as an answer: looked into, kept, and told to the engine as [`Evidence`].
//!
//! [`take`] is the whole way, for the chat and for the run's page alike; [`inspect`] is its pure
//! part. What can't be read is refused here, in one sentence for the rep. Whether what was found
//! does as an answer, the engine judges by the definition.

mod findings;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::engine::{Evidence, Finding, Question};
use crate::evidence::depot::{Depot, DepotError, Digest};

use findings::find;

/// A file's name is shown on receipts and pages, and kept in the journal.
const LONGEST_NAME: usize = 100;

/// What has to be known to look into a file, besides the question.
#[derive(Debug, Clone, Default)]
pub struct Background {
    /// The largest file that is taken, in bytes.
    pub largest: u64,
    /// The models that the customer bought before.
    pub bought: Vec<String>,
}

/// One sentence for the person who sent the file: what is wrong with it, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Its sender has to send another one.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It could not be kept.
    #[error("a file could not be kept")]
    Depot(#[from] DepotError),
    /// The work on it was broken off.
    #[error("the work on a file was broken off")]
    BrokenOff,
}

/// Looks into a file that answers `question`, and keeps it. What is refused is not kept.
///
/// # Errors
/// [`NotTaken::Refused`] with a sentence for the sender; else it may be tried again.
pub async fn take(
    depot: &Depot,
    bytes: Vec<u8>,
    name: &str,
    question: &Question,
    background: Background,
) -> Result<Evidence, NotTaken> {
    let bytes = Arc::new(bytes);
    let (looked_at, question, name) = (Arc::clone(&bytes), question.clone(), name.to_owned());
    // A hostile file may keep a processor busy for seconds.
    let looking =
        tokio::task::spawn_blocking(move || inspect(&looked_at, &name, &question, &background));
    let evidence = looking.await.map_err(|_| NotTaken::BrokenOff)??;
    depot.put(bytes.as_slice()).await?;
    Ok(evidence)
}

/// Looks into a file that answers `question`. May take seconds of a processor; call it off the
/// threads that answer.
///
/// # Errors
/// With a sentence for the sender, when it can't be read.
pub fn inspect(
    bytes: &[u8],
    name: &str,
    question: &Question,
    background: &Background,
) -> Result<Evidence, Refused> {
    let size = bytes.len() as u64;
    if size == 0 {
        return Err(Refused("这个文件是空的，请重新发送。".to_owned()));
    }
    if size > background.largest {
        return Err(too_large(background.largest));
    }
    let finding = find(bytes, &question.kind, background)?;
    Ok(Evidence {
        sha256: Digest::of(bytes).to_string(),
        name: named(name, &finding),
        size,
        finding,
    })
}

/// A place that was sent: it has no bytes.
#[must_use]
pub fn place(latitude: f64, longitude: f64, label: &str) -> Evidence {
    let finding = Finding::Place {
        latitude: millionths(latitude),
        longitude: millionths(longitude),
    };
    let label = if label.trim().is_empty() {
        format!("{latitude:.5},{longitude:.5}")
    } else {
        label.to_owned()
    };
    Evidence {
        sha256: String::new(),
        name: named(&label, &finding),
        size: 0,
        finding,
    }
}

/// What is said of a file that is larger than allowed, in bytes.
#[must_use]
pub fn too_large(largest: u64) -> Refused {
    let megabytes = largest / (1024 * 1024);
    Refused(format!(
        "文件太大（最多 {megabytes} MB），请压缩或只保留需要的部分后重新发送。"
    ))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a coordinate has at most 180 degrees, and a fraction of a millionth is no place"
)]
fn millionths(degrees: f64) -> i64 {
    (degrees * 1_000_000.0).round() as i64
}

/// The name as it may be shown: without folders and control characters, and not too long.
fn named(name: &str, finding: &Finding) -> String {
    let last = match finding {
        Finding::Place { .. } => name,
        _ => name.rsplit(['/', '\\']).next().unwrap_or_default(),
    };
    let shown = last.chars().filter(|symbol| !symbol.is_control());
    let shown: String = shown.take(LONGEST_NAME).collect();
    match (shown.trim(), finding) {
        ("", Finding::Voice { .. }) => "语音".to_owned(),
        ("", _) => "文件".to_owned(),
        (shown, _) => shown.to_owned(),
    }
}
