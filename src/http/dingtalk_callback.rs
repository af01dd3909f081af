//! `POST /dingtalk/callback`: DingTalk's events. Verify, decrypt, store durably, answer.
//!
//! DingTalk waits 1.5 s for the encrypted word `success` and tries again after anything else, so
//! the answer goes out as soon as the row is committed. As with WeCom, every failure from the
//! signature on looks the same from outside.
//! Source: `open.dingtalk.com/document/orgapp/configure-event-subcription`.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use dingdan_webhooks::dingtalk::event::{Answer, Crypto, Envelope, Event, OpenError, Query};

use super::body_room::BodyRoom;
use super::callback_body;
use super::log_budget::LogBudget;
use super::refusal::Refusal;
use crate::clock::Clock;
use crate::domain::Timestamp;
use crate::inbox::{ThreadReceiver, dingtalk_arrival};
use crate::shared::Shared;

/// How far a callback's timestamp may be off; the platform's own signatures live as long. What
/// fences repeats off is the event's id.
const WINDOW: Duration = Duration::from_secs(3600);

/// What the route needs.
#[derive(Clone)]
pub(super) struct DingtalkCallbacks {
    crypto: Option<Crypto>,
    clock: Clock,
    position: Arc<AtomicI64>,
    log: LogBudget,
    room: BodyRoom,
}

impl DingtalkCallbacks {
    /// Bodies share `room` with those of the other callbacks.
    pub(super) fn new(shared: &Shared, room: BodyRoom) -> Self {
        let dingtalk = shared.settings.dingtalk.as_ref();
        let crypto = dingtalk.and_then(|dingtalk| {
            let callback = dingtalk.callback.as_ref()?;
            let (token, key) = (callback.token.clone(), callback.aes_key.clone());
            Some(Crypto::new(token, key, dingtalk.app_key.clone()))
        });
        Self {
            crypto,
            clock: shared.clock.clone(),
            position: Arc::default(),
            log: LogBudget::new(shared.clock.clone()),
            room,
        }
    }

    /// Takes an event in. On `Ok` it is on disk.
    async fn take(
        &self,
        request: &HttpRequest,
        body: Payload,
        receiver: &ThreadReceiver,
    ) -> Result<Answer, Refusal> {
        let crypto = self.crypto.as_ref().ok_or(Refusal::UnknownApp)?;
        let query = self.admit(request.query_string())?;
        let body = callback_body::read(request, body, &self.room).await?;
        let envelope = Envelope::parse(&body.bytes).map_err(|_| Refusal::BadEnvelope)?;
        let text = crypto
            .open(&query, &envelope.encrypt)
            .map_err(|error| match error {
                OpenError::Signature => Refusal::Signature,
                other => Refusal::Unopened(other.kind()),
            })?;
        let event = Event::parse(&text).ok();
        if !event.as_ref().is_some_and(Event::is_check) {
            let position = self.position.fetch_add(1, Ordering::Relaxed);
            let arrival = dingtalk_arrival(event.as_ref(), text, self.clock.now(), position);
            receiver.store(arrival).await.map_err(|_| Refusal::Busy)?;
        }
        Ok(crypto.success(rand::random(), self.clock.now().0, &query.nonce))
    }

    /// Checks everything that needs no key: the parameters and the time.
    fn admit(&self, raw_query: &str) -> Result<Query, Refusal> {
        let query = Query::parse(raw_query).map_err(|_| Refusal::BadQuery)?;
        query.check_shape().map_err(|_| Refusal::BadQuery)?;
        let digits: i64 = query.timestamp.parse().map_err(|_| Refusal::BadQuery)?;
        let sent = match query.timestamp.len() {
            13 => Timestamp(digits),
            _ => Timestamp::from_seconds(digits),
        };
        let now = self.clock.now();
        if now.since(sent).max(sent.since(now)) > WINDOW {
            return Err(Refusal::OutsideWindow);
        }
        Ok(query)
    }

    fn refuse(&self, refusal: Refusal) -> HttpResponse {
        count(refusal.name());
        if self.log.allows("dingtalk", refusal.name()) {
            let (reason, advice) = (refusal.name(), advice(refusal));
            tracing::warn!(reason, "DingTalk event refused: {advice}");
        }
        HttpResponse::new(refusal.status())
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("dingdan_dingtalk_events_total", "outcome" => outcome).increment(1);
}

/// What the operator should look at.
fn advice(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::UnknownApp => {
            "[dingtalk] has no callback_token and callback_aes_key: copy both from 开发者后台 → 应用 → 事件订阅"
        }
        Refusal::BadQuery => {
            "its parameters are missing, doubled or of a wrong shape; it is not from DingTalk"
        }
        Refusal::TooLarge => "its body is larger than 1 MiB; it is not from DingTalk",
        Refusal::CutShort => {
            "its body ended early or came too slowly; if it is from DingTalk, it will come again"
        }
        Refusal::BadEnvelope => {
            "its body is no envelope; it is not from DingTalk, or something on the way changed it"
        }
        Refusal::OutsideWindow => {
            "its timestamp is too far off; compare this machine's clock with the world's"
        }
        Refusal::Signature => {
            "its signature doesn't fit; if it is from DingTalk, [dingtalk] callback_token is wrong: copy 签名 token again from 开发者后台 → 应用 → 事件订阅"
        }
        Refusal::Unopened("owner") => {
            "it is for another app; [dingtalk] app_key is wrong: copy Client ID again from 开发者后台 → 应用 → 凭证与基础信息"
        }
        Refusal::Unopened(_) => {
            "its signature fits, but it can't be decrypted; [dingtalk] callback_aes_key is wrong: copy 加密 aes_key again from 开发者后台 → 应用 → 事件订阅"
        }
        Refusal::Crowded => {
            "more bodies at once than this server holds; DingTalk will send it again"
        }
        Refusal::Busy => "it could not be stored; DingTalk will send it again",
    }
}

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(web::resource("/dingtalk/callback").route(web::post().to(receive)));
}

/// An event: the encrypted `success` once it is on disk.
async fn receive(
    request: HttpRequest,
    body: Payload,
    callbacks: Data<DingtalkCallbacks>,
    receiver: Data<ThreadReceiver>,
) -> HttpResponse {
    match callbacks.take(&request, body, &receiver).await {
        Ok(answer) => {
            count("accepted");
            HttpResponse::Ok().json(answer)
        }
        Err(refusal) => callbacks.refuse(refusal),
    }
}
