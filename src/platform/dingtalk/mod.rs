//! The calls to DingTalk (`open.dingtalk.com/document/orgapp/…`), in both of its API families.
//!
//! [`message`] writes what is said, [`login`] learns who somebody is, [`judge`] reads answers, and
//! [`send_result`] what became of a work notification; [`mod@todo`] fills somebody's list.

mod api;
mod judge;
mod login;
mod message;
mod send_result;
#[cfg(test)]
mod tests;
mod todo;

pub use message::ActionCard;
pub use send_result::WorkNotificationResult;
pub use todo::NewTodo;

use std::sync::Arc;
use std::time::Duration;

use dingdan_webhooks::dingtalk::one_to_one::BatchSendResponse;
use dingdan_webhooks::dingtalk::robot;
use reqwest::Request;
use serde_json::{Value, json};

use super::answer::id;
use super::call::{CallError, Failure, Refusal};
use super::http::{Http, address, post};
use super::measure::measured;
use super::pace::Pacer;
use super::tokens::{Issuer, Tokens};
use crate::config::{DingtalkSettings, GroupRobot};
use crate::domain::Timestamp;
use api::Api;

/// DingTalk, as the company's own app may call it. Clones share connections, tokens and turns.
///
/// At most 20 calls a second go to one API; the next ones wait, and are refused for now when that
/// would take longer than three seconds. A call ends by itself: an exchange within
/// [`TOTAL_TIMEOUT`](super::TOTAL_TIMEOUT), at worst two of them and two fetches of a token.
#[derive(Clone)]
pub struct Dingtalk(Arc<Inner>);

struct Inner {
    settings: DingtalkSettings,
    issuer: Arc<Issuer>,
    tokens: Tokens,
    http: Http,
    pacer: Pacer,
}

impl Dingtalk {
    /// The app of `settings`.
    #[must_use]
    pub fn new(settings: &DingtalkSettings, tokens: Tokens, http: Http) -> Self {
        Self(Arc::new(Inner {
            settings: settings.clone(),
            issuer: Arc::new(api::issuer(settings, http.clone())),
            tokens,
            http,
            pacer: Pacer::new(),
        }))
    }

    /// The app's robot speaks to one person (`/v1.0/robot/oToMessages/batchSend`). Answers the
    /// `processQueryKey`. The platform has no key for this: a repeat arrives as a second message.
    ///
    /// # Errors
    /// [`Refusal::UnknownReceiver`] for a userid that the company doesn't have.
    #[tracing::instrument(name = "dingtalk.one_to_one", skip_all)]
    pub async fn one_to_one(
        &self,
        user_id: &str,
        message: &ActionCard,
    ) -> Result<String, CallError> {
        let request = message::one_to_one(&self.0.settings.robot_code, user_id, message)?;
        let answer = self.call(Api::OneToOne, &json!(request)).await?;
        let answer: BatchSendResponse =
            serde_json::from_value(answer).map_err(|_| judge::undocumented(Api::OneToOne))?;
        if !answer.invalid_staff_id_list.is_empty() {
            let why = "invalidStaffIdList: the company has no such userid";
            return Err(CallError::refused(Refusal::UnknownReceiver, why));
        }
        if !answer.flow_controlled_staff_id_list.is_empty() {
            let why = "flowControlledStaffIdList: this person gets too many messages";
            return Err(CallError::later(AFTER_FLOW_CONTROL, why));
        }
        match answer.process_query_key {
            key if key.is_empty() => Err(judge::undocumented(Api::OneToOne)),
            key => Ok(key),
        }
    }

