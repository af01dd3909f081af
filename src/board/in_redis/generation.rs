//! Which boards stand and are being filled, as this replica knows it.

use super::keys::UNBUILT;

/// A board that a rebuild fills.
pub(in crate::board) struct Generation {
    pub(super) name: String,
    /// How often recording had failed when the rebuild began; those hits it will find in the store.
    pub(super) covers: u64,
}

/// Where a hit has to be counted. What is remembered may be out of date; Redis then says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    /// What is read.
    pub(super) current: String,
    /// What rebuilds fill, by name.
    pub(super) building: Vec<String>,
}

impl Standing {
    /// All names, the current one first.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.current)
            .chain(&self.building)
            .map(String::as_str)
    }

    /// As the script for counting compares it and tells it.
    pub(super) fn written(&self) -> String {
        self.names().collect::<Vec<_>>().join("\t")
    }

    pub(super) fn read(written: &str) -> Self {
        let mut names = written.split('\t').map(str::to_owned);
        Self {
            current: names.next().unwrap_or_default(),
            building: names.collect(),
        }
    }
}

impl Default for Standing {
    fn default() -> Self {
        Self::read(UNBUILT)
    }
}
