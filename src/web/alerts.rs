//! 预警: who was told what, when, by which way, and whether they were.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::deal::Taken;
use super::error::PageError;
use super::frame::{Frame, Tab};
use super::language::Language;
use super::moments::Now;
use super::next_path::{NextPath, query_of};
use super::query::{Parameters, path_of};
use super::standing::Light;
use super::viewer::{PartViewer, Viewer};
use super::views::{Place, View};
use super::{moments, respond, standing, undelivered};
use crate::domain::{AlertId, ChatId, OpportunityId, RunId, Timestamp, stored_number};
use crate::engine::{self, State};
use crate::journal::AlertBody;
use crate::outbox;
use crate::shared::Shared;
use crate::standing_run::standing_state;
use crate::store::{AlertRow, AlertStatus, RunRow, StoreError, ViewScope};

const SHOWN: usize = 30;

#[derive(Template)]
#[template(path = "alerts.html")]
pub(super) struct AlertsPage {
    pub(super) frame: Frame,
    pub(super) alerts: Vec<Alert>,
    pub(super) older: Option<String>,
    pub(super) is_newest: bool,
    pub(super) quotas: Vec<Quota>,
}

/// One alert.
pub(super) struct Alert {
    pub(super) title: String,
    pub(super) is_late: bool,
    pub(super) kind: &'static str,
    pub(super) lines: Vec<(String, String)>,
    pub(super) quote: String,
    pub(super) since: Option<Since>,
    /// Of a rule's alert that stands: whether somebody took it on.
    pub(super) taken: Option<Taken>,
    pub(super) person: String,
    pub(super) raised: String,
    pub(super) status: Status,
    pub(super) channel: &'static str,
    pub(super) status_at: String,
    pub(super) why: String,
    pub(super) chat: Option<String>,
    /// The run's page; a rule's alert leads to the deal's.
    pub(super) place: String,
    pub(super) deliveries: String,
}

/// What became of the step that the alert is about.
pub(super) struct Since {
    pub(super) light: Light,
    pub(super) when: String,
    pub(super) by: Option<String>,
}

impl Since {
    fn of(run: &RunRow, now: Now) -> Self {
        let light = standing::light(run, now.at);
        Self {
            light,
            when: standing::when(run, light, now),
            by: run.done_by.clone(),
        }
    }
}

/// How an alert stands.
pub(super) struct Status {
    pub(super) class: &'static str,
    pub(super) name: &'static str,
}

/// What is left of a month's calls.
pub(super) struct Quota {
    pub(super) name: &'static str,
    pub(super) left: i64,
    pub(super) allowed: i64,
    pub(super) is_low: bool,
}

/// The delivery ledger of one alert.
#[derive(Template)]
#[template(path = "deliveries.html")]
pub(super) struct Deliveries {
    pub(super) language: Language,
    pub(super) attempts: Vec<Attempt>,
}

/// One attempt to tell a director.
pub(super) struct Attempt {
    pub(super) at: String,
    pub(super) channel: &'static str,
    pub(super) status: Status,
    pub(super) why: String,
}

/// `GET /alerts?before=…`.
pub(super) async fn page(
    shared: Data<Shared>,
    viewer: Viewer,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let asked = Parameters::of(request.query_string());
    let before = asked.get("before").and_then(cursor);
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), ""));
    let limit = stored_number(SHOWN + 1);
    let mut rows = shared
        .store
        .alerts_in(&viewer.scope, (at, id), limit)
        .await?;
    let is_more = rows.len() > SHOWN;
    rows.truncate(SHOWN);
    let view = View {
        shared: &shared,
        viewer: &viewer,
        request: &request,
        place: Place::Alerts,
    };
    view.record(rows.iter().filter_map(chat_of), None).await?;
    let runs = runs_of(&shared, &rows).await?;
    let states = states_of(&shared, &rows).await?;
    let last = rows.last().filter(|_| is_more);
    let older = last.map(|row| query_of(&[("before", &format!("{}.{}", row.raised_at.0, row.id))]));
    let now = viewer.now(&shared);
    let may_decide = viewer.is_supervisor();
    let drawn = |row: AlertRow| {
        let taken = taken(&row, &states, may_decide, now);
        drawn(row, &runs, taken, now)
    };
    respond::page(&AlertsPage {
        frame: Frame::new(Tab::Alerts, &viewer),
        older: older.map(|query| format!("/alerts?{query}")),
        is_newest: before.is_none(),
        quotas: quotas(&shared, &viewer.scope, now).await?,
        alerts: rows.into_iter().map(drawn).collect(),
    })
}

