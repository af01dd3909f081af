//! What stands beside the lines: the customer's deals with their runs, and who looked.

use std::collections::BTreeMap;

use crate::domain::{ChatId, Timestamp};
use crate::engine::Process;
use crate::shared::Shared;
use crate::store::{ChatRow, OpportunityRow, RunRow, StoreError, ViewScope};
use crate::web::moments;

const DEALS: i64 = 5;
const VIEWS: i64 = 20;
/// A run is about to be late in the last part of its time, one in so many.
const LAST_PART: u32 = 4;

/// A deal and what it demands.
pub(super) struct Deal {
    pub(super) name: String,
    pub(super) stage: String,
    pub(super) rep: String,
    pub(super) is_closed: bool,
    pub(super) runs: Vec<Run>,
}

/// A run with its light.
pub(super) struct Run {
    pub(super) title: String,
    pub(super) light: Light,
    pub(super) when: String,
    pub(super) opened: String,
    /// Question → answer.
    pub(super) answers: Vec<(String, String)>,
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Light {
    Open,
    Soon,
    Overdue,
    Done,
    DoneLate,
    Ended,
}

impl Light {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Soon => "soon",
            Self::Overdue => "overdue",
            Self::Done | Self::DoneLate => "done",
            Self::Ended => "ended",
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Open => "进行中",
            Self::Soon => "即将超时",
            Self::Overdue => "已超时",
            Self::Done => "已完成",
            Self::DoneLate => "超时完成",
            Self::Ended => "不用再填",
        }
    }
}

/// Someone who looked at the chat.
pub(super) struct ViewedBy {
    pub(super) name: String,
    pub(super) at: String,
}

/// The deals of the chat's customer, as far as the viewer may see them.
///
/// # Errors
/// When the store fails.
pub(super) async fn deals(
    shared: &Shared,
    scope: &ViewScope,
    chat: &ChatRow,
) -> Result<Vec<Deal>, StoreError> {
    let Some(customer) = &chat.customer_id else {
        return Ok(Vec::new());
    };
    let process = shared.process.load();
    let now = shared.clock.now();
    let mut deals = Vec::new();
    for row in shared.store.deals_in(scope, customer, DEALS).await? {
        let runs = shared.store.runs_of(&row.id).await?;
        deals.push(deal(row, &runs, &process, now));
    }
    Ok(deals)
}

/// Who looked at the chat, newest first.
///
/// # Errors
/// When the store fails.
pub(super) async fn views(shared: &Shared, chat: &ChatId) -> Result<Vec<ViewedBy>, StoreError> {
    let now = shared.clock.now();
    let views = shared.store.views_of(chat, VIEWS).await?;
    Ok(views
        .into_iter()
        .map(|(_, name, at)| ViewedBy {
            name,
            at: moments::told(at, now),
        })
        .collect())
}

fn deal(row: OpportunityRow, runs: &[RunRow], process: &Process, now: Timestamp) -> Deal {
    let stage = process
        .stage(&row.stage)
        .map_or_else(|| row.stage.clone(), |stage| stage.name.clone());
    Deal {
        name: row.name,
        stage,
        rep: row.rep,
        is_closed: row.closed_at.is_some(),
        runs: runs.iter().map(|run| drawn(run, process, now)).collect(),
    }
}

fn drawn(run: &RunRow, process: &Process, now: Timestamp) -> Run {
    let light = light(run, now);
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
        title: run.title.clone(),
        light,
        when: when(run, light, now),
        opened: moments::told(run.opened_at, now),
        answers: given.into_iter().map(titled).collect(),
    }
}

pub(super) fn light(run: &RunRow, now: Timestamp) -> Light {
    let all_time = run.due_at.since(run.opened_at);
    match run.status.as_str() {
        "done" if run.late => Light::DoneLate,
        "done" => Light::Done,
        "ended" => Light::Ended,
        "overdue" => Light::Overdue,
        _ if run.due_at <= now => Light::Overdue,
        _ if run.due_at.since(now) <= all_time / LAST_PART => Light::Soon,
        _ => Light::Open,
    }
}

pub(super) fn when(run: &RunRow, light: Light, now: Timestamp) -> String {
    match (light, run.done_at) {
        (Light::Open | Light::Soon, _) => format!("还剩 {}", moments::span(run.due_at.since(now))),
        (Light::Overdue, _) => format!("已超 {}", moments::span(now.since(run.due_at))),
        (Light::DoneLate, Some(at)) => format!(
            "{}，超 {}",
            moments::told(at, now),
            moments::span(at.since(run.due_at))
        ),
        (Light::Ended, _) => "商机已结束".to_owned(),
        (Light::Done | Light::DoneLate, at) => {
            at.map(|at| moments::told(at, now)).unwrap_or_default()
        }
    }
}
