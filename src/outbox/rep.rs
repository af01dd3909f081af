//! Cards and texts to reps, in WeCom.

use std::borrow::Cow;
use std::time::Duration;

use dingdan_webhooks::wecom::message::truncate_bytes;
use serde_json::Value;

use super::courier::Courier;
use super::record::{Delivery, Tried};
use crate::domain::{RunId, Timestamp, fold_user_id};
use crate::fresh_id::fresh_id;
use crate::platform::{CallError, Refusal};
use crate::store::{OutboxRow, Outcome, StoreError};

/// An app may send a member 30 messages a minute; the platform drops the excess without a word.
/// Source: `developer.work.weixin.qq.com/document/path/90312`.
const MESSAGES_OF_ONE_MINUTE: i64 = 30;
/// And 1,000 an hour.
const MESSAGES_OF_ONE_HOUR: i64 = 1000;
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
/// A response code works for 72 hours; a margin is kept for clocks that differ.
const RESPONSE_CODE_LIVES: Duration = Duration::from_secs(71 * 3600);

/// Clocks differ, and the request takes its time.
const DUPLICATE_CHECK_MARGIN: Duration = Duration::from_secs(60);
/// What a text holds. Source: `developer.work.weixin.qq.com/document/path/90236`.
pub(crate) const TEXT_BYTES: usize = 2048;
const MAY_BE_A_REPEAT: &str = "（可能重复）";

impl Courier {
    pub(super) async fn send_to_rep(
        &self,
        row: &OutboxRow,
        app: &str,
        to: &str,
        request: &Value,
        task_id: Option<&str>,
    ) -> Delivery {
        if to.is_empty() {
            return dead("the rep has no WeCom userid; `dingdan import reps` adds it");
        }
        let target = format!("{app}:{}", fold_user_id(to));
        match self
            .budget(
                "wecom",
                &target,
                &[
                    (MINUTE, MESSAGES_OF_ONE_MINUTE),
                    (HOUR, MESSAGES_OF_ONE_HOUR),
                ],
            )
            .await
        {
            Ok(None) => {}
            Ok(Some(wait)) => return wait,
            Err(error) => return self.not_tried(row, &error),
        }
        let Some(request) = repeatable(row, request, task_id, self.shared.clock.now()) else {
            return dead(
                "nobody knows whether it arrived, and WeCom would not recognise a repeat any more",
            );
        };
        let result = self.shared.wecom.send(app, &request).await;
        if let (Ok(sent), Some(task_id)) = (&result, task_id) {
            self.keep_response_code(task_id, &sent.response_code).await;
        }
        let result = result.map(|sent| sent.msgid);
        let outcome = self.outcome(row, &result);
        Delivery::by_calls(outcome, vec![tried(target, result)])
    }

    pub(super) async fn replace_card(
        &self,
        row: &OutboxRow,
        app: &str,
        to: &str,
        run: &RunId,
        request: &Value,
    ) -> Delivery {
        let mut request = request.clone();
        let mut stored = None;
        let code = request["response_code"].as_str().unwrap_or_default();
        if code.is_empty() {
            let now = self.shared.clock.now();
            stored = match self.shared.store.response_code(run, now).await {
                Ok(Some(found)) => Some(found),
                // The card can't be changed any more; the rep has the receipt as a text.
                Ok(None) => {
                    return Delivery::without_call(Outcome::Sent {
                        receipt: "no code left".to_owned(),
                    });
                }
                Err(error) => return self.not_tried(row, &error),
            };
        }
        if let Some(found) = &stored {
            request["response_code"] = Value::String(found.code.clone());
        }
        let result = self.shared.wecom.update_card(app, &request).await;
        let result = result.map(|()| String::new());
        let target = format!("{app}:{}:card", fold_user_id(to));
        let outcome = self.outcome_of_change(row, &result);
        Delivery {
            // It stays in the store until this call's outcome is there: a try that failed needs it
            // again.
            code: stored,
            ..Delivery::by_calls(outcome, vec![tried(target, result)])
        }
    }

    fn outcome_of_change(&self, row: &OutboxRow, result: &Result<String, CallError>) -> Outcome {
        match result {
            // Used or expired: the card shows what it shows. Nothing is lost, so nobody has to look.
            Err(CallError::Refused {
                refusal: Refusal::ResponseCodeSpent,
                ..
            }) => Outcome::Sent {
                receipt: "code was spent".to_owned(),
            },
            other => self.outcome(row, other),
        }
    }

    /// `Some` with how long to wait, when the target had as many messages as it may.
    pub(super) async fn budget(
        &self,
        channel: &str,
        target: &str,
        windows: &[(Duration, i64)],
    ) -> Result<Option<Delivery>, StoreError> {
        let now = self.shared.clock.now();
        for (window, allowed) in windows {
            let (used, first) = self
                .shared
                .store
                .attempts_since(channel, target, now.minus(*window))
                .await?;
            if used >= *allowed {
                let due = first
                    .unwrap_or(now)
                    .plus(*window)
                    .plus(Duration::from_secs(1));
                return Ok(Some(Delivery::without_call(Outcome::Wait { due })));
            }
        }
        Ok(None)
    }

    async fn keep_response_code(&self, task_id: &str, code: &str) {
        let until = self.shared.clock.now().plus(RESPONSE_CODE_LIVES);
        if code.is_empty() {
            return;
        }
        if let Err(error) = self
            .shared
            .store
            .keep_response_code(task_id, code, until)
            .await
        {
            tracing::warn!(card.id = task_id, error = %error, "outbox: a card's code could not be kept; its receipt will be a text only");
        }
    }

    /// The store failed before anything was sent.
    pub(super) fn not_tried(&self, row: &OutboxRow, error: &StoreError) -> Delivery {
        let later = CallError::Later {
            after: Duration::from_secs(1),
            why: error.to_string(),
        };
        Delivery::without_call(self.outcome(row, &Err(later)))
    }
}

/// What may go out after tries whose outcome nobody knows: a card always, since its task id tells;
/// a text as it stands while WeCom's duplicate check recognises it; after that once more, marked
/// (and as long as the mark's own check lasts); and then no more.
fn repeatable<'a>(
    row: &OutboxRow,
    request: &'a Value,
    task_id: Option<&str>,
    now: Timestamp,
) -> Option<Cow<'a, Value>> {
    let since = match row.unknown_since {
        Some(since) if task_id.is_none() => since,
        _ => return Some(Cow::Borrowed(request)),
    };
    let checked_for = request["duplicate_check_interval"].as_u64().unwrap_or(0);
    let checked_for = Duration::from_secs(checked_for);
    let ago = now.since(since) + DUPLICATE_CHECK_MARGIN;
    if ago < checked_for {
        return Some(Cow::Borrowed(request));
    }
    if ago > checked_for * 2 {
        return None;
    }
    let mut request = request.clone();
    let content = request["text"]["content"].as_str().unwrap_or_default();
    let room = truncate_bytes(content, TEXT_BYTES - MAY_BE_A_REPEAT.len());
    request["text"]["content"] = format!("{MAY_BE_A_REPEAT}{room}").into();
    Some(Cow::Owned(request))
}

pub(super) fn dead(why: &str) -> Delivery {
    Delivery::without_call(Outcome::Dead {
        why: why.to_owned(),
    })
}

fn tried(target: String, result: Result<String, CallError>) -> Tried {
    Tried {
        id: fresh_id(),
        channel: "wecom".to_owned(),
        target,
        result,
        quota: None,
    }
}
