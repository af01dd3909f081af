//! Seals a callback and posts it.

use std::time::Duration;

use dingdan_webhooks::dingtalk::event;
use dingdan_webhooks::wecom::crypto::Crypto;

use super::super::company::{DingtalkApp, WecomApp};
use super::super::record::CallbackAnswer;
use super::super::{Sandbox, State};
use super::{Callback, PATIENCE, Whose};

/// How long DingTalk waits (`open.dingtalk.com/document/orgapp/configure-event-subcription`).
const DINGTALK_PATIENCE: Duration = Duration::from_millis(1500);

/// A request, sealed and signed.
struct Sealed {
    url: String,
    content_type: &'static str,
    body: String,
    patience: Duration,
    /// What opens the answer, where it has to be sealed too.
    answer: Option<event::Crypto>,
}

/// One try.
pub(super) async fn post(sandbox: &Sandbox, callback: &Callback) -> CallbackAnswer {
    let sealed = sandbox.with(|state| match &callback.whose {
        Whose::Wecom(app) => seal(state, app, callback),
        Whose::Bot(bot) => seal_for_bot(state, bot, callback),
        Whose::Dingtalk => seal_event(state, callback),
    });
    let Some(sealed) = sealed else {
        return CallbackAnswer::NeverPosted;
    };
    let request = sandbox
        .0
        .http
        .post(sealed.url)
        .header("content-type", sealed.content_type)
        .timeout(sealed.patience)
        .body(sealed.body);
    let Ok(response) = request.send().await else {
        return CallbackAnswer::NoAnswer;
    };
    match response.status().as_u16() {
        200 => match response.text().await {
            Ok(body) => read(sealed.answer.as_ref(), body),
            Err(_) => CallbackAnswer::NoAnswer,
        },
        status => CallbackAnswer::Status(status),
    }
}

/// Where the answer has to be a sealed word, it is that word, or as good as none.
fn read(crypto: Option<&event::Crypto>, body: String) -> CallbackAnswer {
    let Some(crypto) = crypto else {
        return CallbackAnswer::Acknowledged(body);
    };
    let opened = serde_json::from_str::<event::Answer>(&body)
        .ok()
        .and_then(|answer| {
            let query = event::Query {
                signature: answer.msg_signature,
                timestamp: answer.time_stamp,
                nonce: answer.nonce,
            };
            crypto.open(&query, &answer.encrypt).ok()
        });
    match opened {
        Some(word) if word == "success" => CallbackAnswer::Acknowledged(word),
        _ => CallbackAnswer::NoAnswer,
    }
}

fn seal(state: &mut State, app: &str, callback: &Callback) -> Option<Sealed> {
    let app = state.company.app(app)?.clone();
    let crypto = crypto(&app, &state.company.corp_id)?;
    let timestamp = state.now().seconds().to_string();
    let (random, nonce) = (state.dice.sixteen(), state.dice.word(10));
    let agent = Some(app.agent_id);
    let mut sealed = crypto.seal_envelope(&callback.message, random, &timestamp, &nonce, agent);
    if callback.is_corrupt {
        sealed.body = corrupted(&sealed.body, "<Encrypt><![CDATA[");
    }
    Some(Sealed {
        url: format!("{}?{}", app.callback_url?, sealed.query_string),
        content_type: "text/xml",
        body: sealed.body,
        patience: PATIENCE,
        answer: None,
    })
}

/// A company's own bot has no receive id (101033).
fn seal_for_bot(state: &mut State, bot: &str, callback: &Callback) -> Option<Sealed> {
    let bot = state.company.bot(bot)?.clone();
    let token = bot.token.parse().ok()?;
    let crypto = Crypto::new(token, bot.encoding_aes_key.parse().ok()?, "");
    let timestamp = state.now().seconds().to_string();
    let (random, nonce) = (state.dice.sixteen(), state.dice.word(10));
    let mut sealed = crypto.seal_envelope_json(&callback.message, random, &timestamp, &nonce);
    if callback.is_corrupt {
        sealed.body = corrupted(&sealed.body, "{\"encrypt\":\"");
    }
    Some(Sealed {
        url: format!("{}?{}", bot.callback_url?, sealed.query_string),
        content_type: "application/json",
        body: sealed.body,
        patience: PATIENCE,
        answer: None,
    })
}

fn seal_event(state: &mut State, callback: &Callback) -> Option<Sealed> {
    let app = state.company.dingtalk.clone();
    let crypto = event_crypto(&app)?;
    let (random, nonce) = (state.dice.sixteen(), state.dice.word(8));
    let sealed = crypto.seal(&callback.message, random, state.now().0, &nonce);
    let mut body = serde_json::json!({ "encrypt": sealed.encrypt }).to_string();
    if callback.is_corrupt {
        body = corrupted(&body, "{\"encrypt\":\"");
    }
    let (signature, timestamp) = (sealed.msg_signature, sealed.time_stamp);
    Some(Sealed {
        url: format!(
            "{}?msg_signature={signature}&signature={signature}&timestamp={timestamp}&nonce={nonce}",
            app.callback_url?
        ),
        content_type: "application/json",
        body,
        patience: DINGTALK_PATIENCE,
        answer: Some(crypto),
    })
}

/// The app's key and token, if they are a key and a token.
pub(super) fn crypto(app: &WecomApp, corp_id: &str) -> Option<Crypto> {
    let token = app.token.parse().ok()?;
    let key = app.encoding_aes_key.parse().ok()?;
    Some(Crypto::new(token, key, corp_id))
}

fn event_crypto(app: &DingtalkApp) -> Option<event::Crypto> {
    let token = app.callback_token.parse().ok()?;
    let key = app.callback_aes_key.parse().ok()?;
    Some(event::Crypto::new(token, key, app.app_key.clone()))
}

/// Changes the first character of the ciphertext, which stands behind `marker`.
fn corrupted(body: &str, marker: &str) -> String {
    let Some((before, rest)) = body.split_once(marker) else {
        return String::new();
    };
    let (first, rest) = rest.split_at(1);
    let other = if first == "A" { "B" } else { "A" };
    format!("{before}{marker}{other}{rest}")
}
