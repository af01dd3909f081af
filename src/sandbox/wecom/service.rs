//! 微信客服: the lines between customers and accounts
//! (`developer.work.weixin.qq.com/document/path/94670`).

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::super::window::Window;
use crate::domain::Timestamp;

/// A notice's token works for ten minutes.
const TOKEN_LIFE: Duration = Duration::from_secs(600);

/// All accounts' lines.
#[derive(Default)]
pub(in crate::sandbox) struct Service {
    pub(super) accounts: BTreeMap<String, AccountLines>,
    /// By token: the account, and when the notice was made.
    tokens: BTreeMap<String, (String, Timestamp)>,
}

/// One account's lines, in the order in which they are pulled.
#[derive(Default)]
pub(in crate::sandbox) struct AccountLines {
    pub(super) lines: Vec<Line>,
    /// How many pages shall come empty although there is more.
    pub(super) empty_pages: u32,
    pub(super) syncs_without_token: Window,
}

/// Something that an account's list holds.
#[derive(Clone)]
pub(in crate::sandbox) struct Line {
    pub(in crate::sandbox) msgid: String,
    pub(in crate::sandbox) at: Timestamp,
    pub(in crate::sandbox) external_userid: String,
    pub(in crate::sandbox) what: What,
}

/// What a line is.
#[derive(Clone)]
pub(in crate::sandbox) enum What {
    FromCustomer {
        text: String,
    },
    FromServicer {
        userid: String,
        text: String,
    },
    Recalled {
        msgid: String,
    },
    /// Listed as it is.
    Item(Value),
}

impl Service {
    /// The next page of this account is empty although there is more.
    pub(in crate::sandbox) fn empty_next_page(&mut self, open_kfid: &str) {
        self.account(open_kfid).empty_pages += 1;
    }

    /// Appends a line.
    pub(in crate::sandbox) fn add(&mut self, open_kfid: &str, line: Line) {
        self.account(open_kfid).lines.push(line);
    }

    /// Everything between an account and a customer.
    pub(in crate::sandbox) fn chat(&self, open_kfid: &str, external_userid: &str) -> Vec<&Line> {
        let lines = self.accounts.get(open_kfid).map(|account| &account.lines);
        lines
            .into_iter()
            .flatten()
            .filter(|line| line.external_userid == external_userid)
            .collect()
    }

    /// Notes the token of a notice.
    pub(in crate::sandbox) fn note_token(&mut self, token: &str, open_kfid: &str, now: Timestamp) {
        self.tokens
            .insert(token.to_owned(), (open_kfid.to_owned(), now));
    }

    pub(super) fn is_token_of(&self, token: &str, open_kfid: &str, now: Timestamp) -> bool {
        self.tokens
            .get(token)
            .is_some_and(|(account, made)| account == open_kfid && now.since(*made) < TOKEN_LIFE)
    }

    pub(super) fn account(&mut self, open_kfid: &str) -> &mut AccountLines {
        self.accounts.entry(open_kfid.to_owned()).or_default()
    }
}
