//! Takes orders, delivers them, records what became of them.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;
use ulid::Ulid;

use super::alert::Told;
use super::backoff::{GIVE_UP_AFTER, pause};
use super::order::Order;
use crate::domain::{AlertId, Timestamp};
use crate::platform::{CallError, Refusal};
use crate::shared::Shared;
use crate::slots::Slots;
use crate::store::{
    AlertStatus, Attempt, InHand, LaneTurn, OutboxRow, Outcome, ResponseCode, StoreError, UnderWay,
};

/// How long a row is ours. Longer than all calls of one delivery may take.
const LEASE: Duration = Duration::from_secs(60);
/// Orders under way at a time.
const LANES_AT_A_TIME: usize = 16;
/// The due row may be one that is under way here.
const SHORTEST_WAIT: Duration = Duration::from_millis(20);
/// Rows that other replicas left are found after this at the latest.
const LOOK_AROUND: Duration = Duration::from_secs(2);

/// One delivery, as its lane's code reports it.
pub(super) struct Delivery {
    /// What becomes of the row.
    pub(super) outcome: Outcome,
    /// The calls that were made, for the ledger.
    pub(super) attempts: Vec<Tried>,
    /// The stored code that was put into the call; used up when the outcome is that it was sent.
    pub(super) code: Option<ResponseCode>,
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

/// Takes orders and delivers them. Cheap to clone.
#[derive(Clone)]
pub struct Courier {
    pub(super) shared: Arc<Shared>,
    under_way: UnderWay,
}

impl Courier {
    /// A courier.
    #[must_use]
    pub fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            under_way: UnderWay::default(),
        }
    }

    /// Delivers until told to stop; the rows in hand are always finished first. A platform that
    /// answers slowly holds up its own lanes and no other.
    pub async fn run(self, stop: CancellationToken) {
        let mut turn = LaneTurn::default();
        let mut slots = Slots::new(LANES_AT_A_TIME);
        while !stop.is_cancelled() {
            // Before the look: time that is moved during it has to end the sleep.
            let now = self.shared.clock.now();
            let free = slots.free();
            let rows = match self.take(&mut turn, free).await {
                Ok(rows) => rows,
                Err(error) => {
                    tracing::error!(error = %error, "outbox: orders could not be taken");
                    Vec::new()
                }
            };
            let more_waits = rows.len() == free;
            for (row, lease, in_hand) in rows {
                slots.begin(self.clone().deliver(row, lease, in_hand));
            }
            let next = if more_waits {
                Timestamp::default()
            } else {
                self.next_look(now).await
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = slots.ended(more_waits) => {}
                () = self.shared.ordered(), if !more_waits => {}
                () = self.shared.clock.sleep_until(next), if !more_waits => {}
            }
        }
        slots.all_ended().await;
    }

    /// When the next order falls due, or others' rows are to be looked for.
    async fn next_look(&self, now: Timestamp) -> Timestamp {
        let look = now.plus(LOOK_AROUND);
        let due = self.shared.store.next_order_due().await.ok().flatten();
        due.unwrap_or(look).min(look).max(now.plus(SHORTEST_WAIT))
    }

    /// Takes what is due and delivers it, once. Returns how many orders were taken.
    ///
    /// # Errors
    /// When no orders can be taken.
    pub async fn deliver_round(&self) -> Result<usize, StoreError> {
        let rows = self.take(&mut LaneTurn::default(), LANES_AT_A_TIME).await?;
        let taken = rows.len();
        join_all(
            rows.into_iter()
                .map(|(row, lease, in_hand)| self.clone().deliver(row, lease, in_hand)),
        )
        .await;
        Ok(taken)
    }

    async fn take(
        &self,
        turn: &mut LaneTurn,
        limit: usize,
    ) -> Result<Vec<(OutboxRow, Arc<str>, InHand)>, StoreError> {
        let lease: Arc<str> = Ulid::generate().to_string().into();
        let now = self.shared.clock.now();
        let rows = self
            .shared
            .store
            .take_orders(turn, &self.under_way, &lease, now, LEASE, limit)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let in_hand = self.under_way.begin(row.id.as_str());
                (row, Arc::clone(&lease), in_hand)
            })
            .collect())
    }

    #[tracing::instrument(name = "outbox.deliver", skip_all, fields(order.id = %row.id, order.attempt = row.attempts))]
    async fn deliver(self, row: OutboxRow, lease: Arc<str>, _in_hand: InHand) {
        let (row, lease) = (&row, &*lease);
        let Ok(order) = serde_json::from_str::<Order>(&row.payload) else {
            let outcome = Outcome::Dead {
                why: "it can't be read by this version".to_owned(),
            };
            let delivery = Delivery::without_call(outcome);
            return self.record(row, lease, None, delivery).await;
        };
        let delivery = match &order {
            Order::WecomSendV1 {
                app,
                to,
                request,
                task_id,
            } => {
                self.send_to_rep(row, app, to, request, task_id.as_deref())
                    .await
            }
            Order::WecomUpdateCardV1 {
                app,
                to,
                run,
                request,
            } => self.replace_card(row, app, to, run, request).await,
            Order::DingtalkAlertV1 {
                alert,
                to,
                region,
                title,
                markdown,
                url,
            } => {
                let told = Told {
                    alert,
                    to: to.as_deref(),
                    region,
                    title,
                    markdown,
                    url,
                };
                self.alert(row, &told).await
            }
        };
        let alert = match &order {
            Order::DingtalkAlertV1 { alert, .. } => Some(alert),
            _ => None,
        };
        self.record(row, lease, alert, delivery).await;
    }

    /// The row's outcome, the ledger, the quota and the alert's status, in one commit. If it fails,
    /// the row stays in flight and counts as unknown when its lease ends.
    async fn record(
        &self,
        row: &OutboxRow,
        lease: &str,
        alert: Option<&AlertId>,
        delivery: Delivery,
    ) {
        if let Outcome::Dead { why } = &delivery.outcome {
            tracing::error!(order.id = %row.id, why, "outbox: given up; see `dingdan outbox list`");
        }
        metrics::counter!("dingdan_outbox_outcomes_total", "destination" => row.destination.clone(), "outcome" => name(&delivery.outcome)).increment(1);
        if let Err(error) = self.try_record(row, lease, alert, &delivery).await {
            tracing::error!(order.id = %row.id, error = %error, "outbox: an outcome could not be recorded; it will count as unknown");
        }
    }

    async fn try_record(
        &self,
        row: &OutboxRow,
        lease: &str,
        alert: Option<&AlertId>,
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
            tx.record_attempt(&row.id, &ledger_line(tried, alert, now))
                .await?;
            if let Some(platform) = tried.quota {
                tx.use_quota(platform, &month(now), 1).await?;
            }
        }
        if let (Some(code), Outcome::Sent { .. }) = (&delivery.code, &delivery.outcome) {
            tx.forget_response_code(code).await?;
        }
        if let (Some(alert), Some((status, why))) =
            (alert, alert_status(&delivery.outcome, row.unknowns))
        {
            let channel = delivery.attempts.last().map(|tried| tried.channel.as_str());
            tx.set_alert_status(alert, status, channel, why, now)
                .await?;
        }
        tx.commit().await
    }

    /// What follows from a call that was made for this row.
    pub(super) fn outcome(&self, row: &OutboxRow, result: &Result<String, CallError>) -> Outcome {
        let now = self.shared.clock.now();
        let error = match result {
            Ok(receipt) => {
                return Outcome::Sent {
                    receipt: receipt.clone(),
                };
            }
            Err(error) => error,
        };
        let why = error.to_string();
        match error {
            CallError::Refused {
                refusal: Refusal::AlreadySent,
                ..
            } => Outcome::Sent {
                receipt: "already there".to_owned(),
            },
            CallError::Refused { .. } => Outcome::Dead { why },
            _ if now.since(row.first_tried_at.unwrap_or(now)) >= GIVE_UP_AFTER => Outcome::Dead {
                why: format!("tried for 24 hours; last: {why}"),
            },
            CallError::Later { after, .. } => Outcome::Again {
                due: now.plus(pause(row.attempts, *after)),
                why,
            },
            CallError::Unknown { .. } => Outcome::Unknown {
                due: now.plus(pause(row.attempts, Duration::ZERO)),
                why,
            },
        }
    }
}

/// The month of a quota: `2026-11`.
pub(crate) fn month(now: Timestamp) -> String {
    now.day().to_string().chars().take(7).collect()
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

fn alert_status(outcome: &Outcome, unknowns: i64) -> Option<(AlertStatus, &str)> {
    match outcome {
        Outcome::Sent { .. } if unknowns > 0 => {
            Some((AlertStatus::Sent, "an earlier try may have arrived too"))
        }
        Outcome::Sent { .. } => Some((AlertStatus::Sent, "")),
        Outcome::Unknown { why, .. } => Some((AlertStatus::Unknown, why)),
        Outcome::Dead { why } if unknowns > 0 => Some((AlertStatus::Unknown, why)),
        Outcome::Dead { why } => Some((AlertStatus::Refused, why)),
        Outcome::Again { why, .. } => Some((AlertStatus::Queued, why)),
        Outcome::Wait { .. } => None,
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
