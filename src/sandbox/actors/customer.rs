//! A customer in WeChat.

use serde_json::Value;

use super::super::callbacks::{customer_edited, message_waiting};
use super::super::state::State;
use super::super::wecom::{Line, What};
use super::super::{Sandbox, dice::Dice};

/// A customer who writes to a 微信客服 account. Each method returns when the service has
/// acknowledged the notice, or the platform has given up or waits with trying again.
pub struct CustomerActor {
    pub(super) sandbox: Sandbox,
    pub(super) external_userid: String,
}

impl CustomerActor {
    /// Writes a line to the account that the company's set-up names for this customer. Answers
    /// the line's `msgid`.
    pub async fn says(&self, text: &str) -> String {
        let mut ids = self.says_many(&[text]).await;
        ids.pop().unwrap_or_default()
    }

    /// Writes several lines before the platform notices the first: one notice, several messages.
    pub async fn says_many(&self, texts: &[&str]) -> Vec<String> {
        self.says_to(&self.open_kfid(), texts).await
    }

    /// Writes lines to another account.
    pub async fn says_to(&self, open_kfid: &str, texts: &[&str]) -> Vec<String> {
        let ids = self.sandbox.with(|state| {
            let ids = texts.iter().map(|text| {
                let what = What::FromCustomer {
                    text: (*text).to_owned(),
                };
                add_line(state, open_kfid, &self.external_userid, what)
            });
            let ids: Vec<String> = ids.collect();
            message_waiting(state, open_kfid);
            ids
        });
        self.sandbox.deliver().await;
        ids
    }

    /// Takes a line back.
    pub async fn recalls(&self, msgid: &str) {
        let open_kfid = self.open_kfid();
        self.sandbox.with(|state| {
            let what = What::Recalled {
                msgid: msgid.to_owned(),
            };
            add_line(state, &open_kfid, &self.external_userid, what);
            message_waiting(state, &open_kfid);
        });
        self.sandbox.deliver().await;
    }

    /// The rep who serves them notes another company for them, or takes them off the list of customers;
    /// the platform tells the app.
    pub async fn is_noted_as(&self, company: Option<&str>) {
        let open_kfid = self.open_kfid();
        self.sandbox.with(|state| {
            let customers = state.company.customers.iter_mut();
            for own in customers.filter(|own| own.external_userid == self.external_userid) {
                own.company = company.map(str::to_owned);
            }
            customer_edited(state, &open_kfid, &self.external_userid);
        });
        self.sandbox.deliver().await;
    }

    /// Causes an item of a kind that has no words here: the account's list holds it as it is given,
    /// however odd.
    pub async fn causes(&self, item: Value) {
        let open_kfid = self.open_kfid();
        self.sandbox.with(|state| {
            add_line(state, &open_kfid, &self.external_userid, What::Item(item));
            message_waiting(state, &open_kfid);
        });
        self.sandbox.deliver().await;
    }

    fn open_kfid(&self) -> String {
        self.sandbox.with_quietly(|state| {
            let company = &state.company;
            let own = company.customer(&self.external_userid);
            let any = || company.accounts.first().map(|account| &account.open_kfid);
            let open_kfid = own.map(|customer| &customer.open_kfid).or_else(any);
            open_kfid.cloned().unwrap_or_default()
        })
    }
}

/// Appends to an account's list; gives the `msgid`.
pub(super) fn add_line(
    state: &mut State,
    open_kfid: &str,
    external_userid: &str,
    what: What,
) -> String {
    let msgid = message_id(&mut state.dice);
    let line = Line {
        msgid: msgid.clone(),
        at: state.now(),
        external_userid: external_userid.to_owned(),
        what,
    };
    state.wecom.service.add(open_kfid, line);
    msgid
}

fn message_id(dice: &mut Dice) -> String {
    format!("4gw7{}", dice.word(24))
}
