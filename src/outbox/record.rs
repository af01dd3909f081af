//! What became of a delivery, in the row, the ledger, the quota and the alert, in one commit.

use super::courier::Courier;
use super::order::Order;
use super::todo::TodoNews;
use crate::domain::{AlertId, Timestamp};
use crate::platform::CallError;
use crate::store::{
    AlertStatus, Attempt, NewOrder, OutboxRow, Outcome, ResponseCode, StoreError, Tx,
};

/// One delivery, as its lane's code reports it.
pub(super) struct Delivery {
    /// What becomes of the row.
    pub(super) outcome: Outcome,
    /// The calls that were made, for the ledger.
    pub(super) attempts: Vec<Tried>,
    /// The stored code that was put into the call; used up when the outcome is that it was sent.
    pub(super) code: Option<ResponseCode>,
    /// What the platform says of an earlier attempt that it had accepted.
    pub(super) verdict: Option<Verdict>,
    /// The platform whose quota a call counts against that has no line in the ledger.
    pub(super) quota: Option<&'static str>,
    /// What has to go out because of this.
    pub(super) follow_up: Option<NewOrder>,
    /// What it changes of a to-do.
    pub(super) todo: Option<TodoNews>,
}

/// What the platform said later of an attempt that it had accepted.
pub(super) struct Verdict {
    /// The attempt's line in the ledger.
    pub(super) attempt: String,
    /// Why it did not arrive; `None` when it did.
    pub(super) dropped: Option<String>,
}

impl Delivery {
    /// What becomes of a row for which nothing was called.
    pub(super) const fn without_call(outcome: Outcome) -> Self {
        Self::by_calls(outcome, Vec::new())
    }

    /// What becomes of a row after these calls.
    pub(super) const fn by_calls(outcome: Outcome, attempts: Vec<Tried>) -> Self {
        Self {
            outcome,
            attempts,
            code: None,
            verdict: None,
            quota: None,
            follow_up: None,
            todo: None,
        }
    }

    /// Whether the order's alert stands differently after this. A question about one that was sent
    /// changes nothing until it is answered.
    pub(super) fn tells_of_alert(&self, order: &Order) -> bool {
        let is_question = matches!(order, Order::DingtalkSendResultV1 { .. });
        !is_question || self.verdict.is_some()
    }

    /// How the alert stands after this, and why.
    fn alert_status(&self, unknowns: i64) -> Option<(AlertStatus, &str)> {
        match (&self.verdict, &self.outcome) {
            (Some(Verdict { dropped: None, .. }), _) => None,
            (
                Some(Verdict {
                    dropped: Some(why), ..
                }),
                _,
            ) if self.follow_up.is_some() => Some((AlertStatus::Queued, why)),
            (
                Some(Verdict {
                    dropped: Some(why), ..
                }),
                _,
            ) => Some((AlertStatus::Refused, why)),
            (None, Outcome::Sent { .. }) if unknowns > 0 => {
                Some((AlertStatus::Sent, "an earlier try may have arrived too"))
            }
            (None, Outcome::Sent { .. }) => Some((AlertStatus::Sent, "")),
            (None, Outcome::Unknown { why, .. }) => Some((AlertStatus::Unknown, why)),
            (None, Outcome::Dead { why }) if unknowns > 0 => Some((AlertStatus::Unknown, why)),
            (None, Outcome::Dead { why }) => Some((AlertStatus::Refused, why)),
            (None, Outcome::Again { why, .. }) => Some((AlertStatus::Queued, why)),
            (None, Outcome::Wait { .. }) => None,
        }
    }
}

/// One call.
pub(super) struct Tried {
    /// Its line in the ledger. Those of one delivery are in the order of the calls.
    pub(super) id: String,
    pub(super) channel: String,
    pub(super) target: String,
    pub(super) result: Result<String, CallError>,
    /// The platform whose monthly quota it counts against.
    pub(super) quota: Option<&'static str>,
}

impl Courier {
    /// The row's outcome, the ledger, the quota and the alert's status, in one commit. If it fails,
    /// the row stays in flight and counts as unknown when its lease ends.
    pub(super) async fn record(
        &self,
        row: &OutboxRow,
        lease: &str,
        alerts: &[AlertId],
        delivery: Delivery,
    ) {
        if let Outcome::Dead { why } = &delivery.outcome {
            tracing::error!(order.id = %row.id, why, "outbox: given up; see `dingdan outbox list`");
        }
        metrics::counter!("dingdan_outbox_outcomes_total", "destination" => row.destination.clone(), "outcome" => name(&delivery.outcome)).increment(1);
        if let Err(error) = self.try_record(row, lease, alerts, &delivery).await {
            tracing::error!(order.id = %row.id, error = %error, "outbox: an outcome could not be recorded; it will count as unknown");
        }
    }

