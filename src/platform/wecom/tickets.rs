//! What signs a page for the JS-SDK (90506): a ticket of the company, and one of each app. They are
//! kept and shared as access tokens are, and never mixed up: a page that is signed with the other
//! one is refused.

use std::sync::Arc;

use dingdan_webhooks::wecom::link::jsapi_sign;
use futures_util::FutureExt;

use super::super::call::{CallError, Failure, Refusal};
use super::super::http::{Http, address, get};
use super::super::measure::measured;
use super::super::tokens::{Issuer, Tokens};
use super::Wecom;
use super::api::{Api, PLATFORM, RENEW_AHEAD, read_issued};
use super::judge;
use crate::config::{WecomApp, WecomSettings};

/// Where an app's two tickets come from.
pub(super) struct Tickets {
    company: Arc<Issuer>,
    app: Arc<Issuer>,
}

/// A page's signatures, with what they were made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedPage {
    /// Seconds since 1970.
    pub timestamp: i64,
    /// Used once.
    pub nonce: String,
    /// For `config`, with the company's ticket.
    pub company: String,
    /// For `agentConfig`, with the app's ticket.
    pub app: String,
}

impl Tickets {
    pub(super) fn new(
        settings: &WecomSettings,
        app: &WecomApp,
        token: &Arc<Issuer>,
        (tokens, http): (&Tokens, &Http),
    ) -> Self {
        let of = |api: Api, label| {
            let (base, token) = (settings.api_base.clone(), Arc::clone(token));
            let (tokens, http) = (tokens.clone(), http.clone());
            let fetch = move || {
                let (base, token) = (base.clone(), Arc::clone(&token));
                let (tokens, http) = (tokens.clone(), http.clone());
                async move {
                    let issued = tokens.with_token(&token, |token| {
                        let known = ("access_token", token.expose());
                        let url = match api {
                            Api::AppTicket => {
                                address(&base, api.path(), &[known, ("type", "agent_config")])
                            }
                            _ => address(&base, api.path(), &[known]),
                        };
                        measured(PLATFORM, api.name(), async {
                            let answer = http.exchange(get(url?), api.repeat()).await?;
                            let answer = judge::read(api, &answer)?;
                            read_issued(&answer, "ticket").map_err(Failure::Final)
                        })
                    });
                    issued.await
                }
                .boxed()
            };
            let secret = app.secret.expose();
            Arc::new(Issuer::new(
                label,
                &settings.corp_id,
                secret,
                RENEW_AHEAD,
                fetch,
            ))
        };
        Self {
            company: of(Api::CompanyTicket, "wecom-company-ticket"),
            app: of(Api::AppTicket, "wecom-app-ticket"),
        }
    }
}

impl Wecom {
    /// Signs a page for the JS-SDK, for the company and for the app. `url` is its address exactly
    /// as the client loads it, without a fragment.
    ///
    /// # Errors
    /// As every call: when a ticket has to be fetched and can't be.
    pub async fn sign_page(
        &self,
        app: &str,
        url: &str,
        nonce: String,
    ) -> Result<SignedPage, CallError> {
        let tickets = self.0.tickets.get(app).ok_or_else(|| {
            let why = format!("no [[wecom.app]] is named {app:?} in the configuration");
            CallError::refused(Refusal::Configuration, why)
        })?;
        let (company, own) = tokio::try_join!(
            self.0.tokens.token(&tickets.company),
            self.0.tokens.token(&tickets.app)
        )?;
        let timestamp = self.0.tokens.now().0.div_euclid(1000);
        Ok(SignedPage {
            company: jsapi_sign(company.expose(), &nonce, timestamp, url),
            app: jsapi_sign(own.expose(), &nonce, timestamp, url),
            timestamp,
            nonce,
        })
    }
}