    /// A custom robot speaks in its group (`robot/send`), signed for `now`. Answers
    /// `message_uuid`, by which the platform recognises a repeat.
    ///
    /// # Errors
    /// [`CallError::Later`] in 10 minutes when the robot spoke more than 20 times in a minute,
    /// and [`Refusal::Configuration`] when its security settings refuse the message.
    #[tracing::instrument(name = "dingtalk.group", skip_all, fields(robot = robot.name))]
    pub async fn group(
        &self,
        robot: &GroupRobot,
        message: &ActionCard,
        at_user: Option<&str>,
        message_uuid: &str,
        now: Timestamp,
    ) -> Result<String, CallError> {
        let keyword = robot.keyword.as_deref();
        let body = json!(message::group(message, keyword, at_user, message_uuid)?);
        let url = match &robot.secret {
            Some(secret) => {
                let sign = robot::sign(now.0, secret.expose());
                let timestamp = now.0.to_string();
                let query = [("timestamp", timestamp.as_str()), ("sign", sign.as_str())];
                address(robot.webhook.expose(), "", &query)?
            }
            None => address(robot.webhook.expose(), "", &[])?,
        };
        self.exchange(Api::Group, Ok(post(url, body.to_string())))
            .await
            .map_err(judge::final_error)?;
        Ok(message_uuid.to_owned())
    }

    /// A work notification (`topapi/message/corpconversation/asyncsend_v2`), with its text cut to
    /// what fits into 2,048 bytes. Answers the `task_id`. Accepted is not delivered: the same
    /// content reaches a person once a day, and [`Dingtalk::send_result`] tells.
    ///
    /// # Errors
    /// As every call; the platform has no key for this, so a repeat may arrive twice.
    #[tracing::instrument(name = "dingtalk.work_notification", skip_all)]
    pub async fn work_notification(
        &self,
        user_id: &str,
        message: &ActionCard,
    ) -> Result<String, CallError> {
        let request = message::work_notification(self.0.settings.agent_id, user_id, message)?;
        let answer = self.call(Api::WorkNotification, &json!(request)).await?;
        id(&answer["task_id"]).ok_or_else(|| judge::undocumented(Api::WorkNotification))
    }

    /// What became of a work notification (`…/getsendresult`), for 24 hours.
    ///
    /// # Errors
    /// As every call; an uncertain outcome is [`CallError::Later`], as asking again is harmless.
    #[tracing::instrument(name = "dingtalk.send_result", skip_all, fields(task_id = task_id))]
    pub async fn send_result(&self, task_id: &str) -> Result<WorkNotificationResult, CallError> {
        let Ok(task) = task_id.parse::<i64>() else {
            let why = "a work notification's task_id is a number";
            return Err(CallError::refused(Refusal::Other, why));
        };
        let request = json!({ "agent_id": self.0.settings.agent_id, "task_id": task });
        let answer = self.call(Api::SendResult, &request).await?;
        Ok(WorkNotificationResult::read(&answer["send_result"]))
    }

    /// Whether the app's secret gets a token (`/v1.0/oauth2/accessToken`); for
    /// `dingdan check --online`.
    ///
    /// # Errors
    /// [`Refusal::Configuration`] when app key and secret don't fit together.
    #[tracing::instrument(name = "dingtalk.check_token", skip_all)]
    pub async fn check_token(&self) -> Result<(), CallError> {
        self.0.tokens.token(&self.0.issuer).await.map(|_| ())
    }

    /// Waits for a turn, then makes the call with the app's token.
    async fn call(&self, api: Api, body: &Value) -> Result<Value, CallError> {
        self.0.pacer.turn(api.name()).await?;
        let body = body.to_string();
        self.0
            .tokens
            .with_token(&self.0.issuer, |token| {
                let request = api.request(&self.0.settings, token.expose(), body.clone());
                self.exchange(api, request)
            })
            .await
    }

    /// As [`Dingtalk::call`], for a path with people or tasks in it.
    async fn call_at(&self, api: Api, path: &str, body: &Value) -> Result<Value, CallError> {
        self.0.pacer.turn(api.name()).await?;
        let body = body.to_string();
        let settings = &self.0.settings;
        self.0
            .tokens
            .with_token(&self.0.issuer, |token| {
                let request = api::request_at(settings, api, path, token.expose(), body.clone());
                self.exchange(api, request)
            })
            .await
    }

    async fn exchange(
        &self,
        api: Api,
        request: Result<Request, CallError>,
    ) -> Result<Value, Failure> {
        measured(api::PLATFORM, api.name(), async {
            let answer = self.0.http.exchange(request?, api.repeat()).await?;
            judge::read(api, &answer)
        })
        .await
    }
}

const AFTER_FLOW_CONTROL: Duration = Duration::from_secs(60);
