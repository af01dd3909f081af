//! The sandbox: simulated WeCom and DingTalk, as strict as the real ones, and the phones.
//!
//! WeCom has no test environment, so this is one. The service under test knows base URLs and
//! nothing else. The sandbox checks every field and limit of what it is sent and answers with the
//! platforms' own error codes; it seals its callbacks, repeats the ones that fail, and remembers
//! everything in a [`Ledger`]. The demo and the tests use the same one.
//!
//! | what | below the server's address |
//! | --- | --- |
//! | WeCom's API | `/sandbox/wecom` (so `/sandbox/wecom/cgi-bin/gettoken`) |
//! | WeCom's login page | `/sandbox/wecom/connect/oauth2/authorize` |
//! | what the tests' chat archive library asks | `/sandbox/wecom/archive` |
//! | DingTalk's new API, old API | `/sandbox/dingtalk/api`, `/sandbox/dingtalk/oapi` |
//! | DingTalk's login page, JSAPI | `/sandbox/dingtalk/login/oauth2/auth`, `/sandbox/dingtalk/dingtalk.js` |
//! | WeCom's JS-SDK | `/sandbox/wecom/jssdk.js`, `/sandbox/wecom/jssdk/check` |
//! | the phones | `/sandbox/phones/…`, see [`phones`] |
//!
//! Tests begin at [`Sandbox::start`]; the demo mounts [`routes`] beside the service. People are
//! [`Sandbox::customer`], [`Sandbox::rep`] and [`Sandbox::director`]; what fails is chosen by
//! [`Sandbox::faults`]; what happened is read from [`Sandbox::ledger`].

mod actors;
mod api;
mod callbacks;
mod company;
mod dice;
mod dingtalk;
mod endpoint;
mod faults;
mod fields;
mod history;
mod ledger;
mod login;
mod options;
pub mod phones;
mod record;
mod refusal;
mod sample;
mod server;
mod state;
mod wecom;
mod window;

#[cfg(test)]
mod tests;

use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::watch;

pub use actors::{
    ArchiveActor, BotChat, CustomerActor, DirectorActor, OpenedLink, PressError, RepActor,
    Selections,
};
pub use callbacks::UrlRefused;
pub use company::{
    AiBot, Company, Customer, DingtalkApp, DingtalkIds, GroupRobot, Person, Security,
    ServiceAccount, WecomApp,
};
pub use dingtalk::TodoTask;
pub use endpoint::Endpoint;
pub use faults::{CallbackFault, Fault, Faults};
pub use history::PastChatLine;
pub use ledger::Ledger;
pub use options::{Limits, Options, Retried, Retries};
pub use phones::TimeMove;
pub use record::{
    Call, CallbackAnswer, CallbackAttempt, CardUpdate, Channel, DingtalkMessage, Entry, Outcome,
    Record, Said, WecomMessage,
};
pub use refusal::Refusal;
pub use server::routes;
pub use wecom::{Damage, Misdeed};

use crate::clock::Clock;
use company::same_userid;
use phones::MoveTime;
use state::State;

/// The simulated platforms. Clones are the same one.
#[derive(Clone)]
pub struct Sandbox(Arc<Shared>);

struct Shared {
    clock: Clock,
    state: Mutex<State>,
    /// How often anything has changed; wakes the ledger's waiters and the phones.
    version: watch::Sender<u64>,
    /// Posts callbacks.
    http: reqwest::Client,
    move_time: Mutex<Option<MoveTime>>,
    server: Mutex<Option<actix_web::dev::ServerHandle>>,
    /// Open connections of the own server.
    connections: Mutex<Vec<Weak<TcpStream>>>,
}

impl Sandbox {
    /// A sandbox that nobody serves yet: give it to [`routes`].
    ///
    /// # Panics
    /// When no HTTP client can be made, which would be a fault of the build.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self(Arc::new(Shared {
            clock: options.clock.clone(),
            state: Mutex::new(State::new(options)),
            version: watch::Sender::new(0),
            http: reqwest::Client::builder()
                .no_proxy()
                // Callbacks go to a service on this machine, in plain HTTP.
                .tls_certs_only([])
                .build()
                .expect("an HTTP client without special settings can be made"),
            move_time: Mutex::default(),
            server: Mutex::default(),
            connections: Mutex::default(),
        }))
    }

    /// The clock by which everything here happens.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// What happened.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        Ledger(self.clone())
    }

    /// What shall go wrong.
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults(self.clone())
    }

    /// Changes what the administrators have set up.
    pub fn set_up(&self, change: impl FnOnce(&mut Company)) {
        self.with(|state| change(&mut state.company));
    }

    /// What the administrators have set up.
    #[must_use]
    pub fn company(&self) -> Company {
        self.with_quietly(|state| state.company.clone())
    }

    /// Changes the platforms' limits.
    pub fn limit(&self, change: impl FnOnce(&mut Limits)) {
        self.with(|state| change(&mut state.limits));
    }

    /// Says where a WeCom app's callbacks go.
    pub fn set_callback_url(&self, app: &str, url: &str) {
        self.set_up(|company| {
            for known in company.apps.iter_mut().filter(|known| known.name == app) {
                known.callback_url = Some(url.to_owned());
            }
        });
    }

    /// Says where an AI bot's messages go.
    pub fn set_bot_callback_url(&self, bot: &str, url: &str) {
        self.set_up(|company| {
            for known in company.bots.iter_mut().filter(|known| known.name == bot) {
                known.callback_url = Some(url.to_owned());
            }
        });
    }

    /// Says where DingTalk's events go.
    pub fn set_dingtalk_callback_url(&self, url: &str) {
        self.set_up(|company| company.dingtalk.callback_url = Some(url.to_owned()));
    }

    /// What happens when a callback fails.
    pub fn set_retries(&self, retries: Retries) {
        self.with(|state| state.retries = retries);
    }

    /// Which failed callbacks are tried again.
    pub fn set_retried(&self, retried: Retried) {
        self.with(|state| state.retried = retried);
    }

    /// All WeCom tokens stop working before their time: the next call with one is refused with
    /// 40014, or with 42001 when `as_expired`.
    pub fn revoke_wecom_tokens(&self, as_expired: bool) {
        self.with(|state| state.wecom.tokens.revoke(as_expired));
    }

    /// All DingTalk tokens stop working before their time.
    pub fn revoke_dingtalk_tokens(&self) {
        self.with(|state| state.dingtalk.tokens.clear());
    }

    /// The next page of an account's messages is empty although there are more, as
    /// `kf/sync_msg` may answer.
    pub fn empty_next_page(&self, open_kfid: &str) {
        self.with(|state| state.wecom.service.empty_next_page(open_kfid));
    }

    /// The next one-to-one robot message to this DingTalk user is held back by flow control.
    pub fn hold_back_next_to(&self, userid: &str) {
        self.with(|state| state.dingtalk.held_back.push(userid.to_owned()));
    }

    /// Works on the state and tells everyone who waits that something may have changed.
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        let result = work(&mut self.lock());
        self.0.version.send_modify(|version| *version += 1);
        result
    }

    /// Looks at the state.
    fn with_quietly<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.0.version.subscribe()
    }

    fn version(&self) -> u64 {
        *self.0.version.borrow()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }
}

/// A test that panicked while it held a lock must not hide its own message behind another one.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
