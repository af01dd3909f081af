//! Seals a callback and posts it.

use dingdan_webhooks::wecom::crypto::{Crypto, SealedRequest};

use super::super::company::WecomApp;
use super::super::record::CallbackAnswer;
use super::super::{Sandbox, State};
use super::{Callback, PATIENCE};

/// One try.
pub(super) async fn post(sandbox: &Sandbox, callback: &Callback) -> CallbackAnswer {
    let Some((url, sealed)) = sandbox.with(|state| seal(state, callback)) else {
        return CallbackAnswer::NeverPosted;
    };
    let request = sandbox
        .0
        .http
        .post(format!("{url}?{}", sealed.query_string))
        .header("content-type", "text/xml")
        .timeout(PATIENCE)
        .body(sealed.body);
    let Ok(response) = request.send().await else {
        return CallbackAnswer::NoAnswer;
    };
    match response.status().as_u16() {
        200 => match response.text().await {
            Ok(body) => CallbackAnswer::Acknowledged(body),
            Err(_) => CallbackAnswer::NoAnswer,
        },
        status => CallbackAnswer::Status(status),
    }
}

fn seal(state: &mut State, callback: &Callback) -> Option<(String, SealedRequest)> {
    let app = state.company.app(&callback.app)?.clone();
    let crypto = crypto(&app, &state.company.corp_id)?;
    let timestamp = state.now().seconds().to_string();
    let (random, nonce) = (state.dice.sixteen(), state.dice.word(10));
    let agent = Some(app.agent_id);
    let mut sealed = crypto.seal_envelope(&callback.message, random, &timestamp, &nonce, agent);
    if callback.is_corrupt {
        sealed.body = corrupted(&sealed.body);
    }
    Some((app.callback_url?, sealed))
}

/// The app's key and token, if they are a key and a token.
pub(super) fn crypto(app: &WecomApp, corp_id: &str) -> Option<Crypto> {
    let token = app.token.parse().ok()?;
    let key = app.encoding_aes_key.parse().ok()?;
    Some(Crypto::new(token, key, corp_id))
}

/// Changes the first character of the ciphertext.
fn corrupted(body: &str) -> String {
    let marker = "<Encrypt><![CDATA[";
    let Some((before, rest)) = body.split_once(marker) else {
        return String::new();
    };
    let (first, rest) = rest.split_at(1);
    let other = if first == "A" { "B" } else { "A" };
    format!("{before}{marker}{other}{rest}")
}