/// `GET /alerts/{alert}/deliveries`.
pub(super) async fn deliveries(
    shared: Data<Shared>,
    part: PartViewer,
    alert: Path<String>,
) -> Result<HttpResponse, PageError> {
    let alert: AlertId = alert.parse().map_err(|_| PageError::NotFound)?;
    if shared
        .store
        .alert_in(&part.viewer.scope, &alert)
        .await?
        .is_none()
    {
        return Err(PageError::NotFound);
    }
    let now = part.viewer.now(&shared);
    let attempt = |(channel, at, outcome, why): (String, Timestamp, String, String)| Attempt {
        at: moments::told(at, now),
        channel: channel_name(&channel, now.language),
        status: outcome_status(&outcome, now.language),
        why: undelivered::why(&why, now.language),
    };
    let attempts = shared.store.deliveries_of(&alert).await?;
    respond::page(&Deliveries {
        language: now.language,
        attempts: attempts.into_iter().map(attempt).collect(),
    })
}

/// The runs that the alerts are about.
async fn runs_of(shared: &Shared, rows: &[AlertRow]) -> Result<HashMap<RunId, RunRow>, StoreError> {
    let (Some(newest), Some(oldest)) = (rows.first(), rows.last()) else {
        return Ok(HashMap::new());
    };
    let runs = shared.store.runs_between(oldest, newest).await?;
    Ok(runs.into_iter().map(|run| (run.id.clone(), run)).collect())
}

/// The states of the deals that rules' alerts are about.
async fn states_of(
    shared: &Shared,
    rows: &[AlertRow],
) -> Result<HashMap<OpportunityId, State>, StoreError> {
    let mut states = HashMap::new();
    for row in rows {
        let id = &row.opportunity_id;
        if rule_of(row).is_none() || states.contains_key(id) {
            continue;
        }
        if let Some(deal) = shared.store.opportunity(id).await? {
            states.insert(id.clone(), standing_state(shared, &deal).await?);
        }
    }
    Ok(states)
}

/// The key of the rule that raised it.
fn rule_of(row: &AlertRow) -> Option<&str> {
    row.run_id.as_str().strip_prefix("rule:")
}

/// `None` when it is no rule's alert, goes no further up, or the deal has moved on since.
fn taken(
    row: &AlertRow,
    states: &HashMap<OpportunityId, State>,
    may_decide: bool,
    now: Now,
) -> Option<Taken> {
    let rule = rule_of(row)?;
    let watch = states.get(&row.opportunity_id)?.watches.get(rule)?;
    let red = watch.red.as_ref().filter(|red| red.at <= row.raised_at)?;
    Some(Taken::of(red, (&row.opportunity_id, rule), may_decide, now))
}

fn body_of(row: &AlertRow) -> Option<AlertBody> {
    serde_json::from_str(&row.body).ok()
}

fn chat_of(row: &AlertRow) -> Option<ChatId> {
    body_of(row)?.chat()
}

