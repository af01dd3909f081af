//! `GET|POST /wecom/callback/{app}`: the hot path. Verify, decrypt, read, store durably, answer.
//!
//! WeCom gives up after 5 s and calls again, up to three times, so we answer as soon as the row is
//! committed and do the work from the inbox. Every failure from the signature on gives the same
//! answer, so that nobody without the key learns anything from it.
//! An AI bot has its callbacks under its name like an app; its envelope is JSON (101033).
//! Source: `developer.work.weixin.qq.com/document/path/90238`, `…/90930`, `…/90968`.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::web::{self, Data, Path, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use dingdan_webhooks::wecom::crypto::{
    CallbackToken, Crypto, EncodingAesKey, Envelope, OpenError, Query,
};
use metrics::Counter;

use super::body_room::BodyRoom;
use super::callback_body;
use super::log_budget::LogBudget;
use super::refusal::Refusal;
use crate::clock::Clock;
use crate::config::WecomBot;
use crate::domain::Timestamp;
use crate::inbox::{NotStored, ThreadReceiver, arrival};
use crate::shared::Shared;
use crate::store::Arrival;

/// A row that could not be stored is tried again after each of these, two seconds in all; then the
/// platform has its refusal. It may not send the callback again for that (90930: only when there is no
/// answer at all; 90238: whatever the failure), so what a moment's patience can save is saved here.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(50),
    Duration::from_millis(150),
    Duration::from_millis(300),
    Duration::from_millis(500),
    Duration::from_millis(1000),
];

/// What the callback routes share.
#[derive(Clone)]
pub(super) struct Callbacks {
    apps: Arc<HashMap<String, ReceivingApp>>,
    clock: Clock,
    window: Duration,
    position: Arc<AtomicI64>,
    log: LogBudget,
    room: BodyRoom,
    accepted: Counter,
}

struct ReceivingApp {
    name: Arc<str>,
    crypto: Crypto,
    is_bot: bool,
}

impl ReceivingApp {
    /// An app's, or the chat archive's own.
    fn of_app((name, token, key): (&str, &CallbackToken, &EncodingAesKey), corp_id: &str) -> Self {
        Self {
            name: name.into(),
            crypto: Crypto::new(token.clone(), key.clone(), corp_id),
            is_bot: false,
        }
    }

    fn of_bot(bot: &WecomBot) -> Self {
        let (token, key) = (bot.token.clone(), bot.encoding_aes_key.clone());
        Self {
            name: bot.name.as_str().into(),
            crypto: Crypto::new(token, key, bot.receive_id.clone()),
            is_bot: true,
        }
    }

    /// The envelope is XML for apps and JSON for bots.
    fn envelope<'a>(&self, body: &'a [u8]) -> Result<Envelope<'a>, Refusal> {
        let read = match self.is_bot {
            true => Envelope::parse_json(body),
            false => Envelope::parse(body),
        };
        read.map_err(|_| Refusal::BadEnvelope)
    }

    /// What is stored of a callback, and what is answered once it is.
    fn arrival(
        &self,
        query: &Query,
        encrypt: &str,
        (received_at, position): (Timestamp, i64),
    ) -> Result<(Arrival, Result<(), Refusal>), Refusal> {
        match self.crypto.open(query, encrypt) {
            Ok(message) => {
                let opened = match self.is_bot {
                    true => arrival::to_bot,
                    false => arrival::opened,
                };
                let arrival = opened(&self.name, message, received_at, position);
                Ok((arrival, Ok(())))
            }
            Err(OpenError::Signature) => Err(Refusal::Signature),
            Err(error) => {
                let arrival = arrival::sealed(&self.name, encrypt, received_at, position);
                Ok((arrival, Err(Refusal::Unopened(error.kind()))))
            }
        }
    }
}

impl Callbacks {
    /// Bodies share `room` with those of the other callbacks.
    pub(super) fn new(shared: &Shared, room: BodyRoom) -> Self {
        let wecom = &shared.settings.wecom;
        let apps = wecom.callbacks();
        let apps = apps.map(|app| ReceivingApp::of_app(app, &wecom.corp_id));
        let receiving = apps.chain(wecom.bots.iter().map(ReceivingApp::of_bot));
        let by_name = receiving.map(|app| (app.name.to_string(), app));
        Self {
            apps: Arc::new(by_name.collect()),
            clock: shared.clock.clone(),
            window: wecom.callback_window,
            position: Arc::default(),
            log: LogBudget::new(shared.clock.clone()),
            room,
            accepted: metrics::counter!("dingdan_callbacks_total", "outcome" => "accepted"),
        }
    }

    /// Checks everything that needs no key: the app, the parameters, the time.
    fn admit(&self, app: &str, raw_query: &str) -> Result<(&ReceivingApp, Query), Refusal> {
        let app = self.apps.get(app).ok_or(Refusal::UnknownApp)?;
        let query = Query::parse(raw_query).map_err(|_| Refusal::BadQuery)?;
        query.check_shape().map_err(|_| Refusal::BadQuery)?;
        let seconds = query.timestamp_seconds().map_err(|_| Refusal::BadQuery)?;
        let (now, sent) = (self.clock.now(), Timestamp::from_seconds(seconds));
        if now.since(sent).max(sent.since(now)) > self.window {
            return Err(Refusal::OutsideWindow);
        }
        Ok((app, query))
    }