    async fn try_record(
        &self,
        row: &OutboxRow,
        lease: &str,
        alerts: &[AlertId],
        delivery: &Delivery,
    ) -> Result<(), StoreError> {
        let now = self.shared.clock.now();
        let mut tx = self.shared.store.begin().await?;
        if !tx
            .record_outcome(&row.id, lease, &delivery.outcome, now)
            .await?
        {
            return Ok(());
        }
        for tried in &delivery.attempts {
            for line in ledger_lines(tried, alerts, now) {
                tx.record_attempt(&row.id, &line).await?;
            }
            if let Some(platform) = tried.quota {
                tx.use_quota(platform, &month(now), 1).await?;
            }
        }
        if let Some(platform) = delivery.quota {
            tx.use_quota(platform, &month(now), 1).await?;
        }
        if let (Some(code), Outcome::Sent { .. }) = (&delivery.code, &delivery.outcome) {
            tx.forget_response_code(code).await?;
        }
        if let Some(verdict) = &delivery.verdict {
            let (outcome, why) = match &verdict.dropped {
                None => ("delivered", ""),
                Some(why) => ("refused", why.as_str()),
            };
            for place in 0..alerts.len().max(1) {
                let line = line_id(&verdict.attempt, place);
                tx.record_verdict(&line, outcome, why).await?;
            }
        }
        if let Some(order) = &delivery.follow_up {
            tx.order(order).await?;
        }
        if let Some(news) = &delivery.todo {
            tell_todo(&mut tx, news, now).await?;
        }
        if let Some((status, why)) = delivery.alert_status(row.unknowns) {
            let channel = delivery.attempts.last().map(|tried| tried.channel.as_str());
            for alert in alerts {
                tx.set_alert_status(alert, status, channel, why, now)
                    .await?;
            }
        }
        tx.commit().await
    }
}

async fn tell_todo(tx: &mut Tx, news: &TodoNews, now: Timestamp) -> Result<(), StoreError> {
    if let Some((person, unionid)) = &news.unionid {
        tx.set_unionid(person, unionid).await?;
    }
    if let Some(task) = &news.task_id {
        tx.set_todo_task(&news.todo, task).await?;
    }
    if let Some((status, why)) = &news.status {
        tx.set_todo_status(&news.todo, *status, why, now).await?;
    }
    Ok(())
}

/// The month of a quota: `2026-11`.
pub(crate) fn month(now: Timestamp) -> String {
    now.day().to_string().chars().take(7).collect()
}

/// One line for each alert that the call told of. Only the first names the target, by which calls
/// are counted: a digest is one call.
fn ledger_lines(tried: &Tried, alerts: &[AlertId], at: Timestamp) -> Vec<Attempt> {
    let first = ledger_line(tried, alerts.first(), at);
    let further = alerts.iter().enumerate().skip(1);
    let further = further.map(|(place, alert)| Attempt {
        id: line_id(&tried.id, place),
        alert: Some(alert.clone()),
        target: String::new(),
        blocked_until: None,
        ..first.clone()
    });
    let further: Vec<Attempt> = further.collect();
    std::iter::once(first).chain(further).collect()
}

/// The line of a call's alert in that place.
fn line_id(attempt: &str, place: usize) -> String {
    match place {
        0 => attempt.to_owned(),
        place => format!("{attempt}+{place}"),
    }
}

fn ledger_line(tried: &Tried, alert: Option<&AlertId>, at: Timestamp) -> Attempt {
    let (outcome, why, receipt) = match &tried.result {
        Ok(receipt) => ("sent", String::new(), receipt.clone()),
        Err(error @ CallError::Unknown { .. }) => ("unknown", error.to_string(), String::new()),
        Err(error) => ("refused", error.to_string(), String::new()),
    };
    let blocked_until = match &tried.result {
        Err(CallError::Later { after, .. }) => Some(at.plus(*after)),
        _ => None,
    };
    Attempt {
        id: tried.id.clone(),
        alert: alert.cloned(),
        channel: tried.channel.clone(),
        target: tried.target.clone(),
        at,
        outcome,
        why,
        receipt,
        blocked_until,
    }
}

const fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Sent { .. } => "sent",
        Outcome::Again { .. } => "again",
        Outcome::Unknown { .. } => "unknown",
        Outcome::Dead { .. } => "dead",
        Outcome::Wait { .. } => "wait",
    }
}