fn drawn(row: AlertRow, runs: &HashMap<RunId, RunRow>, taken: Option<Taken>, now: Now) -> Alert {
    let language = now.language;
    let body = body_of(&row);
    let place = place(&row);
    let chat = body
        .as_ref()
        .map(|body| NextPath::parse(&body.path).to_string());
    let (title, lines, quote) = body
        .map(|body| (body.title, body.lines, body.quote))
        .unwrap_or_default();
    Alert {
        title: if title.is_empty() {
            language.say("预警", "Alert").to_owned()
        } else {
            title
        },
        is_late: row.reason != engine::OPENED,
        kind: kind(&row.reason, language),
        lines,
        quote,
        since: runs.get(&row.run_id).map(|run| Since::of(run, now)),
        taken,
        person: row.person,
        raised: moments::told(row.raised_at, now),
        status: status(row.status, language),
        channel: row
            .channel
            .as_deref()
            .map_or("", |channel| channel_name(channel, language)),
        status_at: moments::told(row.status_at, now),
        why: undelivered::why(&row.why, language),
        chat: chat.filter(|path| path.starts_with("/chats/")),
        place,
        deliveries: path_of(&["alerts", row.id.as_str(), "deliveries"]),
    }
}

fn kind(reason: &str, language: Language) -> &'static str {
    match reason {
        engine::LATE => language.say("超时", "Late"),
        engine::ESCALATED => language.say("升级", "Escalated"),
        engine::DWELL => language.say("停留", "Dwell"),
        engine::NEGLECT => language.say("跟进", "Follow-up"),
        _ => language.say("提醒", "Notice"),
    }
}

fn place(row: &AlertRow) -> String {
    if rule_of(row).is_some() {
        path_of(&["deals", row.opportunity_id.as_str()])
    } else {
        path_of(&["runs", row.run_id.as_str()])
    }
}

const fn status(status: AlertStatus, language: Language) -> Status {
    match status {
        AlertStatus::Queued => Status {
            class: "queued",
            name: language.say("排队中", "Queued"),
        },
        AlertStatus::Sent => Status {
            class: "sent",
            name: language.say("已送出", "Sent"),
        },
        AlertStatus::Refused => Status {
            class: "refused",
            name: language.say("未送达", "Not delivered"),
        },
        AlertStatus::Unknown => Status {
            class: "unknown",
            name: language.say("结果不明", "Outcome unknown"),
        },
        AlertStatus::Withdrawn => Status {
            class: "withdrawn",
            name: language.say("未发，已处理", "Not sent: settled"),
        },
    }
}

fn outcome_status(outcome: &str, language: Language) -> Status {
    match outcome {
        "sent" => status(AlertStatus::Sent, language),
        "delivered" => Status {
            class: "sent",
            name: language.say("已送达", "Delivered"),
        },
        "refused" => Status {
            class: "refused",
            name: language.say("被拒绝", "Refused"),
        },
        _ => status(AlertStatus::Unknown, language),
    }
}

fn channel_name(channel: &str, language: Language) -> &'static str {
    match channel {
        "robot" => language.say("机器人单聊", "robot, one to one"),
        "group" => language.say("群机器人", "group robot"),
        "work" => language.say("工作通知", "work notification"),
        _ => language.say("其他渠道", "another way"),
    }
}

/// What is left of this month's calls to DingTalk. Nothing of a rep's business.
async fn quotas(shared: &Shared, scope: &ViewScope, now: Now) -> Result<Vec<Quota>, StoreError> {
    let Some(dingtalk) = shared
        .settings
        .dingtalk
        .as_ref()
        .filter(|_| !matches!(scope, ViewScope::Rep(_)))
    else {
        return Ok(Vec::new());
    };
    let (month, language) = (outbox::month(now.at), now.language);
    let mut quotas = Vec::new();
    for (name, key, allowed) in [
        (
            language.say("接口调用", "API calls"),
            outbox::API_QUOTA,
            dingtalk.monthly_calls,
        ),
        (
            language.say("群机器人", "group robots"),
            outbox::WEBHOOK_QUOTA,
            dingtalk.monthly_webhooks,
        ),
    ] {
        let left = allowed
            .saturating_sub(shared.store.quota_used(key, &month).await?)
            .max(0);
        quotas.push(Quota {
            name,
            left,
            allowed,
            is_low: left.saturating_mul(5) <= allowed,
        });
    }
    Ok(quotas)
}

fn cursor(text: &str) -> Option<(Timestamp, &str)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp(at.parse().ok()?), id))
}
