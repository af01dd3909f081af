//! What WeCom's answers mean (90313, 90312).

use std::time::Duration;

use dingdan_webhooks::wecom::errcode::{Advice, advice};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::answer::{Answer, ip_in, number};
use super::super::call::{CallError, Failure, Refusal};
use super::api::Api;

/// The answer of a call that was carried out.
pub(super) fn read<T: DeserializeOwned>(api: Api, answer: &Answer) -> Result<T, Failure> {
    let Some((object, errcode)) = answer
        .object()
        .and_then(|object| number(&object["errcode"]).map(|errcode| (object, errcode)))
    else {
        return Err(answer.foreign(api.repeat(), MINUTE).into());
    };
    judge(api, errcode, &object)?;
    serde_json::from_value(object).map_err(|_| {
        let why = "0 with fields that are not as documented";
        api.repeat().uncertain(why).into()
    })
}

/// Whether it is the one answer that says nothing of how long to wait ([`super::limits`]).
pub(super) fn is_over_a_limit(answer: &Answer) -> bool {
    let errcode = answer
        .object()
        .and_then(|object| number(&object["errcode"]));
    errcode.is_some_and(|errcode| matches!(advice(errcode), Advice::WaitOut(_)))
}

fn judge(api: Api, errcode: i64, answer: &Value) -> Result<(), Failure> {
    let later = |after, what| CallError::later(after, format!("{errcode}: {what}"));
    let refused = |refusal, what| CallError::refused(refusal, format!("{errcode}: {what}"));
    Err(Failure::Final(match advice(errcode) {
        Advice::Done => return Ok(()),
        Advice::RefreshToken => return Err(Failure::TokenRefused(errcode.to_string())),
        Advice::RetryLater => api.repeat().busy(format!("{errcode}: WeCom is busy")),
        // An address that asks for tokens with a wrong secret is banned for an hour (91039). Calls
        // with a token don't come here: for them `super::limits` knows how long to wait.
        Advice::WaitOut(_) => later(MINUTE * 60, "too many questions for a token"),
        Advice::AlreadySent => refused(
            Refusal::AlreadySent,
            "the card's task id was used: an earlier try arrived",
        ),
        Advice::ResponseCodeSpent => refused(
            Refusal::ResponseCodeSpent,
            "the response code was used or has expired: send a new card",
        ),
        Advice::UnknownReceiver => refused(
            Refusal::UnknownReceiver,
            "the person left the company or is outside the app's visible range",
        ),
        Advice::Configuration(what) => configuration(errcode, what, answer),
        Advice::GiveUp if matches!(errcode, 40029 | 42003 | 42022) => refused(
            Refusal::LoginCode,
            "the login code is wrong, expired or used: log in again",
        ),
        Advice::GiveUp if api == Api::Media && matches!(errcode, 40007 | 40145) => {
            refused(Refusal::MediaGone, "no such media: its three days are over")
        }
        Advice::GiveUp if api == Api::Media && errcode == 830_002 => {
            refused(Refusal::TooLarge, "the media is too large")
        }
        Advice::GiveUp => refused(
            Refusal::Other,
            "see developer.work.weixin.qq.com/document/path/90313",
        ),
    }))
}

/// The platform names our outgoing address, which is what has to be entered.
fn configuration(errcode: i64, what: &str, answer: &Value) -> CallError {
    let seen_from = answer["errmsg"].as_str().and_then(ip_in);
    CallError::refused(
        Refusal::Configuration,
        match seen_from {
            Some(ip) if errcode == 60020 => {
                format!("{errcode}: {what}; enter {ip} at 应用 → 企业可信IP")
            }
            _ => format!("{errcode}: check {what}"),
        },
    )
}

/// Where no token is involved, none can be refused.
pub(super) fn final_error(failure: Failure) -> CallError {
    match failure {
        Failure::Final(error) => error,
        Failure::TokenRefused(code) => CallError::later(
            MINUTE,
            format!("{code}: WeCom refuses a token where none was sent"),
        ),
    }
}

const MINUTE: Duration = Duration::from_secs(60);
