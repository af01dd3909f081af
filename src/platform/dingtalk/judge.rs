//! What DingTalk's answers mean, in both API families
//! (`open.dingtalk.com/document/orgapp/server-api-error-codes-1`).

use std::time::Duration;

use dingdan_webhooks::dingtalk::errcode::{Advice, advice};
use dingdan_webhooks::dingtalk::todo::is_already_there;
use serde_json::Value;

use super::super::answer::{Answer, ip_in, number};
use super::super::call::{CallError, Failure, Refusal};
use super::api::{Api, Family};

/// The answer of a call that was carried out.
pub(super) fn read(api: Api, answer: &Answer) -> Result<Value, Failure> {
    let status = answer.status.as_u16();
    let object = answer.object();
    if api == Api::Group && is_robot_block(status, object.as_ref()) {
        let why = "302: the robot spoke more than 20 times in a minute and is blocked";
        return Err(CallError::later(ROBOT_BLOCK, why).into());
    }
    let Some(object) = object.filter(|object| is_its_own(api, status, object)) else {
        return Err(foreign(api, answer).into());
    };
    match advice(status, &answer.body) {
        Advice::Done => Ok(object),
        other => Err(judge(api, status, other, &object)),
    }
}

/// An answer that is not as documented, of a call that may have been carried out.
pub(super) fn undocumented(api: Api) -> CallError {
    api.repeat()
        .uncertain("the answer's fields are not as documented")
}

/// Where the app's token is not involved, it can't be what is refused.
pub(super) fn final_error(failure: Failure) -> CallError {
    match failure {
        Failure::Final(error) => error,
        Failure::TokenRefused(code) => CallError::refused(
            Refusal::Configuration,
            format!("{code}: check app_key and app_secret, or the robot's webhook"),
        ),
    }
}

fn is_robot_block(status: u16, object: Option<&Value>) -> bool {
    status == 302 || object.is_some_and(|object| number(&object["errcode"]) == Some(302))
}

/// Whether the JSON is the API's own, and not that of something in between.
fn is_its_own(api: Api, status: u16, object: &Value) -> bool {
    let is_wall = !object["punish"].is_null();
    let is_answer = match api.family() {
        Family::Old => !object["errcode"].is_null(),
        Family::New => (200..300).contains(&status) || object["code"].is_string(),
    };
    is_wall || is_answer
}

/// HTML, for the most part: the wall before an address that asked too often stays for five
/// minutes (10,000 calls in 20 seconds) and refuses with one of these.
fn foreign(api: Api, answer: &Answer) -> CallError {
    match answer.status.as_u16() {
        status @ (403 | 405 | 418) => CallError::later(
            ADDRESS_BLOCK,
            format!("HTTP {status} without DingTalk's own answer: this address is blocked for now"),
        ),
        _ => answer.foreign(api.repeat(), ADDRESS_BLOCK),
    }
}

fn judge(api: Api, status: u16, advice: Advice, answer: &Value) -> Failure {
    let code = code(status, answer);
    let refused = |refusal, what| CallError::refused(refusal, format!("{code}: {what}"));
    Failure::Final(match advice {
        Advice::RefreshToken if api == Api::Me => refused(Refusal::LoginCode, LOG_IN_AGAIN),
        Advice::RefreshToken => return Failure::TokenRefused(code),
        Advice::RetryLater if is_throttle(status, &code) => {
            CallError::later(BUSY, format!("{code}: DingTalk as a whole is busy"))
        }
        Advice::RetryLater => api.repeat().busy(format!("{code}: DingTalk is busy")),
        Advice::Blocked { seconds } => CallError::later(
            Duration::from_secs(seconds.into()),
            format!("{code}: over a frequency limit"),
        ),
        Advice::QuotaSpent => refused(
            Refusal::QuotaSpent,
            "the company's API calls of this month are used up: buy more, or use another channel",
        ),
        Advice::UnknownReceiver => {
            refused(Refusal::UnknownReceiver, "the company has no such person")
        }
        Advice::Configuration(what) => {
            let detail = detail(&code, answer);
            CallError::refused(
                Refusal::Configuration,
                format!("{code}: check {what}{detail}"),
            )
        }
        Advice::GiveUp if api == Api::TodoCreate && is_already_there(&code, message(answer)) => {
            refused(Refusal::AlreadySent, "there is a to-do of this sourceId")
        }
        Advice::GiveUp if api == Api::UserToken || code == "40078" => {
            refused(Refusal::LoginCode, LOG_IN_AGAIN)
        }
        Advice::Done | Advice::GiveUp => refused(Refusal::Other, "DingTalk refuses the request"),
    })
}

fn message(answer: &Value) -> &str {
    answer["message"].as_str().unwrap_or_default()
}

const LOG_IN_AGAIN: &str = "the login code is wrong, expired or used: log in again";

/// Refused before anything was done, so even what would double may be repeated.
fn is_throttle(status: u16, code: &str) -> bool {
    status == 429 || code == "90002" || code.starts_with("Forbidden.AccessDenied.")
}

/// The platform's code, without whatever else could be in its place.
fn code(status: u16, answer: &Value) -> String {
    let is_plain = |word: &&str| {
        word.len() <= 100
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    let own = number(&answer["errcode"]).map(|errcode| errcode.to_string());
    let sub_code = answer["sub_code"].as_str().filter(is_plain);
    match (own, sub_code) {
        (Some(errcode), Some(sub_code)) if errcode == "88" && !sub_code.is_empty() => {
            format!("88 {sub_code}")
        }
        (Some(errcode), _) => errcode,
        (None, _) => answer["code"]
            .as_str()
            .filter(is_plain)
            .map_or_else(|| format!("HTTP {status}"), str::to_owned),
    }
}

/// What the platform adds for the person who has to correct it.
fn detail(code: &str, answer: &Value) -> String {
    let text = answer["errmsg"]
        .as_str()
        .or_else(|| answer["message"].as_str());
    let text = text.unwrap_or_default();
    if code == "310000" {
        return robot_security(text);
    }
    if code == "60020" || code.ends_with("IpNotInWhiteList") {
        return ip_in(text).map_or_else(String::new, |ip| format!("; enter {ip}"));
    }
    let scopes: Vec<&str> = answer["accessdenieddetail"]["requiredScopes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter(|scope| scope.bytes().all(|byte| byte.is_ascii_graphic()))
        .collect();
    match scopes.as_slice() {
        [] => String::new(),
        scopes => format!("; it needs {}", scopes.join(", ")),
    }
}

/// Which of the robot's security settings it is, by the platform's own text.
fn robot_security(errmsg: &str) -> String {
    let which = match errmsg {
        text if text.contains("keyword") => "; it is the keyword",
        text if text.contains("timestamp") => "; it is this server's clock",
        text if text.contains("sign") => "; it is the secret of 加签",
        text if text.contains("ip") => "; it is the list of addresses",
        _ => "",
    };
    which.to_owned()
}

const ROBOT_BLOCK: Duration = Duration::from_secs(600);
const ADDRESS_BLOCK: Duration = Duration::from_secs(300);
const BUSY: Duration = Duration::from_secs(4);
