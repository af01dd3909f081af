//! What can be chosen about a sandbox.

use super::company::Company;
use crate::clock::Clock;

/// How a sandbox begins.
#[derive(Clone)]
pub struct Options {
    /// What the administrators have set up.
    pub company: Company,
    /// The time by which tokens, limits and windows go.
    pub clock: Clock,
    /// Makes tokens, codes and ids repeatable; without it they can't be guessed.
    pub seed: Option<u64>,
    /// The platforms' limits.
    pub limits: Limits,
    /// What happens when a callback fails.
    pub retries: Retries,
    /// Which failures of a callback are tried again at all.
    pub retried: Retried,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            company: Company::sample(),
            clock: Clock::system(),
            seed: None,
            limits: Limits::default(),
            retries: Retries::AtOnce,
            retried: Retried::EveryFailure,
        }
    }
}

/// When the platform tries a failed callback again, three times at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retries {
    /// At once, before the actor's call returns.
    AtOnce,
    /// One round at each call of `deliver_due`.
    ByHand,
}

/// Which failed callbacks the platform tries again: its pages disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retried {
    /// Whatever is not answered by 200 (`developer.work.weixin.qq.com/document/path/90238`).
    EveryFailure,
    /// What was not answered at all (`…/90930`); another status is the end of it.
    NoAnswer,
}

/// The platforms' limits, by their own defaults.
#[derive(Debug, Clone)]
pub struct Limits {
    /// WeCom: calls of one API a minute (`developer.work.weixin.qq.com/document/path/90312`).
    pub wecom_calls_a_minute: usize,
    /// WeCom: messages from one app to one member a minute; the excess vanishes.
    pub wecom_messages_a_minute: usize,
    /// WeCom: messages from one app to one member an hour; the excess vanishes.
    pub wecom_messages_an_hour: usize,
    /// WeCom: `kf/sync_msg` calls a minute and account without a token from a notice. The page
    /// says "strict" without a number.
    pub syncs_without_token_a_minute: usize,
    /// WeCom: the most messages in one page of `kf/sync_msg`, whatever `limit` asks for.
    pub sync_page: usize,
    /// DingTalk: API calls a calendar month and company (`open.dingtalk.com`, standard edition).
    pub dingtalk_calls_a_month: u32,
    /// DingTalk: calls a second, app and API.
    pub dingtalk_calls_a_second: usize,
    /// DingTalk: messages of one custom robot a minute; above it the robot is silent for ten minutes.
    pub robot_messages_a_minute: usize,
    /// DingTalk: work notices to one person a day; the excess vanishes.
    pub notices_a_day: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wecom_calls_a_minute: 10_000,
            wecom_messages_a_minute: 30,
            wecom_messages_an_hour: 1000,
            syncs_without_token_a_minute: 10,
            sync_page: 1000,
            dingtalk_calls_a_month: 5000,
            dingtalk_calls_a_second: 20,
            robot_messages_a_minute: 20,
            notices_a_day: 500,
        }
    }
}
