//! Where a demo keeps its store, and how far its clock was moved.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use ulid::Ulid;

const CLOCK: &str = "clock-ahead-ms";

/// The folder; a temporary one goes away with it.
pub(super) struct Folder {
    path: PathBuf,
    is_temporary: bool,
}

impl Folder {
    pub(super) fn open(wanted: Option<PathBuf>) -> anyhow::Result<Self> {
        let is_temporary = wanted.is_none();
        let path = wanted.unwrap_or_else(|| {
            std::env::temp_dir().join(format!("dingdan-demo-{}", Ulid::generate()))
        });
        fs::create_dir_all(&path)
            .with_context(|| format!("can't make the folder {}", path.display()))?;
        Ok(Self { path, is_temporary })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where it is written down how far the clock was moved.
    pub(super) fn clock_lead(&self) -> ClockLead {
        ClockLead((!self.is_temporary).then(|| self.path.join(CLOCK)))
    }
}

/// How far the clock is ahead of real time, kept over restarts: time must not go back for what is
/// stored in the folder.
#[derive(Clone)]
pub(super) struct ClockLead(Option<PathBuf>);

impl ClockLead {
    pub(super) fn last(&self) -> Duration {
        let kept = self
            .0
            .as_ref()
            .and_then(|file| fs::read_to_string(file).ok());
        let millis = kept.and_then(|text| text.trim().parse().ok());
        Duration::from_millis(millis.unwrap_or_default())
    }

    pub(super) fn keep(&self, lead: Duration) {
        let Some(file) = &self.0 else { return };
        if let Err(error) = fs::write(file, lead.as_millis().to_string()) {
            tracing::warn!(error = %error, "demo: the clock's lead could not be kept; after a restart it shows the real time");
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.is_temporary {
            // What is left behind is small, and the system clears its temporary folder.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_folder_goes_away_and_a_chosen_one_remembers_the_clock() {
        let temporary = Folder::open(None).expect("a folder");
        let path = temporary.path().to_owned();
        drop(temporary);
        assert!(!path.exists());

        let chosen = tempfile::tempdir().expect("a folder");
        let folder = || Folder::open(Some(chosen.path().join("demo"))).expect("a folder");
        assert_eq!(folder().clock_lead().last(), Duration::ZERO);
        folder().clock_lead().keep(Duration::from_secs(90));
        assert_eq!(folder().clock_lead().last(), Duration::from_secs(90));
    }
}
