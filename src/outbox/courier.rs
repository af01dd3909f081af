//! Takes orders, delivers them, records what became of them.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio_util::sync::CancellationToken;

use super::alert::{Told, UNKNOWNS_BEFORE_GIVING_UP};
use super::order::Order;
use super::record::Delivery;
use super::rep::dead;
use super::todo::Wanted;
use crate::backoff::{Backoff, next_look};
use crate::domain::Timestamp;
use crate::lanes::{Lanes, Lease};
use crate::platform::{CallError, Refusal};
use crate::shared::Shared;
use crate::store::{OutboxRow, Outcome, Span, StoreError};

/// How long a row is ours without being renewed.
const LEASE: Duration = Duration::from_secs(60);
/// Rows that other replicas left are found after this at the latest.
const LOOK_AROUND: Duration = Duration::from_secs(2);
/// Between two tries.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(2), Duration::from_secs(15 * 60));
/// After so many milliseconds of trying an order is given up, and a person has to look.
const GIVE_UP_AFTER: i64 = 24 * 3600 * 1000;

/// What goes to directors, by DingTalk.
const ALERTS: Span = Span {
    after: "",
    before: "wecom",
};
/// What goes to reps, by WeCom.
const REPLIES: Span = Span {
    after: "wecom",
    before: "zzz",
};

/// Takes orders and delivers them. Cheap to clone.
#[derive(Clone)]
pub struct Courier {
    pub(super) shared: Arc<Shared>,
    alerts: Lanes<OutboxRow>,
    replies: Lanes<OutboxRow>,
}

impl Courier {
    /// A courier.
    #[must_use]
    pub fn new(shared: Arc<Shared>) -> Self {
        Self {
            alerts: Lanes::new(&shared, LEASE, ALERTS),
            replies: Lanes::new(&shared, LEASE, REPLIES),
            shared,
        }
    }

    /// Delivers until told to stop; the rows in hand are always finished first. A platform that
    /// answers slowly, or not at all, holds up its own lanes and no other.
    pub async fn run(self, stop: CancellationToken) {
        let deliver = |row, lease| self.clone().deliver(row, lease);
        let (alerts, replies) = (
            |now| self.rest(now, self.shared.alert_ordered()),
            |now| self.rest(now, self.shared.reply_ordered()),
        );
        tokio::join!(
            self.alerts.run(&stop, deliver, alerts),
            self.replies.run(&stop, deliver, replies),
        );
    }

    /// Takes what is due and delivers it, once. Returns how many orders were taken.
    ///
    /// # Errors
    /// When no orders can be taken.
    pub async fn deliver_round(&self) -> Result<usize, StoreError> {
        let deliver = |row, lease| self.clone().deliver(row, lease);
        let (alerts, replies) =
            tokio::try_join!(self.alerts.round(deliver), self.replies.round(deliver))?;
        Ok(alerts + replies)
    }

    /// Until the next order falls due, or others' rows are to be looked for.
    async fn rest(&self, now: Timestamp, ordered: impl Future<Output = ()> + Send) {
        let due = self.shared.store.next_order_due().await.ok().flatten();
        tokio::select! {
            () = ordered => {}
            () = self.shared.clock.sleep_until(next_look(due, now, LOOK_AROUND)) => {}
        }
    }

    #[tracing::instrument(name = "outbox.deliver", skip_all, fields(order.id = %row.id, order.attempt = row.attempts))]
    async fn deliver(self, row: OutboxRow, lease: Lease) {
        let (row, lease) = (&row, &*lease);
        let Ok(order) = serde_json::from_str::<Order>(&row.payload) else {
            let outcome = Outcome::Dead {
                why: "it can't be read by this version".to_owned(),
            };
            let delivery = Delivery::without_call(outcome);
            return self.record(row, lease, &[], delivery).await;
        };
        // A panic over one order is that order's failure and no one else's.
        let carried_out = AssertUnwindSafe(self.carry_out(row, &order))
            .catch_unwind()
            .await;
        let delivery = carried_out.unwrap_or_else(|_| self.after_panic(row));
        let alerts = if delivery.tells_of_alert(&order) {
            order.alerts()
        } else {
            &[]
        };
        self.record(row, lease, alerts, delivery).await;
    }

    /// Whether the call was made before the panic, nobody knows.
    fn after_panic(&self, row: &OutboxRow) -> Delivery {
        if row.unknowns + 1 >= UNKNOWNS_BEFORE_GIVING_UP {
            return dead("sending it panicked, and may have sent it; not tried again");
        }
        Delivery::without_call(Outcome::Unknown {
            due: self.after_backoff(row, Duration::ZERO),
            why: "sending it panicked".to_owned(),
        })
    }

    async fn carry_out(&self, row: &OutboxRow, order: &Order) -> Delivery {
        match order {
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
            Order::DingtalkAlertV1 { .. }
            | Order::DingtalkDigestV1 { .. }
            | Order::DingtalkWeeklyV1 { .. } => match Told::of(order) {
                Some(told) => {
                    let delivery = self.alert(row, &told).await;
                    self.with_question(delivery.with_refusals(order), order)
                }
                None => dead("it is no alert"),
            },
            Order::DingtalkSendResultV1 {
                task,
                attempt,
                told,
            } => self.ask_for_result(row, task, attempt, told).await,
            Order::DingtalkTodoV1 {
                todo,
                person,
                subject,
                description,
                url,
            } => {
                let wanted = Wanted {
                    todo,
                    person,
                    subject,
                    description,
                    url,
                };
                self.create_todo(row, &wanted).await
            }
            Order::DingtalkTodoDoneV1 { todo } => self.close_todo(row, todo).await,
        }
    }

    /// What follows from a call that was made for this row.
    pub(super) fn outcome(&self, row: &OutboxRow, result: &Result<String, CallError>) -> Outcome {
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
            _ if row.tried_for >= GIVE_UP_AFTER => Outcome::Dead {
                why: format!("tried for 24 hours; last: {why}"),
            },
            CallError::Later { after, .. } => Outcome::Again {
                due: self.after_backoff(row, *after),
                asked: *after,
                why,
            },
            CallError::Unknown { .. } => Outcome::Unknown {
                due: self.after_backoff(row, Duration::ZERO),
                why,
            },
        }
    }

    fn after_backoff(&self, row: &OutboxRow, asked: Duration) -> Timestamp {
        let wait = BACKOFF.jittered(row.attempts, asked);
        self.shared.clock.now().plus(wait)
    }
}
