//! The calls to WeCom (`developer.work.weixin.qq.com/document/path/90236` and others named below).

mod api;
mod consent;
mod judge;
mod limits;
mod media;
#[cfg(test)]
pub(super) mod tests;
mod tickets;

use std::collections::BTreeMap;
use std::sync::Arc;

use dingdan_webhooks::wecom::external_contact::Profile;
use dingdan_webhooks::wecom::kf::{SyncMsgRequest, SyncMsgResponse};
use dingdan_webhooks::wecom::message::SendResponse;
use reqwest::Request;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::id;
use super::call::{CallError, Failure, Refusal};
use super::http::{Http, address, get, post};
use super::measure::measured;
use super::pace::Places;
use super::tokens::{AccessToken, Issuer, Tokens};
use crate::config::{ARCHIVE, WecomSettings};
use api::Api;
use limits::Limits;

pub use media::MediaFile;
pub use tickets::SignedPage;
use tickets::Tickets;

/// Each holds up to 500 members who have the same customer.
const MOST_PAGES: usize = 10;

/// WeCom, as the company's own apps may call it. Clones share connections and tokens.
///
/// At most eight calls of one API are under way at once, and none while a frequency limit that was
/// met has not run out. A call ends by itself: an exchange
/// within [`TOTAL_TIMEOUT`](super::TOTAL_TIMEOUT), at worst two of them and two fetches of a token.
#[derive(Clone)]
pub struct Wecom(Arc<Inner>);

struct Inner {
    base: String,
    issuers: BTreeMap<String, Arc<Issuer>>,
    tickets: BTreeMap<String, Tickets>,
    tokens: Tokens,
    http: Http,
    places: Places<{ Api::COUNT }>,
    limits: Limits,
}

impl Wecom {
    /// The apps of `settings`.
    #[must_use]
    pub fn new(settings: &WecomSettings, tokens: Tokens, http: Http) -> Self {
        let mut issuers = BTreeMap::new();
        let mut tickets = BTreeMap::new();
        for app in &settings.apps {
            let issuer = Arc::new(api::issuer(settings, &app.secret, http.clone()));
            let of_app = Tickets::new(settings, app, &issuer, (&tokens, &http));
            tickets.insert(app.name.clone(), of_app);
            issuers.insert(app.name.clone(), issuer);
        }
        if let Some(archive) = &settings.archive {
            let issuer = api::issuer(settings, &archive.secret, http.clone());
            issuers.insert(ARCHIVE.to_owned(), Arc::new(issuer));
        }
        Self(Arc::new(Inner {
            base: settings.api_base.clone(),
            issuers,
            tickets,
            tokens,
            http,
            places: Places::new(),
            limits: Limits::default(),
        }))
    }

    /// `message/send` (90236). `request` goes out as it stands, so that a repeat has the same
    /// bytes and the platform's duplicate check recognises it.
    ///
    /// # Errors
    /// [`Refusal::AlreadySent`] when the card's task id was used before, and
    /// [`Refusal::UnknownReceiver`] when none of the receivers got it.
    #[tracing::instrument(name = "wecom.send", skip_all, fields(app = app))]
    pub async fn send(&self, app: &str, request: &Value) -> Result<SendResponse, CallError> {
        let answer: SendResponse = self.post(app, Api::Send, request.to_string()).await?;
        if reached_nobody(request, &answer) {
            let why = "0 with invaliduser or unlicenseduser: the receiver left the company, is \
                       outside the app's visible range (应用 → 可见范围), or has no API licence";
            return Err(CallError::refused(Refusal::UnknownReceiver, why));
        }
        Ok(answer)
    }

    /// `message/update_template_card` (94888).
    ///
    /// # Errors
    /// [`Refusal::ResponseCodeSpent`] when the card can no longer be changed.
    #[tracing::instrument(name = "wecom.update_card", skip_all, fields(app = app))]
    pub async fn update_card(&self, app: &str, request: &Value) -> Result<(), CallError> {
        self.post(app, Api::UpdateCard, request.to_string())
            .await
            .map(|_: Value| ())
    }

    /// `kf/sync_msg` (94670): the next messages of one 微信客服 account.
    ///
    /// # Errors
    /// As every call; an uncertain outcome is [`CallError::Later`], as asking again is harmless.
    #[tracing::instrument(name = "wecom.sync_messages", skip_all, fields(app = app))]
    pub async fn sync_messages(
        &self,
        app: &str,
        request: &SyncMsgRequest,
    ) -> Result<SyncMsgResponse, CallError> {
        let body = serde_json::to_string(request).map_err(|_| {
            CallError::refused(Refusal::Other, "the request for messages is no JSON")
        })?;
        let api = if request.token.is_empty() {
            Api::SyncWithoutToken
        } else {
            Api::SyncMessages
        };
        self.post(app, api, body).await
    }

