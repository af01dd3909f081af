//! What stands beside the lines: the customer's deals with their runs, and who looked.

use std::collections::BTreeMap;

use crate::domain::ChatId;
use crate::engine::Process;
use crate::shared::Shared;
use crate::store::{ChatRow, OpportunityRow, RunRow, StoreError, ViewRow};
use crate::web::moments::{self, Now};
use crate::web::query::path_of;
use crate::web::standing::{Light, light, when};
use crate::web::viewer::Viewer;
use crate::web::views::place_name;

const DEALS: i64 = 5;
/// Views that are read, and entries that they are told in.
const READ: i64 = 200;
const VIEWS: usize = 20;

/// A deal and what it demands.
pub(super) struct Deal {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) stage: String,
    pub(super) rep: String,
    pub(super) is_closed: bool,
    pub(super) runs: Vec<Run>,
}

/// A run with its light.
pub(super) struct Run {
    pub(super) path: String,
    pub(super) title: String,
    pub(super) light: Light,
    pub(super) when: String,
    pub(super) opened: String,
    /// Question → answer.
    pub(super) answers: Vec<(String, String)>,
}

/// Someone who looked at the chat, in one place.
pub(super) struct ViewedBy {
    pub(super) name: String,
    /// Where its words were shown, if not in the chat itself.
    pub(super) place: Option<&'static str>,
    pub(super) times: i64,
    /// The last time.
    pub(super) at: String,
}

/// The deals of the chat's customer, as far as the viewer may see them.
///
/// # Errors
/// When the store fails.
pub(super) async fn deals(
    shared: &Shared,
    viewer: &Viewer,
    chat: &ChatRow,
) -> Result<Vec<Deal>, StoreError> {
    let Some(customer) = &chat.customer_id else {
        return Ok(Vec::new());
    };
    let process = shared.process.load();
    let now = viewer.now(shared);
    let mut deals = Vec::new();
    for row in shared
        .store
        .deals_in(&viewer.scope, customer, DEALS)
        .await?
    {
        let runs = shared.store.runs_of(&row.id).await?;
        deals.push(deal(row, &runs, &process, now));
    }
    Ok(deals)
}

/// Who looked at the chat, newest first; each person and place once.
///
/// # Errors
/// When the store fails.
pub(super) async fn views(
    shared: &Shared,
    viewer: &Viewer,
    chat: &ChatId,
) -> Result<Vec<ViewedBy>, StoreError> {
    let now = viewer.now(shared);
    Ok(told(shared.store.views_of(chat, READ).await?, now))
}

pub(super) fn told(views: Vec<ViewRow>, now: Now) -> Vec<ViewedBy> {
    let place_of = |code: &str| place_name(code, now.language);
    let mut entries: Vec<(ViewRow, i64)> = Vec::new();
    for view in views {
        let is_same = |(known, _): &&mut (ViewRow, i64)| {
            known.person_id == view.person_id
                && known.name == view.name
                && place_of(&known.place) == place_of(&view.place)
        };
        match entries.iter_mut().find(is_same) {
            Some((_, times)) => *times += view.times,
            None => {
                let times = view.times;
                entries.push((view, times));
            }
        }
    }
    let entry = |(view, times): (ViewRow, i64)| ViewedBy {
        place: place_of(&view.place),
        name: view.name,
        times,
        at: moments::told(view.at, now),
    };
    entries.into_iter().take(VIEWS).map(entry).collect()
}

fn deal(row: OpportunityRow, runs: &[RunRow], process: &Process, now: Now) -> Deal {
    let stage = process
        .stage(&row.stage)
        .map_or_else(|| row.stage.clone(), |stage| stage.name.clone());
    Deal {
        path: path_of(&["deals", row.id.as_str()]),
        name: row.name,
        stage,
        rep: row.rep,
        is_closed: row.closed_at.is_some(),
        runs: runs.iter().map(|run| drawn(run, process, now)).collect(),
    }
}

fn drawn(run: &RunRow, process: &Process, now: Now) -> Run {
    let light = light(run, now.at);
    let given: BTreeMap<String, String> = serde_json::from_str(&run.answers).unwrap_or_default();
    let node = process.node(&run.node);
    let titled = |(key, answer): (String, String)| {
        let question = node.and_then(|node| node.question(&key));
        (
            question.map_or(key, |question| question.title.clone()),
            answer,
        )
    };
    Run {
        path: path_of(&["runs", run.id.as_str()]),
        title: run.title.clone(),
        light,
        when: when(run, light, now),
        opened: moments::told(run.opened_at, now),
        answers: given.into_iter().map(titled).collect(),
    }
}
