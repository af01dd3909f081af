//! How a run stands, as pages tell it. Pure.

use super::moments;
use crate::domain::Timestamp;
use crate::store::RunRow;

/// How a run stands. `Soon` is the engine's yellow light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Light {
    Open,
    Soon,
    Overdue,
    Done,
    DoneLate,
    Ended,
    Paused,
    Waived,
    NotApplicable,
}

impl Light {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Soon => "soon",
            Self::Overdue => "overdue",
            Self::Done | Self::DoneLate => "done",
            Self::Ended | Self::Waived | Self::NotApplicable => "ended",
            Self::Paused => "paused",
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Open => "进行中",
            Self::Soon => "即将超时",
            Self::Overdue => "已超时",
            Self::Done => "已完成",
            Self::DoneLate => "超时完成",
            Self::Ended => "不用再填",
            Self::Paused => "已暂停",
            Self::Waived => "已豁免",
            Self::NotApplicable => "不适用",
        }
    }
}

pub(super) fn light(run: &RunRow, now: Timestamp) -> Light {
    match run.status.as_str() {
        "done" if run.late => Light::DoneLate,
        "done" => Light::Done,
        "ended" => Light::Ended,
        "paused" => Light::Paused,
        "waived" => Light::Waived,
        "not_applicable" => Light::NotApplicable,
        "overdue" => Light::Overdue,
        _ if run.due_at <= now => Light::Overdue,
        _ if run.expected_at.is_some_and(|expected| expected <= now) => Light::Soon,
        _ => Light::Open,
    }
}

/// What is left or over; when it was done, and how late.
pub(super) fn when(run: &RunRow, light: Light, now: Timestamp) -> String {
    match (light, run.done_at) {
        (Light::Open | Light::Soon, _) => format!("还剩 {}", moments::span(run.due_at.since(now))),
        (Light::Overdue, _) => format!("已超 {}", moments::span(now.since(run.due_at))),
        (Light::DoneLate, Some(at)) => format!(
            "{}，超 {}",
            moments::told(at, now),
            moments::span(at.since(run.due_at))
        ),
        (Light::Ended, _) => "商机已结束".to_owned(),
        (Light::Paused, _) => "计时已停".to_owned(),
        (Light::Waived | Light::NotApplicable, _) => "不计入合规率".to_owned(),
        (Light::Done | Light::DoneLate, at) => {
            at.map(|at| moments::told(at, now)).unwrap_or_default()
        }
    }
}