    /// Takes a message or event in. On `Ok` it is on disk.
    async fn take(
        &self,
        app: &str,
        request: &HttpRequest,
        body: Payload,
        receiver: &ThreadReceiver,
    ) -> Result<(), Refusal> {
        let (app, query) = self.admit(app, request.query_string())?;
        let body = callback_body::read(request, body, &self.room).await?;
        let envelope = app.envelope(&body.bytes)?;
        let came = (self.clock.now(), self.position());
        let mut pauses = PAUSES.iter();
        loop {
            // Opened again for each try: the store takes the row, and failing is seldom.
            let (arrival, answer) = app.arrival(&query, &envelope.encrypt, came)?;
            match receiver.store(arrival).await {
                Ok(()) => return answer,
                Err(NotStored::Stopping) => return answer.and(Err(Refusal::Busy)),
                Err(NotStored::TooMany | NotStored::StoreFailed) => {}
            }
            match pauses.next() {
                Some(pause) => tokio::time::sleep(*pause).await,
                // Best effort for what is sealed: its answer is the same whether it could be kept.
                None => return answer.and(Err(Refusal::Busy)),
            }
        }
    }

    /// Orders what came in the same millisecond.
    fn position(&self) -> i64 {
        self.position.fetch_add(1, Ordering::Relaxed)
    }

    fn refuse(&self, app: &str, refusal: Refusal) -> HttpResponse {
        metrics::counter!("dingdan_callbacks_total", "outcome" => refusal.name()).increment(1);
        let app = if self.apps.contains_key(app) {
            app
        } else {
            "(unknown)"
        };
        if self.log.allows(app, refusal.name()) {
            tracing::warn!(
                app,
                reason = refusal.name(),
                "callback refused: {}",
                advice(refusal)
            );
        }
        HttpResponse::new(refusal.status())
    }
}

/// What the operator should look at.
fn advice(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::UnknownApp => {
            "no [[wecom.app]] or [[wecom.bot]] of that name; compare the URL in 应用 → 接收消息, or of the bot, with their names"
        }
        Refusal::BadQuery => {
            "its parameters are missing, doubled or of a wrong shape; it is not from WeCom"
        }
        Refusal::TooLarge => "its body is larger than 1 MiB; it is not from WeCom",
        Refusal::CutShort => {
            "its body ended early or came too slowly; if it is from WeCom, it will come again"
        }
        Refusal::BadEnvelope => {
            "its body is no WeCom envelope; it is not from WeCom, or something on the way changed it"
        }
        Refusal::OutsideWindow => {
            "its timestamp is too far off; compare this machine's clock with the world's ([wecom] callback_window_seconds)"
        }
        Refusal::Signature => {
            "its signature doesn't fit; if it is from WeCom, token of this [[wecom.app]] or [[wecom.bot]] is wrong: copy Token again from 管理后台 → 应用 → 接收消息 → 设置API接收"
        }
        Refusal::Unopened("receive_id") => {
            "it is for another company; [wecom] corp_id is wrong, or of a bot receive_id: copy 企业ID again from 管理后台 → 我的企业. The message was kept sealed"
        }
        Refusal::Unopened(_) => {
            "its signature fits, but it can't be decrypted; encoding_aes_key of this [[wecom.app]] or [[wecom.bot]] is wrong: copy EncodingAESKey again from 管理后台 → 应用 → 接收消息 → 设置API接收. The message was kept sealed"
        }
        Refusal::Crowded => {
            "more bodies than 64 MiB are being read or wait to be stored; if the store is well, someone floods this address"
        }
        Refusal::Busy => {
            "it could not be stored within two seconds; WeCom may send it again, but promises that only when there is no answer"
        }
    }
}

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(
        web::resource("/wecom/callback/{app}")
            .route(web::get().to(verify_url))
            .route(web::post().to(receive)),
    );
}

/// The URL's verification: answers the decrypted echo, bare, within the second that WeCom allows.
async fn verify_url(
    request: HttpRequest,
    app: Path<String>,
    callbacks: Data<Callbacks>,
) -> HttpResponse {
    let opened = callbacks
        .admit(&app, request.query_string())
        .and_then(|(app, query)| {
            if query.echostr.is_none() {
                return Err(Refusal::BadQuery);
            }
            app.crypto.open_echo(&query).map_err(|error| match error {
                OpenError::Signature => Refusal::Signature,
                other => Refusal::Unopened(other.kind()),
            })
        });
    match opened {
        Ok(echo) => HttpResponse::Ok()
            .content_type(ContentType::plaintext())
            .body(echo),
        Err(refusal) => callbacks.refuse(&app, refusal),
    }
}

/// A message or event: 200 once it is on disk.
async fn receive(
    request: HttpRequest,
    app: Path<String>,
    body: Payload,
    callbacks: Data<Callbacks>,
    receiver: Data<ThreadReceiver>,
) -> HttpResponse {
    match callbacks.take(&app, &request, body, &receiver).await {
        Ok(()) => {
            callbacks.accepted.increment(1);
            HttpResponse::new(StatusCode::OK)
        }
        Err(refusal) => callbacks.refuse(&app, refusal),
    }
}
