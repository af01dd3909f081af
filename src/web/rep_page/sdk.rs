//! WeCom's JS-SDK, for the page inside WeCom: signed for the page's own address. Without it the page
//! works all the same.

use std::time::Duration;

use actix_web::HttpRequest;
use tokio::time::timeout;

use crate::platform::SignedPage;
use crate::shared::Shared;
use crate::web::login::is_in_wecom;
use crate::web::same_site::own_origin;

/// Nobody waits longer for what the page can do without.
const PATIENCE: Duration = Duration::from_secs(2);

/// The SDK's script, and what it is told.
pub(super) struct Sdk {
    pub(super) script: String,
    /// Where the script comes from, for the content policy.
    pub(super) origin: String,
    pub(super) corp_id: String,
    pub(super) agent_id: i64,
    pub(super) signed: SignedPage,
}

impl Sdk {
    /// For the page that the request asks for; `None` outside of WeCom, and when it can't be signed
    /// now.
    pub(super) async fn of(shared: &Shared, request: &HttpRequest) -> Option<Self> {
        if !is_in_wecom(request) {
            return None;
        }
        let wecom = &shared.settings.wecom;
        let app = wecom.main_app();
        let path = request.uri().path_and_query()?;
        let url = format!("{}{path}", shared.settings.server.public_url);
        let nonce = format!("{:032x}", rand::random::<u128>());
        let signing = shared.wecom.sign_page(&app.name, &url, nonce);
        let signed = match timeout(PATIENCE, signing).await {
            Ok(Ok(signed)) => signed,
            Ok(Err(error)) => {
                tracing::warn!(
                    error = error.to_string(),
                    "a page could not be signed for WeCom's JS-SDK"
                );
                return None;
            }
            Err(_) => return None,
        };
        Some(Self {
            origin: own_origin(&wecom.jssdk_url)?,
            script: wecom.jssdk_url.clone(),
            corp_id: wecom.corp_id.clone(),
            agent_id: app.agent_id,
            signed,
        })
    }
}
