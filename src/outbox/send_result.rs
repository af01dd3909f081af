//! What became of a work notification: accepted is not delivered.
//! Source: `open.dingtalk.com/document/orgapp/gets-the-result-of-sending-messages-asynchronously-to-the-enterprise`.

use std::time::Duration;

use super::alert::{API_QUOTA, Told};
use super::courier::Courier;
use super::order::Order;
use super::record::{Delivery, Verdict};
use super::rep::dead;
use crate::config::AlertChannel;
use crate::platform::{CallError, WorkNotificationResult};
use crate::store::{NewOrder, OutboxRow, Outcome};

/// The platform delivers in the background; this is more than it takes.
const ASK_AFTER: Duration = Duration::from_secs(30);
/// While it is not decided, the question is asked again after this.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(600);
/// The platform tells for 24 hours; a margin is kept.
const TOLD_FOR: Duration = Duration::from_secs(23 * 3600);

impl Courier {
    /// Adds the question what became of it, when it was a work notification that was accepted.
    pub(super) fn with_question(&self, mut delivery: Delivery, order: &Order) -> Delivery {
        let accepted = delivery.attempts.last().and_then(|tried| {
            let is_notification = tried.channel == AlertChannel::WorkNotification.as_str();
            let task = tried.result.as_ref().ok().filter(|_| is_notification)?;
            Some((task.clone(), tried.id.clone()))
        });
        delivery.follow_up = accepted.map(|(task, attempt)| {
            let now = self.shared.clock.now();
            let key = format!("result:{attempt}");
            let told = Box::new(order.clone());
            let question = Order::DingtalkSendResultV1 {
                task,
                attempt,
                told,
            };
            NewOrder {
                due_at: now.plus(ASK_AFTER),
                ..question.row(&key, now)
            }
        });
        delivery
    }

    /// Asks what became of it. One that was dropped goes the ways that are left.
    pub(super) async fn ask_for_result(
        &self,
        row: &OutboxRow,
        task: &str,
        attempt: &str,
        order: &Order,
    ) -> Delivery {
        let Some(dingtalk) = &self.shared.dingtalk else {
            return dead("no [dingtalk] in the configuration");
        };
        let answer = dingtalk.send_result(task).await;
        let mut delivery = Delivery::without_call(self.after_answer(row, &answer));
        delivery.quota = Some(API_QUOTA);
        let dropped = match answer {
            Ok(WorkNotificationResult::Delivered { .. }) => None,
            Ok(WorkNotificationResult::Dropped { why }) => Some(why),
            Ok(WorkNotificationResult::Pending) | Err(_) => return delivery,
        };
        if let Some(why) = &dropped {
            tracing::warn!(order.id = %row.id, why, "outbox: a work notification was accepted and then dropped");
            delivery.follow_up = self.next_way(order, attempt);
        }
        delivery.verdict = Some(Verdict {
            attempt: attempt.to_owned(),
            dropped,
        });
        delivery
    }

    /// What becomes of the question. It is no alert: what can't be learnt is left as it was.
    fn after_answer(
        &self,
        row: &OutboxRow,
        answer: &Result<WorkNotificationResult, CallError>,
    ) -> Outcome {
        let now = self.shared.clock.now();
        let is_told = now.since(row.created_at) < TOLD_FOR;
        let again = |after: Duration, why: String| Outcome::Again {
            due: now.plus(after),
            asked: Duration::ZERO,
            why,
        };
        let answered = |receipt: &str| Outcome::Sent {
            receipt: receipt.to_owned(),
        };
        match answer {
            Ok(WorkNotificationResult::Pending) if is_told => {
                again(ASK_AGAIN_AFTER, "DingTalk has not decided yet".to_owned())
            }
            Err(CallError::Later { after, why }) if is_told => {
                again((*after).max(ASK_AFTER), why.clone())
            }
            Err(CallError::Unknown { why }) if is_told => again(ASK_AFTER, why.clone()),
            Ok(WorkNotificationResult::Pending) | Err(_) => answered("never told"),
            Ok(_) => answered("told"),
        }
    }

    /// The alert's order for the ways behind the work notification, if there are any.
    fn next_way(&self, order: &Order, attempt: &str) -> Option<NewOrder> {
        let after = AlertChannel::WorkNotification.as_str();
        let mut next = order.clone();
        next.director_message_mut()?.after = Some(after.to_owned());
        let settings = self.shared.settings.dingtalk.as_ref()?;
        let has_way = Told::of(&next).is_some_and(|told| !self.ways(settings, &told).is_empty());
        has_way.then(|| next.row(&format!("after:{attempt}"), self.shared.clock.now()))
    }
}
