//! The company's month and the app's second.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::state::State;
use super::super::window::Window;
use super::super::{Endpoint, Refusal};
use crate::domain::Day;

/// What was used up.
#[derive(Default)]
pub(super) struct Quota {
    /// By the month's first day.
    months: BTreeMap<Day, u32>,
    seconds: BTreeMap<Endpoint, Window>,
}

/// Counts a call, or refuses it. Throttled calls don't count, and neither do login and contacts.
pub(super) fn spend(state: &mut State, endpoint: Endpoint, is_new: bool) -> Result<(), Refusal> {
    let now = state.now();
    let quota = &mut state.dingtalk.quota;
    let is_counted = matches!(
        endpoint,
        Endpoint::NoticeSend
            | Endpoint::NoticeResult
            | Endpoint::NoticeProgress
            | Endpoint::RobotToPeople
            | Endpoint::TodoCreate
            | Endpoint::TodoUpdate
            | Endpoint::TodoQuery
    );
    let used = quota.months.entry(now.day().month_start()).or_default();
    if is_counted && *used >= state.limits.dingtalk_calls_a_month {
        return Err(refusal(is_new, 90020, "ApiCountLimitForOrg"));
    }
    let a_second = Duration::from_secs(1);
    let window = quota.seconds.entry(endpoint).or_default();
    if !window.admit(now, a_second, state.limits.dingtalk_calls_a_second) {
        return Err(refusal(is_new, 90018, "QpsLimitForAppkeyAndApi"));
    }
    *used += u32::from(is_counted);
    Ok(())
}

fn refusal(is_new: bool, errcode: i64, word: &str) -> Refusal {
    if is_new {
        let code = format!("Forbidden.AccessDenied.{word}");
        Refusal::word(403, code, "调用超过限制")
    } else {
        Refusal::number(errcode, "调用超过限制")
    }
}
