//! WeCom's literal answers, and what becomes of them.

mod answers;
mod calls;

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::clock::Clock;
use crate::config::{Secret, WecomApp};
use crate::domain::Timestamp;
use crate::platform::Http;
use crate::platform::tests::{Platform, Reply, Seen, patient};

pub(in crate::platform) const APP: &str = "sales";

pub(in crate::platform) fn settings(base: &str) -> WecomSettings {
    WecomSettings {
        corp_id: "ww0f6d7c5b4a392817".to_owned(),
        api_base: base.to_owned(),
        oauth_base: base.to_owned(),
        jssdk_url: format!("{base}/jssdk.js"),
        kf_pull_every: None,
        callback_window: Duration::from_secs(600),
        apps: vec![WecomApp {
            name: APP.to_owned(),
            agent_id: 1_000_007,
            secret: "app-secret".parse::<Secret>().expect("a secret"),
            token: "sPf7kQ2vXn9T".parse().expect("a token"),
            encoding_aes_key: "Zm3qP0vYc7RkL2sWn8XbTd5HgJf1uEa4oMi6rQyKxCD"
                .parse()
                .expect("a key"),
        }],
        bots: Vec::new(),
        archive: None,
    }
}

fn client(base: &str, http: Http) -> Wecom {
    Wecom::new(&settings(base), tokens(), http)
}

fn tokens() -> Tokens {
    Tokens::new(Clock::frozen_at(Timestamp::from_seconds(1_790_000_000)))
}

/// Gives a token, and answers everything else with `reply`.
async fn platform(reply: Reply) -> (Platform, Wecom) {
    let platform = Platform::play(move |seen: &Seen| match seen.path() {
        "/cgi-bin/gettoken" => Reply::json(&token()),
        _ => reply.clone(),
    })
    .await;
    let wecom = client(&platform.base, patient());
    (platform, wecom)
}

fn token() -> Value {
    json!({ "errcode": 0, "errmsg": "ok", "access_token": "T+/=1", "expires_in": 7200 })
}

fn hello() -> Value {
    json!({ "touser": "Zhao.Lei", "msgtype": "text", "agentid": 1_000_007, "text": { "content": "秘密" } })
}

async fn send_answered(status: u16, body: &str) -> CallError {
    let (_platform, wecom) = platform(Reply::Body(status, body.to_owned())).await;
    let error = wecom.send(APP, &hello()).await.expect_err("it fails");
    let shown = format!("{error} {error:?}");
    for secret in ["秘密", "Zhao", "T+", "T%2B", "app-secret", "somebody"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    error
}