    /// `auth/getuserinfo` (91023): the userid of the member who comes back from the login page.
    ///
    /// # Errors
    /// [`Refusal::LoginCode`] when the login has to start again, and
    /// [`Refusal::UnknownReceiver`] for somebody who is no member.
    #[tracing::instrument(name = "wecom.user_of_code", skip_all, fields(app = app))]
    pub async fn user_of_code(&self, app: &str, code: &str) -> Result<String, CallError> {
        let answer: Value = self
            .call(app, Api::UserOfCode, |url_of| {
                url_of(&[("code", code)]).map(get)
            })
            .await?;
        id(&answer["userid"]).ok_or_else(|| {
            let why = "0 without userid: whoever logged in is no member of this company";
            CallError::refused(Refusal::UnknownReceiver, why)
        })
    }

    /// `externalcontact/get` (92114): who somebody outside is, by all pages of the members who have
    /// them as a customer, as far as `MOST_PAGES`.
    ///
    /// # Errors
    /// [`Refusal::UnknownReceiver`] when they are nobody's customer, and [`Refusal::Configuration`]
    /// when the app may not ask (客户联系 → 可调用接口的应用).
    #[tracing::instrument(name = "wecom.external_contact", skip_all, fields(app = app))]
    pub async fn external_contact(&self, app: &str, id: &str) -> Result<Profile, CallError> {
        let mut whole: Option<Profile> = None;
        for _ in 0..MOST_PAGES {
            let cursor = whole.as_ref().map_or("", |whole| &whole.next_cursor);
            let page: Profile = self
                .call(app, Api::ExternalContact, |url_of| {
                    let query = [("external_userid", id), ("cursor", cursor)];
                    let given = if cursor.is_empty() { 1 } else { 2 };
                    url_of(&query[..given]).map(get)
                })
                .await?;
            let is_last = page.next_cursor.is_empty();
            match &mut whole {
                None => whole = Some(page),
                Some(whole) => {
                    whole.follow_user.extend(page.follow_user);
                    whole.next_cursor = page.next_cursor;
                }
            }
            if is_last {
                break;
            }
        }
        Ok(whole.unwrap_or_default())
    }

    /// Whether the app's secret gets a token (91039); for `dingdan check --online`.
    ///
    /// # Errors
    /// [`Refusal::Configuration`] when corp id and secret don't fit together.
    #[tracing::instrument(name = "wecom.check_token", skip_all, fields(app = app))]
    pub async fn check_token(&self, app: &str) -> Result<(), CallError> {
        self.0.tokens.token(self.issuer(app)?).await.map(|_| ())
    }

    async fn post<T: DeserializeOwned>(
        &self,
        app: &str,
        api: Api,
        body: String,
    ) -> Result<T, CallError> {
        self.call(app, api, |url_of| Ok(post(url_of(&[])?, body.clone())))
            .await
    }

    /// Waits for a place, then makes the call with the app's token, unless a frequency limit that
    /// was met still holds. `build` makes the request
    /// from an address that it may add parameters to.
    async fn call<T: DeserializeOwned>(
        &self,
        app: &str,
        api: Api,
        build: impl Fn(&AddressOf<'_>) -> Result<Request, CallError>,
    ) -> Result<T, CallError> {
        let issuer = self.issuer(app)?;
        let _place = self.0.places.enter(api as usize).await?;
        self.0.limits.check(app, api, self.0.tokens.now())?;
        self.0
            .tokens
            .with_token(issuer, |token| {
                let request = build(&|query| self.address(api, &token, query));
                self.exchange(app, api, request)
            })
            .await
    }

    async fn exchange<T: DeserializeOwned>(
        &self,
        app: &str,
        api: Api,
        request: Result<Request, CallError>,
    ) -> Result<T, Failure> {
        measured(api::PLATFORM, api.name(), async {
            let answer = self.0.http.exchange(request?, api.repeat()).await?;
            let now = self.0.tokens.now();
            if judge::is_over_a_limit(&answer) {
                return Err(self.0.limits.met(app, api, now).into());
            }
            let read = judge::read(api, &answer);
            if read.is_ok() {
                self.0.limits.passed(app, api);
            }
            read
        })
        .await
    }

    fn address(
        &self,
        api: Api,
        token: &AccessToken,
        query: &[(&str, &str)],
    ) -> Result<reqwest::Url, CallError> {
        let mut url = address(
            &self.0.base,
            api.path(),
            &[("access_token", token.expose())],
        )?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    fn issuer(&self, app: &str) -> Result<&Arc<Issuer>, CallError> {
        self.0.issuers.get(app).ok_or_else(|| {
            let why = format!("no [[wecom.app]] is named {app:?} in the configuration");
            CallError::refused(Refusal::Configuration, why)
        })
    }
}

/// Adds parameters to an API's address.
type AddressOf<'a> = dyn Fn(&[(&str, &str)]) -> Result<reqwest::Url, CallError> + 'a;

/// With errcode 0 the answer may still name receivers that got nothing, in lower case.
fn reached_nobody(request: &Value, answer: &SendResponse) -> bool {
    let unreached: Vec<&str> = answer.unreached_users().collect();
    let is_unreached = |user: &str| {
        unreached
            .iter()
            .any(|other| other.eq_ignore_ascii_case(user))
    };
    !unreached.is_empty()
        && request["touser"]
            .as_str()
            .is_some_and(|users| users.split('|').all(is_unreached))
}
