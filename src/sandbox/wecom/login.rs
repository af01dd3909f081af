//! OAuth2 codes (`developer.work.weixin.qq.com/document/path/91023`).

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::Refusal;
use super::super::api::Incoming;
use super::super::state::State;
use crate::domain::Timestamp;

/// A code works once, for five minutes.
const LIFE: Duration = Duration::from_secs(300);

/// The codes that the login page gave out.
#[derive(Default)]
pub(in crate::sandbox) struct Codes(BTreeMap<String, Code>);

struct Code {
    userid: String,
    issued: Timestamp,
    is_used: bool,
}

impl Codes {
    pub(in crate::sandbox) fn issue(&mut self, code: &str, userid: &str, now: Timestamp) {
        let issued = Code {
            userid: userid.to_owned(),
            issued: now,
            is_used: false,
        };
        self.0.insert(code.to_owned(), issued);
    }
}

/// `auth/getuserinfo`.
pub(super) fn user_info(state: &mut State, incoming: &Incoming) -> Result<Value, Refusal> {
    let now = state.now();
    let bad = || Refusal::number(40029, "invalid code");
    let code = incoming.parameter("code").ok_or_else(bad)?;
    let code = state.wecom.codes.0.get_mut(code).ok_or_else(bad)?;
    if code.is_used {
        return Err(Refusal::number(42022, "code has been consumed"));
    }
    if now.since(code.issued) >= LIFE {
        return Err(Refusal::number(42003, "code expired"));
    }
    code.is_used = true;
    Ok(json!({ "userid": code.userid }))
}
