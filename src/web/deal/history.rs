//! What happened to a deal, from its journal, the newest first. No customer's words are told here.

use std::collections::BTreeMap;

use crate::domain::{PersonId, RunId};
use crate::engine::{Definitions, Effect, State};
use crate::shared::Shared;
use crate::store::{JournalEntry, OpportunityRow, StoreError};
use crate::web::moments::{self, Now};
use crate::web::next_path::query_of;
use crate::web::query::path_of;

use super::told::{Teller, Told};

/// A page of the history ends with the entry that fills it.
const SHOWN: usize = 30;
/// Entries read at once; most ticks have nothing to tell.
const READ: i64 = 60;

/// A part of the history.
#[derive(Default)]
pub(super) struct History {
    pub(super) lines: Vec<Line>,
    /// Where what happened before stands.
    pub(super) earlier: Option<String>,
    /// Whether what happened last is shown.
    pub(super) is_newest: bool,
}

/// Something that happened.
pub(super) struct Line {
    pub(super) at: String,
    pub(super) what: String,
    /// The run it happened to: its page and its name.
    pub(super) run: Option<(String, String)>,
}

/// What happened before that entry of the journal; without one, what happened last.
///
/// # Errors
/// When the store fails.
pub(super) async fn before(
    shared: &Shared,
    deal: &OpportunityRow,
    state: &State,
    (before, now): (Option<i64>, Now),
) -> Result<History, StoreError> {
    let definitions = shared.definitions();
    let mut lines = Vec::new();
    let mut oldest = before.unwrap_or(i64::MAX);
    while lines.len() < SHOWN && oldest > 1 {
        let entries = shared.store.journal_before(&deal.id, oldest, READ).await?;
        if entries.is_empty() {
            oldest = 1;
        }
        let people = people(shared, &entries).await?;
        let teller = Teller::new(&definitions, state, &people, now);
        for entry in &entries {
            oldest = entry.position;
            lines.extend(drawn(&definitions, state, entry, &teller));
            if lines.len() >= SHOWN {
                break;
            }
        }
    }
    let path = path_of(&["deals", deal.id.as_str()]);
    let earlier = || query_of(&[("before", &oldest.to_string())]);
    Ok(History {
        lines,
        earlier: (oldest > 1).then(|| format!("{path}?{}#history", earlier())),
        is_newest: before.is_none(),
    })
}

/// The names of those whom entries tell by their ids.
async fn people(
    shared: &Shared,
    entries: &[JournalEntry],
) -> Result<BTreeMap<PersonId, String>, StoreError> {
    let mut names = BTreeMap::new();
    for entry in entries {
        let Some(id) = serde_json::from_str(&entry.event)
            .ok()
            .and_then(|event| super::told::by_id(&event))
        else {
            continue;
        };
        if !names.contains_key(&id)
            && let Some(person) = shared.store.person(&id).await?
        {
            names.insert(id, person.name);
        }
    }
    Ok(names)
}

/// What an entry tells, the last thing first.
fn drawn(
    definitions: &Definitions,
    state: &State,
    entry: &JournalEntry,
    teller: &Teller<'_>,
) -> Vec<Line> {
    let Ok(event) = serde_json::from_str(&entry.event) else {
        return Vec::new();
    };
    let effects: Vec<Effect> = serde_json::from_str(&entry.effects).unwrap_or_default();
    let told = teller.tell(&event, &effects, entry.at);
    let line = |Told { run, what }: Told| Line {
        at: moments::told(entry.at, teller.now),
        what,
        run: run.map(|run| named(definitions, state, &run)),
    };
    told.into_iter().rev().map(line).collect()
}

fn named(definitions: &Definitions, state: &State, id: &RunId) -> (String, String) {
    let run = state.runs.get(id);
    let node = run.and_then(|run| definitions.node_of(run));
    let name = match (node, run) {
        (Some(node), _) => node.name.clone(),
        (None, Some(run)) => run.node.clone(),
        (None, None) => id.to_string(),
    };
    (path_of(&["runs", id.as_str()]), name)
}
