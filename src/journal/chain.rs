//! The journal's hash chain: each entry holds the hash of the one before.

use sha2::{Digest, Sha256};

use crate::domain::Timestamp;
use crate::engine::{Context, Effect, Event};
use crate::store::JournalEntry;

/// The journal was changed, or an entry is missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal is broken at entry {position}")]
pub struct BrokenChain {
    /// The first entry that doesn't fit.
    pub position: i64,
}

/// The entry after `head`.
pub(super) fn entry(
    head: Option<(i64, String)>,
    at: Timestamp,
    (event, context): (&Event, &Context),
    effects: &[Effect],
    cause: &str,
    process: &str,
) -> JournalEntry {
    let (last, previous_hash) = head.unwrap_or((0, String::new()));
    let mut entry = JournalEntry {
        position: last + 1,
        at,
        event: serde_json::to_string(event).expect("an event is always valid JSON"),
        effects: serde_json::to_string(effects).expect("effects are always valid JSON"),
        cause: cause.to_owned(),
        process: process.to_owned(),
        context: Some(serde_json::to_string(context).expect("a context is always valid JSON")),
        previous_hash,
        hash: String::new(),
    };
    entry.hash = hash(&entry);
    entry
}

/// Checks that every entry fits the one before, and the last one the end that the deal remembers.
///
/// # Errors
/// The first entry that doesn't fit or is missing.
pub fn verify(entries: &[JournalEntry], end: &str) -> Result<(), BrokenChain> {
    let mut previous = "";
    for (entry, position) in entries.iter().zip(1..) {
        if entry.position != position
            || entry.previous_hash != previous
            || entry.hash != hash(entry)
        {
            return Err(BrokenChain { position });
        }
        previous = &entry.hash;
    }
    if previous != end {
        let position = entries.last().map_or(1, |last| last.position + 1);
        return Err(BrokenChain { position });
    }
    Ok(())
}

/// SHA-256 over every part with its length before it, so that no two entries read the same. Entries
/// of earlier releases have no context; taken out of a newer one, it is missed.
fn hash(entry: &JournalEntry) -> String {
    let mut hasher = Sha256::new();
    hasher.update(entry.position.to_be_bytes());
    hasher.update(entry.at.0.to_be_bytes());
    let parts = [
        &entry.event,
        &entry.effects,
        &entry.cause,
        &entry.process,
        &entry.previous_hash,
    ];
    for part in parts.into_iter().chain(&entry.context) {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn chain(length: usize) -> Vec<JournalEntry> {
        let mut entries: Vec<JournalEntry> = Vec::new();
        for _ in 0..length {
            let head = entries
                .last()
                .map(|entry| (entry.position, entry.hash.clone()));
            let what = (&Event::Ticked, &context());
            entries.push(entry(head, Timestamp(7), what, &[], "tick", "v1"));
        }
        entries
    }

    fn context() -> Context {
        Context {
            opportunity: "deal-1".parse().expect("not empty"),
            opportunity_name: "二期".to_owned(),
            customer_id: "c-1".parse().expect("not empty"),
            customer: "云杉机械".to_owned(),
            rep: "赵磊".to_owned(),
            industry: None,
            region: None,
            customer_region: None,
            fields: BTreeMap::new(),
            levels: 1,
        }
    }

    #[test]
    fn entries_of_earlier_releases_hold_as_before() {
        let mut old = entry(
            None,
            Timestamp(7),
            (&Event::Ticked, &context()),
            &[],
            "tick",
            "v1",
        );
        old.context = None;
        // As the release before wrote it.
        old.hash = "e67e4b3cbf7eb0f3108e56a3504727720158a6b78563444288954593c36d54c4".to_owned();

        let end = old.hash.clone();
        assert_eq!(verify(&[old], &end), Ok(()));
    }

    #[test]
    fn a_context_that_is_changed_or_taken_out_is_missed() {
        let mut changed = chain(2);
        changed[1].context = Some("{}".to_owned());
        let mut taken = chain(2);
        taken[0].context = None;
        let end = taken[1].hash.clone();

        assert_eq!(verify(&changed, &end), Err(BrokenChain { position: 2 }));
        assert_eq!(verify(&taken, &end), Err(BrokenChain { position: 1 }));
    }

    #[test]
    fn an_untouched_chain_holds() {
        let whole = chain(4);

        assert_eq!(verify(&whole, &whole[3].hash), Ok(()));
        assert_eq!(verify(&[], ""), Ok(()), "nothing has happened yet");
    }

    #[test]
    fn a_missing_end_is_found_behind_the_last_entry_that_is_there() {
        let whole = chain(4);
        let end = &whole[3].hash;

        assert_eq!(verify(&whole[..3], end), Err(BrokenChain { position: 4 }));
        assert_eq!(verify(&[], end), Err(BrokenChain { position: 1 }));
        assert_eq!(verify(&whole, ""), Err(BrokenChain { position: 5 }));
    }

    #[test]
    fn an_edit_a_gap_and_a_swap_are_found_at_their_place() {
        let end = chain(4)[3].hash.clone();
        let mut edited = chain(4);
        edited[2].cause = "someone else".to_owned();
        let mut cut = chain(4);
        cut.remove(1);
        let mut swapped = chain(4);
        swapped.swap(0, 1);

        assert_eq!(verify(&edited, &end), Err(BrokenChain { position: 3 }));
        assert_eq!(verify(&cut, &end), Err(BrokenChain { position: 2 }));
        assert_eq!(verify(&swapped, &end), Err(BrokenChain { position: 1 }));
    }
}
