//! How a run stands, as pages tell it. Pure.

use super::language::{Language, say};
use super::moments::{self, Now};
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

    pub(super) const fn name(self, language: &Language) -> &'static str {
        match self {
            Self::Open => language.say("进行中", "Under way"),
            Self::Soon => language.say("即将超时", "Due soon"),
            Self::Overdue => language.say("已超时", "Overdue"),
            Self::Done => language.say("已完成", "Done"),
            Self::DoneLate => language.say("超时完成", "Done late"),
            Self::Ended => language.say("不用再填", "Not needed any more"),
            Self::Paused => language.say("已暂停", "Paused"),
            Self::Waived => language.say("已豁免", "Waived"),
            Self::NotApplicable => language.say("不适用", "Not applicable"),
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
pub(super) fn when(run: &RunRow, light: Light, now: Now) -> String {
    let language = now.language;
    let span = |span| moments::span(span, language);
    match (light, run.done_at) {
        (Light::Open | Light::Soon, _) => {
            let left = span(run.due_at.since(now.at));
            say!(language, "还剩 {left}", "{left} left")
        }
        (Light::Overdue, _) => {
            let over = span(now.at.since(run.due_at));
            say!(language, "已超 {over}", "{over} overdue")
        }
        (Light::DoneLate, Some(at)) => {
            let (told, over) = (moments::told(at, now), span(at.since(run.due_at)));
            say!(language, "{told}，超 {over}", "{told}, {over} late")
        }
        (Light::Ended, _) => language.say("商机已结束", "The deal is closed").to_owned(),
        (Light::Paused, _) => language.say("计时已停", "The clock stands").to_owned(),
        (Light::Waived | Light::NotApplicable, _) => language
            .say("不计入合规率", "Doesn't count for compliance")
            .to_owned(),
        (Light::Done | Light::DoneLate, at) => {
            at.map(|at| moments::told(at, now)).unwrap_or_default()
        }
    }
}
