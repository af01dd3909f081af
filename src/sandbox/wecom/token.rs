//! Access tokens (`developer.work.weixin.qq.com/document/path/91039`).

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::Refusal;
use super::super::api::Incoming;
use super::super::state::State;
use crate::domain::Timestamp;

const LIFE: Duration = Duration::from_secs(7200);

/// The tokens that were given out.
#[derive(Default)]
pub(in crate::sandbox) struct Tokens(BTreeMap<String, Token>);

struct Token {
    agent_id: i64,
    expires: Timestamp,
    revoked: Option<Revoked>,
}

#[derive(Clone, Copy)]
enum Revoked {
    AsUnknown,
    AsExpired,
}

impl Tokens {
    /// The app that a token speaks for.
    pub(super) fn check(&self, token: Option<&str>, now: Timestamp) -> Result<i64, Refusal> {
        let Some(token) = token else {
            return Err(Refusal::number(41001, "access_token missing"));
        };
        let unknown = || Refusal::number(40014, "invalid access_token");
        let known = self.0.get(token).ok_or_else(unknown)?;
        match known.revoked {
            Some(Revoked::AsUnknown) => Err(unknown()),
            Some(Revoked::AsExpired) => Err(expired()),
            None if known.expires <= now => Err(expired()),
            None => Ok(known.agent_id),
        }
    }

    /// Ends every token before its time.
    pub(in crate::sandbox) fn revoke(&mut self, as_expired: bool) {
        let revoked = if as_expired {
            Revoked::AsExpired
        } else {
            Revoked::AsUnknown
        };
        for token in self.0.values_mut() {
            token.revoked = Some(revoked);
        }
    }

    fn valid(&self, agent_id: i64, now: Timestamp) -> Option<(&String, &Token)> {
        self.0.iter().find(|(_, token)| {
            token.agent_id == agent_id && token.revoked.is_none() && now < token.expires
        })
    }
}

fn expired() -> Refusal {
    Refusal::number(42001, "access_token expired")
}

/// `gettoken`: the same token while it is valid.
pub(super) fn get(state: &mut State, incoming: &Incoming) -> Result<Value, Refusal> {
    let now = state.now();
    let corp_id = incoming
        .parameter("corpid")
        .ok_or_else(|| Refusal::number(41002, "corpid missing"))?;
    let secret = incoming
        .parameter("corpsecret")
        .ok_or_else(|| Refusal::number(41004, "secret missing"))?;
    if corp_id != state.company.corp_id {
        return Err(Refusal::number(40013, "invalid corpid"));
    }
    let app = state.company.apps.iter().find(|app| app.secret == secret);
    let agent_id = app
        .ok_or_else(|| Refusal::number(40001, "invalid credential"))?
        .agent_id;

    if let Some((word, token)) = state.wecom.tokens.valid(agent_id, now) {
        return Ok(answer(word, token.expires.since(now)));
    }
    let word = state.dice.word(214);
    let token = Token {
        agent_id,
        expires: now.plus(LIFE),
        revoked: None,
    };
    let response = answer(&word, LIFE);
    state.wecom.tokens.0.insert(word, token);
    Ok(response)
}

fn answer(token: &str, left: Duration) -> Value {
    json!({ "access_token": token, "expires_in": left.as_secs() })
}
