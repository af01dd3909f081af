//! What to do about an answer, in both API families.
//!
//! The old one (`oapi.dingtalk.com`) answers HTTP 200 with an `errcode`,
//! sometimes spelled as text; the new one (`api.dingtalk.com`) answers 4xx
//! with a `code` in words; a gateway in front of both may answer HTML.

use super::number;
use serde_json::Value;

/// What a courier does with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Accepted. For asynchronous sends this is not yet delivered.
    Done,
    /// Busy: again after 1, 2 and 4 seconds; a send only with an idempotency key.
    RetryLater,
    /// Fetch a new access token once for all who wait, then repeat once.
    RefreshToken,
    /// Nothing is accepted for this long; asking earlier makes it longer.
    Blocked {
        /// Seconds from now.
        seconds: u32,
    },
    /// The company's monthly quota is used up: another channel, and tell an
    /// administrator.
    QuotaSpent,
    /// The person left, or was never in this company.
    UnknownReceiver,
    /// Somebody has to correct what the text names.
    Configuration(&'static str),
    /// Repeating would only repeat the refusal.
    GiveUp,
}

/// Reads an answer of either family. `status` is the HTTP status.
pub fn advice(status: u16, body: &[u8]) -> Advice {
    let Ok(answer) = serde_json::from_slice::<Value>(body) else {
        return without_json(status);
    };
    if number::read(&answer["status"]) == Some(1111) || answer["punish"] == "deny" {
        return ADDRESS_BLOCKED;
    }
    if !answer["errcode"].is_null() {
        return match number::read(&answer["errcode"]) {
            Some(88) => gateway(&answer["sub_code"]),
            Some(errcode) => old(errcode),
            None => Advice::GiveUp,
        };
    }
    match answer["code"].as_str() {
        Some(code) => new(status, code),
        None if (200..300).contains(&status) => Advice::Done,
        None => new(status, ""),
    }
}

/// What to do about an `errcode` of the old family.
pub fn old(errcode: i64) -> Advice {
    match errcode {
        0 => Advice::Done,
        -1 | 90002 => Advice::RetryLater,
        40001 | 40014 | 42001 | 33001 => Advice::RefreshToken,
        90020 => Advice::QuotaSpent,
        90018 => Advice::Blocked { seconds: 1 },
        143103 | 143104 => Advice::Blocked { seconds: 60 },
        90001..=90017 => Advice::Blocked { seconds: 300 },
        130101 | 410100 => Advice::Blocked { seconds: 600 },
        33012 | 60121 => Advice::UnknownReceiver,
        40079 => Advice::Configuration(VISIBLE_RANGE),
        40089 => Advice::Configuration(APP_SECRET),
        50002 | 50004 => Advice::Configuration(VISIBLE_RANGE),
        60011 => Advice::Configuration(PERMISSION),
        60020 => Advice::Configuration(EXIT_ADDRESS),
        300001 | 400101 | 400102 | 400106 => Advice::Configuration(ROBOT_ADDRESS),
        310000 => Advice::Configuration(ROBOT_SECURITY),
        400013 => Advice::Configuration(GROUP_GONE),
        _ => Advice::GiveUp,
    }
}

/// What to do about a `code` of the new family.
pub fn new(status: u16, code: &str) -> Advice {
    if let Some(access) = code.strip_prefix("Forbidden.AccessDenied.") {
        return access_denied(access);
    }
    match code {
        "system.busy" | "system.error" | "todo.taskCreate.lockError" => Advice::RetryLater,
        "InvalidAuthentication" => Advice::RefreshToken,
        "send.too.fast" | "send.byToken.tooFast" | "too.many.people" | "too.many.group" => {
            Advice::Blocked { seconds: 60 }
        }
        "staffId.notExisted" => Advice::UnknownReceiver,
        "invalidClientIdOrSecret" | "invalid.client" | "unauthorized.client" => {
            Advice::Configuration(APP_SECRET)
        }
        "robot.oto.notExist"
        | "chatbotId.notAllow.sendOTO"
        | "bot.stopped"
        | "resource.not.found" => Advice::Configuration(ROBOT_CODE),
        "group.disbanded" => Advice::Configuration(GROUP_GONE),
        _ => match status {
            429 => Advice::Blocked { seconds: 60 },
            500.. => Advice::RetryLater,
            _ => Advice::GiveUp,
        },
    }
}

fn access_denied(reason: &str) -> Advice {
    match reason {
        "QpsLimitForAppkeyAndApi" => Advice::Blocked { seconds: 1 },
        "QpmLimitForAppkeyAndApi" => Advice::Blocked { seconds: 60 },
        "QpsLimitForApi" => Advice::RetryLater,
        "ApiCountLimitForOrg" => Advice::QuotaSpent,
        "IpNotInWhiteList" => Advice::Configuration(EXIT_ADDRESS),
        "AccessTokenPermissionDenied" => Advice::Configuration(PERMISSION),
        _ => Advice::GiveUp,
    }
}

/// Errcode 88 is the gateway's; its own code says what happened.
fn gateway(sub_code: &Value) -> Advice {
    if let Some(errcode) = number::read(sub_code) {
        return old(errcode);
    }
    match sub_code.as_str().unwrap_or("") {
        "" | "isp.top-remote-connection-timeout" => Advice::RetryLater,
        _ => Advice::GiveUp,
    }
}

/// HTML in place of JSON is the wall in front of an address that asked too
/// often; with a 5xx it is an ordinary fault.
fn without_json(status: u16) -> Advice {
    match status {
        500.. => Advice::RetryLater,
        429 => Advice::Blocked { seconds: 60 },
        _ => ADDRESS_BLOCKED,
    }
}

const ADDRESS_BLOCKED: Advice = Advice::Blocked { seconds: 300 };
const APP_SECRET: &str = "app_key and app_secret: copy both from the app's page";
const EXIT_ADDRESS: &str = "服务器出口IP: this server's outgoing address is not listed";
const PERMISSION: &str = "the app's permissions: this API is not granted to it";
const VISIBLE_RANGE: &str = "the app's visible range: the person is outside";
const ROBOT_ADDRESS: &str = "the group robot's webhook: it was stopped, removed or copied wrongly";
const ROBOT_SECURITY: &str =
    "the group robot's security settings: secret, keyword or address list, or this server's clock";
const ROBOT_CODE: &str = "robot_code: the robot is not published, or was stopped";
const GROUP_GONE: &str = "the group: it was dissolved";
