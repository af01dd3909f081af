//! WeCom: by OAuth, inside the client and in a browser, through the app that speaks to the reps.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use dingdan_webhooks::wecom::link::oauth_url;

use super::limit::LoginLimit;
use super::oauth::{self, Way};
use crate::shared::Shared;
use crate::web::error::PageError;

/// `GET /login/wecom/start?next=…`.
pub(super) async fn start(
    shared: Data<Shared>,
    limit: Data<LoginLimit>,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let wecom = &shared.settings.wecom;
    let agent_id = wecom.main_app().agent_id;
    let address = |back: &str, state: &str| {
        oauth_url(&wecom.oauth_base, &wecom.corp_id, agent_id, back, state)
    };
    oauth::start(&shared, &limit, &request, "wecom", address).await
}

/// `GET /login/wecom/return?code=…&state=…`.
pub(super) async fn come_back(
    shared: Data<Shared>,
    limit: Data<LoginLimit>,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let person = async |code: String| {
        let app = &shared.settings.wecom.main_app().name;
        let user_id = shared.wecom.user_of_code(app, &code).await?;
        Ok(shared.store.person_in_wecom(&user_id).await?)
    };
    let way = Way {
        code: "code",
        name: "wecom",
    };
    oauth::come_back(&shared, &limit, &request, way, person).await
}
