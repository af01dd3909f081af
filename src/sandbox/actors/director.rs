//! A director in DingTalk.

use super::super::Sandbox;
use super::super::dingtalk::{CodeKind, TodoTask, todos};
use super::super::login::unwrapped;
use super::super::record::{Channel, DingtalkMessage, Entry, Outcome, Record};
use super::super::state::State;

/// A director who reads what arrives and opens links.
pub struct DirectorActor {
    pub(super) sandbox: Sandbox,
    pub(super) userid: String,
}

/// A link, opened inside DingTalk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedLink {
    /// The page, taken out of a `dingtalk://` link when it was in one.
    pub url: String,
    /// What `dd.requestAuthCode` gives the page: works once, for five minutes.
    pub auth_code: String,
}

impl DirectorActor {
    /// What is on the phone: one-to-one messages, work notices, and the groups that they are in.
    #[must_use]
    pub fn inbox(&self) -> Vec<DingtalkMessage> {
        self.sandbox.with_quietly(|state| {
            inbox(state, &self.userid)
                .map(|(_, message)| message.clone())
                .collect()
        })
    }

    /// What stands in the to-do list, done or not, oldest first.
    #[must_use]
    pub fn todos(&self) -> Vec<TodoTask> {
        self.sandbox.with_quietly(|state| {
            let ids = state.company.by_dingtalk(&self.userid);
            ids.map_or_else(Vec::new, |(_, ids)| {
                state.dingtalk.todos.of(&ids.unionid).cloned().collect()
            })
        })
    }

    /// Ticks a to-do off; returns when the service has heard of it. `false` when there is no such
    /// open to-do.
    pub async fn ticks(&self, task: &str) -> bool {
        let ticked = self.sandbox.with(|state| {
            let ids = state.company.by_dingtalk(&self.userid);
            let unionid = ids.map(|(_, ids)| ids.unionid.clone());
            unionid.is_some_and(|unionid| todos::tick(state, &unionid, task))
        });
        self.sandbox.deliver().await;
        ticked
    }

    /// Opens a link inside the client.
    #[must_use]
    pub fn opens(&self, link: &str) -> OpenedLink {
        OpenedLink {
            url: unwrapped(link),
            auth_code: self.auth_code(),
        }
    }

    /// What `dd.requestAuthCode` gives a page.
    #[must_use]
    pub fn auth_code(&self) -> String {
        self.sandbox
            .with(|state| issue(state, &self.userid, CodeKind::InApp))
    }

    /// What the login page gives a page in a browser (`authCode`).
    #[must_use]
    pub fn browser_code(&self) -> String {
        self.sandbox
            .with(|state| issue(state, &self.userid, CodeKind::Browser))
    }
}

/// Makes a login code.
pub(in crate::sandbox) fn issue(state: &mut State, userid: &str, kind: CodeKind) -> String {
    let (code, now) = (state.dice.word(32), state.now());
    state.dingtalk.login.issue(&code, kind, userid, now);
    code
}

/// What was delivered to this person.
pub(in crate::sandbox) fn inbox<'a>(
    state: &'a State,
    userid: &'a str,
) -> impl Iterator<Item = (&'a Entry, &'a DingtalkMessage)> {
    let is_in = move |robot: &str| {
        let group = state.company.robots.iter().find(|one| one.name == robot);
        group.is_some_and(|group| group.members.iter().any(|member| member == userid))
    };
    state.ledger.iter().filter_map(move |entry| {
        let Record::Dingtalk(message) = &entry.record else {
            return None;
        };
        let is_theirs = match message.channel {
            Channel::Group => is_in(&message.to),
            Channel::Robot | Channel::WorkNotice => message.to == userid,
        };
        (is_theirs && message.outcome == Outcome::Delivered).then_some((entry, message))
    })
}
