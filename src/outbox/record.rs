//! What became of a delivery, in the row, the ledger, the quota and the alert, in one commit.

use std::time::Duration;

use super::courier::Courier;
use super::order::{DirectorMessage, Order};
use super::todo::TodoNews;
use crate::backoff::Backoff;
use crate::domain::{AlertId, Timestamp};
use crate::platform::CallError;
use crate::store::{
    AlertStatus, Attempt, NewOrder, OutboxRow, Outcome, ResponseCode, StoreError, Tx,
};

/// Between two tries to record an outcome.
const BACKOFF: Backoff = Backoff::new(Duration::from_millis(400), Duration::from_secs(15));
/// Some five minutes.
const TRIES: i64 = 40;

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
    /// The ways that refused it.
    pub(super) refused: Vec<String>,
    /// What the order says from now on, if that changes.
    pub(super) rewritten: Option<String>,
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
            refused: Vec::new(),
            rewritten: None,
            todo: None,
        }
    }

    /// Lets the order remember the ways that refused it, so that they are not asked again while
    /// another one waits; once it is given up, it forgets them.
    pub(super) fn with_refusals(mut self, order: &Order) -> Self {
        let mut next = order.clone();
        let Some(DirectorMessage { refused, .. }) = next.director_message_mut() else {
            return self;
        };
        let known = refused.clone();
        match self.outcome {
            Outcome::Dead { .. } => refused.clear(),
            _ => refused.append(&mut self.refused),
        }
        if *refused != known {
            self.rewritten = serde_json::to_string(&next).ok();
        }
        self
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
    /// The row's outcome, the ledger, the quota and the alert's status, in one commit. What was sent
    /// is known only here until then, so a commit that fails is tried again, for as long as a
    /// database may take to come back; the lease is renewed meanwhile.
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
        for tries in 1..=TRIES {
            let Err(error) = self.try_record(row, lease, alerts, &delivery).await else {
                return;
            };
            metrics::counter!("dingdan_outbox_record_failures_total").increment(1);
            tracing::warn!(order.id = %row.id, tries, error = %error, "outbox: an outcome could not be recorded; trying again");
            tokio::time::sleep(BACKOFF.jittered(tries, Duration::ZERO)).await;
        }
        tracing::error!(order.id = %row.id, "outbox: an outcome could not be recorded; it will count as unknown");
    }

    /// The calls were made, whoever has the row by now; what follows from them is the affair of who
    /// has it.
    async fn try_record(
        &self,
        row: &OutboxRow,
        lease: &str,
        alerts: &[AlertId],
        delivery: &Delivery,
    ) -> Result<(), StoreError> {
        let now = self.shared.clock.now();
        let mut tx = self.shared.store.begin().await?;
        let is_ours = tx
            .record_outcome(&row.id, lease, &delivery.outcome, now)
            .await?;
        for tried in &delivery.attempts {
            for line in ledger_lines(tried, alerts, now) {
                tx.record_attempt(&row.id, &line).await?;
            }
        }
        let tried = delivery.attempts.iter().filter_map(|tried| tried.quota);
        for platform in tried.chain(delivery.quota) {
            tx.use_quota(platform, &month(now), 1).await?;
        }
        if is_ours {
            delivery
                .record_consequences(&mut tx, row, alerts, now)
                .await?;
            if let Some((status, why)) = delivery.alert_status(row.unknowns) {
                let channel = delivery.attempts.last().map(|tried| tried.channel.as_str());
                for alert in alerts {
                    tx.set_alert_status(alert, status, channel, why, now)
                        .await?;
                }
            }
        }
        tx.commit().await
    }
}

impl Delivery {
    /// What changes beside the row and the ledger.
    async fn record_consequences(
        &self,
        tx: &mut Tx,
        row: &OutboxRow,
        alerts: &[AlertId],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if let (Some(code), Outcome::Sent { .. }) = (&self.code, &self.outcome) {
            tx.forget_response_code(code).await?;
        }
        if let Some(payload) = &self.rewritten {
            tx.rewrite_order(&row.id, payload).await?;
        }
        if let Some(verdict) = &self.verdict {
            let (outcome, why) = match &verdict.dropped {
                None => ("delivered", ""),
                Some(why) => ("refused", why.as_str()),
            };
            for place in 0..alerts.len().max(1) {
                let line = line_id(&verdict.attempt, place);
                tx.record_verdict(&line, outcome, why).await?;
            }
        }
        if let Some(order) = &self.follow_up {
            tx.order(order).await?;
        }
        if let Some(news) = &self.todo {
            tell_todo(tx, news, now).await?;
        }
        Ok(())
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
